"""What is known of elements: which configuration values are secret, and what the keys that all elements share may hold.

The tables below are facts of the platform, with the grade of their evidence: [T] asserted by the platform's own
acceptance tests, [D] documented, [I] inferred.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pulumi_cloudelements import schema
from pulumi_cloudelements.model import UNKNOWN, Properties, configuration_path

SECRET_WORDS = re.compile(
    r"password|passwd|passphrase|secret|token|credential|signature|private|key(?=$|[^a-z])", re.IGNORECASE
)
"""A key that holds one of these names a secret: `api.key`, `secret_key`, `oauth.user.refresh_token` [I]."""

KNOWN_SECRETS: Mapping[str, frozenset[str]] = {
    "stripe": frozenset({"username"}),  # what it calls the API key in its answers [D]
    "closeio": frozenset({"username"}),  # its user name is an API key [T]
}
"""Secrets whose key does not tell, by element."""

SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "event.vendor.type": {"webhooks": "webhook"},  # both are in use [T]
}
"""Spellings that mean the same, by configuration key."""


@dataclass(frozen=True)
class Rule:
    """What the values of a key must be: a test, and the words for one that fails it."""

    accepts: Callable[[Any], bool]
    wanted: str


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


def _is_web_address(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as an unbalanced bracket
        return False


BOOLEAN = Rule(_is_boolean, "true or false")

COMMON: Mapping[str, Rule] = {
    "event.notification.enabled": BOOLEAN,
    "event.vendor.type": Rule(lambda value: value in ("webhook", "webhooks", "polling"), "webhook or polling"),
    "event.notification.type": Rule(lambda value: value == "webhook", "webhook"),
    "event.notification.callback.url": Rule(_is_web_address, "an http or https URL"),
    "filter.response.nulls": BOOLEAN,
}
"""The keys that all elements share [D]."""


def is_secret(element: str, key: str) -> bool:
    """Whether the configuration value of `key` is to be kept secret for an instance of `element`."""
    return bool(SECRET_WORDS.search(key)) or key in KNOWN_SECRETS.get(element, ())


def mark_secrets(properties: Properties, mark: Callable[[Any], Any]) -> dict[str, Any]:
    """Apply `mark` to each secret value of inputs or outputs: to those the schema flags, and inside `configuration`.

    Unknown values are left as they are.
    """
    element, flags = str(properties.get("element")), schema.outputs()

    def marked(value: Any, secret: bool) -> Any:
        return mark(value) if secret and value is not UNKNOWN else value

    result = {name: marked(value, name in flags and flags[name].secret) for name, value in properties.items()}
    if isinstance(configuration := properties.get("configuration"), Mapping):
        result["configuration"] = {key: marked(value, is_secret(element, key)) for key, value in configuration.items()}
    return result


def common_failures(configuration: Mapping[str, Any]) -> Iterator[str]:
    """Say of each common key with an unusable value what it must be, its path first and the value never."""
    for key, rule in COMMON.items():
        if key in configuration and configuration[key] is not UNKNOWN and not rule.accepts(configuration[key]):
            yield f"{configuration_path(key)}: must be {rule.wanted}"
