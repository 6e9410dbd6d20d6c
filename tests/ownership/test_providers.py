"""Each provider tells the core whose instance it is, in every call, and keeps what comes of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

import pytest

from tests.support import declarations
from tests.support.emulator import Emulator
from tests.support.provider import Found, Provider, Refused
from tests.support.providers import Open, configuration_of, open_provider

__all__ = ["open_provider"]

STRIPE = declarations.STRIPE | {"tags": ["a"]}


@pytest.fixture(scope="module")
def emulator(shared: Emulator) -> Emulator:
    """The platform."""
    return shared


@pytest.fixture(scope="module")
def account(shared: Emulator) -> dict[str, str]:
    """The stack config that opens the emulator's account."""
    return configuration_of(shared)


@pytest.fixture(scope="module")
def provider(open_provider: Open, account: dict[str, str]) -> Iterator[Provider]:
    """Every provider in turn, open to the emulator's account."""
    with open_provider(account) as provider:
        yield provider


@pytest.fixture
def urn() -> str:
    """A resource that no other test has."""
    return f"urn:pulumi:s{uuid.uuid4().hex[:8]}::integrations::cloudelements:index:Instance::payments"


def created(open_provider: Open, account: Mapping[str, str], urn: str) -> Found:
    """What a run of its own makes of the resource."""
    with open_provider(account) as provider:
        provider.urn = urn
        return provider.create(provider.check(STRIPE).inputs)


def tags(emulator: Emulator, found: Found) -> list[str]:
    live: list[str] = emulator.call("GET", f"/instances/{found.id}").json()["tags"]
    return live


def test_an_instance_carries_its_owner_through_refresh_and_update(
    open_provider: Open, account: dict[str, str], emulator: Emulator, urn: str
) -> None:
    with open_provider(account) as provider:
        provider.urn = urn
        found = provider.create(provider.check(STRIPE).inputs)
        stack = urn.split(":")[2]
        own = tags(emulator, found)[1:]
        assert own[0] == f"pulumi:integrations/{stack}"
        assert found.outputs["__owner"] == f"integrations/{stack}/{own[1].removeprefix('pulumi:')}"
        read = provider.read(found)
        assert read
        assert (read.outputs["__owner"], read.outputs["tags"]) == (found.outputs["__owner"], ["a"])
        changed = provider.check(STRIPE | {"tags": ["b"]}, read.inputs)
        updated = provider.update(read, changed.inputs)
        assert updated.outputs["__owner"] == found.outputs["__owner"]
        assert tags(emulator, found) == ["b", *own]
        assert provider.diff(found.id, updated.outputs, changed.inputs) == "none"
        provider.delete(updated)
    assert emulator.call("GET", f"/instances/{found.id}").status_code == 404


def test_the_next_run_takes_an_orphan_over_and_says_so_of_the_resource(
    open_provider: Open, account: dict[str, str], urn: str
) -> None:
    orphan = created(open_provider, account, urn)
    with open_provider(account) as provider:
        provider.urn = urn
        found = provider.create(provider.check(STRIPE).inputs)
        assert found.id == orphan.id
        announced, told = provider.diagnostics
    assert (announced.severity, announced.urn) == ("info", urn)
    assert f"adopts instance {orphan.id}" in announced.message
    assert (told.severity, told.urn) == ("warning", urn)
    assert f"adopted instance {orphan.id}" in told.message


def test_a_delete_keeps_what_somebody_else_has_by_now(
    open_provider: Open, account: dict[str, str], emulator: Emulator, urn: str
) -> None:
    old = created(open_provider, account, urn)
    new = created(open_provider, account, urn)
    with open_provider(account) as provider:
        provider.urn = urn
        provider.delete(old)
        assert "is kept" in provider.diagnostics[0].message
        assert emulator.call("GET", f"/instances/{new.id}").ok
        provider.delete(new)
    assert emulator.call("GET", f"/instances/{new.id}").status_code == 404


def test_another_resources_instance_is_had_by_takeover_alone_and_both_hear_of_it(
    open_provider: Open, account: dict[str, str], emulator: Emulator, urn: str
) -> None:
    had = created(open_provider, account, urn)
    adopting = STRIPE | {"adopt": had.id}
    with open_provider(account) as provider:
        provider.urn = f"{urn}-theirs"
        ((_, failure),) = provider.check(adopting).failures
        assert failure.startswith(f"adopt: instance {had.id} is managed by payments of integrations/")
        with pytest.raises(Refused, match="takeover"):
            provider.create(adopting | {"name": "Payments", "enabled": True, "externalAuthentication": "none"})
        checked = provider.check(adopting | {"takeover": True})
        assert checked.failures == []
        assert provider.create(checked.inputs).id == had.id
        assert f"instance {had.id} was managed by payments of" in provider.diagnostics[-1].message
    with open_provider(account) as provider:
        provider.urn = urn
        inputs = provider.check(STRIPE | {"tags": ["b"]}, had.inputs).inputs
        assert provider.diff(had.id, had.outputs, inputs) == "update"
        assert any("is managed by payments-theirs of" in told.message for told in provider.diagnostics)
        with pytest.raises(Refused, match="is managed by payments-theirs of"):
            provider.update(had, inputs)
        provider.delete(had)
    assert emulator.call("GET", f"/instances/{had.id}").ok


def test_a_renamed_resource_takes_its_tag_along(
    open_provider: Open, account: dict[str, str], emulator: Emulator, urn: str
) -> None:
    found = created(open_provider, account, urn)
    stack = tags(emulator, found)[1]
    with open_provider(account) as provider:
        provider.urn = f"{urn}-renamed"
        inputs = provider.check(STRIPE, found.inputs).inputs
        assert provider.diff(found.id, found.outputs, inputs) == "update"
        renamed = provider.update(found, inputs)
        assert renamed.id == found.id
        assert tags(emulator, found)[:2] == ["a", stack]
        assert tags(emulator, found)[2].startswith("pulumi:payments-renamed#")
        assert provider.diff(found.id, renamed.outputs, inputs) == "none"


def test_a_tag_that_looks_like_an_owners_is_refused(provider: Provider) -> None:
    (failure,) = provider.check(STRIPE | {"tags": ["pulumi:mine"]}).failures
    assert failure == ("", "tags: must not begin with pulumi:, which tells who manages an instance")


def test_two_candidates_are_an_error_of_one_line(open_provider: Open, account: dict[str, str], urn: str) -> None:
    for _ in range(2):
        created(open_provider, account | {"orphans": "ignore"}, urn)
    with pytest.raises(Refused, match="carry the ownership tag of this resource"):
        created(open_provider, account, urn)
