"""Reads YAML without its surprises: a key is a text and stands once, and only `true` and `false` are booleans.

``no``, ``01234``, ``12:30`` and ``2024-01-01`` are texts, as whoever wrote them meant. What is read can be sent: JSON
has a value for it, and Pulumi carries it unchanged. Everything is told with its place, and no problem repeats a value
of the document, which may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from pulumi.runtime import rpc

from pulumi_cloudelements.model.properties import UNKNOWN
from pulumi_cloudelements.resources.check import EXACT

TAG = "tag:yaml.org,2002:"

RESOLVERS = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
)
"""The plain values that are no texts: tag, pattern, first characters. All but the last are YAML 1.2's core schema."""

KEYS = (TAG + "str", TAG + "merge")
"""What a key may be."""

PATTERNS = {TAG + tag: re.compile(pattern) for tag, pattern, _ in RESOLVERS}

DEEPEST = 24
"""The deepest nesting that is read. Protocol Buffers, which carry the values, end at 33 maps in each other."""

MOST_VALUES = 100_000
"""The most values of a file. Aliases of aliases can stand for more than any memory holds."""

LONGEST_NUMBER = 32
"""The most characters of a number. One that has more loses digits."""

PULUMIS_OWN = frozenset({rpc.UNKNOWN, rpc._special_sig_key})  # noqa: SLF001 - the wire has no other name for it
"""Texts that mean something else on the engine's wire: a value that is not known yet, a secret, an asset."""

Path = tuple[str | int, ...]
"""Where a value stands in a document."""


class Place(NamedTuple):
    """A position in a file, as editors count."""

    line: int
    column: int


class Problem(NamedTuple):
    """Something in a document that cannot be used."""

    place: Place
    path: Path
    what: str


@dataclass(frozen=True)
class Document:
    """What a text holds.

    Attributes:
        value: None, booleans, numbers, texts, lists, and maps of texts; `UNKNOWN` where there is a problem.
        places: where each value begins. What is merged in or an alias begins at its anchor.
        problems: what is YAML and cannot be used.
    """

    value: Any
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class UnreadableError(ValueError):
    """The document is not YAML. The message says why, without quoting it.

    Attributes:
        place: where, None where that is not known.
    """

    def __init__(self, what: str, place: Place | None = None) -> None:
        super().__init__(what)
        self.place = place


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - declared so by the base class; none are inherited


for _tag, _pattern, _first in RESOLVERS:
    _Loader.add_implicit_resolver(TAG + _tag, re.compile(f"^(?:{_pattern})$"), _first)


def load(raw: bytes) -> Document:
    """Read the bytes of a file.

    Raises:
        UnreadableError: they are no text in UTF-8, or not YAML.
    """
    text = _decoded(raw)
    loader = _Loader("")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise UnreadableError(f"is not YAML: {_words(error)}", _place(error.problem_mark)) from None
    except yaml.reader.ReaderError as error:
        raise UnreadableError("holds a character that YAML cannot have", _place_of(text, error.position)) from None
    except (ValueError, OverflowError):  # PyYAML makes a character of any number
        raise UnreadableError("is not YAML: an escape that is no character", _place(loader.get_mark())) from None
    except RecursionError:
        raise UnreadableError("is nested too deeply") from None
    if node is None:
        return Document(None)
    reading = _Reading(Document(None))
    return Document(reading.value(node, ()), reading.document.places, reading.document.problems)


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:2]:
        raise UnreadableError("is in UTF-16: save it as UTF-8", Place(1, 1))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise UnreadableError("is in another encoding: save it as UTF-8", Place(line, column)) from None


