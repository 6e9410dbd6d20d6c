"""Functions in a Pulumi program: existing instances and elements. Pulumi's host for dynamic providers offers none.

Each is a request, made when the function is called, in previews as well. Tokens and whatever else is secret come as
secret outputs; an error ends the program with one line.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import plainly
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.model.properties import change_at
from pulumi_cloudelements.model.secrets import secret_paths

if TYPE_CHECKING:
    from pulumi_cloudelements.model.instance import InstanceState
    from pulumi_cloudelements.resources.account import Account


@dataclass(frozen=True)
class InstanceResult:
    """An instance as the platform shows it.

    Attributes:
        id: the platform's number, as text.
        configuration: as read back, values that look secret as secret outputs; empty in what `get_instances` finds.
        token: the element token, a secret output.
        tags: without those that tell who manages the instance.
        name, element, enabled, external_authentication, element_id, hub, valid, created_date: as of `Instance`.
    """

    id: str
    name: str
    element: str
    tags: tuple[str, ...]
    enabled: bool
    external_authentication: str
    configuration: Mapping[str, Any] = field(repr=False)
    token: pulumi.Output[str] = field(repr=False)
    element_id: int | None
    hub: str | None
    valid: bool | None
    created_date: str | None


# Pulumi prints a RunError without a traceback.
_as_run_errors = plainly(lambda error: pulumi.RunError(str(error)))


@_as_run_errors
def get_instance(id: str) -> InstanceResult:
    """Look an instance up by its id, which must be known when the program runs: no output of this deployment.

    Raises:
        pulumi.RunError: it does not exist, or the platform cannot be asked.
    """
    if isinstance(id, pulumi.Output):
        raise pulumi.RunError("get_instance: the id must be known now; with an output use its apply method")
    return _result(_account().get_instance(str(id)))


@_as_run_errors
def get_instances(
    *, element: str | None = None, tags: Collection[str] = (), search_text: str | None = None
) -> list[InstanceResult]:
    """List the instances that fit all that is given; none at all is an empty list.

    Parameters:
        element: the element's key.
        tags: every one of these must be there. ``pulumi:<project>/<stack>`` finds what a stack manages.
        search_text: a part of the name, in either case, or the element's key.

    Raises:
        pulumi.RunError: the platform cannot be asked.
    """
    if isinstance(tags, str):
        raise pulumi.RunError("get_instances: tags must be a list of strings")
    return [_result(state) for state in _account().get_instances(element, tags, search_text)]


@_as_run_errors
def get_element(key: str) -> Element:
    """Look an element up by its key, with the definitions of its configuration.

    Raises:
        pulumi.RunError: it does not exist, or the platform cannot be asked.
    """
    return _account().get_element(key)


@functools.cache
def _account() -> Account:
    from pulumi_cloudelements.resources.account import Account

    config = pulumi.Config("cloudelements")
    return Account(ProviderConfig.load(lambda key: config.get(key.removeprefix("cloudelements:"))))


def _result(state: InstanceState) -> InstanceResult:
    inputs = state.inputs
    found = state.to_properties()
    marked = change_at(found, secret_paths(found), pulumi.Output.secret)
    return InstanceResult(
        id=state.id,
        name=inputs.name,
        element=inputs.element,
        tags=inputs.tags or (),
        enabled=inputs.enabled,
        external_authentication=inputs.external_authentication,
        configuration=marked["configuration"],
        token=marked["token"],
        element_id=state.element_id,
        hub=state.hub,
        valid=state.valid,
        created_date=state.created_date,
    )
