"""The plugin's functions: existing instances and elements, looked up for programs of every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]

from pulumi_cloudelements.errors import CloudElementsError
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.instance import InstanceState
from pulumi_cloudelements.model.properties import change_at
from pulumi_cloudelements.model.secrets import secret_paths
from pulumi_cloudelements.plugin.property_values import Secret, struct
from pulumi_cloudelements.resources.account import Account


def invoke(account: Account, token: str, arguments: dict[str, Any]) -> Struct:
    """Look something up.

    Parameters:
        account: where to look.
        token: the function's, such as ``cloudelements:index:getInstance``.
        arguments: by the schema's names.

    Raises:
        CloudElementsError: there is no such function, it cannot be asked so, or what it asks for is not to be had.
    """
    function = FUNCTIONS.get(token)
    if not function:
        raise CloudElementsError(f"{token}: no such function; there are {', '.join(FUNCTIONS)}")
    return function(account, arguments)


def _get_instance(account: Account, args: dict[str, Any]) -> Struct:
    return struct(_found(account.get_instance(_text(args, "id"))))


def _get_instances(account: Account, args: dict[str, Any]) -> Struct:
    tags = args.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise CloudElementsError("getInstances: tags must be a list of strings")
    found = account.get_instances(_text_or_none(args, "element"), tags, _text_or_none(args, "searchText"))
    return struct({"instances": [_found(state) for state in found]})


def _get_element(account: Account, args: dict[str, Any]) -> Struct:
    found = asdict(account.get_element(_text(args, "key")))
    return struct({name: value for name, value in found.items() if value is not None})


def _text_or_none(args: dict[str, Any], name: str) -> str | None:
    value = args.get(name)
    if not (value is None or isinstance(value, str)):
        raise CloudElementsError(f"{name} must be a string")
    return value


def _text(args: dict[str, Any], name: str) -> str:
    if not args.get(name):
        raise CloudElementsError(f"{name} is required")
    return str(args[name])


def _found(state: InstanceState) -> dict[str, Any]:
    """An instance by the schema's names, its secrets marked."""
    found = state.to_found()
    return change_at(found, secret_paths(found), Secret)


FUNCTIONS: dict[str, Callable[[Account, dict[str, Any]], Struct]] = {
    schema.GET_INSTANCE: _get_instance,
    schema.GET_INSTANCES: _get_instances,
    schema.GET_ELEMENT: _get_element,
}
"""The functions, by token."""
