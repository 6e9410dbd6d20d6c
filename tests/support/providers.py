"""Both providers, for scenarios that each of them must pass."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.support import native_provider
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.provider import Provider, opened

Open = Callable[..., AbstractContextManager[Provider]]
"""Opens a provider with a stack config of its own, by bare keys, and where given variables of its own."""

PROVIDERS: dict[str, Open] = {"dynamic": opened, "native": native_provider.opened}


@pytest.fixture(scope="session", params=list(PROVIDERS))
def open_provider(request: pytest.FixtureRequest) -> Open:
    """Every provider in turn, closed."""
    return PROVIDERS[request.param]


def configuration_of(emulator: Emulator) -> dict[str, str]:
    """The stack config, by bare keys, that opens an emulator's account."""
    return {"userSecret": USER, "organizationSecret": ORGANIZATION, "baseUrl": emulator.base_url, "maxRetries": "0"}
