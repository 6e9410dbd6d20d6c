"""YAML to resources: reads what a folder declares and makes an `Instance` of each entry.

    instances:
      stripe-payments:                       # the Pulumi resource name
        element: stripe
        configuration:
          api.key: ${config.stripeApiKey}    # from the stack's config; a secret stays one

Whatever is wrong is told in one go, each problem on a line with its file, place and path, and before any resource is
declared.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from pulumi_cloudelements.declarations import entry, strict_yaml
from pulumi_cloudelements.declarations.folder import look, reason, shown
from pulumi_cloudelements.declarations.placeholders import Resolve, Secret, stack_values
from pulumi_cloudelements.dynamic import Instance
from pulumi_cloudelements.model.properties import UNKNOWN, deeply

TOP = "instances"

MOST_NAMED = 20
"""The most files that one message names."""

LONGEST_KEY = 64
"""The most characters of a key that a problem repeats."""


class DeclarationError(pulumi.RunError):
    """Declarations cannot be used. Pulumi prints its text without a traceback."""


@dataclass(frozen=True)
class Declaration:
    """One entry: the resource's name, the arguments of `Instance`, and the file that it came from."""

    name: str
    arguments: Mapping[str, Any]
    file: Path


def deploy(folder: str | Path = "instances") -> dict[str, Instance]:
    """Declare what the YAML files of `folder` say, and export the id and token of each instance under its name.

    Returns:
        The resources by name.

    Raises:
        DeclarationError: a file cannot be read, or something in it cannot be used; nothing is declared.
    """
    resources = {
        declaration.name: Instance(declaration.name, **declaration.arguments)
        for declaration in load(Path(folder), stack_values)
    }
    for name, instance in resources.items():
        pulumi.export(name, {"id": instance.id, "token": instance.token})
    return resources


def load(folder: Path, resolve: Resolve, note: Callable[[str], None] = pulumi.log.info) -> list[Declaration]:
    """Read every ``*.yaml`` file below `folder`, in the order of their paths, and fill in its placeholders.

    Parameters:
        folder: where the files lie.
        resolve: gives the values of placeholders.
        note: hears of files that are not read, with no harm.

    Raises:
        DeclarationError: one line per problem, of all files.
    """
    found = look(folder)
    files = [_read(file, resolve) for file in found.files]
    problems = [*found.problems, *(line for file in files for line in file.problems)]
    declared: dict[str, tuple[Declaration, str]] = {}
    for file in files:
        for name, (declaration, position) in file.declared.items():
            if name in declared:
                problems.append(f"{position}: {_in_words((TOP, name))}: is declared in {declared[name][1]} already")
            declared.setdefault(name, (declaration, position))
    if problems:
        raise DeclarationError("\n".join(problems))
    if found.others:
        more = len(found.others) - MOST_NAMED
        names = ", ".join(found.others[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        note(f"declarations are read from *.yaml files alone, and not from {names}")
    return [Declaration(d.name, deeply(_sent, d.arguments), d.file) for d, _ in declared.values()]


@dataclass(frozen=True)
class _File:
    """What one file holds: its entries by name, each with its position, and what is wrong, a line each."""

    declared: dict[str, tuple[Declaration, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def _read(file: Path, resolve: Resolve) -> _File:
    try:
        document = strict_yaml.load(file.read_bytes())
    except OSError as error:
        return _File(problems=[f"{shown(file)}: cannot be read: {reason(error)}"])
    except strict_yaml.UnreadableError as error:
        return _File(problems=[f"{_position(file, error.place)}: {error}"])
    declared: dict[str, tuple[Declaration, str]] = {}
    problems = [(problem.place, problem.path, problem.what) for problem in document.problems]
    told = list(_outside_of_entries(document.value))
    for name, content in _entries(document.value).items():
        read = entry.read(content, resolve)
        told += [((TOP, name), what) for what in _name_problems(name)]
        told += [((TOP, name, *path), what) for path, what in read.problems]
        position = _position(file, document.places.get((TOP, name)))
        declared[name] = Declaration(name, read.arguments, file), position
    problems += [(_place(document, path), path, what) for path, what in told]
    return _File(declared, [_line(file, *problem) for problem in sorted(problems, key=_by_place)])


def _by_place(problem: tuple[strict_yaml.Place, strict_yaml.Path, str]) -> strict_yaml.Place:
    return problem[0]


def _entries(content: Any) -> dict[str, Any]:
    entries = content.get(TOP) if isinstance(content, dict) else None
    return entries if isinstance(entries, dict) else {}


def _outside_of_entries(content: Any) -> Iterator[tuple[strict_yaml.Path, str]]:
    """What is wrong with a file around its entries."""
    if content is UNKNOWN:
        return
    if not isinstance(content, dict):
        yield (), f"must hold one map, `{TOP}:`, with an entry per instance"
        return
    for key in content:
        if key != TOP:
            yield (key,), f"no such key; a file holds one map, `{TOP}:`, with an entry per instance"
    entries = content.get(TOP, {})
    if not content or not (isinstance(entries, dict) or entries is UNKNOWN):
        yield (TOP,), "must be a map with an entry per instance"


def _name_problems(name: str) -> Iterator[str]:
    if not name:
        yield "the name of a resource must not be empty"
    elif any(unicodedata.category(character) == "Cc" for character in name):
        yield "the name of a resource must hold no control character"
    if "${" in name:
        yield "the name of a resource is the same in every stack"


def _sent(value: Any) -> Any:
    """A value as a program would give it."""
    return pulumi.Output.secret(value.value) if isinstance(value, Secret) else value


def _place(document: strict_yaml.Document, path: strict_yaml.Path) -> strict_yaml.Place:
    """Where a value begins, or the nearest one around it."""
    while path and path not in document.places:
        path = path[:-1]
    return document.places.get(path, strict_yaml.Place(1, 1))


def _position(file: Path, place: strict_yaml.Place | None) -> str:
    return f"{shown(file)}:{place.line}:{place.column}" if place else shown(file)


def _line(file: Path, place: strict_yaml.Place | None, path: strict_yaml.Path, what: str) -> str:
    where = _in_words(path)
    return f"{_position(file, place)}: {where}{': ' if where else ''}{what}"


def _in_words(path: strict_yaml.Path) -> str:
    """A path as Pulumi writes it."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif re.fullmatch(r"[A-Za-z_][\w-]{,63}", key):
            text += f".{key}" if text else key
        else:
            cut = key if len(key) <= LONGEST_KEY else key[:LONGEST_KEY] + "…"
            text += f"[{json.dumps(cut, ensure_ascii=False)}]"
    return shown(text)
