"""Functions in a Pulumi program: existing instances and elements. Pulumi's host for dynamic providers offers none.

Each is a request, made when the function is called, in previews as well. Tokens and whatever else is secret come as
secret outputs; an error ends the program with one line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pulumi

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import plainly
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.model.instance import property_name
from pulumi_cloudelements.model.properties import change_at, whole_numbers
from pulumi_cloudelements.model.secrets import secret_paths
from pulumi_cloudelements.program.instance_result import InstanceResult

if TYPE_CHECKING:
    from pulumi_cloudelements.resources.account import Account


_accounts: WeakKeyDictionary[Any, dict[ProviderConfig, Account]] = WeakKeyDictionary()
"""The accounts of each run, by its connection to the engine. With the Automation API a process runs several stacks, one
after another and at a time; what one run has learned of an account, such as that it is down, dies with the run."""

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
    return instance_result(_account().get_instance(str(id)).to_found())


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
    return [instance_result(state.to_found()) for state in _account().get_instances(element, tags, search_text)]


@_as_run_errors
def get_element(key: str) -> Element:
    """Look an element up by its key, with the definitions of its configuration.

    Raises:
        pulumi.RunError: it does not exist, or the platform cannot be asked.
    """
    return _account().get_element(key)


def _account() -> Account:
    """The account that the running program's settings name: the same one at every call, in this run."""
    from pulumi_cloudelements.resources.account import Account

    settings = pulumi.Config("cloudelements")
    config = ProviderConfig.load(lambda key: settings.get(key.removeprefix("cloudelements:")))
    run = pulumi.runtime.settings.SETTINGS.monitor
    accounts = _accounts.setdefault(run, {}) if run is not None else {}
    return accounts.get(config) or accounts.setdefault(config, Account(config))


def instance_result(found: Mapping[str, Any]) -> InstanceResult:
    """An instance of which these values were found, by the schema's names: what is secret as secret outputs."""
    marked = change_at(found, secret_paths(found), pulumi.Output.secret)
    own = {"token": marked["token"], "configuration": marked["configuration"], "tags": tuple(found["tags"])}
    return InstanceResult(**attributes(InstanceResult, found) | own)


def attributes(kind: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a dataclass's attributes, None for those that the platform says nothing of."""
    return {field.name: whole_numbers(found.get(property_name(field.name))) for field in fields(kind)}
