"""What the Python files share: their header, types, parameters and docstrings, and ruff, which formats them."""

from __future__ import annotations

import re
import subprocess
import sys
from textwrap import indent, wrap
from typing import TYPE_CHECKING

from generators.package import snake_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generators.package import Package, Property

HEADER = "# Generated from schema.json by `make generate`. Edit that file, or tools/generators, and not this one."

WIDTH = 120

SCALARS = {"string": "str", "boolean": "bool", "integer": "int", "number": "float", "any": "Any"}


def plain_type(given: Property) -> str:
    """The type of a value that is there."""
    if given.type == "array":
        return "Sequence[str]"
    return SCALARS.get(given.type, "Mapping[str, Any]")


def input_type(given: Property) -> str:
    """The type of a value that a program gives, or of an output with such a value."""
    return f"pulumi.Input[{'Sequence[pulumi.Input[str]]' if given.type == 'array' else plain_type(given)}]"


def optional(type_: str, given: Property) -> str:
    """The type, with None where the property may be missing."""
    return type_ if given.required else f"{type_} | None"


def parameters(typed: Iterable[tuple[Property, str]]) -> str:
    """The parameters of a function, by name alone where they may be left out; `typed` are properties and types."""
    listed, by_name = [], False
    for given, type_ in typed:
        if not (given.required or by_name):
            listed.append("*")
            by_name = True
        listed.append(f"{given.attribute}: {optional(type_, given)}{'' if given.required else ' = None'}")
    return ", ".join(listed)


def input_parameters(properties: Sequence[Property]) -> str:
    """The parameters of what takes values that may be outputs."""
    return parameters((given, input_type(given)) for given in properties)


def by_schema_name(properties: Iterable[Property]) -> str:
    """A dictionary of parameters' values by the schema's names."""
    return "{" + ", ".join(f'"{given.name}": {given.attribute}' for given in properties) + "}"


def texts(names: Iterable[str]) -> str:
    """String literals, a trailing comma after each."""
    return "".join(f'"{name}", ' for name in names)


class Words:
    """The schema's descriptions in Python's words: attributes' names, and None in place of null."""

    def __init__(self, package: Package) -> None:
        """Know the names of the package's properties."""
        self._names = {given.name for given in (*package.inputs.properties, *package.outputs.properties)}

    def of(self, given: Property) -> str:
        """What a property means."""

        def name(quoted: re.Match[str]) -> str:
            return f"`{snake_case(quoted[1])}`" if quoted[1] in self._names else quoted[0]

        return re.sub(r"`(\w+)`", name, re.sub(r"\bnull\b", "`None`", given.description))

    def entries(self, properties: Iterable[Property], columns: int) -> str:
        """A line, and more where it is long, for each parameter or attribute, as they stand in a docstring."""
        return "\n".join(wrapped(f"{given.attribute}: {self.of(given)}", columns, "    ") for given in properties)

    def docstring(self, given: Property, columns: int) -> str:
        """A docstring that says what a property means, after so many columns."""
        text = self.of(given)
        if columns + len(text) + 6 <= WIDTH:
            return f'"""{text}"""'
        opened = wrapped(f'"""{text}', columns).lstrip()
        return f'{opened}\n{" " * columns}"""'


def wrapped(text: str, columns: int, further: str = "") -> str:
    """A text in lines that begin after so many columns, all but the first after `further` as well."""
    lines = wrap(text, WIDTH - columns, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)
    return indent("\n".join(lines), " " * columns)


def formatted(code: str, file: str) -> str:
    """The code as ruff formats what stands in `file`."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", file, "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{file}: ruff cannot format what was generated: {done.stderr.strip()}")
    return done.stdout
