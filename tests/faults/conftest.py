"""Emulators: one for each test that counts what is there, and one for a module's tests together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.emulator import Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A platform of its own, with no instance in it."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulator]:
    """A platform for a module's tests together."""
    with Emulator().start() as running:
        yield running
