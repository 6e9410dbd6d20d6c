"""Property values by the schema's names, as the engine hands them over and keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any


class Unknown:
    """A value that a preview cannot know yet. There is one of it: `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
"""Stands anywhere in the properties that check and diff are given; create and update never meet it."""

DEEPEST = 64
"""The deepest nesting of JSON text that is looked into."""

ANSWERED_KEY = "__answered"
"""The hidden output that says what the platform made of declared values, by property path."""

Properties = Mapping[str, Any]
"""Property values by schema name, at any stage before they are known to be right."""

Path = tuple[str, ...]
"""Where a value stands in properties: ``("token",)``, ``("configuration", "api.key")``."""


def configuration_path(key: str) -> str:
    """The path of a configuration value as Pulumi writes it: ``configuration["api.key"]``."""
    return f"configuration[{json.dumps(key, ensure_ascii=False)}]"


PATH_PART = re.compile(r'\.?(?P<name>[^.\[\]"]+)|\[(?P<index>\d+|\*)\]|\["(?P<key>(?:[^"\\]|\\.)*)"\]')
"""A step of a path as Pulumi writes it: ``.name``, ``[0]``, ``[*]`` or ``["a key"]``."""


def parsed_path(text: str) -> Path | None:
    """The path that a text writes as Pulumi does, None where it writes none."""
    parts: list[str] = []
    end = 0
    while end < len(text):
        part = PATH_PART.match(text, end)
        if part is None:
            return None
        key = part["key"]
        parts.append(part["name"] or part["index"] or re.sub(r"\\(.)", r"\1", key or ""))
        end = part.end()
    return tuple(parts) or None


def covers(pattern: Path, path: Path) -> bool:
    """Whether a pattern, in which ``*`` is any step, is the path of a value or of what the value is part of."""
    return len(pattern) <= len(path) and all(step in ("*", taken) for step, taken in zip(pattern, path, strict=False))


def deeply(change: Callable[[Any], Any], value: Any) -> Any:
    """Apply `change` to every value inside maps and lists, at any depth, or to the value itself where it is neither."""
    if isinstance(value, Mapping):
        return {key: deeply(change, item) for key, item in value.items()}
    if isinstance(value, list):
        return [deeply(change, item) for item in value]
    return change(value)


def change_at(properties: Properties, paths: Collection[Path], change: Callable[[Any], Any]) -> dict[str, Any]:
    """Apply `change` to the value at each of the paths that the properties have."""

    def changed(value: Any, path: Path) -> Any:
        if path in paths:
            return change(value)
        if isinstance(value, Mapping) and any(longer[: len(path)] == path for longer in paths):
            return {key: changed(item, (*path, key)) for key, item in value.items()}
        return value

    return {name: changed(value, (name,)) for name, value in properties.items()}


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
