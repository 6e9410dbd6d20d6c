"""What is a change and what is none: tables in pairs, and the rules that hold for all instances."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pulumi_cloudelements.model.instance import InstanceInputs, property_name
from pulumi_cloudelements.model.properties import UNKNOWN, configuration_path
from pulumi_cloudelements.redaction import MASK
from pulumi_cloudelements.resources.diff import Kind, PropertyChange, canonical, diff, overlay
from tests.support import strategies

BASE = {"element": "stripe", "name": "Test", "configuration": {"a": "b"}, "enabled": True}


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The changes between two variations of the same declaration, as path, kind and whether it replaces."""
    return [(change.path, change.kind.value, change.replaces) for change in diff(BASE | old, BASE | new)]


def configured(key: str, old: Any, new: Any) -> list[tuple[str, str, bool]]:
    """The changes between two values of one configuration key."""
    return changes({"configuration": {key: old}}, {"configuration": {key: new}})


NO_DRIFT = [
    ("a", True, "true"),
    ("a", "false", False),
    ("a", 15, "15"),
    ("a", 15.0, "15"),
    ("a", 15.0, 15),
    ("a", 0.5, "0.5"),
    ("a", {"b": 1, "c": [True]}, '{"c": [true], "b": 1}'),
    ("a", {"b": 1.0}, {"b": 1}),
    ("a", '{"b":1}', ' { "b" : 1 } '),
    ("a", [1, 2], "[1, 2]"),
    ("a", "größe", "größe"),
    ("a", {"b": "größe"}, '{"b": "größe"}'),
    ("a", "", ""),
    ("event.vendor.type", "webhook", "webhooks"),
    ("event.vendor.type", "webhooks", "webhook"),
    ("tags", "ab", "ab"),
    ("tags", 5, "5"),
    ("name", 5, "5"),
]

DRIFT = [
    ("a", True, "false"),
    ("a", True, "True"),
    ("a", 15, "16"),
    ("a", 9007199254740991, "9007199254740990"),
    ("a", "15", "15.5"),
    ("a", {"b": 1}, '{"b": 2}'),
    ("a", {"b": 1}, '{"b": 1, "c": 1}'),
    ("a", {"b": [1, 2]}, '{"b": [2, 1]}'),
    ("a", "{not json", "{ not json"),
    ("a", "b", "B"),
    ("a", "b", " b"),
    ("a", "", " "),
    ("a", "x", ""),
    ("a", {"b": UNKNOWN}, {"b": 1}),
    ("other.type", "webhook", "webhooks"),
    ("event.vendor.type", "webhook", "polling"),
    ("a", "<b>x</b>", "x"),
    ("a", " x ", "x"),
    ("name", "<b>x</b>", "x"),
    ("name", " x ", "x"),
    ("tags", "ab", "ba"),
    ("tags", 5, 6),
    ("tags", ["a", "b"], ["b", "a"]),
]


@pytest.mark.parametrize(("key", "old", "new"), NO_DRIFT)
def test_two_spellings_of_one_value_are_no_change(key: str, old: Any, new: Any) -> None:
    assert configured(key, old, new) == []
    assert configured(key, new, old) == []


@pytest.mark.parametrize(("key", "old", "new"), DRIFT)
def test_two_values_are_a_change_of_their_key(key: str, old: Any, new: Any) -> None:
    assert configured(key, old, new) == [(f'configuration["{key}"]', "update", False)]
    assert configured(key, new, old) == [(f'configuration["{key}"]', "update", False)]


MARKUP_ALONE = [
    ("<b>Pay</b>ments", "Payments"),
    ("Pay<br/>ments", "Payments"),
    ("<script>alert(1)</script>", "alert(1)"),
    ('<a href="https://x.example">Pay</a>', "Pay"),
    ("größe <i>☃</i>", "größe ☃"),
]
"""Texts, and what the platform is left with when it has stripped them."""

MORE_THAN_MARKUP = [
    ("<b>Pay</b>", "Pays"),
    ("1 < 2", "1 2"),
    ("1 < 2", "1 > 2"),
    ("1 < 2 & 3 > 2", "1 < 2 & 3 > 4"),
    ("Pay", "pay"),
    ("Pay <ments", "Pay"),
    ("Pay> ments", "Pay ments"),
    ("a &amp; b", "a & c"),
]