def _place(mark: yaml.Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _place_of(text: str, position: int) -> Place:
    return Place(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


def _words(error: yaml.MarkedYAMLError) -> str:
    """A parser's words without what they quote of the document, which may be a secret that wanted quotes."""
    problem = error.problem or "it ends too early"
    if problem == "but found another document":
        return "it holds a second document; make it a file of its own"
    hidden = re.sub(r"'(?!<)[^']{2,}'|\"[^\"]{2,}\"", "…", problem)
    return hidden if hidden == problem else f"{hidden} (a text that begins with ! or * wants quotes)"


class _Reading:
    """Turns the nodes of one document into values, and notes places and problems on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        """The value of a node, `UNKNOWN` where it cannot be used."""
        self.document.places[path] = _place(node.start_mark)
        self._count += 1
        if self._count > MOST_VALUES:
            raise UnreadableError(f"stands for more than {MOST_VALUES} values: use fewer aliases, or more files")
        if id(node) in self._open:
            return self._problem(node, path, "is an alias of what it stands in, and so has no end")
        if len(path) > DEEPEST:
            return self._problem(node, path, f"is nested too deeply: {DEEPEST} levels can be sent")
        with self._inside(node):
            if isinstance(node, yaml.ScalarNode):
                return self._scalar(node, path)
            if isinstance(node, yaml.SequenceNode) and node.tag == TAG + "seq":
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            if isinstance(node, yaml.MappingNode) and node.tag == TAG + "map":
                return self._map(node, path)
        return self._problem(node, path, FOREIGN)

    def _problem(self, node: yaml.Node, path: Path, what: str) -> Any:
        self.document.problems.append(Problem(_place(node.start_mark), path, what))
        return UNKNOWN

    @contextmanager
    def _inside(self, node: yaml.Node) -> Iterator[None]:
        self._open.add(id(node))
        try:
            yield
        finally:
            self._open.discard(id(node))

    def _map(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        keys: dict[str, yaml.Node] = {}
        own: dict[str, yaml.Node] = {}
        merged: dict[str, Any] = {}
        for key, item in node.value:
            if key.tag not in KEYS:
                self._problem(key, path, "has a key that is no text: put it in quotes")
            elif key.value in keys:
                line = keys[key.value].start_mark.line + 1
                self._problem(key, (*path, key.value), f"the key stands there twice, first in line {line}")
            elif what := _unsendable(key.value):
                self._problem(key, (*path, key.value), f"the key {what}")
            else:
                keys[key.value] = key
                if key.tag == TAG + "merge":
                    merged = self._merged(item, path)
                else:
                    own[key.value] = item
        content = merged | {name: self.value(item, (*path, name)) for name, item in own.items()}
        # An entry begins with its key: that is where an editor should go.
        self.document.places.update({(*path, name): _place(keys[name].start_mark) for name in own})
        return content

    def _merged(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        """What ``<<`` brings: a map, or several, of which the first that has a key gives its value."""
        merged: dict[str, Any] = {}
        place = self.document.places[path]
        for source in reversed(node.value) if isinstance(node, yaml.SequenceNode) else [node]:
            value = self.value(source, path)
            if isinstance(value, dict):
                merged |= value
            elif value is not UNKNOWN:
                self._problem(source, path, "<< wants a map, or a list of maps")
        self.document.places[path] = place
        return merged

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        text, tag = node.value, node.tag.removeprefix(TAG)
        if node.tag == TAG + "str":
            what = _unsendable(text)
            return self._problem(node, path, what) if what else text
        if tag not in WORDS:
            return self._problem(node, path, FOREIGN)
        if not PATTERNS[node.tag].fullmatch(text):
            return self._problem(node, path, f"is marked as {WORDS[tag]}, and is none")
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        value = number(text)
        return self._problem(node, path, CHANGED) if value is None else value


def number(text: str) -> int | float | None:
    """The number that a text stands for; None where it stands for none, or would not arrive as it is written."""
    if len(text) > LONGEST_NUMBER:
        return None
    if PATTERNS[TAG + "int"].fullmatch(text):
        whole = int(text)
        return whole if str(whole) == text and abs(whole) < EXACT else None
    if PATTERNS[TAG + "float"].fullmatch(text):
        broken = float(text)
        return broken if repr(broken) == text and not broken.is_integer() and abs(broken) < EXACT else None
    return None


CHANGED = "is a number that does not arrive as it is written: put it in quotes"
"""What is said of 1.10, which is 1.1, of +5, and of more digits than a double holds."""

WORDS = {"null": "null", "bool": "true or false", "int": "a whole number", "float": "a number"}
"""What a value with one of these tags is."""

FOREIGN = "has a tag for what JSON has no value for; a text that begins with ! wants quotes"


def _unsendable(text: str) -> str:
    """Why a text cannot be sent; empty where it can."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "holds half a character (a lone surrogate): write the character itself"
    return "is a text that Pulumi uses itself: write another" if text in PULUMIS_OWN else ""
