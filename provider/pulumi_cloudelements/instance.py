"""The resource: check, diff, create, read, update, delete. Both doors translate to these calls and decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container
from dataclasses import dataclass, replace
from enum import Enum
from threading import Lock
from typing import Any

from pulumi_cloudelements import schema, wire
from pulumi_cloudelements.catalog import Catalog
from pulumi_cloudelements.client import Client
from pulumi_cloudelements.diff import PropertyChange, diff, overlay, replaces
from pulumi_cloudelements.elements import mark_secrets, uses_oauth
from pulumi_cloudelements.errors import (
    AdoptionRefused,
    AmbiguousWrite,
    CloudElementsError,
    ForeignAnswer,
    NotFound,
)
from pulumi_cloudelements.model import InstanceInputs, InstanceState, Properties, configuration_path
from pulumi_cloudelements.validation import element_failures, shape_failures, unknown_keys


class Severity(Enum):
    """How much a message matters, by the engine's names."""

    INFO = "info"
    WARNING = "warning"


Announce = Callable[[Severity, str], None]
"""Tells the user something about the resource at hand, beside the result of a call."""


@dataclass(frozen=True)
class Checked:
    """What check found: the inputs with defaults filled in, and every reason to refuse them, each path first."""

    inputs: dict[str, Any]
    failures: list[str]