@pytest.mark.parametrize(("declared", "live"), MARKUP_ALONE)
def test_markup_is_no_change_of_a_name_or_a_tag(declared: str, live: str) -> None:
    assert changes({"name": declared}, {"name": live}) == changes({"name": live}, {"name": declared}) == []
    assert changes({"tags": ["x", declared]}, {"tags": [live, "x"]}) == []
    assert changes({"tags": [live, "x"]}, {"tags": ["x", declared]}) == []


@pytest.mark.parametrize(("one", "other"), MORE_THAN_MARKUP)
def test_what_is_more_than_markup_is_a_change_of_a_name_or_a_tag(one: str, other: str) -> None:
    assert changes({"name": one}, {"name": other}) == [("name", "update", False)]
    assert changes({"tags": [one]}, {"tags": [other]}) == [("tags", "update", False)]


def test_blanks_around_a_name_are_no_change() -> None:
    assert changes({"name": " <b>Payments</b> "}, {"name": "Payments"}) == []
    assert changes({"name": "Pay ments"}, {"name": "Payments"}) == [("name", "update", False)]


@pytest.mark.parametrize("depth", [300, 700, 2000])
def test_a_text_that_is_nested_too_deep_is_compared_all_the_same(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    assert configured("a", deep, deep) == []
    assert configured("a", deep, deep[1:-1]) == [('configuration["a"]', "update", False)]


@pytest.mark.parametrize("name", ["name", "tags", "element", "a"])
def test_nothing_and_the_unknown_have_no_other_spelling(name: str) -> None:
    assert canonical(name, None) is None
    assert canonical(name, UNKNOWN) is UNKNOWN


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"name": "Test"}, {"name": "Other"}, [("name", "update", False)]),
        ({"element": "stripe"}, {"element": "jira"}, [("element", "update", True)]),
        ({"enabled": True}, {"enabled": False}, [("enabled", "update", False)]),
        (
            {"externalAuthentication": "none"},
            {"externalAuthentication": "initial"},
            [("externalAuthentication", "update", True)],
        ),
        ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, []),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}, [("tags", "update", False)]),
        ({"tags": ["a"]}, {"tags": []}, [("tags", "update", False)]),
        ({}, {"tags": ["a"]}, [("tags", "add", False)]),
        ({"tags": ["a"]}, {}, []),
        ({"configuration": {}}, {"configuration": {"a": "b"}}, [('configuration["a"]', "add", False)]),
        ({"configuration": {"a": "b"}}, {"configuration": {}}, [('configuration["a"]', "delete", False)]),
        ({"token": "old", "hub": "payment", "valid": True}, {}, []),
        ({"__provider": "old"}, {"__provider": "new"}, []),
        ({"__urn": "old"}, {"__urn": "new"}, []),
        ({}, {"providerData": {"code": "new"}}, []),
        ({"providerData": {"code": "old"}}, {"providerData": {"code": "new"}}, []),
        ({"providerData": {"code": "old"}}, {}, []),
        ({}, {"adopt": "1234"}, []),
        ({"adopt": "1234"}, {"adopt": "4321"}, []),
        ({"adopt": "1234"}, {}, []),
        ({}, {"providerDataVersion": 1}, [("providerDataVersion", "add", False)]),
        ({"providerDataVersion": 1}, {"providerDataVersion": 2}, [("providerDataVersion", "update", False)]),
        (
            {"providerDataVersion": {"a": 1}},
            {"providerDataVersion": {"a": 2}},
            [("providerDataVersion", "update", False)],
        ),
        ({"providerDataVersion": 1}, {}, [("providerDataVersion", "delete", False)]),
        ({"providerDataVersion": 1}, {"providerDataVersion": 1.0}, []),
        ({"providerDataVersion": {"a": 1, "b": 2}}, {"providerDataVersion": {"b": 2, "a": 1}}, []),
        (
            {"element": "stripe", "name": "Test", "configuration": {"a": 1, "c": 1}},
            {"element": "jira", "name": "Other", "configuration": {"b": 1, "c": 2}},
            [
                ("element", "update", True),
                ("name", "update", False),
                ('configuration["a"]', "delete", False),
                ('configuration["b"]', "add", False),
                ('configuration["c"]', "update", False),
            ],
        ),
    ],
)
def test_what_changes_property_by_property(old: dict[str, Any], new: dict[str, Any], expected: list[Any]) -> None:
    assert changes(old, new) == expected


def test_a_declaration_without_configuration_equals_one_with_none_in_it() -> None:
    without = {name: value for name, value in BASE.items() if name != "configuration"}
    assert diff(without | {"configuration": {}}, without) == []
    assert diff(without, without | {"configuration": {}}) == []


