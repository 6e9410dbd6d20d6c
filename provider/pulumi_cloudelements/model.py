"""The values that the core works on: frozen dataclasses, free of the engine's and of the platform's spelling.

`InstanceInputs` is what a program declares, `InstanceState` what exists. Their *properties*, a mapping by the
schema's camelCase names, are the form in which the engine hands them over and keeps them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any


class Unknown:
    """A value that a preview cannot know yet. There is one of it: `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
"""Stands anywhere in the properties that check and diff are given; create and update never meet it."""

DEEPEST = 64
"""The deepest nesting of JSON text that is looked into."""

Properties = Mapping[str, Any]
"""Property values by schema name, at any stage before they are known to be right."""


def configuration_path(key: str) -> str:
    """The path of a configuration value as Pulumi writes it: ``configuration["api.key"]``."""
    return f"configuration[{json.dumps(key, ensure_ascii=False)}]"


def deeply(change: Callable[[Any], Any], value: Any) -> Any:
    """Apply `change` to every value inside maps and lists, at any depth, or to the value itself where it is neither."""
    if isinstance(value, Mapping):
        return {key: deeply(change, item) for key, item in value.items()}
    if isinstance(value, list):
        return [deeply(change, item) for item in value]
    return change(value)


def whole_numbers(value: Any) -> Any:
    """Turn floats without a fraction back into integers, at any depth: to the engine every number is a double."""
    return deeply(_whole, value)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def json_value(value: Any) -> Any:
    """What a text stands for that is the JSON of an object or a list, nested no deeper than `DEEPEST`; else itself."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed if _nested_within(parsed, DEEPEST) else value


def _nested_within(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_nested_within(item, levels - 1) for item in items)


def property_name(attribute: str) -> str:
    """The schema's name of a Python attribute: ``created_date`` is ``createdDate``."""
    if attribute == "owner":
        return OWNER_KEY
    return re.sub(r"_(.)", lambda match: match[1].upper(), attribute)


WRITE_ONLY = {"write_only": True}
"""Marks an input that is no output: it is not kept, and so never compared."""

OWNER_KEY = "__owner"
"""The hidden output that says with which nonce a resource owns its instance; the engine shows no such name."""


@dataclass(frozen=True)
class InstanceInputs:
    """What a program declares of one element instance.

    Attributes:
        element: the element's key, such as ``stripe``.
        name: the instance's name on the platform.
        configuration: declared configuration values by key; what is not declared is not here.
        tags: in the declared order, or None where the program says nothing of them.
        enabled: whether the instance answers calls.
        external_authentication: ``none`` or ``initial``.
        provider_data: what the platform authenticates with once; sent, and never kept.
        provider_data_version: a new one sends `provider_data` again.
        adopt: the id of an instance to take over instead of creating one; means nothing after that.
    """

    element: str
    name: str
    configuration: Mapping[str, Any] = field(default_factory=dict, repr=False)
    tags: tuple[str, ...] | None = None
    enabled: bool = True
    external_authentication: str = "none"
    provider_data: Mapping[str, Any] | None = field(default=None, repr=False, metadata=WRITE_ONLY)
    provider_data_version: Any = None
    adopt: str | None = field(default=None, metadata=WRITE_ONLY)

    @classmethod
    def from_properties(cls, properties: Properties) -> InstanceInputs:
        """Pick the inputs out of checked inputs or of outputs, which hold them as well."""
        given = {f.name: properties[property_name(f.name)] for f in fields(cls) if property_name(f.name) in properties}
        if given.get("tags") is not None:
            given["tags"] = tuple(given["tags"])
        return cls(**given)

    def to_properties(self) -> dict[str, Any]:
        """The inputs by schema name; what is not declared, or only ever written, is left out."""
        return _declared(self) | ({} if self.tags is None else {"tags": list(self.tags)})


@dataclass(frozen=True)
class InstanceState:
    """One instance as it exists: what was declared of it, and what the platform added.

    Attributes:
        id: the platform's number, as text so that no digit is ever lost.
        inputs: the declared part; after a read, with the live values laid over it.
        token: the element token.
        element_id, hub, valid, created_date: as the platform says them, None where it does not.
        owner: the text of the `ownership.Owner` that has the instance, None where it carries no ownership tags.
    """

    id: str
    inputs: InstanceInputs
    token: str = field(default="", repr=False)
    element_id: int | None = None
    hub: str | None = None
    valid: bool | None = None
    created_date: str | None = None
    owner: str | None = None

    @classmethod
    def from_properties(cls, id: str, properties: Properties) -> InstanceState:
        """The state that the engine keeps: a resource id and its outputs."""
        own: dict[str, Any] = {
            f.name: properties[property_name(f.name)] for f in fields(cls) if property_name(f.name) in properties
        }
        # A state that was edited by hand may lack what a delete can do without.
        inputs = InstanceInputs.from_properties({"element": "", "name": "", **properties})
        return cls(**own | {"id": id, "inputs": inputs})

    def to_properties(self) -> dict[str, Any]:
        """The outputs by schema name; the id travels beside them."""
        own = {name: value for name, value in _declared(self).items() if name not in ("id", "inputs")}
        return self.inputs.to_properties() | own


def _declared(record: InstanceInputs | InstanceState) -> dict[str, Any]:
    kept = [f for f in fields(record) if f.metadata != WRITE_ONLY]
    values = {property_name(f.name): getattr(record, f.name) for f in kept}
    return {name: value for name, value in values.items() if value is not None}
