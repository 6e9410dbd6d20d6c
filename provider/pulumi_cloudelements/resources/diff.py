"""Compares what is declared with what was declared. Pure: no network, no state, the same answer every time.

Values are compared as the platform would read them back: `true` is ``"true"``, `15` is ``"15"``, an object is its
JSON text, in whatever order its keys stand [T]. The order of tags is no difference. What a program did not write
is never compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import SYNONYMS, holds_mask, is_managed
from pulumi_cloudelements.model.instance import WRITE_ONLY, InstanceInputs, property_name
from pulumi_cloudelements.model.properties import UNKNOWN, Properties, configuration_path, json_value, whole_numbers
from pulumi_cloudelements.redaction import MASK

MARKUP = re.compile(r"<[^<>]*>")
"""What the platform strips from names and tags [T]; how exactly is unknown, so it is passed over on both sides."""


class Kind(Enum):
    """What happens to a property."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class PropertyChange:
    """One difference.

    Attributes:
        path: the property as Pulumi writes it, such as ``name`` or ``configuration["api.key"]``.
        kind: whether it is added, updated or deleted.
        replaces: whether it means another instance.
    """

    path: str
    kind: Kind
    replaces: bool = False


def in_words(changes: Iterable[PropertyChange]) -> str:
    """The changes as a message that shows no value, for engines that cannot show which properties change."""
    return f"changes {', '.join(change.path + (' (replaces)' if change.replaces else '') for change in changes)}"


def diff(old: Properties, new: Properties) -> list[PropertyChange]:
    """List what must change for `new` to be true, in the schema's order.

    Parameters:
        old: the outputs of the last operation; properties that are no inputs are passed over, and so are inputs
            that are no outputs, since they are only ever written.
        new: checked inputs. Where a value is `UNKNOWN`, a change is assumed.
    """
    changes = []
    compared = {name: flags for name, flags in schema.inputs().items() if name in schema.outputs()}
    for name, flags in compared.items():
        if name == "configuration" and new.get(name) is not UNKNOWN:
            changes += _configuration_changes(old.get(name) or {}, new.get(name) or {})
        elif name == "tags" and new.get(name) is None:
            continue  # unset means "whatever is there"
        elif canonical(name, old.get(name)) != canonical(name, new.get(name)):
            changes.append(PropertyChange(name, _kind(old.get(name), new.get(name)), flags.replaces))
    return changes


def replaces(old: Properties, new: Properties) -> bool:
    """Whether `new` wants another instance than `old`; of use before either is known to be right."""
    replacing = [name for name, flags in schema.inputs().items() if flags.replaces]
    return any(canonical(name, old.get(name)) != canonical(name, new.get(name)) for name in replacing)


def _configuration_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[PropertyChange]:
    return [
        PropertyChange(configuration_path(key), _kind(old.get(key), new.get(key)))
        for key in sorted(old.keys() | new.keys())
        if canonical_entry(key, old.get(key)) != canonical_entry(key, new.get(key))
    ]


def _kind(old: Any, new: Any) -> Kind:
    if old is None:
        return Kind.ADD
    return Kind.DELETE if new is None else Kind.UPDATE


def overlay(declared: InstanceInputs, live: InstanceInputs) -> InstanceInputs:
    """Lay the live values over the declared ones, so that the difference between the two is the drift.

    A live value that means the same as the declared one leaves the declared spelling in place. A key that the
    platform does not show, shows masked or manages by itself is taken to be as declared; one that it shows as null
    is gone.
    """
    configuration = {
        key: found
        for key, value in declared.configuration.items()
        if (found := _found(key, value, live.configuration)) is not None
    }
    as_declared = {name: getattr(declared, name) for name in _as_declared(declared, live)}
    return replace(live, **as_declared | {"configuration": configuration})


def _as_declared(declared: InstanceInputs, live: InstanceInputs) -> Iterator[str]:
    """The attributes, `configuration` aside, that show no drift: they are as declared, or are not declared."""
    yield "provider_data_version"  # the platform has none
    for attribute in (f.name for f in fields(InstanceInputs) if f.metadata != WRITE_ONLY and f.name != "configuration"):
        name = property_name(attribute)
        if canonical(name, getattr(declared, attribute)) in (None, canonical(name, getattr(live, attribute))):
            yield attribute


def _found(key: str, declared: Any, live: Mapping[str, Any]) -> Any:
    shown = live.get(key, MASK)
    same = (
        holds_mask(shown)
        or is_managed(key)
        or canonical_entry(key, "" if shown is None else shown) == canonical_entry(key, declared)
    )
    return declared if same else shown


def canonical(name: str, value: Any) -> Any:
    """One form for all spellings of a property's value: two mean the same where their canonical forms are equal.

    Parameters:
        name: the property.
        value: any JSON value, or `UNKNOWN`, which equals no other.
    """
    if name == "tags" and isinstance(value, Collection):
        return frozenset(MARKUP.sub("", tag) if isinstance(tag, str) else tag for tag in value)
    if name == "name" and isinstance(value, str):
        return MARKUP.sub("", value).strip()
    return canonical_entry(name, value)


def canonical_entry(key: str, value: Any) -> Any:
    """The same for the value of a configuration key."""
    value = json_value(value)
    if value is None or value is UNKNOWN:
        return value
    if isinstance(value, str):
        return SYNONYMS.get(key, {}).get(value, value)
    return json.dumps(whole_numbers(value), sort_keys=True, separators=(",", ":"), default=repr)
