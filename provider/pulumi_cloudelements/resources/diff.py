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
        declared: whether it is one of what the program declares; the ownership tag is none.
    """

    path: str
    kind: Kind
    replaces: bool = False
    declared: bool = True


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


def overlay(
    declared: InstanceInputs, live: InstanceInputs, answered: Mapping[str, Any] | None = None
) -> InstanceInputs:
    """Lay the live values over the declared ones, so that the difference between the two is the drift.

    A live value that means the same as the declared one, or as what the platform made of it, leaves the declared
    spelling in place. A key that the platform does not show, shows masked or manages by itself is taken to be as
    declared; one that it shows as null is gone.

    Parameters:
        declared, live: what was declared, and what is.
        answered: what the platform made of declared values; see `made_of`.
    """
    made = answered or {}
    configuration = {
        key: found
        for key, value in declared.configuration.items()
        if (found := _found(key, value, live.configuration, made)) is not None
    }
    as_declared = {name: getattr(declared, name) for name in _as_declared(declared, live, made)}
    return replace(live, **as_declared | {"configuration": configuration})


def made_of(sent: InstanceInputs, answer: InstanceInputs) -> dict[str, Any]:
    """What the platform makes of declared values, by property path, as its answer to a write of all of them tells.

    It may trim, lower-case, strip or complete them. What comes back other than it was sent is no drift.
    """
    found = overlay(sent, answer)
    made = {change.path for change in diff(found.to_properties(), sent.to_properties())}
    shown: dict[str, Any] = {"name": answer.name, "tags": list(answer.tags or ())}
    shown |= {configuration_path(key): answer.configuration.get(key) for key in sent.configuration}
    return {path: value for path, value in shown.items() if path in made and value is not None}


def _as_declared(declared: InstanceInputs, live: InstanceInputs, made: Mapping[str, Any]) -> Iterator[str]:
    """The attributes, `configuration` aside, that show no drift: they are as declared, or are not declared."""
    yield "provider_data_version"  # the platform has none
    for attribute in (f.name for f in fields(InstanceInputs) if f.metadata != WRITE_ONLY and f.name != "configuration"):
        name = property_name(attribute)
        shown = canonical(name, getattr(live, attribute))
        as_made = name in made and canonical(name, made[name]) == shown
        if as_made or canonical(name, getattr(declared, attribute)) in (None, shown):
            yield attribute


def _found(key: str, declared: Any, live: Mapping[str, Any], made: Mapping[str, Any]) -> Any:
    shown = live.get(key, MASK)
    if holds_mask(shown) or is_managed(key):
        return declared
    wanted = [canonical_entry(key, value) for value in (declared, made.get(configuration_path(key), declared))]
    return declared if canonical_entry(key, "" if shown is None else shown) in wanted else shown


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
