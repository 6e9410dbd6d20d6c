"""Translates between the model and the platform's JSON. No other module knows a wire field's name.

Decoding is lenient: of an answer only `id`, `name`, `token` and `element.key` are certain [T].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_cloudelements.elements import is_secret
from pulumi_cloudelements.errors import ForeignAnswer
from pulumi_cloudelements.model import InstanceInputs, InstanceState

Json = Mapping[str, Any]


def to_wire(inputs: InstanceInputs) -> dict[str, Any]:
    """The body of ``POST /instances`` [D].

    What equals the platform's own default is left out, and so is `enabled`: it travels by calls of its own [T].
    """
    body: dict[str, Any] = {
        "element": {"key": inputs.element},
        "name": inputs.name,
        "configuration": dict(inputs.configuration),
    }
    if inputs.tags is not None:
        body["tags"] = list(inputs.tags)
    if inputs.external_authentication != "none":
        body["externalAuthentication"] = inputs.external_authentication
    return body


def to_update(old: InstanceInputs, new: InstanceInputs) -> dict[str, Any]:
    """The body of ``PUT /instances/{id}``: everything that is declared, since a PUT may reset what it leaves out.

    A configuration key that is declared no longer is sent as null. Tags that are declared no longer are left out,
    and so stay as they are.
    """
    body = to_wire(new)
    body["configuration"] = dict.fromkeys(old.configuration) | body["configuration"]
    return {name: value for name, value in body.items() if name in ("name", "tags", "configuration")}


def from_wire(answer: Json, declared: InstanceInputs | None = None) -> InstanceState:
    """Read an instance, with all of its live configuration as inputs.

    What an answer leaves out is taken to be as `declared`, if that is given, else the platform's default.

    Raises:
        ForeignAnswer: the object is not an instance.
    """
    element = answer.get("element")
    if not isinstance(element, Mapping) or not element.get("key"):
        raise ForeignAnswer("reading an instance", "the answer names no element")
    configuration = answer.get("configuration") or {}
    if not isinstance(configuration, Mapping):
        raise ForeignAnswer("reading an instance", "its configuration is no map")
    last = declared or InstanceInputs(str(element["key"]), "")
    created = answer.get("createdDate")
    return InstanceState(
        id=instance_id(answer),
        inputs=InstanceInputs(
            element=str(element["key"]),
            name=str(answer.get("name", "")),
            configuration=dict(configuration),
            tags=tuple(answer["tags"]) if isinstance(answer.get("tags"), list) else last.tags,
            enabled=not answer.get("disabled", not last.enabled),
            external_authentication=str(answer.get("externalAuthentication") or last.external_authentication),
        ),
        token=str(answer.get("token") or ""),
        element_id=element.get("id") or answer.get("elementId"),
        hub=element.get("hub"),
        valid=answer.get("valid"),
        created_date=None if created is None else str(created),
    )


def instance_id(answer: Json) -> str:
    """The id alone, which must be kept even where the rest of an answer cannot be read.

    Raises:
        ForeignAnswer: there is none.
    """
    number = answer.get("id")
    if isinstance(number, bool) or not isinstance(number, int | str) or not str(number).isdigit():
        raise ForeignAnswer("reading an instance", "the answer names no id")
    return str(number)


def secrets_of(inputs: InstanceInputs) -> set[str]:
    """Every configured text that an error must not repeat, though the platform may echo it.

    All of them, since which values the program declared as secret is not told to a dynamic provider; short ones
    are words such as `true`, and hiding those would only blur the message.
    """
    values = inputs.configuration.items()
    named = {
        str(value) for key, value in values if is_secret(inputs.element, key) and isinstance(value, str | int | float)
    }
    return named | {text for text in _texts(inputs.configuration) if len(text) > 5}


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []
