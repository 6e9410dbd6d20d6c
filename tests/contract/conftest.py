"""One emulator and one provider process per provider and worker, which the scenarios share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.emulator import Emulator
from tests.support.provider import Provider
from tests.support.providers import Open, configuration_of, open_provider

__all__ = ["open_provider"]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The platform."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="session")
def account(emulator: Emulator) -> dict[str, str]:
    """The stack config that opens the emulator's account."""
    return configuration_of(emulator)


@pytest.fixture(scope="session")
def provider(open_provider: Open, account: dict[str, str]) -> Iterator[Provider]:
    """Every provider in turn, open to the emulator's account."""
    with open_provider(account) as provider:
        yield provider
