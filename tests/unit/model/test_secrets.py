"""Which properties of an instance are secret: by the schema, by their key, by the element's definitions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from pulumi_cloudelements.model.element import Element, Entry
from pulumi_cloudelements.model.properties import UNKNOWN, change_at
from pulumi_cloudelements.model.secrets import is_secret, secret_paths


@pytest.mark.parametrize(
    ("element", "key"),
    [
        ("stripe", "api.key"),
        ("stripe", "username"),
        ("stripe", "password"),
        ("closeio", "username"),
        ("jira", "password"),
        ("sfdc", "oauth.api.key"),
        ("sfdc", "oauth.api.secret"),
        ("sfdc", "oauth.user.token"),
        ("sfdc", "oauth.user.refresh_token"),
        ("hubspotcrm", "hubspot.authorization.apikey"),
        ("amazons3", "filemanagement.provider.access_key"),
        ("amazons3", "filemanagement.provider.secret_key"),
        ("sendgrid", "messaging.smtp.sendgrid.password"),
        ("any", "event.notification.signature.key"),
        ("any", "accessKey"),
        ("any", "API_KEY"),
        ("any", "Private.Certificate"),
        ("any", "passphrase"),
        ("any", "db.passwd"),
        ("any", "vendor.credentials"),
        ("any", "webhook.signature"),
    ],
)
def test_a_key_that_is_secret(element: str, key: str) -> None:
    assert is_secret(element, key, "x")
    assert is_secret(element, key, 5)


@pytest.mark.parametrize(
    ("element", "key"),
    [
        ("jira", "username"),
        ("bigcommerce", "username"),
        ("jira", "base.url"),
        ("bigcommerce", "store.url"),
        ("bigcommerce", "authentication.type"),
        ("sfdc", "oauth.callback.url"),
        ("sfdc", "oauth.scope"),
        ("sfdc", "filter.response.nulls"),
        ("stripe", "pagination.max"),
        ("any", "event.vendor.type"),
        ("any", "event.notification.enabled"),
        ("any", "event.poller.refresh_interval"),
        ("any", "keyword"),
        ("any", "keynote"),
    ],
)
def test_a_key_that_is_not_secret(element: str, key: str) -> None:
    assert not is_secret(element, key, "x")
    assert not is_secret(element, key, {"a": ["x"]})


def marked(
    properties: dict[str, Any], definition: Element | None = None, given: Collection[str] = ()
) -> dict[str, Any]:
    """The properties, with every secret as a pair."""
    return change_at(properties, secret_paths(properties, definition, given), lambda value: ("secret", value))


def test_secrets_are_marked_where_the_schema_or_the_key_says_so_and_nowhere_else() -> None:
    properties = {
        "element": "stripe",
        "name": "Test",
        "token": "t",
        "configuration": {"api.key": "k", "pagination.max": 5, "event.notification.signature.key": UNKNOWN},
        "tags": ["token"],
    }
    assert marked(properties) == {
        "element": "stripe",
        "name": "Test",
        "token": ("secret", "t"),
        "configuration": {
            "api.key": ("secret", "k"),
            "pagination.max": 5,
            "event.notification.signature.key": UNKNOWN,
        },
        "tags": ["token"],
    }
    assert properties["token"] == "t"


@pytest.mark.parametrize(
    "properties", [{}, {"configuration": UNKNOWN}, {"configuration": "text"}, {"element": UNKNOWN}]
)
def test_marking_passes_over_what_is_not_known_to_be_right(properties: dict[str, Any]) -> None:
    assert marked(properties) == properties


PINNED = Element("any", configuration=(Entry("pin", "PASSWORD"), Entry("plain", "TEXTFIELD_32")))
"""An element with a secret that only its definition tells."""


def test_a_definition_tells_a_secret_that_the_key_does_not() -> None:
    assert is_secret("any", "pin", 4711, PINNED)
    assert not is_secret("any", "pin", 4711)
    assert not is_secret("any", "plain", 4711, PINNED)
    assert is_secret("any", "api.key", 4711, PINNED)


def test_secrets_of_a_definition_are_marked() -> None:
    configuration = {"pin": 4711, "plain": "p", "api.key": "k"}
    properties = {"element": "any", "configuration": configuration}
    assert marked(properties, PINNED)["configuration"] == {
        "pin": ("secret", 4711),
        "plain": "p",
        "api.key": ("secret", "k"),
    }
    assert marked({"element": "any", "configuration": {"pin": UNKNOWN}}, PINNED) == {
        "element": "any",
        "configuration": {"pin": UNKNOWN},
    }


def test_what_is_sent_to_authenticate_is_marked_as_a_whole() -> None:
    properties = {"element": "sfdc", "providerData": {"code": "c", "region": "eu"}, "providerDataVersion": "v-key"}
    assert marked(properties) == {
        "element": "sfdc",
        "providerData": ("secret", {"code": "c", "region": "eu"}),
        "providerDataVersion": "v-key",
    }
    assert marked({"providerData": UNKNOWN}) == {"providerData": UNKNOWN}


@pytest.mark.parametrize(
    "value",
    [
        {"password": "x"},
        {"a": {"b": {"accessToken": "x"}}},
        {"a": [1, {"api_key": "x"}]},
        [{"secret": "x"}],
        '{"password": "x"}',
        ' [{"a": {"token": 5}}]',
        {"a": '{"password": "x"}'},
        {"password": UNKNOWN, "a": 1},
    ],
    ids=str,
)
def test_an_object_that_holds_a_secret_is_marked_as_a_whole(value: Any) -> None:
    found = marked({"element": "any", "configuration": {"a": value, "b": "c"}})
    assert found["configuration"] == {"a": ("secret", value), "b": "c"}
    assert is_secret("any", "a", value)


@pytest.mark.parametrize(
    "value",
    [{"a": "password"}, {"keyword": "x"}, ["password"], '{"a": "token"}', '{"password": ', "password", {}, []],
    ids=str,
)
def test_an_object_that_holds_no_secret_is_not_marked(value: Any) -> None:
    found = marked({"element": "any", "configuration": {"a": value}})
    assert found["configuration"] == {"a": value}
    assert not is_secret("any", "a", value)


def test_what_a_program_gave_as_a_secret_is_marked() -> None:
    properties = {
        "element": "any",
        "name": "a",
        "configuration": {"a": {"b": 1}, "b": "x", "c": UNKNOWN, "api.key": "k"},
    }
    found = marked(properties, given=["a", "c", "name", "not there"])
    assert found == {
        "element": "any",
        "name": "a",
        "configuration": {"a": ("secret", {"b": 1}), "b": "x", "c": UNKNOWN, "api.key": ("secret", "k")},
    }


@pytest.mark.parametrize("depth", [300, 700, 2000])
def test_marking_survives_a_text_that_is_nested_too_deep(depth: int) -> None:
    configuration = {"a": "[" * depth + "]" * depth, "password": "p"}
    found = marked({"element": "any", "configuration": configuration})
    assert found["configuration"]["password"] == ("secret", "p")
