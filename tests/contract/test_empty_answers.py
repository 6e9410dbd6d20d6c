"""A success that says nothing, or too little: what is missing is read, and nothing is done twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.provider import Found, Provider, plain
from tests.support.providers import Open

STRIPE = {"element": "stripe", "name": "Payments", "configuration": {"api.key": "sk_live_5e1f"}}

nothing = pytest.mark.parametrize("status", [200, 201, 202, 204])


@pytest.fixture(params=["PUT", "PATCH"])
def provider(
    open_provider: Open, account: Mapping[str, str], emulator: Emulator, request: pytest.FixtureRequest
) -> Iterator[Provider]:
    """A provider whose calls are about a resource of a stack of its own."""
    with open_provider({**account, "updateMethod": request.param}) as opened:
        opened.urn = f"urn:pulumi:s{uuid.uuid4().hex[:8]}::integrations::cloudelements:index:Instance::payments"
        yield opened
    emulator.clear_faults()


def checked(provider: Provider, last: Found | None = None, **more: Any) -> dict[str, Any]:
    """Checked inputs."""
    found = provider.check(STRIPE | more, last.inputs if last else None)
    assert found.failures == []
    return found.inputs


def live(emulator: Emulator, found: Found) -> dict[str, Any]:
    """What the platform says of the instance."""
    shown: dict[str, Any] = emulator.call("GET", f"/instances/{found.id}").json()
    return shown


@nothing
def test_a_create_that_is_answered_by_nothing_is_found_by_its_nonce(
    provider: Provider, emulator: Emulator, status: int
) -> None:
    inputs = checked(provider)
    before = emulator.health()["instances"]
    emulator.fault("empty", status=status, method="POST", call="/instances")
    found = provider.create(inputs)
    assert emulator.health()["instances"] == before + 1
    assert plain(found.outputs["token"]) == live(emulator, found)["token"]
    assert provider.diff(found.id, found.outputs, inputs) == "none"


@nothing
def test_an_update_that_is_answered_by_nothing_has_succeeded(
    provider: Provider, emulator: Emulator, status: int
) -> None:
    found = provider.create(checked(provider))
    inputs = checked(provider, found, name="Renamed", enabled=False)
    for method in ("PUT", "PATCH", "DELETE"):
        emulator.fault("empty", status=status, method=method, times=None)
    updated = provider.update(found, inputs)
    emulator.clear_faults()
    shown = live(emulator, found)
    assert (shown["name"], shown["disabled"]) == ("Renamed", True)
    assert plain(updated.outputs["token"]) == shown["token"]
    assert provider.diff(updated.id, updated.outputs, inputs) == "none"


@nothing
def test_a_delete_that_is_answered_by_nothing_has_succeeded(
    provider: Provider, emulator: Emulator, status: int
) -> None:
    found = provider.create(checked(provider))
    emulator.fault("empty", status=status, method="DELETE")
    provider.delete(found)
    assert emulator.call("GET", f"/instances/{found.id}").status_code == 404


def test_a_token_that_a_create_is_not_told_is_read(provider: Provider, emulator: Emulator) -> None:
    inputs = checked(provider)
    emulator.fault("omit", member="token", method="POST", call="/instances")
    found = provider.create(inputs)
    assert plain(found.outputs["token"]) == live(emulator, found)["token"]
    assert provider.diff(found.id, found.outputs, inputs) == "none"


def test_an_update_that_is_told_no_token_keeps_the_one_it_has(provider: Provider, emulator: Emulator) -> None:
    found = provider.create(checked(provider))
    for method in ("PUT", "PATCH"):
        emulator.fault("omit", member="token", method=method)
    updated = provider.update(found, checked(provider, found, name="Renamed"))
    assert plain(updated.outputs["token"]) == plain(found.outputs["token"]) != ""


def test_an_update_reads_the_token_that_an_older_state_lacks(provider: Provider, emulator: Emulator) -> None:
    found = provider.create(checked(provider))
    token = plain(found.outputs["token"])
    for method in ("PUT", "PATCH"):
        emulator.fault("omit", member="token", method=method)
    empty = Found(found.id, {**found.outputs, "token": ""}, found.inputs)
    updated = provider.update(empty, checked(provider, found, name="Renamed"))
    assert plain(updated.outputs["token"]) == token
