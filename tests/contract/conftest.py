"""One emulator and one provider process per door and worker, which the scenarios share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.contract import native
from tests.contract.door import Door, opened
from tests.support.emulator import ORGANIZATION, USER, Emulator

Open = Callable[..., AbstractContextManager[Door]]
"""Opens a door with a stack config of its own, by bare keys, and where given variables of its own."""

DOORS: dict[str, Open] = {"dynamic": opened, "native": native.opened}


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


@pytest.fixture(scope="session", params=list(DOORS))
def open_door(request: pytest.FixtureRequest) -> Open:
    """Every door in turn, closed."""
    return DOORS[request.param]


@pytest.fixture(scope="session")
def door(open_door: Open, account: dict[str, str]) -> Iterator[Door]:
    """Every door in turn, open to the emulator's account."""
    with open_door(account) as door:
        yield door