@pytest.mark.parametrize("unset", [{}, {"tags": None}])
def test_unset_tags_mean_whatever_is_there(unset: dict[str, Any]) -> None:
    assert changes({"tags": ["a"]}, unset) == []


@pytest.mark.parametrize(
    ("new", "path", "replaces"),
    [
        ({"element": UNKNOWN}, "element", True),
        ({"name": UNKNOWN}, "name", False),
        ({"enabled": UNKNOWN}, "enabled", False),
        ({"providerDataVersion": UNKNOWN}, "providerDataVersion", False),
        ({"tags": UNKNOWN}, "tags", False),
        ({"tags": ["a", UNKNOWN]}, "tags", False),
        ({"configuration": UNKNOWN}, "configuration", False),
        ({"configuration": {"a": UNKNOWN}}, 'configuration["a"]', False),
        ({"configuration": {"a": {"deep": [UNKNOWN]}}}, 'configuration["a"]', False),
    ],
)
def test_an_unknown_is_taken_for_a_change(new: dict[str, Any], path: str, replaces: bool) -> None:
    assert [
        (change.path, change.replaces) for change in diff(BASE | {"tags": ["a"]}, BASE | {"tags": ["a"]} | new)
    ] == [(path, replaces)]


@given(strategies.inputs)
def test_a_declaration_does_not_differ_from_itself(inputs: InstanceInputs) -> None:
    assert diff(inputs.to_properties(), inputs.to_properties()) == []


@given(strategies.inputs, st.sampled_from(["element", "name", "tags", "enabled", "external_authentication"]))
def test_exactly_the_property_that_changed_is_named(inputs: InstanceInputs, attribute: str) -> None:
    other: dict[str, Any] = {
        "element": inputs.element + "x",
        "name": inputs.name + "x",
        "tags": (*(inputs.tags or ()), "another tag"),
        "enabled": not inputs.enabled,
        "external_authentication": "none" if inputs.external_authentication == "initial" else "initial",
    }
    changed = replace(inputs, **{attribute: other[attribute]})
    found = diff(inputs.to_properties(), changed.to_properties())
    assert [change.path for change in found] == [property_name(attribute)]
    assert found[0].replaces == (attribute in ("element", "external_authentication"))


@given(strategies.inputs, strategies.texts, st.data())
def test_exactly_the_configuration_key_that_changed_is_named(
    inputs: InstanceInputs, key: str, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from([*inputs.configuration, key]))
    old = inputs.to_properties()
    new = replace(inputs, configuration={**inputs.configuration, key: "another value altogether"}).to_properties()
    kind = Kind.UPDATE if key in inputs.configuration else Kind.ADD
    assert diff(old, new) == [PropertyChange(configuration_path(key), kind)]


@given(strategies.inputs, st.data())
def test_exactly_the_configuration_key_that_was_dropped_is_named(inputs: InstanceInputs, data: st.DataObject) -> None:
    assume(inputs.configuration)
    key = data.draw(st.sampled_from(sorted(inputs.configuration)))
    fewer = {name: value for name, value in inputs.configuration.items() if name != key}
    found = diff(inputs.to_properties(), replace(inputs, configuration=fewer).to_properties())
    assert found == [PropertyChange(configuration_path(key), Kind.DELETE)]


def inputs(configuration: dict[str, Any], tags: tuple[str, ...] | None = None, **more: Any) -> InstanceInputs:
    """A declaration of stripe, or what is live of it."""
    return InstanceInputs("stripe", more.pop("name", "Test"), configuration, tags, **more)


@pytest.mark.parametrize(
    ("declared", "live", "found"),
    [
        ({"a": "b"}, {"a": "b"}, {"a": "b"}),
        ({"a": 15}, {"a": "15"}, {"a": 15}),
        ({"a": True}, {"a": "true"}, {"a": True}),
        ({"a": {"b": 1}}, {"a": '{"b":1}'}, {"a": {"b": 1}}),
        ({"a": "b"}, {"a": MASK}, {"a": "b"}),
        ({"a": "b"}, {}, {"a": "b"}),
        ({"a": "b"}, {"a": "b", "default": "added"}, {"a": "b"}),
        ({"event.vendor.type": "webhook"}, {"event.vendor.type": "webhooks"}, {"event.vendor.type": "webhook"}),
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": 15}, {"a": "16"}, {"a": "16"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b"}, {"a": ""}, {"a": ""}),
        ({"a": ""}, {"a": None}, {"a": ""}),
        ({"a": ""}, {"a": ""}, {"a": ""}),
        ({"a": ""}, {"a": "b"}, {"a": "b"}),
        ({"a": False}, {"a": None}, {}),
        ({"a": 0}, {"a": None}, {}),
        ({"a": {}}, {"a": None}, {}),
        ({"a": False}, {"a": "true"}, {"a": "true"}),
        ({"a": MASK + "x"}, {"a": "y"}, {"a": "y"}),
        ({"tags": "ab"}, {"tags": "ba"}, {"tags": "ba"}),
        ({"tags": 5}, {"tags": "6"}, {"tags": "6"}),
        ({"name": "<b>x</b>"}, {"name": "x"}, {"name": "x"}),
    ],
)
def test_live_values_lie_over_the_declared_keys_and_no_others(
    declared: dict[str, Any], live: dict[str, Any], found: dict[str, Any]
) -> None:
    assert overlay(inputs(declared), inputs(live)).configuration == found


