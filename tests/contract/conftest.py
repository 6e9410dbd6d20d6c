"""One emulator and one provider process per provider and worker, which the scenarios share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.contract import native
from tests.contract.provider import Provider, opened
from tests.support.emulator import ORGANIZATION, USER, Emulator

Open = Callable[..., AbstractContextManager[Provider]]
"""Opens a provider with a stack config of its own, by bare keys, and where given variables of its own."""

PROVIDERS: dict[str, Open] = {"dynamic": opened, "native": native.opened}


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The platform."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="session")
def account(emulator: Emulator) -> dict[str, str]:
    """The stack config that opens the emulator's account."""
    return {
        "userSecret": USER,
        "organizationSecret": ORGANIZATION,
        "baseUrl": emulator.base_url,
        "maxRetries": "0",
    }


@pytest.fixture(scope="session", params=list(PROVIDERS))
def open_provider(request: pytest.FixtureRequest) -> Open:
    """Every provider in turn, closed."""
    return PROVIDERS[request.param]


@pytest.fixture(scope="session")
def provider(open_provider: Open, account: dict[str, str]) -> Iterator[Provider]:
    """Every provider in turn, open to the emulator's account."""
    with open_provider(account) as provider:
        yield provider
