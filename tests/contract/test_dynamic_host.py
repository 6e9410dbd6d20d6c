"""What only the dynamic host has: the pickled provider in every resource, and the text of an exception."""

from __future__ import annotations

import base64
import pickle
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from pulumi.dynamic import CreateResult, ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2

from pulumi_cloudelements.dynamic import InstanceProvider
from tests.support.declarations import STRIPE
from tests.support.emulator import Emulator
from tests.support.provider import (
    UNKNOWN,
    DynamicProvider,
    Provider,
    Refused,
    opened,
    properties_of,
    secrets,
    struct_of,
)

LINE = re.compile(r"(Exception calling application: )?(POST|cloudelements:).*")
"""A refusal. Hosts before 3.272 leave exceptions to gRPC, which puts its own words before them."""


class Broken(ResourceProvider):
    """A provider of a user's own, with a fault."""

    def create(self, props: dict[str, Any]) -> CreateResult:  # noqa: ARG002 - the SDK's name
        """Fail."""
        raise ValueError("a fault of the user's own provider")


@pytest.fixture(scope="module")
def provider(account: dict[str, str]) -> Iterator[DynamicProvider]:
    """This provider alone."""
    with opened(account) as provider:
        yield provider


def pickled(protocol: int) -> dict[str, str]:
    """The provider as an older or a newer Python would have written it into a state."""
    return {"__provider": base64.b64encode(pickle.dumps(InstanceProvider(), protocol)).decode()}


@pytest.mark.parametrize("protocol", [2, 3, 5])
def test_other_bytes_of_the_pickled_provider_are_no_diff(provider: Provider, protocol: int) -> None:
    checked = provider.check(STRIPE)
    found = provider.create(checked.inputs)
    assert provider.diff(found.id, found.outputs | pickled(protocol), checked.inputs) == "none"
    provider.delete(found)


def test_a_state_of_another_python_can_be_read_and_deleted(provider: Provider) -> None:
    found = provider.create(provider.check(STRIPE).inputs)
    found.outputs.update(pickled(2))
    assert provider.read(found) is not None
    provider.delete(found)
    assert provider.read(found) is None


URN = "urn:pulumi:staging::integrations::pulumi-python:dynamic/cloudelements:Instance::payments"


def test_a_diff_names_what_changes_since_the_host_cannot_show_it(provider: Provider) -> None:
    found = provider.create(provider.check(STRIPE).inputs)
    new = provider.check(STRIPE | {"configuration": {"api.key": "new-77aa"}, "tags": ["x"]}, found.inputs)
    before = len(provider.diagnostics)
    assert provider.diff(found.id, found.outputs, new.inputs) == "update"
    (message,) = provider.diagnostics[before:]
    assert (message.severity, message.message) == ("info", 'changes configuration["api.key"], tags')


def test_the_hidden_urn_stays_with_the_inputs_and_says_whose_a_message_is(provider: Provider) -> None:
    before = len(provider.diagnostics)
    declared = STRIPE | {"__urn": URN, "configuration": {"api.key": "sk_live_5e1f", "apikey": "x"}}
    checked = provider.check(declared)
    assert checked.failures == []
    assert checked.inputs["__urn"] == URN
    found = provider.create(checked.inputs)
    assert "__urn" not in found.outputs
    new = provider.check(STRIPE | {"__urn": URN}, checked.inputs)
    assert provider.diff(found.id, found.outputs, new.inputs) == "update"
    assert [(diagnostic.severity, diagnostic.urn) for diagnostic in provider.diagnostics[before:]] == [
        ("warning", URN),
        ("info", URN),
    ]
    read = provider.read(found)
    assert read is not None
    assert "__urn" not in read.outputs
    provider.delete(found)


@pytest.mark.parametrize(
    "other", [{}, {"__urn": URN + "-renamed"}, {"__urn": UNKNOWN}], ids=["none", "other", "unknown"]
)
def test_another_hidden_urn_is_no_diff(provider: Provider, other: dict[str, str]) -> None:
    old, new = provider.check(STRIPE | {"__urn": URN}).inputs, provider.check(STRIPE | other).inputs
    assert provider.diff("1", old, new) == "none"
    assert provider.diff("1", new, old) == "none"


def test_an_urn_that_a_preview_cannot_know_is_no_obstacle(provider: Provider) -> None:
    before = len(provider.diagnostics)
    checked = provider.check(STRIPE | {"__urn": UNKNOWN, "configuration": {"api.key": "k", "zzz": "x"}})
    assert checked.failures == []
    assert checked.inputs["__urn"] == UNKNOWN
    assert [diagnostic.urn for diagnostic in provider.diagnostics[before:]] == [""]


