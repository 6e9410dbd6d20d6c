"""JSON whose numbers keep every digit: what was sent as `1.10` or as a 30-digit id is read back just so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

MAX_NESTING = 100


class Number(str):
    """A JSON number as the text that was sent."""

    __slots__ = ()


class InvalidJsonError(ValueError):
    """The text is not what was asked for; the message goes on from "the body"."""


def parse(text: bytes | str) -> Any:
    """Return the value of `text`, with every number as a `Number`.

    Raises:
        InvalidJsonError: `text` is not JSON, or is nested deeper than `MAX_NESTING`.
    """
    try:
        value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidJsonError("is not valid JSON") from None
    if _nesting(value) > MAX_NESTING:
        raise InvalidJsonError("is nested too deeply")
    return value


def parse_object(text: bytes) -> dict[str, Any]:
    """Return the members of the JSON object in `text`.

    Raises:
        InvalidJsonError: As for `parse`, or `text` is JSON of another type.
    """
    value = parse(text)
    if not isinstance(value, dict):
        raise InvalidJsonError("must be a JSON object")
    return value


def dump(value: Any) -> str:
    """Return `value` as compact JSON in ASCII, the inverse of `parse`."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{dump(child)}" for key, child in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(dump(child) for child in value) + "]"
    return json.dumps(value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _nesting(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth, level = depth + 1, [child for parent in level for child in _children(parent)]
    return depth


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
