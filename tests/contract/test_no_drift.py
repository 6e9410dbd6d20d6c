"""No phantom drift, through every provider, however often one looks.

What a program did not write, what the platform rewrites and what it keeps for itself never shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.ways import COURSES, By, Way, travelled
from tests.support import strategies
from tests.support.declarations import JIRA, REFRESHED, STRIPE
from tests.support.emulator import Emulator
from tests.support.provider import Found

ROUNDS = 2
"""The second begins where the first began, to the last output, so that ten would be no other."""

SALESFORCE = REFRESHED | {
    "configuration": REFRESHED["configuration"] | {"authentication.time": "never", "expires_in": 60},
}
REQUIRED = {"api.key", *JIRA["configuration"], *SALESFORCE["configuration"]}
EVENTS = {
    "event.notification.enabled": True,
    "event.notification.callback.url": "https://app.example/events",
    "event.notification.signature.key": "signature-77aa",
}
POLLER = {"events": {"url": "/hubs/payment/events?where=created >'${epoch}'", "idField": "id", "size": 5, "on": True}}


def stripe(**configuration: Any) -> dict[str, Any]:
    """A declaration of stripe with more configuration; an underscore in a key stands for a dot."""
    more = {key.replace("_", "."): value for key, value in configuration.items()}
    return STRIPE | {"configuration": STRIPE["configuration"] | more}


DECLARATIONS = {
    "nothing but what is required": STRIPE,
    "true": stripe(event_notification_enabled=True),
    "true as text": stripe(event_notification_enabled="true"),
    "false": stripe(filter_response_nulls=False),
    "an integer": stripe(pagination_max=200),
    "an integer as text": stripe(pagination_max="200"),
    "zero": stripe(pagination_max=0),
    "a negative integer": stripe(pagination_max=-1),
    "the largest integer": stripe(pagination_max=2**53 - 1),
    "a fraction": stripe(pagination_max=0.5),
    "a small fraction": stripe(pagination_max=1e-7),
    "null": stripe(bulk_relations=None),
    "an empty string": stripe(bulk_relations=""),
    "blanks": stripe(bulk_relations="  "),
    "an object": STRIPE | {"configuration": STRIPE["configuration"] | {"event.poller.configuration": POLLER}},
    "an object as text": stripe(event_poller_configuration='{"size": 5,\n "events": {"url": "/a", "on": true}}'),
    "a list": stripe(bulk_relations=["a", 1, True, None, {"b": []}]),
    "an object with nulls": stripe(event_poller_configuration={"a": None, "b": [None]}),
    "text like an object": stripe(bulk_relations="{customers}"),
    "an element's default": stripe(event_poller_refresh_interval=15, base_url="https://api.stripe.com/v1"),
    "a key of nobody": stripe(**{"größe.☃": "ü/\"'<>&"}),
    "webhook": stripe(event_vendor_type="webhook"),
    "webhooks": stripe(event_vendor_type="webhooks"),
    "events": STRIPE | {"configuration": STRIPE["configuration"] | EVENTS},
    "masked secrets": JIRA,
    "server-managed keys": SALESFORCE,
    "a key that the server fills in": stripe(event_notification_subscription_id=""),
    "tags": STRIPE | {"tags": ["b", "a"]},
    "no tags": STRIPE | {"tags": []},
    "a tag twice": STRIPE | {"tags": ["a", "a"]},
    "markup in a tag": STRIPE | {"tags": ["<b>a</b>", "c"]},
    "markup in a name": STRIPE | {"name": "Payments <script>x</script> & <br/>Co"},
    "a name with signs": STRIPE | {"name": "1 < 2 > 0 / größe ☃ \"'"},
    "disabled": STRIPE | {"enabled": False},
    "another element by webhook": JIRA | {"configuration": {**JIRA["configuration"], "event.vendor.type": "webhooks"}},
}

ELSEWHERE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another order of tags": (STRIPE | {"tags": ["a", "b", "c"]}, {"tags": ["c", "a", "b"]}),
    "tags that nobody declared": (STRIPE, {"tags": ["somebody's"]}),
    "a key that nobody declared": (STRIPE, {"configuration": {"pagination.max": "7", "of.somebody": "x"}}),
    "a key declared as null": (stripe(bulk_relations=None), {"configuration": {"bulk.relations": "customers"}}),
    "null for an empty string": (stripe(bulk_relations=""), {"configuration": {"bulk.relations": None}}),
    "a secret behind a mask": (JIRA, {"configuration": {"password": "of-somebody"}}),
    "webhooks for webhook": (stripe(event_vendor_type="webhook"), {"configuration": {"event.vendor.type": "webhooks"}}),
    "webhook for webhooks": (stripe(event_vendor_type="webhooks"), {"configuration": {"event.vendor.type": "webhook"}}),
    "other blanks in an object": (
        stripe(event_poller_configuration={"a": 1, "b": True}),
        {"configuration": {"event.poller.configuration": '{ "b" : true, "a" : 1 }'}},
    ),
    "refreshed tokens": (
        SALESFORCE,
        {
            "configuration": {
                "oauth.user.refresh_token": "refresh-2",
                "oauth.user.token": "token-2",
                "authentication.time": "2026-01-01T00:00:00Z",
                "expires_in": "7200",
            }
        },
    ),
    "a subscription": (
        stripe(event_notification_subscription_id="1"),
        {"configuration": {"event.notification.subscription.id": "2"}},
    ),
}

SPELLINGS = [
    ("event.notification.enabled", True, "true", "none"),
    ("event.notification.enabled", True, "false", "update"),
    ("event.notification.enabled", "false", False, "none"),
    ("event.notification.enabled", False, True, "update"),
    ("pagination.max", 15, "15", "none"),
    ("pagination.max", 15, "16", "update"),
    ("pagination.max", 15, 15.5, "update"),
    ("pagination.max", 15, " 15", "update"),
    ("pagination.max", 2**53 - 1, str(2**53 - 1), "none"),
    ("pagination.max", str(2**53), str(2**53 + 1), "update"),
    ("event.poller.configuration", {"a": 1, "b": [True]}, '{"b": [true], "a": 1}', "none"),
    ("event.poller.configuration", {"a": [1, 2]}, {"a": [2, 1]}, "update"),
    ("event.vendor.type", "webhook", "webhooks", "none"),
    ("event.vendor.type", "webhook", "polling", "update"),
    ("bulk.relations", "webhook", "webhooks", "update"),
    ("bulk.relations", "a", "A", "update"),
    ("bulk.relations", "a", "", "update"),
    ("bulk.relations", None, "a", "update"),
    ("bulk.relations", None, None, "none"),
    ("api.key", "sk_live_5e1f", "sk_live_77aa", "update"),
]

NAMES_AND_TAGS = [
    ({"name": "Payments"}, {"name": "<b>Payments</b>"}, "none"),
    ({"name": "Payments"}, {"name": "Payments EU"}, "update"),
    ({"name": "1 < 2"}, {"name": "1 < 3"}, "update"),
    ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, "none"),
    ({"tags": ["a", "b"]}, {"tags": ["a"]}, "update"),
    ({"tags": ["a"]}, {}, "none"),
    ({"tags": ["a"]}, {"tags": []}, "update"),
    ({"enabled": True}, {}, "none"),
    ({"enabled": False}, {}, "update"),
    ({"externalAuthentication": "none"}, {}, "none"),
]


@pytest.fixture(scope="module")
def plain_way(provider_by: By, emulator: Emulator) -> Iterator[Way]:
    """For what is only looked at, so that every way is as good as another."""
    with travelled(COURSES[0], provider_by, emulator) as way:
        yield way


def expect_silence(way: Way, declared: dict[str, Any], found: Found, rounds: int = ROUNDS) -> None:
    """Preview and refresh in turn: nothing changes, nothing is said, nothing is written."""
    inputs = found.inputs
    spoken = len(way.provider.diagnostics)
    way.emulator.clear()
    for _ in range(rounds):
        checked = way.provider.check(declared, found.inputs)
        assert checked.failures == []
        assert way.provider.diff(found.id, found.outputs, checked.inputs) == "none"
        found, before = way.refresh(found), found
        assert found.outputs == before.outputs
        assert found.inputs == before.inputs == inputs
    assert way.writes() == []
    assert [said for said in way.provider.diagnostics[spoken:] if "knows no such key" not in said.message] == []


@pytest.mark.parametrize("declared", DECLARATIONS.values(), ids=DECLARATIONS)
def test_looking_again_and_again_after_a_create_shows_nothing(plain_way: Way, declared: dict[str, Any]) -> None:
    expect_silence(plain_way, declared, plain_way.create(declared))


@pytest.mark.parametrize("declared", DECLARATIONS.values(), ids=DECLARATIONS)
def test_looking_again_and_again_after_an_update_shows_nothing(way: Way, declared: dict[str, Any]) -> None:
    bare = {key: value for key, value in declared["configuration"].items() if key in REQUIRED}
    found = way.create(declared | {"name": "Another", "configuration": bare})
    inputs = way.provider.check(declared, found.inputs).inputs
    assert way.provider.diff(found.id, found.outputs, inputs) == "update"
    expect_silence(way, declared, way.provider.update(found, inputs))


@pytest.mark.parametrize(("declared", "body"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_change_elsewhere_that_is_no_drift_does_not_show(
    plain_way: Way, declared: dict[str, Any], body: dict[str, Any]
) -> None:
    found = plain_way.create(declared)
    plain_way.call("PATCH", f"/instances/{found.id}", body)
    expect_silence(plain_way, declared, found)


@pytest.mark.parametrize(("key", "old", "new", "expected"), SPELLINGS)
def test_another_spelling_in_the_program_is_no_change_and_another_value_is(
    way: Way, key: str, old: Any, new: Any, expected: str
) -> None:
    declared = STRIPE | {"configuration": STRIPE["configuration"] | {key: old}}
    changed = STRIPE | {"configuration": STRIPE["configuration"] | {key: new}}
    expect_diff(way, declared, changed, expected)


@pytest.mark.parametrize(("old", "new", "expected"), NAMES_AND_TAGS, ids=str)
def test_another_spelling_of_a_property_is_no_change_and_another_value_is(
    way: Way, old: dict[str, Any], new: dict[str, Any], expected: str
) -> None:
    expect_diff(way, STRIPE | old, STRIPE | new, expected)


def expect_diff(way: Way, declared: dict[str, Any], changed: dict[str, Any], expected: str) -> None:
    """What a program says after it said something else; where it is a change, it is made and then is none."""
    found = way.refresh(way.create(declared))
    inputs = way.provider.check(changed, found.inputs).inputs
    assert way.provider.diff(found.id, found.outputs, inputs) == expected
    if expected == "update":
        expect_silence(way, changed, way.provider.update(found, inputs), rounds=1)


configurations = st.builds(
    lambda known, random: STRIPE["configuration"] | random | known,
    st.fixed_dictionaries(
        {},
        optional={
            "base.url": strategies.texts,
            "pagination.max": strategies.scalars,
            "bulk.relations": st.none() | strategies.values,
            "event.vendor.type": st.sampled_from(["polling", "webhook", "webhooks"]),
            "event.notification.enabled": st.booleans() | st.sampled_from(["true", "false"]),
            "event.poller.configuration": strategies.values,
            "event.notification.signature.key": strategies.texts.filter(bool),
        },
    ),
    strategies.configurations,
)
declarations = st.builds(
    lambda configuration, tags, name, enabled: (
        {
            "element": "stripe",
            "name": f"{name} x",
            "configuration": configuration,
            "enabled": enabled,
        }
        | ({} if tags is None else {"tags": list(tags)})
    ),
    configurations,
    strategies.tags,
    strategies.names,
    st.booleans(),
)
"""Whatever a program may declare of a stripe instance, keys of nobody included."""


def test_any_declaration_is_what_it_is_after_create_and_after_update(way: Way) -> None:
    @settings(max_examples=30, deadline=None)
    @given(declarations, declarations)
    def holds(first: dict[str, Any], second: dict[str, Any]) -> None:
        found = way.create(first)
        expect_silence(way, first, found, rounds=1)
        inputs = way.provider.check(second, found.inputs).inputs
        if way.provider.diff(found.id, found.outputs, inputs) == "update":
            found = way.provider.update(found, inputs)
            expect_silence(way, second, found, rounds=1)

    holds()


def test_what_the_platform_adds_to_any_declaration_is_no_drift(plain_way: Way) -> None:
    @settings(max_examples=50, deadline=None)
    @given(declarations, strategies.configurations)
    def holds(declared: dict[str, Any], added: dict[str, Any]) -> None:
        undeclared = {key: value for key, value in added.items() if key not in declared["configuration"]}
        found = plain_way.create(declared)
        plain_way.call("PATCH", f"/instances/{found.id}", {"configuration": undeclared})
        expect_silence(plain_way, declared, found, rounds=1)

    holds()
