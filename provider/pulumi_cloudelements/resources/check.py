"""Says what is wrong with declared inputs: each reason on its own, with its path first and the value never.

The engine prints a failed property's value, secrets included, so the path is part of the reason instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import COMMON, REFRESH_TOKEN, Element, holds_mask, is_managed
from pulumi_cloudelements.model.owner import PREFIX
from pulumi_cloudelements.model.properties import UNKNOWN, Properties, configuration_path

EXACT = 2**53
"""From here on the engine's numbers, which are doubles, lose digits."""

TYPES: Mapping[str, tuple[type[Any], str]] = {
    "any": (object, "anything"),
    "string": (str, "a string"),
    "boolean": (bool, "true or false"),
    "array": (list, "a list of strings"),
    "object": (Mapping, "a map"),
}
"""For each type of the schema: what its values are in Python, and in an error's words."""


def shape_failures(inputs: Properties) -> Iterator[str]:
    """What is wrong with the inputs of any element. Unknown values are passed over."""
    known = schema.inputs()
    for name in inputs:
        if name not in known:
            yield f"{name}: no such property; there are {', '.join(known)}"
    for name, flags in known.items():
        value = inputs.get(name)
        if value is None and flags.required:
            yield f"{name}: is required"
        elif value is not None and value is not UNKNOWN:
            yield from _value_failures(flags, value)


def element_failures(element: Element, inputs: Properties, old: Properties) -> Iterator[str]:
    """What an element's own rules find missing, among the things that the user must supply.

    Parameters:
        element: the rules.
        inputs: what is declared.
        old: what was declared of the instance that is there, empty for a new one. An OAuth code works once, so that it
            needs none; and what it was not declared with, because it was imported, the platform has.
    """
    configuration = inputs.get("configuration")
    if not isinstance(configuration, Mapping) or inputs.get("adopt") is not None:
        return  # not known yet, or known to the instance that is adopted
    had = old.get("configuration") if old else None
    for key, reason in required(element, inputs, configuration).items():
        if not isinstance(had, Mapping) or key in had:
            yield f"{configuration_path(key)}: {reason}"
    oauth = str(element.authentication_type(configuration)).startswith("oauth")
    external = inputs.get("externalAuthentication")
    if oauth and external == "none" and not old and not _has_code(inputs.get("providerData")):
        yield (
            f"providerData: {element.key} wants an OAuth code, or externalAuthentication initial with "
            f"{configuration_path(REFRESH_TOKEN)}"
        )


def required(element: Element, inputs: Properties, configuration: Mapping[str, Any]) -> dict[str, str]:
    """The configuration keys that a declaration lacks, and why each is wanted."""
    missing = dict.fromkeys(element.missing(configuration), f"is required by {element.key}")
    oauth = str(element.authentication_type(configuration)).startswith("oauth")
    if oauth and inputs.get("externalAuthentication") == "initial" and not configuration.get(REFRESH_TOKEN):
        missing[REFRESH_TOKEN] = "is required with externalAuthentication initial"
    return missing


def unknown_keys(element: Element, inputs: Properties) -> Iterator[str]:
    """Doubts about keys that the element does not define: no failures, since definitions lag behind [I]."""
    configuration, known = inputs.get("configuration"), [entry.key for entry in element.configuration]
    if not isinstance(configuration, Mapping) or not known:
        return
    for key in configuration:
        if key not in known and key not in COMMON and not is_managed(key):
            near = get_close_matches(key, known, n=1)
            yield f"{configuration_path(key)}: {element.key} knows no such key" + (
                f"; did you mean {near[0]}?" if near else ""
            )


def _has_code(provider_data: Any) -> bool:
    return provider_data is UNKNOWN or bool(isinstance(provider_data, Mapping) and provider_data.get("code"))


def _value_failures(flags: schema.Property, value: Any) -> Iterator[str]:
    wanted, words = TYPES[flags.type]
    if not isinstance(value, wanted):
        yield f"{flags.name}: must be {words}"
    elif flags.choices and value not in flags.choices:
        yield f"{flags.name}: must be {' or '.join(flags.choices)}"
    elif flags.type == "string" and not value:
        yield f"{flags.name}: must not be empty"
    elif flags.type == "array" and not all(isinstance(item, str) or item is UNKNOWN for item in value):
        yield f"{flags.name}: must be {words}"
    elif flags.name == "tags" and any(str(item).startswith(PREFIX) for item in value):
        yield f"{flags.name}: must not begin with {PREFIX}, which tells who manages an instance"
    elif flags.name == "adopt" and not (value.isascii() and value.isdigit()):
        yield f"{flags.name}: must be the number of an instance"
    elif flags.name == "configuration":
        yield from _configuration_failures(value)


def _configuration_failures(configuration: Mapping[str, Any]) -> Iterator[str]:
    for key, value in configuration.items():
        if not _is_data(value):
            yield f"{configuration_path(key)}: must be a string, a boolean, a number or an object of such"
        if holds_mask(value):
            yield f"{configuration_path(key)}: is the platform's mask; give the value itself"
        if not _arrives(value):
            yield f"{configuration_path(key)}: a number that does not arrive as it is; write it as a string"
    for key, rule in COMMON.items():
        if key in configuration and configuration[key] is not UNKNOWN and not rule.accepts(configuration[key]):
            yield f"{configuration_path(key)}: must be {rule.wanted}"


def _is_data(value: Any) -> bool:
    """Whether JSON has a form of a value; a file or an archive of another language's program is none."""
    if isinstance(value, Mapping):
        return all(_is_data(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_data(item) for item in value)
    return value is None or value is UNKNOWN or isinstance(value, str | bool | int | float)


def _arrives(value: Any) -> bool:
    """Whether every number in `value` is the same after the engine made a double of it."""
    if isinstance(value, Mapping):
        return all(_arrives(item) for item in value.values())
    if isinstance(value, list):
        return all(_arrives(item) for item in value)
    return not isinstance(value, int | float) or abs(value) < EXACT  # false for NaN as well
