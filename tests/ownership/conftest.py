"""One emulator per worker, and for each test a stack of its own on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.support.emulator import Emulator
from tests.support.runs import Account


@pytest.fixture(scope="session")
def shared() -> Iterator[Emulator]:
    """A platform for all tests of a worker."""
    with Emulator().start() as running:
        yield running


@pytest.fixture
def account(shared: Emulator) -> Iterator[Account]:
    """The shared platform's account, seen from a stack that no other test has, without trouble."""
    shared.clear()
    yield Account(shared, stack=f"s{uuid.uuid4().hex[:8]}")
    shared.clear_faults()
    shared.settings(latency=0, visible_after=0, rate=None)
