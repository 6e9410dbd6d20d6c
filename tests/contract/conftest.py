"""One emulator and a few provider processes per worker, which the scenarios share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.contract.ways import COURSES, By, Way, travelled
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


@pytest.fixture(scope="session")
def provider_by(open_provider: Open, account: dict[str, str]) -> Iterator[By]:
    """Every provider in turn, open once with each `updateMethod` that is asked for."""
    with ExitStack() as opened:
        yield cache(lambda method: opened.enter_context(open_provider(account | {"updateMethod": method})))


@pytest.fixture(scope="module", params=COURSES, ids=str)
def way(request: pytest.FixtureRequest, provider_by: By, emulator: Emulator) -> Iterator[Way]:
    """Every provider on every course."""
    with travelled(request.param, provider_by, emulator) as way:
        yield way
