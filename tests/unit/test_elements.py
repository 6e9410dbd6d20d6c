"""What is known of elements, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_cloudelements.elements import common_failures, is_secret, mark_secrets
from pulumi_cloudelements.model import UNKNOWN


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
    assert is_secret(element, key)


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
    assert not is_secret(element, key)


def test_secrets_are_marked_where_the_schema_or_the_key_says_so_and_nowhere_else() -> None:
    properties = {
        "element": "stripe",
        "name": "Test",
        "token": "t",
        "configuration": {"api.key": "k", "pagination.max": 5, "event.notification.signature.key": UNKNOWN},
        "tags": ["token"],
    }
    assert mark_secrets(properties, lambda value: ("secret", value)) == {
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
    assert mark_secrets(properties, lambda value: ("secret", value)) == properties


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("event.notification.enabled", True),
        ("event.notification.enabled", False),
        ("event.notification.enabled", "true"),
        ("event.vendor.type", "webhook"),
        ("event.vendor.type", "webhooks"),
        ("event.vendor.type", "polling"),
        ("event.notification.type", "webhook"),
        ("event.notification.callback.url", "http://hooks.example.com"),
        ("event.notification.callback.url", "https://hooks.example.com:8443/a?b=c"),
        ("filter.response.nulls", "false"),
        ("filter.response.nulls", True),
        ("event.notification.callback.url", UNKNOWN),
        ("event.notification.enabled", UNKNOWN),
        ("some.other.key", {"anything": ["goes"]}),
    ],
)
def test_a_common_key_with_a_right_value(key: str, value: Any) -> None:
    assert list(common_failures({key: value})) == []


CANARY = "canary-5f1d"


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("event.notification.enabled", CANARY, "true or false"),
        ("event.notification.enabled", 1, "true or false"),
        ("event.notification.enabled", "True", "true or false"),
        ("event.notification.enabled", {CANARY: True}, "true or false"),
        ("event.vendor.type", CANARY, "webhook or polling"),
        ("event.vendor.type", True, "webhook or polling"),
        ("event.vendor.type", [CANARY], "webhook or polling"),
        ("event.notification.type", CANARY, "webhook"),
        ("event.notification.type", "email", "webhook"),
        ("event.notification.callback.url", CANARY, "an http or https URL"),
        ("event.notification.callback.url", f"ftp://{CANARY}", "an http or https URL"),
        ("event.notification.callback.url", f"https:///{CANARY}", "an http or https URL"),
        ("event.notification.callback.url", f"https://[{CANARY}", "an http or https URL"),
        ("event.notification.callback.url", 5, "an http or https URL"),
        ("filter.response.nulls", CANARY, "true or false"),
        ("filter.response.nulls", 0, "true or false"),
    ],
)
def test_a_common_key_with_a_wrong_value_is_named_and_the_value_is_not(key: str, value: Any, wanted: str) -> None:
    (failure,) = common_failures({key: value})
    assert failure == f'configuration["{key}"]: must be {wanted}'
    assert CANARY not in failure
