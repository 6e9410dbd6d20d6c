"""The platform's JSON, to and fro."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.errors import ForeignAnswer
from pulumi_cloudelements.model.element import Element, Entry
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.properties import configuration_path
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.diff import canonical, diff
from tests.support import strategies

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


# Requests


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


def test_provider_data_is_sent_on_create_as_it_is() -> None:
    data = {"code": "a/b+c=", "n": 1, "deep": {"a": [True]}}
    body = wire.to_wire(InstanceInputs("sfdc", "Test", provider_data=data, provider_data_version=2, adopt="1"))
    assert body == {"element": {"key": "sfdc"}, "name": "Test", "configuration": {}, "providerData": data}


def test_a_reauthentication_carries_provider_data_alone() -> None:
    inputs = InstanceInputs("sfdc", "Test", {"a": "b"}, ("c",), provider_data={"code": "c"}, provider_data_version=2)
    assert wire.to_reauthentication(inputs) == {"providerData": {"code": "c"}}


OLD = InstanceInputs("stripe", "Old", {"kept": 1, "changed": 2, "dropped": 3, "reset": 4}, ("a",))
NEW = InstanceInputs("stripe", "New", {"kept": 1, "changed": 4, "added": 5}, ("b",), False, "none", {"code": "c"}, 2)
DEFAULTS = {"kept": "10", "changed": "20", "reset": "40", "never declared": "50"}


def test_a_put_carries_everything_declared_and_puts_back_what_is_declared_no_longer() -> None:
    assert wire.to_put(OLD, NEW, DEFAULTS) == {
        "name": "New",
        "tags": ["b"],
        "configuration": {"kept": 1, "changed": 4, "added": 5, "dropped": None, "reset": "40"},
    }


def test_a_put_sends_null_for_what_is_declared_no_longer_where_no_default_is_known() -> None:
    assert wire.to_put(OLD, NEW, {})["configuration"] == {
        "kept": 1,
        "changed": 4,
        "added": 5,
        "dropped": None,
        "reset": None,
    }


def test_a_put_of_an_equal_declaration_carries_all_of_it() -> None:
    assert wire.to_put(OLD, OLD, DEFAULTS) == {"name": "Old", "tags": ["a"], "configuration": dict(OLD.configuration)}


def test_an_update_leaves_tags_alone_that_are_declared_no_longer_and_clears_them_on_request() -> None:
    old = InstanceInputs("stripe", "Test", tags=("a",))
    for changed in ((), {"tags"}):
        assert "tags" not in wire.to_put(old, InstanceInputs("stripe", "Test"), {})
        assert "tags" not in wire.to_patch(old, InstanceInputs("stripe", "Test"), {}, changed)
    assert wire.to_put(old, InstanceInputs("stripe", "Test", tags=()), {})["tags"] == []
    assert wire.to_patch(old, InstanceInputs("stripe", "Test", tags=()), {}, {"tags"}) == {"tags": []}


@pytest.mark.parametrize(
    ("changed", "body"),
    [
        ([], {}),
        (["name"], {"name": "New"}),
        (["tags"], {"tags": ["b"]}),
        (["enabled", "providerDataVersion", "externalAuthentication", "adopt"], {}),
        (['configuration["changed"]'], {"configuration": {"changed": 4}}),
        (['configuration["added"]'], {"configuration": {"added": 5}}),
        (['configuration["dropped"]'], {"configuration": {"dropped": None}}),
        (['configuration["reset"]'], {"configuration": {"reset": "40"}}),
        (['configuration["elsewhere"]', "configuration"], {}),
        (
            ["name", "enabled", 'configuration["changed"]', 'configuration["reset"]'],
            {"name": "New", "configuration": {"changed": 4, "reset": "40"}},
        ),
    ],
    ids=str,
)
def test_a_patch_carries_what_changed_and_nothing_else(changed: list[str], body: dict[str, Any]) -> None:
    assert wire.to_patch(OLD, NEW, DEFAULTS, changed) == body


@pytest.mark.parametrize("key", ["", ".", 'a"b', "a[0]", 'a["b"].c', "a\\b", "größe.☃", "two\nlines"])
def test_a_patch_knows_a_key_by_its_path(key: str) -> None:
    old, new = InstanceInputs("stripe", "Test", {key: 1, "b": 1}), InstanceInputs("stripe", "Test", {key: 2, "b": 2})
    assert wire.to_patch(old, new, {}, {configuration_path(key)}) == {"configuration": {key: 2}}


@given(strategies.inputs, strategies.inputs)
def test_a_patch_of_the_differences_ends_where_a_put_ends(old: InstanceInputs, new: InstanceInputs) -> None:
    new = replace(new, element=old.element, external_authentication=old.external_authentication)
    put = wire.to_put(old, new, {})
    patch = wire.to_patch(old, new, {}, {change.path for change in diff(old.to_properties(), new.to_properties())})
    before = {"name": old.name, "tags": list(old.tags or ()), "configuration": dict(old.configuration)}
    merged = before | patch | {"configuration": before["configuration"] | patch.get("configuration", {})}
    for name in put.keys() - {"configuration"}:
        assert canonical(name, merged[name]) == canonical(name, put[name])
    meant = [{key: canonical(key, value) for key, value in body["configuration"].items()} for body in (merged, put)]
    assert meant[0] == meant[1]


@pytest.mark.parametrize(
    ("configuration", "secret"),
    [
        ({"base.url": "https://x.example"}, "https://x.example"),
        ({"a": {"b": ["deep-inside"]}}, "deep-inside"),
        ({"password": "short"}, "short"),
        ({"password": 12345678}, "12345678"),
        ({"event.poller.configuration": '{"auth": {"token": "in-json-text"}}'}, "in-json-text"),
        ({"event.poller.configuration": '{"auth": {"token": "in-json-text"}}'}, '{"auth": {"token": "in-json-text"}}'),
        ({"a": {"b": '["deep-in-both"]'}}, "deep-in-both"),
    ],
)
def test_what_no_error_may_repeat(configuration: dict[str, Any], secret: str) -> None:
    assert secret in wire.secrets_of(InstanceInputs("jira", "Test", configuration))


@pytest.mark.parametrize(
    ("data", "secret"), [({"code": "c0"}, "c0"), ({"a": {"b": ["deep-inside"]}}, "deep-inside")], ids=str
)
def test_provider_data_is_what_no_error_may_repeat(data: dict[str, Any], secret: str) -> None:
    assert secret in wire.secrets_of(InstanceInputs("sfdc", "Test", provider_data=data))


def test_words_that_are_no_secret_stay_readable_in_errors() -> None:
    configuration = {"event.notification.enabled": "true", "event.poller.refresh_interval": "15", "a": False}
    assert wire.secrets_of(InstanceInputs("stripe", "Test", configuration)) == set()
