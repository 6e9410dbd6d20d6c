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
from tests.contract.door import UNKNOWN, Door, DynamicDoor, Refused, opened, secrets, struct_of
from tests.support.emulator import Emulator

STRIPE = {"element": "stripe", "name": "Payments", "configuration": {"api.key": "sk_live_5e1f"}}


LINE = re.compile(r"(Exception calling application: )?(POST|cloudelements:).*")
"""A refusal. Hosts before 3.272 leave exceptions to gRPC, which puts its own words before them."""


class Broken(ResourceProvider):
    """A provider of a user's own, with a fault."""

    def create(self, props: dict[str, Any]) -> CreateResult:  # noqa: ARG002 - the SDK's name
        """Fail."""
        raise ValueError("a fault of the user's own provider")


@pytest.fixture(scope="module")
def door(account: dict[str, str]) -> Iterator[DynamicDoor]:
    """This door alone."""
    with opened(account) as door:
        yield door


def pickled(protocol: int) -> dict[str, str]:
    """The provider as an older or a newer Python would have written it into a state."""
    return {"__provider": base64.b64encode(pickle.dumps(InstanceProvider(), protocol)).decode()}


@pytest.mark.parametrize("protocol", [2, 3, 5])
def test_other_bytes_of_the_pickled_provider_are_no_diff(door: Door, protocol: int) -> None:
    checked = door.check(STRIPE)
    found = door.create(checked.inputs)
    assert door.diff(found.id, found.outputs | pickled(protocol), checked.inputs) == "none"
    door.delete(found)


def test_a_state_of_another_python_can_be_read_and_deleted(door: Door) -> None:
    found = door.create(door.check(STRIPE).inputs)
    found.outputs.update(pickled(2))
    assert door.read(found) is not None
    door.delete(found)
    assert door.read(found) is None


URN = "urn:pulumi:staging::integrations::pulumi-python:dynamic/cloudelements:Instance::payments"


def test_a_diff_names_what_changes_since_the_host_cannot_show_it(door: Door) -> None:
    found = door.create(door.check(STRIPE).inputs)
    new = door.check(STRIPE | {"configuration": {"api.key": "new-77aa"}, "tags": ["x"]}, found.inputs)
    before = len(door.announced)
    assert door.diff(found.id, found.outputs, new.inputs) == "update"
    (message,) = door.announced[before:]
    assert (message.severity, message.message) == ("info", 'changes configuration["api.key"], tags')


def test_the_hidden_urn_stays_with_the_inputs_and_says_whose_a_message_is(door: Door) -> None:
    before = len(door.announced)
    declared = STRIPE | {"__urn": URN, "configuration": {"api.key": "sk_live_5e1f", "apikey": "x"}}
    checked = door.check(declared)
    assert checked.failures == []
    assert checked.inputs["__urn"] == URN
    found = door.create(checked.inputs)
    assert "__urn" not in found.outputs
    new = door.check(STRIPE | {"__urn": URN}, checked.inputs)
    assert door.diff(found.id, found.outputs, new.inputs) == "update"
    assert [(announcement.severity, announcement.urn) for announcement in door.announced[before:]] == [
        ("warning", URN),
        ("info", URN),
    ]
    read = door.read(found)
    assert read is not None
    assert "__urn" not in read.outputs
    door.delete(found)


@pytest.mark.parametrize(
    "other", [{}, {"__urn": URN + "-renamed"}, {"__urn": UNKNOWN}], ids=["none", "other", "unknown"]
)
def test_another_hidden_urn_is_no_diff(door: Door, other: dict[str, str]) -> None:
    old, new = door.check(STRIPE | {"__urn": URN}).inputs, door.check(STRIPE | other).inputs
    assert door.diff("1", old, new) == "none"
    assert door.diff("1", new, old) == "none"


def test_an_urn_that_a_preview_cannot_know_is_no_obstacle(door: Door) -> None:
    before = len(door.announced)
    checked = door.check(STRIPE | {"__urn": UNKNOWN, "configuration": {"api.key": "k", "zzz": "x"}})
    assert checked.failures == []
    assert checked.inputs["__urn"] == UNKNOWN
    assert [announcement.urn for announcement in door.announced[before:]] == [""]


