"""Which configuration values are secret, by their key, by what they hold, or by the element's definition."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.model.properties import (
    ANSWERED_KEY,
    UNKNOWN,
    Path,
    Properties,
    configuration_path,
    json_value,
)

SECRET_WORDS = re.compile(
    r"password|passwd|passphrase|secret|token|credential|signature|private|key(?=$|[^a-z])", re.IGNORECASE
)
"""A key that holds one of these names a secret: `api.key`, `secret_key`, `oauth.user.refresh_token` [I]."""

KNOWN_SECRETS: Mapping[str, frozenset[str]] = {
    "stripe": frozenset({"username"}),  # what it calls the API key in its answers [D]
    "closeio": frozenset({"username"}),  # its user name is an API key [T]
}
"""Secrets whose key does not tell, by element."""


def is_secret(element: str, key: str, value: Any, definition: Element | None = None) -> bool:
    """Whether a configuration value is to be kept secret for an instance of `element`: by its key, or what it holds."""
    passwords = {entry.key for entry in definition.configuration if entry.type == "PASSWORD"} if definition else ()
    named = SECRET_WORDS.search(key) or key in KNOWN_SECRETS.get(element, ()) or key in passwords
    return bool(named) or _holds_secret(value)


def secret_paths(
    properties: Properties, definition: Element | None = None, given: Collection[str] = ()
) -> frozenset[Path]:
    """The paths of all secret values of inputs or outputs: what the schema flags, and keys of the configuration.

    A value that is `UNKNOWN` is none.

    Parameters:
        properties: inputs or outputs, by schema name.
        definition: what the platform says of the element, None where that is not known.
        given: configuration keys whose values the program gave as secrets.
    """
    element, flags = str(properties.get("element")), {**schema.outputs(), **schema.inputs()}
    secret: dict[Path, Any] = {
        (name,): value for name, value in properties.items() if name in flags and flags[name].secret
    }
    configuration = properties.get("configuration")
    if isinstance(configuration, Mapping):
        secret |= {
            ("configuration", key): value
            for key, value in configuration.items()
            if key in given or is_secret(element, key, value, definition)
        }
        answered = properties.get(ANSWERED_KEY) or {}
        made = {(ANSWERED_KEY, configuration_path(path[-1])) for path in secret if path[0] == "configuration"}
        secret |= {path: answered[path[-1]] for path in made if path[-1] in answered}
    return frozenset(path for path, value in secret.items() if value is not UNKNOWN)


def _holds_secret(value: Any) -> bool:
    """Whether an object, or the JSON text of one, has a member that looks secret; the whole of it is marked then."""
    value = json_value(value)
    if isinstance(value, Mapping):
        return any(SECRET_WORDS.search(str(key)) or _holds_secret(item) for key, item in value.items())
    return isinstance(value, list) and any(_holds_secret(item) for item in value)
