"""The members of a JSON object, read by a table: each is checked before any is used, so all of them count or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from cloudelements_emulator.jsontext import Number

REQUIRED: Final = object()


class FieldError(ValueError):
    """A member that does not exist, is missing, or cannot have its value; the message is one line."""


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Field:
    """What a member may be.

    Attributes:
        expected: The rest of the sentence "NAME must be ...".
        accepts: Whether a value, as `jsontext` parsed it, is allowed.
        convert: Makes of an accepted value what is kept.
        default: What is kept when the member is not given, or `REQUIRED`.
    """

    expected: str
    accepts: Callable[[Any], bool]
    convert: Callable[[Any], Any] = _as_it_is
    default: Any = REQUIRED

    def read(self, name: str, value: Any) -> Any:
        """Return what is kept of `value`; raises FieldError when it is not allowed."""
        if not self.accepts(value):
            raise FieldError(f"{name} must be {self.expected}")
        return self.convert(value)

    def otherwise(self, default: Any) -> Field:
        """Return the field with a default."""
        return replace(self, default=default)

    def or_null(self) -> Field:
        """Return the field that may also be null, which is then its default."""
        return Field(
            f"{self.expected}, or null",
            lambda value: value is None or self.accepts(value),
            lambda value: None if value is None else self.convert(value),
            None,
        )


def read_given(fields: Mapping[str, Field], members: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """Return the values of `members`, which need not be all; `noun` says in an error what a name should have been.

    Raises:
        FieldError: A name is not in `fields`, or a value is not allowed.
    """
    for name in members:
        if name not in fields:
            raise FieldError(f"{name} is no {noun}; there are {', '.join(fields)}")
    return {name: fields[name].read(name, value) for name, value in members.items()}


def read_all(fields: Mapping[str, Field], members: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """Return a value for each of `fields`: the one in `members`, or the default.

    Raises:
        FieldError: As for `read_given`, or a required member is missing.
    """
    given = read_given(fields, members, noun)
    for name, field in fields.items():
        if name not in given and field.default is REQUIRED:
            raise FieldError(f"{name} is missing: it must be {field.expected}")
    return {name: given.get(name, field.default) for name, field in fields.items()}


def flag() -> Field:
    """A boolean."""
    return Field("true or false", lambda value: isinstance(value, bool))


def number(unit: str, least: float = 0, most: float = 1_000_000_000) -> Field:
    """A number of `unit` within the bounds, as a float."""
    expected = f"a number of {unit} from {least:g} to {most:.0f}"
    return Field(expected, lambda value: isinstance(value, Number) and least <= float(value) <= most, float)


def whole(least: int, most: int = 999_999_999) -> Field:
    """A whole number within the bounds, written without a fraction or an exponent, as an int."""

    def accepts(value: Any) -> bool:
        written = isinstance(value, Number) and re.fullmatch("[0-9]{1,9}", value)
        return bool(written) and least <= int(value) <= most

    return Field(f"a whole number from {least} to {most}", accepts, int)


def choice(options: Collection[str]) -> Field:
    """One of the texts in `options`."""
    return Field(" or ".join(options), lambda value: isinstance(value, str) and value in options)


def header_value() -> Field:
    """A text that fits into an HTTP header as it is."""
    accepts = re.compile("[!-~]+").fullmatch
    return Field("printable ASCII without spaces", lambda value: isinstance(value, str) and bool(accepts(value)))
