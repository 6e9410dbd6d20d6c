"""What is known of elements: the platform's definitions of them, which of their values are secret or not the user's to
set, and what the keys that all elements share may hold.

The tables are facts of the platform, with the grade of their evidence: [T] asserted by the platform's own acceptance
tests, [D] documented, [I] inferred.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pulumi_cloudelements.model.properties import json_value
from pulumi_cloudelements.redaction import MASK

AUTHENTICATION_TYPE = "authentication.type"
"""The key that chooses among an element's ways to authenticate, where it has several [D]."""

REFRESH_TOKEN = "oauth.user.refresh_token"  # noqa: S105 - the key's name
"""The key that an instance with external authentication must bring [D]."""

SERVER_MANAGED = re.compile(r"oauth\.user\..*|authentication\.time|expires_in|event\.notification\.subscription\.id")
"""Keys that the platform sets and changes by itself: never drift [T]."""

SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "event.vendor.type": {"webhooks": "webhook"},  # both are in use [T]
}
"""Spellings that mean the same, by configuration key."""


@dataclass(frozen=True)
class Entry:
    """The platform's definition of one configuration key [T].

    Attributes:
        key: such as ``api.key``.
        type: ``TEXTFIELD_128``, ``PASSWORD``, ``BOOLEAN`` and so on.
        required, active, internal: as the platform says.
        default: what it has where none is given, None for nothing.
        group: the authentication type that it belongs to, None for all.
    """

    key: str
    type: str = ""
    required: bool = False
    default: str | None = None
    group: str | None = None
    internal: bool = False
    active: bool = True

    @property
    def wanted(self) -> bool:
        """Whether the user must supply it [I]."""
        return self.required and self.active and not self.internal and self.default is None


@dataclass(frozen=True)
class Element:
    """The platform's definition of an element [T].

    Attributes:
        key: such as ``stripe``.
        authentication: how its instances authenticate, where they have no choice: ``basic``, ``oauth2`` and so on.
        configuration: the definitions of its configuration keys.
        id, name, hub: as the platform says, None where it does not.
    """

    key: str
    authentication: str = ""
    configuration: tuple[Entry, ...] = ()
    id: int | None = None
    name: str | None = None
    hub: str | None = None

    def defaults(self) -> dict[str, str]:
        """The values of keys that are not given."""
        return {entry.key: entry.default for entry in self.configuration if entry.default is not None}

    def authentication_type(self, configuration: Mapping[str, Any]) -> Any:
        """How an instance with this configuration authenticates; may be `UNKNOWN`."""
        chosen = configuration.get(AUTHENTICATION_TYPE)
        return chosen or self.defaults().get(AUTHENTICATION_TYPE) or self.authentication

    def missing(self, configuration: Mapping[str, Any]) -> list[str]:
        """The keys that must be supplied and are not. An `UNKNOWN` value counts as supplied."""
        chosen = self.authentication_type(configuration)
        return [
            entry.key
            for entry in self.configuration
            if entry.wanted and configuration.get(entry.key) in (None, "") and entry.group in (None, chosen)
        ]


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
ANYTHING = Rule(lambda _: True, "anything")

COMMON: Mapping[str, Rule] = {
    "event.notification.enabled": BOOLEAN,
    "event.vendor.type": Rule(lambda value: value in ("webhook", "webhooks", "polling"), "webhook or polling"),
    "event.notification.type": Rule(lambda value: value == "webhook", "webhook"),
    "event.notification.callback.url": Rule(_is_web_address, "an http or https URL"),
    "event.notification.signature.key": ANYTHING,
    "event.poller.refresh_interval": ANYTHING,
    "event.poller.configuration": ANYTHING,
    "filter.response.nulls": BOOLEAN,
}
"""The keys that all elements share [D]."""


def is_managed(key: str) -> bool:
    """Whether the platform sets and changes the value of `key` by itself."""
    return SERVER_MANAGED.fullmatch(key) is not None


def holds_mask(value: Any) -> bool:
    """Whether a value is the platform's mask, or an object or the JSON text of one with a mask inside."""
    value = json_value(value)
    if isinstance(value, Mapping):
        return any(holds_mask(item) for item in value.values())
    return any(holds_mask(item) for item in value) if isinstance(value, list) else bool(value == MASK)


def is_declared(key: str, value: Any, element: Element | None) -> bool:
    """Whether a live value is one that a program would declare: neither hidden, nor managed, nor the element's default.

    Without the definitions of the `element`, nothing tells what it would be without a declaration.
    """
    if value in (None, "") or holds_mask(value) or is_managed(key):
        return False
    entry = next((entry for entry in element.configuration if entry.key == key), None) if element else None
    defined = element is None or entry is not None or key in COMMON
    return defined and not (entry and (entry.internal or entry.default == value))


def uses_oauth(configuration: Mapping[str, Any], element: Element | None) -> bool:
    """Whether an instance may hold OAuth tokens that a PUT could cost it, by its element or by what it declares."""
    chosen = element.authentication_type(configuration) if element else configuration.get(AUTHENTICATION_TYPE)
    return str(chosen).startswith("oauth") or any(key.startswith("oauth.") for key in configuration)
