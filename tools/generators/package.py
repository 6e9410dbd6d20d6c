"""schema.json as the generators read it: properties with their types and descriptions, in the schema's order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

ANY = "pulumi.json#/Any"
TYPES = "#/types/"


@dataclass(frozen=True)
class Property:
    """One property.

    Attributes:
        name: as in the schema, camelCase.
        type: ``string``, ``boolean``, ``integer``, ``number``, ``array`` (of strings), ``object`` or ``any``.
        description: in the schema's words.
        required: whether it is always there.
        secret: whether its value is kept secret.
        choices: the values it may take, empty where any will do.
    """

    name: str
    type: str
    description: str
    required: bool
    secret: bool
    choices: tuple[str, ...]

    @property
    def attribute(self) -> str:
        """Its name in Python."""
        return snake_case(self.name)


@dataclass(frozen=True)
class Shape:
    """A resource, a provider, a function or a result: what it is, and its properties."""

    description: str
    properties: tuple[Property, ...]


class Package:
    """The schema of the package."""

    def __init__(self, file: Path) -> None:
        """Read the schema from `file`."""
        self._schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        instance = self._schema["resources"]["cloudelements:index:Instance"]
        self.inputs = self._shape(instance, "inputProperties", "requiredInputs")
        self.outputs = self._shape(instance)
        self.provider = self._shape(self._schema["provider"], "inputProperties")
        self.found_instance = self._shape(self._schema["types"]["cloudelements:index:FoundInstance"])

    @property
    def functions(self) -> dict[str, Shape]:
        """The functions with what they take, by name."""
        return {
            token.rpartition(":")[2]: self._shape({"description": spec["description"], **spec["inputs"]})
            for token, spec in self._schema["functions"].items()
        }

    def _shape(self, spec: dict[str, Any], properties: str = "properties", required: str = "required") -> Shape:
        needed = spec.get(required, [])
        listed = [self._property(name, given, name in needed) for name, given in spec[properties].items()]
        return Shape(spec["description"], tuple(listed))

    def _property(self, name: str, spec: dict[str, Any], required: bool) -> Property:
        reference = spec.get("$ref", "")
        named = self._schema["types"].get(reference.removeprefix(TYPES), {})
        return Property(
            name=name,
            type="any" if reference == ANY else spec.get("type") or named["type"],
            description=spec["description"],
            required=required,
            secret=spec.get("secret", False),
            choices=tuple(choice["value"] for choice in named.get("enum", ())),
        )


def snake_case(name: str) -> str:
    """The Python name of a camelCase one."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
