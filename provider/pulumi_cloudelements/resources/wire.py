"""Translates between the model and the platform's JSON. No other module knows a wire field's name.

Decoding is lenient: of an answer only `id`, `name`, `token` and `element.key` are certain [T].
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from typing import Any

from pulumi_cloudelements.errors import ForeignAnswer
from pulumi_cloudelements.model.element import Element, Entry
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner, without_owner
from pulumi_cloudelements.model.properties import configuration_path, json_value
from pulumi_cloudelements.model.secrets import is_secret

Json = Mapping[str, Any]

UPDATED = ("name", "configuration", "tags")
"""The properties that the body of an update can hold. The platform gives them the same names."""


def to_wire(inputs: InstanceInputs, owner: Owner | None = None) -> dict[str, Any]:
    """The body of ``POST /instances`` [D], with the tags of an `owner`, if there is one.

    What equals the platform's own default is left out, and so is `enabled`: it travels by calls of its own [T].
    """
    body: dict[str, Any] = {
        "element": {"key": inputs.element},
        "name": inputs.name,
        "configuration": dict(inputs.configuration),
    }
    if owner or inputs.tags is not None:
        body["tags"] = [*(inputs.tags or ()), *(owner.tags if owner else ())]
    if inputs.external_authentication != "none":
        body["externalAuthentication"] = inputs.external_authentication
    if inputs.provider_data is not None:
        body |= to_reauthentication(inputs)
    return body


def to_reauthentication(inputs: InstanceInputs) -> dict[str, Any]:
    """The body of ``PUT /instances/{id}?reAuthenticate=true`` [D]: it leaves everything else as it is."""
    return {"providerData": dict(inputs.provider_data or {})}


def to_put(
    old: InstanceInputs, new: InstanceInputs, defaults: Mapping[str, str], owner: Owner | None = None
) -> dict[str, Any]:
    """The body of ``PUT /instances/{id}``: everything that is declared, since a PUT may reset what it leaves out.

    A configuration key that is declared no longer is sent with the element's default, else as null. Tags that are
    declared no longer are left out, and so stay as they are, the owner's among them.
    """
    dropped = {key: defaults.get(key) for key in old.configuration}
    body = {name: value for name, value in to_wire(new, owner).items() if name in UPDATED}
    if new.tags is None:
        body.pop("tags", None)
    return body | {"configuration": dropped | body["configuration"]}


def to_patch(
    old: InstanceInputs,
    new: InstanceInputs,
    defaults: Mapping[str, str],
    changed: Container[str],
    owner: Owner | None = None,
) -> dict[str, Any]:
    """The body of ``PATCH /instances/{id}``, which merges [T]: what changed, by property path, and nothing else."""
    body = to_put(old, new, defaults, owner)
    configuration = body.pop("configuration")
    part = {key: value for key, value in configuration.items() if configuration_path(key) in changed}
    return {name: value for name, value in body.items() if name in changed} | ({"configuration": part} if part else {})


def from_wire(answer: Json, declared: InstanceInputs | None = None) -> InstanceState:
    """Read an instance, with all of its live configuration as inputs, and the owner that its tags tell.

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
            name=str(answer.get("name") or ""),
            configuration=dict(configuration),
            tags=without_owner(tags(answer)) if isinstance(answer.get("tags"), list) else last.tags,
            enabled=not answer.get("disabled", not last.enabled),
            external_authentication=str(answer.get("externalAuthentication") or last.external_authentication),
        ),
        token=str(answer.get("token") or ""),
        element_id=element.get("id") or answer.get("elementId"),
        hub=element.get("hub"),
        valid=answer.get("valid"),
        created_date=None if created is None else str(created),
        owner=owner(answer),
    )


def about(id: str, answer: Json, declared: InstanceInputs | None = None) -> InstanceState:
    """Read the instance that was asked for; see `from_wire`.

    Raises:
        ForeignAnswer: the object is not an instance, or another one.
    """
    state = from_wire(answer, declared)
    if state.id != id:
        raise ForeignAnswer(f"instance {id}", f"the answer is about instance {state.id}")
    return state


def tags(answer: Json) -> tuple[str, ...]:
    """All tags of an instance, those that tell who manages it included."""
    listed = answer.get("tags")
    return tuple(tag for tag in listed if isinstance(tag, str)) if isinstance(listed, list) else ()


def owner(answer: Json) -> Owner | None:
    """The resource that manages an instance, by its tags."""
    return Owner.from_tags(tags(answer))


def instance_id(answer: Json) -> str:
    """The id alone, which must be kept even where the rest of an answer cannot be read.

    Raises:
        ForeignAnswer: there is none.
    """
    number = answer.get("id")
    if isinstance(number, bool) or not isinstance(number, int | str) or not re.fullmatch("[0-9]+", str(number)):
        raise ForeignAnswer("reading an instance", "the answer names no id")
    return str(number)


def element_from_wire(answer: Json) -> Element:
    """Read an element with the definitions of its configuration, in both of the platform's wordings [T].

    Raises:
        ForeignAnswer: the object is not an element.
    """
    rows = answer.get("configuration")
    if not answer.get("key") or not isinstance(rows, list | None):
        raise ForeignAnswer("reading an element", "the answer is none")
    authentication = answer.get("authentication")
    return Element(
        key=str(answer["key"]),
        authentication=str(authentication.get("type") or "") if isinstance(authentication, Mapping) else "",
        configuration=tuple(_entry(row) for row in rows or () if isinstance(row, Mapping) and row.get("key")),
        id=answer.get("id"),
        name=answer.get("name"),
        hub=answer.get("hub"),
    )


def _entry(row: Json) -> Entry:
    default = row.get("defaultValue")
    return Entry(
        key=str(row["key"]),
        type=str(row.get("type") or row.get("configDataType") or ""),
        required=bool(row.get("required", row.get("mandatory", False))),
        default=None if default in (None, "") else default if isinstance(default, str) else json.dumps(default),
        group=row.get("groupName") or None,
        internal=bool(row.get("internal", False)),
        active=bool(row.get("active", True)),
    )


def secrets_of(inputs: InstanceInputs) -> set[str]:
    """Every text of a declaration that an error must not repeat, though the platform may echo it.

    All of them, since which values the program declared as secret is not told to a dynamic provider; short ones
    are words such as `true`, and hiding those would only blur the message.
    """
    values = inputs.configuration.items()
    named = {
        str(value)
        for key, value in values
        if is_secret(inputs.element, key, value) and isinstance(value, str | int | float)
    }
    long = {text for text in _texts(inputs.configuration) if len(text) > 5}
    return named | long | set(_texts(inputs.provider_data))


def secrets_in(state: InstanceState) -> set[str]:
    """Every text of a state that an error must not repeat: those of its inputs, and the token."""
    return secrets_of(state.inputs) | {state.token}


def _texts(value: Any) -> list[str]:
    """Every text in a value: those inside the JSON text of an object too, which the platform may echo apart."""
    own, parsed = [value] if isinstance(value, str) else [], json_value(value)
    if isinstance(parsed, Mapping):
        return own + [text for item in parsed.values() for text in _texts(item)]
    if isinstance(parsed, list):
        return own + [text for item in parsed for text in _texts(item)]
    return own
