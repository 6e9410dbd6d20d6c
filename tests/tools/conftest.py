"""Checkouts in miniature, whose emulators end with the test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tools.checkout import Checkout, make_checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = Path(__file__).resolve().parents[2]


@pytest.fixture
def new_checkout(tmp_path: Path) -> Iterator[Callable[[str], Checkout]]:
    """Makes a checkout in a folder of that name."""
    made: list[Checkout] = []

    def make(name: str) -> Checkout:
        made.append(make_checkout(SOURCE, tmp_path / name))
        return made[-1]

    yield make
    for checkout in made:
        if (checkout.root / ".local" / "emulator.pid").exists():
            checkout.local("stop")


@pytest.fixture
def checkout(new_checkout: Callable[[str], Checkout]) -> Checkout:
    """One checkout, in a folder whose name is hard on shells and URLs."""
    return new_checkout("it's a  50% checkout")
