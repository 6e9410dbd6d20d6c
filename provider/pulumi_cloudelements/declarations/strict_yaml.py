"""Reads YAML without its surprises: a key is a text and stands once, and only `true` and `false` are booleans.

``no``, ``01234``, ``12:30`` and ``2024-01-01`` are texts, as whoever wrote them meant. What an error says never repeats
the document, which may hold secrets.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

TAG = "tag:yaml.org,2002:"

RESOLVERS = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
)
"""The plain values that are no texts: tag, pattern, first characters. All but the last are YAML 1.2's core schema."""

CONSTRUCTED = ("null", "bool", "int", "float", "str", "seq", "map")
"""What JSON has a value for."""


KEYS = (TAG + "str", TAG + "merge")
"""What a key may be."""


class UnreadableError(ValueError):
    """The document is not YAML of this kind; the message says where and why, without quoting it."""


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - declared so by the base class; none are inherited
    yaml_constructors = {  # noqa: RUF012
        tag: constructor
        for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
        if tag is None or tag.removeprefix(TAG) in CONSTRUCTED
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag not in KEYS:
                raise yaml.MarkedYAMLError(
                    problem="a key must be a text: put it in quotes", problem_mark=key.start_mark
                )
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem="a key that stands there already", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in RESOLVERS:
    _Loader.add_implicit_resolver(TAG + _tag, re.compile(f"^(?:{_pattern})$"), _first)


def load(text: str) -> Any:
    """The document in `text`: None, booleans, numbers, texts, lists, and maps of texts.

    Raises:
        UnreadableError: it cannot be read.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader, with less than the usual one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableError(f"line {line}: {_unquoted(error.problem or 'it ends too early')}") from None
    except yaml.YAMLError:
        raise UnreadableError("it holds characters that YAML cannot have") from None
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None


def _unquoted(problem: str) -> str:
    """A parser's words without what they quote of the document, which may be a secret that wanted quotes."""
    hidden = re.sub(r"'(?!<)[^']{2,}'", "…", problem)
    return hidden if hidden == problem else f"{hidden} (a text that begins with ! or * wants quotes)"
