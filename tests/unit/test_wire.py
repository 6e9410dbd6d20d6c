"""The platform's JSON, to and fro."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements import wire
from pulumi_cloudelements.errors import ForeignAnswer
from pulumi_cloudelements.model import InstanceInputs, InstanceState
from tests.unit import strategies

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


@given(strategies.inputs.filter(lambda inputs: inputs.enabled), st.integers(1, 2**80))
def test_what_is_sent_is_what_is_read_back(inputs: InstanceInputs, id: int) -> None:
    text = json.dumps(wire.to_wire(inputs) | {"id": id, "token": "t"})
    state = wire.from_wire(json.loads(text))
    assert state.inputs == inputs
    assert state.id == str(id)


@pytest.mark.parametrize(
    ("key", "value", "sent"),
    [
        ("event.poller.refresh_interval", 15, '"event.poller.refresh_interval": 15'),
        ("a", 9007199254740991, '"a": 9007199254740991'),
        ("a", True, '"a": true'),
        ("a", "", '"a": ""'),
        ("a", "a/b", '"a": "a/b"'),
        ("a", "30", '"a": "30"'),
        ("a", 0.5, '"a": 0.5'),
        ('say "hi"', "x", '"say \\"hi\\"": "x"'),
        ("schlüssel", "größe ☃", '"schlüssel": "größe ☃"'),
        ("a", {"b": [1, {"c": None}]}, '"a": {"b": [1, {"c": null}]}'),
    ],
)
def test_a_value_keeps_its_spelling_on_the_wire(key: str, value: Any, sent: str) -> None:
    body = wire.to_wire(InstanceInputs("stripe", "Test", {key: value}))
    assert sent in json.dumps(body, ensure_ascii=False)


def test_an_id_keeps_all_its_digits() -> None:
    assert wire.from_wire(CERTAIN | {"id": 9007199254740993}).id == "9007199254740993"
    assert wire.from_wire(CERTAIN | {"id": "9007199254740993"}).id == "9007199254740993"


def test_undeclared_tags_are_not_sent_and_empty_ones_are() -> None:
    assert "tags" not in wire.to_wire(InstanceInputs("stripe", "Test"))
    assert wire.to_wire(InstanceInputs("stripe", "Test", tags=()))["tags"] == []


@pytest.mark.parametrize(
    ("choice", "sent"), [("none", {}), ("initial", {"externalAuthentication": "initial"})], ids=["none", "initial"]
)
def test_external_authentication_is_sent_where_it_is_not_the_default(choice: str, sent: dict[str, str]) -> None:
    body = wire.to_wire(InstanceInputs("sfdc", "Test", external_authentication=choice))
    assert body == {"element": {"key": "sfdc"}, "name": "Test", "configuration": {}} | sent


def test_an_update_carries_everything_declared_and_null_for_what_is_declared_no_longer() -> None:
    old = InstanceInputs("stripe", "Old", {"kept": 1, "changed": 2, "dropped": 3}, ("a",))
    new = InstanceInputs("stripe", "New", {"kept": 1, "changed": 4, "added": 5}, ("b",))
    assert wire.to_update(old, new) == {
        "name": "New",
        "tags": ["b"],
        "configuration": {"kept": 1, "changed": 4, "added": 5, "dropped": None},
    }


def test_an_update_leaves_tags_alone_that_are_declared_no_longer_and_clears_them_on_request() -> None:
    old = InstanceInputs("stripe", "Test", tags=("a",))
    assert "tags" not in wire.to_update(old, InstanceInputs("stripe", "Test"))
    assert wire.to_update(old, InstanceInputs("stripe", "Test", tags=()))["tags"] == []


@pytest.mark.parametrize(
    ("configuration", "secret"),
    [
        ({"base.url": "https://x.example"}, "https://x.example"),
        ({"a": {"b": ["deep-inside"]}}, "deep-inside"),
        ({"password": "short"}, "short"),
        ({"password": 12345678}, "12345678"),
    ],
)
def test_what_no_error_may_repeat(configuration: dict[str, Any], secret: str) -> None:
    assert secret in wire.secrets_of(InstanceInputs("jira", "Test", configuration))


def test_words_that_are_no_secret_stay_readable_in_errors() -> None:
    configuration = {"event.notification.enabled": "true", "event.poller.refresh_interval": "15", "a": False}
    assert wire.secrets_of(InstanceInputs("stripe", "Test", configuration)) == set()