class InstanceResource:
    """The life of an element instance on one account. Safe to use from several threads.

    Parameters:
        client: the account.
        update_method: ``PUT`` sends everything that is declared, ``PATCH`` what changed.
    """

    def __init__(self, client: Client, update_method: str = "PUT") -> None:
        self._client = client
        self._update_method = update_method
        self._catalog = Catalog(client)
        self._doubted: set[str] = set()
        self._lock = Lock()
        self._owned: set[str] = set()
        self._adopted: set[str] = set()

    def check(self, properties: Properties, announce: Announce, old: Properties) -> Checked:
        """Validate declared properties and fill in defaults.

        The element's own rules are asked for once. Where they cannot be had, `announce` is told that less was
        checked. Values that are `UNKNOWN` are passed over. No failure repeats a value.

        Parameters:
            properties: as declared, by schema name.
            announce: hears of doubts that are no failures.
            old: the inputs of the instance that is there already, empty for a new one.
        """
        defaults = {name: flags.default for name, flags in schema.inputs().items() if flags.default is not None}
        inputs = defaults | {"configuration": {}} | _without_nulls(properties)
        if isinstance(inputs["configuration"], dict):
            inputs["configuration"] = _without_nulls(inputs["configuration"])
        exists = bool(old) and not replaces(old, inputs)
        return Checked(inputs, [*shape_failures(inputs), *self._element_failures(inputs, announce, exists)])

    def _element_failures(self, inputs: Properties, announce: Announce, exists: bool) -> list[str]:
        key = inputs.get("element")
        if not isinstance(key, str) or not key:
            return []
        try:
            element = self._catalog.find(key)
        except NotFound:
            return [f"element: the platform knows no element {key}"]
        except CloudElementsError as error:
            if key not in self._doubted:
                self._doubted.add(key)
                announce(Severity.WARNING, f"checked less, without the rules of element {key}: {error}")
            return []
        for doubt in unknown_keys(element, inputs):
            announce(Severity.WARNING, doubt)
        return list(element_failures(element, inputs, exists))

    def diff(self, id: str, old: Properties, new: Properties, announce: Announce) -> list[PropertyChange]:
        """List what must change, and name it by `announce`, for engines that cannot show it; see `diff.diff`."""
        self._claim(id)
        changes = diff(old, new)
        if changes:
            paths = [change.path + (" (replaces)" if change.replaces else "") for change in changes]
            announce(Severity.INFO, f"changes {', '.join(paths)}")
        return changes

    def create(self, inputs: InstanceInputs) -> InstanceState:
        """Provision an instance with one POST and disable it where that is declared, or take over the one to adopt.

        Raises:
            CloudElementsError: nothing was created, or the message says what is left.
        """
        if inputs.adopt is not None:
            return self._take_over(inputs.adopt, inputs)
        secrets = wire.secrets_of(inputs)
        answer = self._client.create_instance(wire.to_wire(inputs), secrets)
        try:
            made = wire.instance_id(answer)
        except ForeignAnswer:
            raise AmbiguousWrite("POST /instances", "the answer names no id") from None

        def finish() -> InstanceState:
            state = wire.from_wire(answer)
            if inputs.tags == () and state.inputs.tags:  # to an instance without tags the platform adds its name [I]
                clear = wire.to_patch(state.inputs, inputs, {}, {"tags"})
                state = wire.from_wire(self._client.patch_instance(made, clear, secrets | {state.token}))
            if not inputs.enabled:
                self._client.set_enabled(made, False, secrets)
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

    def _take_over(self, id: str, inputs: InstanceInputs) -> InstanceState:
        """Make an existing instance this resource's: send it everything that is declared."""
        with self._lock:
            if id in self._owned:
                raise AdoptionRefused(
                    f"adopt: instance {id} is managed already, maybe by the resource that this replaces"
                )
            self._owned.add(id)
        try:
            state = self._taken_over(id, inputs)
        except CloudElementsError:
            self._owned.discard(id)
            raise
        self._adopted.add(id)
        return state

    def _taken_over(self, id: str, inputs: InstanceInputs) -> InstanceState:
        live = wire.from_wire(self._client.get_instance(id, wire.secrets_of(inputs)), inputs)
        found, wanted = live.inputs, inputs
        if found.element != wanted.element:
            raise AdoptionRefused(f"adopt: instance {id} belongs to element {found.element}, not {wanted.element}")
        if found.external_authentication != wanted.external_authentication:
            raise AdoptionRefused(
                f"adopt: instance {id} has externalAuthentication {found.external_authentication}, "
                f"not {wanted.external_authentication}"
            )
        last = replace(live, inputs=overlay(inputs, found))
        changed = {"name", "tags", *map(configuration_path, inputs.configuration)}
        changed |= {"enabled"} if found.enabled != wanted.enabled else set()
        changed |= {"providerDataVersion"} if wanted.provider_data else set()
        return self._write(last, inputs, changed)

    def read(self, last: InstanceState) -> InstanceState | None:
        """Find out what the declared properties are now; None where the platform says that the instance is gone."""
        self._claim(last.id)
        try:
            answer = self._client.get_instance(last.id, wire.secrets_of(last.inputs) | {last.token})
            live = wire.from_wire(answer, last.inputs)
        except NotFound:
            return None
        return replace(live, inputs=overlay(last.inputs, live.inputs), token=live.token or last.token)

    def _claim(self, id: str) -> None:
        """Note that the resource at hand has this instance; it is the one that adopted it, where any has."""
        self._owned.add(id)
        self._adopted.discard(id)

    def update(self, last: InstanceState, inputs: InstanceInputs) -> InstanceState:
        """Make `inputs` true, with one request where what changed travels by one."""
        self._claim(last.id)
        changed = {change.path for change in diff(last.inputs.to_properties(), inputs.to_properties())}
        return self._write(last, inputs, changed)

    def _write(self, last: InstanceState, inputs: InstanceInputs, changed: Container[str]) -> InstanceState:
        """Send what is `changed`, by property path: the instance itself, new credentials, whether it is enabled."""
        secrets = wire.secrets_of(last.inputs) | wire.secrets_of(inputs) | {last.token}
        element = self._catalog.find_or_none(inputs.element)
        defaults = element.defaults() if element else {}
        patch = wire.to_patch(last.inputs, inputs, defaults, changed)
        state = last
        either = {**last.inputs.configuration, **inputs.configuration}
        if patch and (self._update_method == "PATCH" or uses_oauth(either, element)):
            state = wire.from_wire(self._client.patch_instance(last.id, patch, secrets))
        elif patch:
            body = wire.to_put(last.inputs, inputs, defaults)
            state = wire.from_wire(self._client.put_instance(last.id, body, secrets))
        if "providerDataVersion" in changed and inputs.provider_data:
            state = wire.from_wire(self._client.reauthenticate(last.id, wire.to_reauthentication(inputs), secrets))
        if "enabled" in changed:
            self._client.set_enabled(last.id, inputs.enabled, secrets)
        return replace(state, inputs=inputs, token=state.token or last.token)

    def delete(self, id: str) -> None:
        """Remove the instance; one that is gone already is a success.

        One that another resource has just adopted is kept: the program has only given it another name.
        """
        if id in self._adopted:
            return
        self._owned.add(id)
        try:
            self._client.delete_instance(id)
        except NotFound:
            return

    def seal(self, properties: Properties, mark: Callable[[Any], Any], given: Collection[str]) -> dict[str, Any]:
        """Apply `mark` to every secret value of inputs or outputs, by the element's own definitions as well.

        Parameters:
            properties: inputs or outputs, by schema name.
            mark: makes a secret of a value.
            given: configuration keys whose values the program gave as secrets.
        """
        return mark_secrets(properties, mark, self._catalog.find_or_none(properties.get("element")), given)


def _without_nulls(properties: Properties) -> dict[str, Any]:
    """The declared part: null means not declared."""
    return {name: value for name, value in properties.items() if value is not None}
