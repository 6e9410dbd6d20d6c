"""The configuration of an instance: what the platform makes of the values it is sent, and what it shows of them.

Everything is kept as text or null [T]. Secrets are kept as they came, a mask too: a client that sends `********`
has overwritten its secret, here as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudelements_emulator import jsontext
from cloudelements_emulator.catalog import Element

MASK = "********"

Configuration = dict[str, str | None]


def settle(element: Element, sent: Mapping[str, Any]) -> Configuration:
    """Return `sent` as the platform keeps it; a null becomes the element's default where it has one [I]."""
    defaults = element.defaults()
    named = {element.aliases.get(key, key): value for key, value in sent.items()}
    return {key: defaults.get(key) if value is None else _text(value) for key, value in named.items()}


def shown(element: Element, configuration: Configuration) -> Configuration:
    """Return `configuration` as it is read back: secrets masked, keys renamed, unset keys null, unknown keys kept."""
    known: Configuration = {}
    for entry in element.entries.values():
        value = configuration.get(entry.key)
        if entry.key in configuration or not (entry.managed or entry.shown_as):
            known[entry.shown_as or entry.key] = MASK if entry.masked and value is not None else value
    return known | {key: value for key, value in configuration.items() if key not in element.entries}


def missing(element: Element, configuration: Configuration) -> list[str]:
    """Return the keys that the user must still supply for the authentication that was chosen."""
    groups = element.authentication_types(configuration)
    return [
        entry.key
        for entry in element.entries.values()
        if entry.required and not configuration.get(entry.key) and (entry.group is None or entry.group in groups)
    ]


def unknown_choices(element: Element, configuration: Configuration) -> list[str]:
    """Return the keys that choose a group which does not exist; other options are not checked [I]."""
    controls = [entry for entry in element.entries.values() if entry.group_control]
    return [entry.key for entry in controls if configuration.get(entry.key) not in entry.options]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    return jsontext.dump(value)
