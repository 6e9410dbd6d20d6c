"""The real CLI, and an emulator for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.support.emulator import Emulator
from tests.support.project import account_of


@pytest.fixture(scope="session", autouse=True)
def pulumi_cli() -> None:
    """Acceptance without an engine is none: a missing CLI is a failure, never a skip."""
    if shutil.which("pulumi") is None:
        pytest.fail("no pulumi on PATH; `make test` brings one")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator with no instance in it."""
    with Emulator().start() as running:
        yield running


@pytest.fixture
def account(emulator: Emulator) -> dict[str, object]:
    """The stack config that points at the emulator."""
    return account_of(emulator)
