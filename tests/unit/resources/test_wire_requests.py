"""The platform's requests: what is sent of an instance, and which of its values no error may repeat."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.model.instance import InstanceInputs
from pulumi_cloudelements.model.properties import configuration_path
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.diff import canonical, diff
from tests.support import strategies


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