def test_the_hidden_urn_survives_a_misconfiguration() -> None:
    with opened({"baseUrl": "http://api.example"}) as provider:
        checked = provider.check(STRIPE | {"__urn": URN})
    assert len(checked.failures) == 1
    assert checked.inputs["__urn"] == URN


def test_what_the_program_gave_as_a_secret_is_marked_in_every_answer(provider: Provider) -> None:
    plain = STRIPE | {"configuration": {"api.key": "sk_live_5e1f", "bulk.relations": "x", "pagination.max": 5}}
    given = plain | {"__secrets": ["bulk.relations"]}
    paths = {"/configuration/api.key", "/configuration/bulk.relations"}
    checked = provider.check(given)
    assert secrets(checked.inputs) == paths
    assert checked.inputs["__secrets"] == ["bulk.relations"]
    found = provider.create(checked.inputs)
    assert secrets(found.outputs) == paths | {"/token"}
    read = provider.read(found)
    assert read is not None
    assert (secrets(read.outputs), secrets(read.inputs)) == (paths | {"/token"}, paths)
    assert provider.diff(found.id, read.outputs, checked.inputs) == "none"
    updated = provider.update(found, provider.check(given | {"name": "Renamed"}).inputs)
    assert secrets(updated.outputs) == paths | {"/token"}
    provider.delete(found)


def test_a_value_that_becomes_a_secret_is_an_update_that_sends_nothing(provider: Provider, emulator: Emulator) -> None:
    plain = STRIPE | {"configuration": {"api.key": "sk_live_5e1f", "bulk.relations": "x"}}
    found = provider.create(provider.check(plain).inputs)
    sealed = provider.check(plain | {"__secrets": ["bulk.relations"]}).inputs
    assert provider.diff(found.id, found.outputs, sealed) == "update"
    emulator.clear()
    updated = provider.update(found, sealed)
    assert [entry for entry in emulator.requests() if entry["method"] != "GET"] == []
    assert "/configuration/bulk.relations" in secrets(updated.outputs)
    assert provider.diff(found.id, updated.outputs, sealed) == "none"
    assert provider.diff(found.id, updated.outputs, provider.check(plain).inputs) == "none"
    provider.delete(found)


@pytest.mark.parametrize("unknown", [UNKNOWN, "text", None], ids=repr)
def test_secrets_that_a_preview_cannot_know_are_no_obstacle(provider: Provider, unknown: Any) -> None:
    checked = provider.check(STRIPE | {"__secrets": unknown})
    assert checked.failures == []
    assert secrets(checked.inputs) == {"/configuration/api.key"}
    assert provider.diff("1", provider.check(STRIPE).inputs, checked.inputs) == "none"


def test_an_exception_is_one_line(provider: Provider) -> None:
    with pytest.raises(Refused) as caught:
        provider.create({"element": "strip", "name": "Payments"})
    assert LINE.fullmatch(str(caught.value))
    assert "POST /instances: 404 " in str(caught.value)


def test_another_provider_in_the_same_process_fails_as_it_would_alone(account: dict[str, str]) -> None:
    own = struct_of({"__provider": serialize_provider(Broken())})

    def failure(provider: DynamicProvider) -> str:
        with pytest.raises(Refused, match="a fault of the user's own provider") as caught:
            provider.call("Create", provider_pb2.CreateRequest(properties=own))
        return str(caught.value)

    with opened(account) as provider:
        alone = failure(provider)  # with its traceback, where the SDK hands it on
        assert provider.check(STRIPE).failures == []
        assert failure(provider) == alone


def test_what_comes_without_its_hidden_properties_is_refused_with_the_sdks_version(provider: DynamicProvider) -> None:
    dropped = {"__provider": serialize_provider(InstanceProvider()), **STRIPE}
    response = provider.call("Check", provider_pb2.CheckRequest(news=struct_of(dropped)))
    (failure,) = response.failures
    assert failure.property == ""
    assert failure.reason.startswith(f"pulumi {version('pulumi')}, this program's SDK, drops properties")
    assert secrets(properties_of(response.inputs)) == {"/configuration/api.key"}
    assert "\n" not in failure.reason


def test_the_same_misconfiguration_is_the_same_line_every_time() -> None:
    with opened({"baseUrl": "http://api.example"}) as provider:
        lines = {_refusal(provider) for _ in range(5)}
    (line,) = lines
    assert LINE.fullmatch(line)
    assert "cloudelements:baseUrl" in line


def _refusal(provider: Any) -> str:
    with pytest.raises(Refused) as caught:
        provider.create(STRIPE)
    return str(caught.value)