def test_the_hidden_urn_survives_a_misconfiguration() -> None:
    with opened({"baseUrl": "http://api.example"}) as door:
        checked = door.check(STRIPE | {"__urn": URN})
    assert len(checked.failures) == 1
    assert checked.inputs["__urn"] == URN


def test_what_the_program_gave_as_a_secret_is_marked_in_every_answer(door: Door) -> None:
    plain = STRIPE | {"configuration": {"api.key": "sk_live_5e1f", "bulk.relations": "x", "pagination.max": 5}}
    given = plain | {"__secrets": ["bulk.relations"]}
    paths = {"/configuration/api.key", "/configuration/bulk.relations"}
    checked = door.check(given)
    assert secrets(checked.inputs) == paths
    assert checked.inputs["__secrets"] == ["bulk.relations"]
    found = door.create(checked.inputs)
    assert secrets(found.outputs) == paths | {"/token"}
    read = door.read(found)
    assert read is not None
    assert (secrets(read.outputs), secrets(read.inputs)) == (paths | {"/token"}, paths)
    assert door.diff(found.id, read.outputs, checked.inputs) == "none"
    updated = door.update(found, door.check(given | {"name": "Renamed"}).inputs)
    assert secrets(updated.outputs) == paths | {"/token"}
    door.delete(found)


def test_a_value_that_becomes_a_secret_is_an_update_that_sends_nothing(door: Door, emulator: Emulator) -> None:
    plain = STRIPE | {"configuration": {"api.key": "sk_live_5e1f", "bulk.relations": "x"}}
    found = door.create(door.check(plain).inputs)
    sealed = door.check(plain | {"__secrets": ["bulk.relations"]}).inputs
    assert door.diff(found.id, found.outputs, sealed) == "update"
    emulator.clear()
    updated = door.update(found, sealed)
    assert [entry for entry in emulator.requests() if entry["method"] != "GET"] == []
    assert "/configuration/bulk.relations" in secrets(updated.outputs)
    assert door.diff(found.id, updated.outputs, sealed) == "none"
    assert door.diff(found.id, updated.outputs, door.check(plain).inputs) == "none"
    door.delete(found)


@pytest.mark.parametrize("unknown", [UNKNOWN, "text", None], ids=repr)
def test_secrets_that_a_preview_cannot_know_are_no_obstacle(door: Door, unknown: Any) -> None:
    checked = door.check(STRIPE | {"__secrets": unknown})
    assert checked.failures == []
    assert secrets(checked.inputs) == {"/configuration/api.key"}
    assert door.diff("1", door.check(STRIPE).inputs, checked.inputs) == "none"


def test_an_exception_is_one_line(door: Door) -> None:
    with pytest.raises(Refused) as caught:
        door.create({"element": "strip", "name": "Payments"})
    assert LINE.fullmatch(str(caught.value))
    assert "POST /instances: 404 " in str(caught.value)


def test_another_provider_in_the_same_process_fails_as_it_would_alone(account: dict[str, str]) -> None:
    own = struct_of({"__provider": serialize_provider(Broken())})

    def failure(door: DynamicDoor) -> str:
        with pytest.raises(Refused, match="a fault of the user's own provider") as caught:
            door.call("Create", provider_pb2.CreateRequest(properties=own))
        return str(caught.value)

    with opened(account) as door:
        alone = failure(door)  # with its traceback, where the SDK hands it on
        assert door.check(STRIPE).failures == []
        assert failure(door) == alone


def test_what_comes_without_its_hidden_properties_is_refused_with_the_sdks_version(door: DynamicDoor) -> None:
    dropped = {"__provider": serialize_provider(InstanceProvider()), **STRIPE}
    response = door.call("Check", provider_pb2.CheckRequest(news=struct_of(dropped)))
    (failure,) = response.failures
    assert failure.property == ""
    assert failure.reason.startswith(f"pulumi {version('pulumi')}, this program's SDK, drops properties")
    assert "\n" not in failure.reason


def test_the_same_misconfiguration_is_the_same_line_every_time() -> None:
    with opened({"baseUrl": "http://api.example"}) as door:
        lines = {_refusal(door) for _ in range(5)}
    (line,) = lines
    assert LINE.fullmatch(line)
    assert "cloudelements:baseUrl" in line


def _refusal(door: Any) -> str:
    with pytest.raises(Refused) as caught:
        door.create(STRIPE)
    return str(caught.value)
