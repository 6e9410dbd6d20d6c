"""Finds instances and elements of an account, for programs that look them up."""

from __future__ import annotations

from collections.abc import Collection

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.model.instance import InstanceState
from pulumi_cloudelements.resources import wire


def instance(client: Client, id: str) -> InstanceState:
    """An instance, as the platform shows it.

    Raises:
        CloudElementsError: it does not exist, or the platform cannot be asked.
    """
    return wire.about(id, client.get_instance(id))


def instances(client: Client, element: str | None, tags: Collection[str], text: str | None) -> list[InstanceState]:
    """The instances that fit all that is given, without their configuration.

    Parameters:
        element: the element's key.
        tags: every one of these must be there.
        text: a part of the name, in either case, or the element's key.

    Raises:
        CloudElementsError: the platform cannot be asked.
    """
    answers = client.list_instances(element, tags, text)
    # What the platform makes of several tags, or of a search within an element, is unknown: filter again.
    found = [wire.from_wire(answer) for answer in answers if set(tags) <= set(wire.tags(answer))]
    return [state for state in found if element in (None, state.inputs.element) and _mentions(state, text or "")]


def element(client: Client, key: str) -> Element:
    """An element, with the definitions of its configuration.

    Raises:
        CloudElementsError: it does not exist, or the platform cannot be asked.
    """
    return wire.element_from_wire(client.get_element(key))


def _mentions(state: InstanceState, text: str) -> bool:
    return text.lower() in state.inputs.name.lower() or text.lower() == state.inputs.element.lower()
