"""Which configuration values are secret, by their key, by what they hold, or by the element's definition."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.model.properties import UNKNOWN, Properties, json_value

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


def mark_secrets(
    properties: Properties,
    mark: Callable[[Any], Any],
    definition: Element | None = None,
    given: Collection[str] = (),
) -> dict[str, Any]:
    """Apply `mark` to each secret value of inputs or outputs: to those the schema flags, and inside `configuration`.

    Unknown values are left as they are.

    Parameters:
        properties: inputs or outputs, by schema name.
        mark: makes a secret of a value.
        definition: what the platform says of the element, None where that is not known.
        given: configuration keys whose values the program gave as secrets.
    """
    element, flags = str(properties.get("element")), {**schema.outputs(), **schema.inputs()}

    def marked(value: Any, secret: bool) -> Any:
        return mark(value) if secret and value is not UNKNOWN else value

    result = {name: marked(value, name in flags and flags[name].secret) for name, value in properties.items()}
    if isinstance(configuration := properties.get("configuration"), Mapping):
        result["configuration"] = {
            key: marked(value, key in given or is_secret(element, key, value, definition))
            for key, value in configuration.items()
        }
    return result


def _holds_secret(value: Any) -> bool:
    """Whether an object, or the JSON text of one, has a member that looks secret; the whole of it is marked then."""
    value = json_value(value)
    if isinstance(value, Mapping):
        return any(SECRET_WORDS.search(str(key)) or _holds_secret(item) for key, item in value.items())
    return isinstance(value, list) and any(_holds_secret(item) for item in value)
