"""The resource: check, diff, create, read, update, delete. Both doors translate to these calls and decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_cloudelements import schema, wire
from pulumi_cloudelements.client import Client
from pulumi_cloudelements.diff import PropertyChange, diff, overlay
from pulumi_cloudelements.elements import common_failures
from pulumi_cloudelements.errors import MASK, AmbiguousWrite, CloudElementsError, ForeignAnswer, NotFound
from pulumi_cloudelements.model import UNKNOWN, InstanceInputs, InstanceState, Properties, configuration_path

EXACT = 2**53
"""From here on the engine's numbers, which are doubles, lose digits."""

TYPES: Mapping[str, tuple[type[Any], str]] = {
    "string": (str, "a string"),
    "boolean": (bool, "true or false"),
    "array": (list, "a list of strings"),
    "object": (Mapping, "a map"),
}
"""For each type of the schema: what its values are in Python, and in an error's words."""


@dataclass(frozen=True)
class Checked:
    """What check found: the inputs with defaults filled in, and every reason to refuse them, each path first."""

    inputs: dict[str, Any]
    failures: list[str]


class InstanceResource:
    """The life of an element instance on one account."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def check(self, properties: Properties) -> Checked:
        """Validate declared properties and fill in defaults, without a call to the platform.

        Values that are `UNKNOWN` are passed over. No failure repeats a value.
        """
        defaults = {name: flags.default for name, flags in schema.inputs().items() if flags.default is not None}
        inputs = defaults | {"configuration": {}} | _without_nulls(properties)
        if isinstance(inputs["configuration"], Mapping):
            inputs["configuration"] = _without_nulls(inputs["configuration"])
        return Checked(inputs, list(_failures(inputs)))

    def diff(self, old: Properties, new: Properties) -> list[PropertyChange]:
        """List what must change; see `diff.diff`."""
        return diff(old, new)

    def create(self, inputs: InstanceInputs) -> InstanceState:
        """Provision an instance with one POST, and disable it where that is declared.

        Raises:
            CloudElementsError: nothing was created, or the message says what is left.
        """
        answer = self._client.create_instance(wire.to_wire(inputs), wire.secrets_of(inputs))
        try:
            made = wire.instance_id(answer)
        except ForeignAnswer:
            raise AmbiguousWrite("POST /instances", "the answer names no id") from None

        def finish() -> InstanceState:
            state = wire.from_wire(answer)
            if not inputs.enabled:
                self._client.set_enabled(made, False)
            return replace(state, inputs=inputs)

        return self._or_remove(made, finish)

    def _or_remove(self, id: str, finish: Callable[[], InstanceState]) -> InstanceState:
        """Finish a new instance, or remove it again: the engine knows nothing of an instance whose create failed."""
        try:
            return finish()
        except CloudElementsError as error:
            try:
                self._client.delete_instance(id)
            except CloudElementsError as second:
                raise CloudElementsError(f"{error}; instance {id} was created and is left over: {second}") from None
            raise

    def read(self, last: InstanceState) -> InstanceState | None:
        """Find out what the declared properties are now; None where the platform says that the instance is gone."""
        try:
            answer = self._client.get_instance(last.id, wire.secrets_of(last.inputs) | {last.token})
            live = wire.from_wire(answer, last.inputs)
        except NotFound:
            return None
        return replace(live, inputs=overlay(last.inputs, live.inputs), token=live.token or last.token)

    def update(self, last: InstanceState, inputs: InstanceInputs) -> InstanceState:
        """Make `inputs` true: one PUT where a PUT carries what changed, one call more where `enabled` did."""
        changed = {change.path for change in diff(last.inputs.to_properties(), inputs.to_properties())}
        state = last
        if changed - {"enabled"}:
            secrets = wire.secrets_of(last.inputs) | wire.secrets_of(inputs)
            answer = self._client.update_instance(last.id, wire.to_update(last.inputs, inputs), secrets)
            state = wire.from_wire(answer)
        if "enabled" in changed:
            self._client.set_enabled(last.id, inputs.enabled)
        return replace(state, inputs=inputs, token=state.token or last.token)

    def delete(self, id: str) -> None:
        """Remove the instance; one that is gone already is a success."""
        try:
            self._client.delete_instance(id)
        except NotFound:
            return


def _without_nulls(properties: Properties) -> dict[str, Any]:
    """The declared part: null means not declared."""
    return {name: value for name, value in properties.items() if value is not None}


def _arrives(value: Any) -> bool:
    """Whether every number in `value` is the same after the engine made a double of it."""
    if isinstance(value, Mapping):
        return all(_arrives(item) for item in value.values())
    if isinstance(value, list):
        return all(_arrives(item) for item in value)
    return not isinstance(value, int | float) or abs(value) < EXACT  # false for NaN as well


def _failures(inputs: Properties) -> Iterator[str]:
    known = schema.inputs()
    for name in inputs.keys() - known.keys():
        yield f"{name}: no such property; there are {', '.join(known)}"
    for name, flags in known.items():
        value = inputs.get(name)
        if value is None and flags.required:
            yield f"{name}: is required"
        elif value is not None and value is not UNKNOWN:
            yield from _value_failures(flags, value)


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
    elif flags.type == "object":
        yield from _configuration_failures(value)


def _configuration_failures(configuration: Mapping[str, Any]) -> Iterator[str]:
    for key, value in configuration.items():
        if value == MASK:
            yield f"{configuration_path(key)}: is the platform's mask; give the value itself"
        if not _arrives(value):
            yield f"{configuration_path(key)}: a number that does not arrive as it is; write it as a string"
    yield from common_failures(configuration)
