"""Reads schema.json, the one source of property names, types, defaults and of what is secret or forces a replacement.

The file is the package's Pulumi schema; code asks here instead of repeating what it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

ANY = "pulumi.json#/Any"
"""How a schema refers to a value of any type."""

PACKAGE = "cloudelements"
"""The name of the package, and of its provider."""

INSTANCE = "cloudelements:index:Instance"
"""The type token of the resource."""

GET_INSTANCE = "cloudelements:index:getInstance"
GET_INSTANCES = "cloudelements:index:getInstances"
GET_ELEMENT = "cloudelements:index:getElement"
"""The tokens of the functions that look something up."""


@dataclass(frozen=True)
class Property:
    """What the schema says of one property.

    Attributes:
        name: as in the schema, camelCase.
        type: ``string``, ``boolean``, ``integer``, ``number``, ``array``, ``object`` or ``any``.
        required: whether a declaration must give it.
        secret: whether its value is kept secret wherever it goes.
        replaces: whether another value means another instance.
        default: what is filled in where a declaration leaves it out; None where nothing is.
        choices: the values it may take, empty where any will do.
    """

    name: str
    type: str
    required: bool = False
    secret: bool = False
    replaces: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()


@cache
def package() -> Mapping[str, Any]:
    """The whole schema, parsed once per process."""
    text = files("pulumi_cloudelements.model").joinpath("schema.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def version() -> str:
    """The package's version. Not its metadata's: where `provider/` runs as a plugin folder, there is none."""
    return str(package()["version"])


@cache
def inputs() -> Mapping[str, Property]:
    """The inputs of an instance, by name."""
    return _properties("inputProperties", "requiredInputs")


@cache
def outputs() -> Mapping[str, Property]:
    """The outputs of an instance, by name: its inputs as declared, and what the platform adds."""
    return _properties("properties", "required")


@cache
def found_instance() -> frozenset[str]:
    """What the functions give of an instance, by name."""
    return frozenset(package()["functions"][GET_INSTANCE]["outputs"]["properties"])


@cache
def configuration() -> Mapping[str, Property]:
    """The provider's configuration, by key. None is required: the environment may hold what is not given."""
    inputs = package()["provider"]["inputProperties"]
    return MappingProxyType({name: _property(name, spec, required=False) for name, spec in inputs.items()})


def _properties(section: str, required: str) -> Mapping[str, Property]:
    resource = package()["resources"][INSTANCE]
    return MappingProxyType(
        {name: _property(name, spec, name in resource[required]) for name, spec in resource[section].items()}
    )


def _property(name: str, spec: Mapping[str, Any], required: bool) -> Property:
    reference = spec.get("$ref", "")
    enumeration = package()["types"].get(reference.removeprefix("#/types/"), {})
    return Property(
        name=name,
        type="any" if reference == ANY else spec.get("type") or enumeration["type"],
        required=required,
        secret=spec.get("secret", False),
        replaces=spec.get("replaceOnChanges", False),
        default=spec.get("default"),
        choices=tuple(choice["value"] for choice in enumeration.get("enum", ())),
    )
