"""What an element's definitions say, and what is known of the platform's keys."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_cloudelements.model.element import Element, Entry, holds_mask, is_managed, uses_oauth
from pulumi_cloudelements.model.properties import UNKNOWN


@pytest.mark.parametrize(
    ("key", "managed"),
    [
        ("oauth.user.token", True),
        ("oauth.user.refresh_token", True),
        ("authentication.time", True),
        ("expires_in", True),
        ("event.notification.subscription.id", True),
        ("oauth.user", False),
        ("oauth.api.key", False),
        ("authentication.type", False),
        ("x.expires_in", False),
        ("authentication-time", False),
    ],
)
def test_what_the_platform_manages_by_itself(key: str, managed: bool) -> None:
    assert is_managed(key) is managed


def element(*entries: Entry, authentication: str = "basic") -> Element:
    """An element with these definitions."""
    return Element("vendor", authentication, entries)


@pytest.mark.parametrize(
    ("entry", "missing"),
    [
        (Entry("a", required=True), ["a"]),
        (Entry("a"), []),
        (Entry("a", required=True, active=False), []),
        (Entry("a", required=True, internal=True), []),
        (Entry("a", required=True, default="eu"), []),
        (Entry("a", "PASSWORD", required=True), ["a"]),
        (Entry("a", required=True, group="basic"), ["a"]),
        (Entry("a", required=True, group="custom"), []),
    ],
    ids=str,
)
def test_what_the_user_must_supply(entry: Entry, missing: list[str]) -> None:
    assert element(entry).missing({}) == missing
    assert element(entry).missing({"another": "x"}) == missing


@pytest.mark.parametrize("value", ["x", " ", 0, False, 5, {}, [], {"a": 1}, UNKNOWN], ids=repr)
def test_a_key_that_is_given_is_not_missing(value: Any) -> None:
    assert element(Entry("a", required=True)).missing({"a": value}) == []


@pytest.mark.parametrize("value", ["", None])
def test_a_key_that_is_given_nothing_is_missing(value: Any) -> None:
    assert element(Entry("a", required=True)).missing({"a": value}) == ["a"]


def test_all_that_is_missing_is_named_in_the_order_of_the_definitions() -> None:
    entries = [Entry(key, required=True) for key in ("z", "a", "m")]
    assert element(*entries).missing({"a": "x"}) == ["z", "m"]


BIGCOMMERCE = element(
    Entry("authentication.type", "COMBO", default="basic"),
    Entry("username", required=True, group="basic"),
    Entry("password", "PASSWORD", required=True, group="basic"),
    Entry("oauth.api.key", required=True, group="custom"),
    Entry("store.url", required=True),
)


@pytest.mark.parametrize(
    ("configuration", "missing"),
    [
        ({}, ["username", "password", "store.url"]),
        ({"authentication.type": "basic"}, ["username", "password", "store.url"]),
        ({"authentication.type": "custom"}, ["oauth.api.key", "store.url"]),
        ({"authentication.type": "custom", "username": "u", "oauth.api.key": "k", "store.url": "s"}, []),
        ({"authentication.type": UNKNOWN}, ["store.url"]),
        ({"authentication.type": "another"}, ["store.url"]),
    ],
    ids=str,
)
def test_the_chosen_authentication_decides_which_group_is_wanted(
    configuration: dict[str, Any], missing: list[str]
) -> None:
    assert BIGCOMMERCE.missing(configuration) == missing


@pytest.mark.parametrize(
    ("definition", "configuration", "chosen"),
    [
        (element(), {}, "basic"),
        (element(authentication=""), {}, ""),
        (BIGCOMMERCE, {}, "basic"),
        (BIGCOMMERCE, {"authentication.type": "custom"}, "custom"),
        (BIGCOMMERCE, {"authentication.type": ""}, "basic"),
        (element(Entry("authentication.type", default="oauth2")), {}, "oauth2"),
        (element(Entry("authentication.type"), authentication="oauth2"), {}, "oauth2"),
        (BIGCOMMERCE, {"authentication.type": UNKNOWN}, UNKNOWN),
    ],
)
def test_how_an_instance_authenticates(definition: Element, configuration: dict[str, Any], chosen: Any) -> None:
    assert definition.authentication_type(configuration) == chosen


def test_the_defaults_are_those_of_the_definitions() -> None:
    assert element(Entry("a", default="1"), Entry("b"), Entry("c", default="x")).defaults() == {"a": "1", "c": "x"}


OAUTH, OAUTH_1, BASIC = (element(authentication=kind) for kind in ("oauth2", "oauth1", "basic"))


@pytest.mark.parametrize(
    ("definition", "configuration"),
    [
        (OAUTH, {}),
        (OAUTH_1, {}),
        (OAUTH, {"a": "b"}),
        (BIGCOMMERCE, {"authentication.type": "oauth2"}),
        (BIGCOMMERCE, {"authentication.type": "custom", "oauth.api.key": "k"}),
        (BASIC, {"oauth.user.refresh_token": "r"}),
        (None, {"oauth.api.key": "k"}),
        (None, {"authentication.type": "oauth2"}),
    ],
)
def test_an_instance_that_may_hold_oauth_tokens(definition: Element | None, configuration: dict[str, Any]) -> None:
    assert uses_oauth(configuration, definition)


@pytest.mark.parametrize(
    ("definition", "configuration"),
    [
        (BASIC, {}),
        (BASIC, {"username": "u", "not.oauth.key": "k"}),
        (BIGCOMMERCE, {"authentication.type": "basic"}),
        (OAUTH, {"authentication.type": "basic"}),
    ],
)
def test_an_instance_that_holds_no_oauth_tokens(definition: Element | None, configuration: dict[str, Any]) -> None:
    assert not uses_oauth(configuration, definition)


@pytest.mark.parametrize("value", ["********", {"a": ["********"]}, '{"auth": {"password": "********"}}', ["********"]])
def test_a_mask_is_found_wherever_it_is(value: object) -> None:
    assert holds_mask(value)


@pytest.mark.parametrize("value", ["*******", "a ********", {"********": 1}, '["*"]', None, 8, True, ""])
def test_what_is_no_mask_is_none(value: object) -> None:
    assert not holds_mask(value)
