"""The platform's answers: what is read of an instance and of an element."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_cloudelements.errors import ForeignAnswer
from pulumi_cloudelements.model.element import Element, Entry
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.resources import wire

DOCUMENTED_REQUEST = """
{
  "element": {"key": "stripe"},
  "configuration": {"api.key": "<INSERT_STRIPE_API_KEY>"},
  "tags": ["<INSERT_TAGS>"],
  "name": "<INSERT_INSTANCE_NAME>"
}
"""

DOCUMENTED_ANSWER = r"""
{
  "id": 1234,
  "name": "Test",
  "token": "mQuw4rrhnrMl1UeDj25v0xDU5TUx6WUw=",
  "element": {
    "id": 483,
    "name": "Cloud Elements for Stripe",
    "key": "stripe",
    "description": "Add a Stripe Instance to connect your existing Stripe Enterprise account to the Payments Hub.",
    "image": "https://stripe.com/img/about/logos/logos/black.png",
    "active": false,
    "deleted": false,
    "typeOauth": false,
    "trialAccount": false,
    "resources": [],
    "transformationsEnabled": true,
    "bulkDownloadEnabled": true,
    "bulkUploadEnabled": true,
    "cloneable": true,
    "authentication": {"type": "basic"},
    "hub": "payment",
    "parameters": []
  },
  "provisionInteractions": [],
  "valid": true,
  "disabled": false,
  "maxCacheSize": 0,
  "cacheTimeToLive": 0,
  "configuration": {
    "bulk.add_metadata": null,
    "base.url": "https://api.stripe.com/v1",
    "bulk.query.field_name": "created",
    "pagination.max": "100",
    "event.vendor.type": "polling",
    "bulk.query.operator": ">=",
    "bulk.query.date_mask": "yyyy-MM-dd'T'HH:mm:ssXXX",
    "bulk.query.download_format": "JSON",
    "password": "********",
    "pagination.type": "cursor",
    "bulk.relations": null,
    "event.poller.refresh_interval": "15",
    "event.notification.callback.url": null,
    "event.poller.configuration": "{\"events\":{\"url\":\"/hubs/payment/events?where=created >'${epoch}'\"}}",
    "username": "STRIPE_API_KEY",
    "event.notification.enabled": "false"
  },
  "eventsEnabled": false,
  "traceLoggingEnabled": false,
  "externalAuthentication": "none",
  "cachingEnabled": false
}
"""

CERTAIN = {"id": 1234, "name": "Test", "token": "t", "element": {"key": "stripe"}}
"""All that an answer is certain to hold [T]."""


def test_the_documented_request_is_what_is_sent() -> None:
    inputs = InstanceInputs(
        element="stripe",
        name="<INSERT_INSTANCE_NAME>",
        configuration={"api.key": "<INSERT_STRIPE_API_KEY>"},
        tags=("<INSERT_TAGS>",),
    )
    assert wire.to_wire(inputs) == json.loads(DOCUMENTED_REQUEST)


def test_the_documented_answer_is_read() -> None:
    answer = json.loads(DOCUMENTED_ANSWER)
    assert wire.from_wire(answer) == InstanceState(
        id="1234",
        inputs=InstanceInputs("stripe", "Test", answer["configuration"], None, True, "none"),
        token="mQuw4rrhnrMl1UeDj25v0xDU5TUx6WUw=",
        element_id=483,
        hub="payment",
        valid=True,
        created_date=None,
    )


def test_what_newer_answers_add_is_read() -> None:
    more = {"createdDate": "2018-05-01T10:00:00Z", "elementId": 483, "tags": ["a"], "user": {"id": 1}, "disabled": True}
    state = wire.from_wire(CERTAIN | more)
    assert (state.created_date, state.element_id, state.inputs.tags) == ("2018-05-01T10:00:00Z", 483, ("a",))
    assert not state.inputs.enabled


def test_the_certain_part_of_an_answer_is_enough() -> None:
    state = wire.from_wire(CERTAIN)
    assert (state.id, state.token, state.inputs.element, state.inputs.name) == ("1234", "t", "stripe", "Test")
    assert (state.element_id, state.hub, state.valid, state.created_date) == (None, None, None, None)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"message": "hello"},
        CERTAIN | {"element": None},
        CERTAIN | {"element": "stripe"},
        CERTAIN | {"element": {}},
        CERTAIN | {"element": []},
        {name: value for name, value in CERTAIN.items() if name != "id"},
        CERTAIN | {"id": None},
        CERTAIN | {"id": True},
        CERTAIN | {"id": -1},
        CERTAIN | {"id": 1.5},
        CERTAIN | {"id": ""},
        CERTAIN | {"id": "../1"},
        CERTAIN | {"id": [1]},
        CERTAIN | {"configuration": "text"},
        CERTAIN | {"configuration": 5},
        CERTAIN | {"configuration": ["a", "b"]},
        CERTAIN | {"configuration": [{"key": "a", "value": "b"}]},
    ],
    ids=lambda answer: repr({name: value for name, value in answer.items() if CERTAIN.get(name) != value}),
)
def test_what_is_no_instance_is_a_foreign_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(ForeignAnswer):
        wire.from_wire(answer)


DECLARED = InstanceInputs("stripe", "Declared", {"a": 1}, ("x",), False, "initial", {"code": "c"}, 2, "1234")


def test_what_an_answer_leaves_out_is_as_declared_and_what_it_shows_is_not() -> None:
    assert wire.from_wire(CERTAIN, DECLARED).inputs == InstanceInputs("stripe", "Test", {}, ("x",), False, "initial")
    shown = {"tags": [], "disabled": False, "externalAuthentication": "none", "configuration": {"a": "2"}}
    assert wire.from_wire(CERTAIN | shown, DECLARED).inputs == InstanceInputs("stripe", "Test", {"a": "2"}, ())


def test_an_id_keeps_all_its_digits() -> None:
    assert wire.from_wire(CERTAIN | {"id": 9007199254740993}).id == "9007199254740993"
    assert wire.from_wire(CERTAIN | {"id": "9007199254740993"}).id == "9007199254740993"


# Elements

ROW = {
    "id": 4501,
    "key": "api.key",
    "name": "API Key",
    "type": "PASSWORD",
    "required": True,
    "defaultValue": "none yet",
    "hideFromConsole": False,
    "internal": True,
    "active": False,
    "groupControl": False,
    "groupName": "custom",
    "options": [],
}
OLDER = {name: value for name, value in ROW.items() if name not in ("type", "required")}
OLDER |= {"configDataType": "PASSWORD", "mandatory": True}
"""The same in the wording of older answers."""


def rows(*rows: Any) -> tuple[Entry, ...]:
    """The definitions that rows of an answer give."""
    return wire.element_from_wire({"key": "stripe", "configuration": list(rows)}).configuration


def test_an_element_is_read_with_its_definitions() -> None:
    answer = json.loads(DOCUMENTED_ANSWER)["element"] | {"configuration": [ROW, {"key": "base.url"}]}
    assert wire.element_from_wire(answer) == Element(
        key="stripe",
        authentication="basic",
        configuration=(
            Entry("api.key", "PASSWORD", True, "none yet", "custom", internal=True, active=False),
            Entry("base.url", "", False, None, None, internal=False, active=True),
        ),
        id=483,
        name="Cloud Elements for Stripe",
        hub="payment",
    )


def test_both_wordings_of_a_definition_say_the_same() -> None:
    assert rows(OLDER) == rows(ROW)
    optional = {"required": False, "type": "BOOLEAN"}, {"mandatory": False, "configDataType": "BOOLEAN"}
    newer, older = (rows({"key": "a"} | words) for words in optional)
    assert newer == older == (Entry("a", "BOOLEAN"),)


@pytest.mark.parametrize(
    ("given", "default"),
    [
        (None, None),
        ("", None),
        ("100", "100"),
        ("false", "false"),
        (100, "100"),
        (0, "0"),
        (False, "false"),
        (True, "true"),
    ],
)
def test_a_default_is_the_text_that_the_platform_would_read_back(given: Any, default: str | None) -> None:
    (entry,) = rows({"key": "a", "defaultValue": given})
    assert entry.default == default


@pytest.mark.parametrize("group", ["", None])
def test_no_group_is_every_group(group: Any) -> None:
    (entry,) = rows({"key": "a", "groupName": group})
    assert entry.group is None


def test_a_row_that_is_no_definition_is_passed_over() -> None:
    assert rows(None, 5, "text", [], {}, {"name": "no key"}, {"key": ""}, {"key": None}, {"key": "a"}) == (Entry("a"),)


def test_the_key_is_enough_of_an_element() -> None:
    for answer in ({"key": "x"}, {"key": "x", "configuration": None, "authentication": None, "id": None}):
        assert wire.element_from_wire(answer) == Element("x")
    assert wire.element_from_wire({"key": "x", "authentication": "basic"}) == Element("x")
    assert wire.element_from_wire({"key": "x", "authentication": {"type": None}}) == Element("x")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"message": "hello"},
        {"key": None},
        {"key": ""},
        {"key": "x", "configuration": "text"},
        {"key": "x", "configuration": 5},
        {"key": "x", "configuration": {"api.key": {}}},
    ],
    ids=str,
)
def test_what_is_no_element_is_a_foreign_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(ForeignAnswer):
        wire.element_from_wire(answer)