@pytest.mark.parametrize(
    ("declared", "live", "found"),
    [
        (None, ("Test",), None),
        (("a", "b"), ("b", "a"), ("a", "b")),
        (("a",), ("a", "b"), ("a", "b")),
        (("a",), (), ()),
        ((), ("a",), ("a",)),
        ((), ("Test",), ("Test",)),
        ((), ("Test", "a"), ("Test", "a")),
        (("a",), ("Test",), ("Test",)),
        (("Test",), (), ()),
        (("<b>a</b>",), ("a",), ("<b>a</b>",)),
        (("<b>a</b>",), ("b",), ("b",)),
    ],
)
def test_live_tags_show_where_tags_are_declared(
    declared: tuple[str, ...] | None, live: tuple[str, ...], found: tuple[str, ...] | None
) -> None:
    assert overlay(inputs({}, declared), inputs({}, live)).tags == found


@pytest.mark.parametrize(
    "key",
    [
        "oauth.user.token",
        "oauth.user.refresh_token",
        "oauth.user.anything.else",
        "authentication.time",
        "expires_in",
        "event.notification.subscription.id",
    ],
)
@pytest.mark.parametrize("live", ["another", None, ""])
def test_what_the_platform_manages_by_itself_is_as_declared(key: str, live: str | None) -> None:
    assert overlay(inputs({key: "declared"}), inputs({key: live})).configuration == {key: "declared"}
    assert configured(key, "declared", "declared anew") == [(f'configuration["{key}"]', "update", False)]


@pytest.mark.parametrize(
    "key", ["oauth.username", "oauth.api.key", "authentication.timer", "authentication.type", "expires_in.seconds"]
)
def test_what_looks_nearly_managed_shows(key: str) -> None:
    assert overlay(inputs({key: "declared"}), inputs({key: "another"})).configuration == {key: "another"}


def test_a_version_is_as_declared_since_the_platform_has_none() -> None:
    declared = inputs({}, provider_data={"code": "c"}, provider_data_version=2)
    assert overlay(declared, inputs({})).provider_data_version == 2


@pytest.mark.parametrize(
    ("declared", "live", "found"),
    [("<b>Pay</b>", "Pay", "<b>Pay</b>"), (" Pay ", "Pay", " Pay "), ("<b>Pay</b>", "Pays", "Pays")],
)
def test_a_live_name_that_differs_in_markup_alone_is_as_declared(declared: str, live: str, found: str) -> None:
    assert overlay(inputs({}, name=declared), inputs({}, name=live)).name == found


def test_a_live_name_and_a_disabled_instance_show() -> None:
    found = overlay(inputs({}), inputs({}, name="Renamed", enabled=False))
    assert (found.name, found.enabled) == ("Renamed", False)


@given(strategies.inputs)
def test_an_overlay_of_the_declaration_itself_is_no_drift(declared: InstanceInputs) -> None:
    assert overlay(declared, declared) == declared


@given(strategies.inputs, strategies.configurations)
def test_what_a_program_did_not_write_is_never_drift(declared: InstanceInputs, added: dict[str, Any]) -> None:
    live = replace(declared, configuration={**added, **declared.configuration})
    assert overlay(declared, live) == declared


def test_a_mask_inside_an_object_is_no_drift_and_another_value_is() -> None:
    declared = InstanceInputs("stripe", "Test", {"hook": {"url": "/a", "password": "p"}})
    masked = InstanceInputs("stripe", "Test", {"hook": '{"url":"/a","password":"********"}'})
    changed = InstanceInputs("stripe", "Test", {"hook": '{"url":"/b","password":"p"}'})
    assert overlay(declared, masked) == declared
    assert overlay(declared, changed) == changed
