"""Says what is wrong with one entry, before anything is declared, and fills in its placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pulumi_cloudelements.declarations.placeholders import Resolve, Secret, fill, is_whole, typed
from pulumi_cloudelements.declarations.strict_yaml import Path
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import BOOLEAN, COMMON
from pulumi_cloudelements.model.instance import attribute_name
from pulumi_cloudelements.model.properties import UNKNOWN, configuration_path, deeply
from pulumi_cloudelements.resources.check import shape_failures

PROPERTIES = {attribute_name(name): name for name in schema.inputs()}
"""What an entry may hold, the keyword arguments of `Instance`, and what the schema calls each."""

KINDS: Mapping[Path, str] = {
    **{(key,): "boolean" for key, name in PROPERTIES.items() if schema.inputs()[name].type == "boolean"},
    **{("configuration", key): "boolean" for key, rule in COMMON.items() if rule is BOOLEAN},
    ("configuration", "event.poller.refresh_interval"): "number",
}
"""Where a value is no text. What else the configuration of an element wants, no program knows."""

INTENDED = dict.fromkeys(("yes", "on", "y", "true"), "true") | dict.fromkeys(("no", "off", "n", "false"), "false")
"""What somebody meant who wrote a text in place of a boolean, in small letters."""


@dataclass(frozen=True)
class Entry:
    """One entry, filled in.

    Attributes:
        arguments: what `Instance` is called with; `UNKNOWN` or `Secret` stand inside.
        problems: where something is wrong, as a path inside the entry, and what.
    """

    arguments: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[Path, str]] = field(default_factory=list)


def read(content: Any, resolve: Resolve) -> Entry:
    """Fill an entry in and check it. What the document's own problems have left `UNKNOWN` is passed over."""
    if content is UNKNOWN:
        return Entry()
    if not isinstance(content, dict):
        return Entry(problems=[((), "must be a map")])
    problems: list[tuple[Path, str]] = [((key,), _no_such(key)) for key in content if key not in PROPERTIES]
    known = {key: value for key, value in content.items() if key in PROPERTIES}
    problems += [(path, "placeholders stand in values alone") for path in _keys(known, ()) if "${" in str(path[-1])]
    arguments = _filled(known, resolve, problems)
    return Entry(arguments, [*problems, *_misshapen(arguments, content)])


def _no_such(key: str) -> str:
    near = get_close_matches(key, PROPERTIES, n=1)
    return "no such property; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(PROPERTIES)}")


def _filled(content: Any, resolve: Resolve, problems: list[tuple[Path, str]]) -> Any:
    def value(text: str, path: Path) -> Any:
        try:
            filled = fill(text, resolve)
        except LookupError as error:
            problems.append((path, error.args[0]))
            return UNKNOWN
        return typed(filled, KINDS[path]) if path in KINDS and is_whole(text) else filled

    return _with_texts(value, content, ())


def _with_texts(change: Callable[[str, Path], Any], value: Any, path: Path) -> Any:
    """Apply `change` to every text of a value."""
    if isinstance(value, dict):
        return {key: _with_texts(change, item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_texts(change, item, (*path, index)) for index, item in enumerate(value)]
    return change(value, path) if isinstance(value, str) else value


def _keys(value: Any, path: Path) -> Iterator[Path]:
    """The paths of all keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(key, str):
            yield (*path, key)
        yield from _keys(item, (*path, key))


def _misshapen(arguments: Mapping[str, Any], written: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What the provider's own check would refuse, each with its path."""
    plain = {PROPERTIES[key]: deeply(_plain, value) for key, value in arguments.items()}
    paths: dict[str, Path] = {name: (key,) for key, name in PROPERTIES.items()}
    configuration = arguments.get("configuration")
    if isinstance(configuration, dict):
        paths |= {configuration_path(key): ("configuration", key) for key in configuration}
    for failure in shape_failures(plain):
        where = max((text for text in paths if failure.startswith(f"{text}: ")), key=len)
        path = paths[where]
        yield path, failure.removeprefix(f"{where}: ") + _hint(path, _at(written, path))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _hint(path: Path, written: Any) -> str:
    """What to write, where the mistake is one that YAML invites."""
    if isinstance(written, str) and path in KINDS and written.lower() in INTENDED:
        return f"; `{written}` is a text here: write `{INTENDED[written.lower()]}`, without quotes"
    wants_text = len(path) == 1 and schema.inputs()[PROPERTIES[str(path[0])]].type == "string"
    return "; put it in quotes" if wants_text and isinstance(written, int | float) else ""
