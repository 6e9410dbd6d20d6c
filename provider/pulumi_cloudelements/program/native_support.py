"""What the generated `pulumi_cloudelements.native` is made with: what does not depend on a property's name.

It registers resources, asks the plugin, and turns what that answers into what functions give.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import pulumi

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Element, Entry
from pulumi_cloudelements.model.instance import property_name
from pulumi_cloudelements.program import options, registration
from pulumi_cloudelements.program.functions import attributes, instance_result
from pulumi_cloudelements.program.instance_result import InstanceResult

Args = TypeVar("Args")
T = TypeVar("T")


def arguments(kind: type[Args], *args: Any, **inputs: Any) -> Args:
    """The one `InstanceArgs` that was given, or one made of the inputs that were given instead.

    Parameters:
        kind: the class `InstanceArgs`.
    """
    whole = inputs.pop("args", None) or next((arg for arg in args if isinstance(arg, kind)), None)
    if whole is None:
        return kind(*args, **inputs)
    if inputs or any(arg is not whole for arg in args):
        raise TypeError("Instance takes either InstanceArgs or single inputs")
    given: Args = whole
    return given


def refuse_foreign_values(resource_name: str, given: Any) -> None:
    """Refuse values of `InstanceArgs` that JSON has none of.

    Raises:
        pulumi.RunError: names the resource and the path of each, and no value.
    """
    registration.refuse_foreign_values(
        resource_name, {property_name(name): value for name, value in vars(given).items()}
    )


def registered(given: Any, outputs: Sequence[str]) -> Any:
    """What the engine is told: the inputs, secret where the schema says so, and a place for each output.

    It is an `InstanceArgs`, which the SDK takes and its types do not say.
    """
    flags, registered = schema.inputs(), copy.copy(given)
    for name, value in vars(given).items():
        if value is not None and flags[property_name(name)].secret:
            pulumi.set(registered, name, pulumi.Output.secret(value))
    for name in outputs:
        vars(registered).setdefault(name, None)
    return registered


def output(resource: pulumi.Resource, name: str) -> pulumi.Output[Any]:
    """An output of a resource, by attribute."""
    output: pulumi.Output[Any] = pulumi.get(resource, name)
    return output


def instance_options(resource_name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """The options of an `Instance`, with its secret outputs named.

    Raises:
        pulumi.RunError: they name what does not concern it.
    """
    options.refuse_misdirected(resource_name, opts)
    return _keeping_secrets(schema.outputs(), opts)


def provider_options(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """The options of a `Provider`, with its secret settings named."""
    return _keeping_secrets(schema.configuration(), opts)


def _keeping_secrets(
    properties: Mapping[str, schema.Property], opts: pulumi.ResourceOptions | None
) -> pulumi.ResourceOptions:
    secrets = [name for name, flags in properties.items() if flags.secret]
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=secrets))


def settings(given: Mapping[str, Any]) -> dict[str, pulumi.Input[Any]]:
    """A provider's settings as the engine takes them: text, and JSON of whatever is none."""
    return {name: _setting(name, value) for name, value in given.items() if value is not None}


def _setting(name: str, value: Any) -> pulumi.Input[Any]:
    flags = schema.configuration()[name]
    if flags.secret:
        return pulumi.Output.secret(value)
    return value if flags.type == "string" else pulumi.Output.from_input(value).apply(_json)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def invoked(token: str, inputs: Mapping[str, Any], opts: pulumi.InvokeOptions | None) -> Any:
    """What a function of the plugin answers.

    Raises:
        pulumi.RunError: it fails, or a preview cannot know the answer yet.
    """
    try:
        result = pulumi.runtime.invoke(token, inputs, opts)
    except Exception as error:
        raise _as_run_error(error) from error
    if _is_unknown(result.value):
        raise pulumi.RunError(
            f"{token}: an argument, or the provider, is not known yet: use the function whose name ends with _output"
        )
    return result.value


def invoked_later(
    token: str, inputs: Mapping[str, Any], opts: pulumi.InvokeOptions | None, convert: Callable[[Any], T]
) -> pulumi.Output[T]:
    """What a function of the plugin will answer, converted; unknown where a preview cannot know it."""

    def converted(answer: Any) -> Any:
        return pulumi.UNKNOWN if _is_unknown(answer) else convert(answer)

    found: pulumi.Output[T] = pulumi.runtime.invoke_output(token, inputs, opts).apply(converted)
    # With an SDK that is too old to have it, the error is printed with a traceback.
    return found.recover(_fail) if hasattr(pulumi.Output, "recover") else found


def _is_unknown(answer: Any) -> bool:
    """Whether a preview has to do without: the SDK says None of an unknown argument, the engine says that nothing at
    all was found where the provider is not configured yet.
    """
    return not answer


def _fail(error: Exception) -> NoReturn:
    raise _as_run_error(error) from error


def _as_run_error(error: Exception) -> pulumi.RunError:
    """The error as Pulumi prints it without a traceback."""
    return pulumi.RunError(str(error))


def instance_results(found: Mapping[str, Any]) -> list[InstanceResult]:
    """The instances that the plugin has found."""
    return [instance_result(instance) for instance in found["instances"]]


def element(found: Mapping[str, Any]) -> Element:
    """The element that the plugin has found, with the definitions of its configuration."""
    entries = tuple(Entry(**attributes(Entry, entry)) for entry in found["configuration"])
    return Element(**attributes(Element, found) | {"configuration": entries})
