"""Making an existing instance a resource's own: the one that the program names, or one that a run has left."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from pulumi_cloudelements.errors import AdoptionRefused, CloudElementsError, NotFound
from pulumi_cloudelements.model.diagnostics import Log, Severity, discard
from pulumi_cloudelements.model.element import holds_mask
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import UNKNOWN, Properties, configuration_path
from pulumi_cloudelements.redaction import MASK
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.diff import diff, overlay
from pulumi_cloudelements.resources.existing import Existing, with_live_tags
from pulumi_cloudelements.resources.ownership import Ownership
from pulumi_cloudelements.resources.registry import Registry

LEFT_BEHIND = (
    "it carries this resource's ownership tag, as a run that was killed leaves it, a delete that retains it, a forced "
    "replacement, or a move from the other provider (cloudelements:orphans=ignore creates another)"
)
"""Why an instance is adopted that no program names."""

KEPT = "the delete of whatever has it now keeps the instance"

MANAGED = "is managed already, maybe by the resource that this replaces"
"""Why an instance cannot be adopted that a resource of this process has."""

INSTEAD = "name another instance, or none to create one"

LONGEST = 60
"""Characters of a value that a message shows."""


class Adoption:
    """Adopts instances of one account. Safe to use from several threads.

    Parameters:
        existing, registry, ownership: the account's.
        adopts_orphans: whether what a run has left of a resource is adopted.
    """

    def __init__(self, existing: Existing, registry: Registry, ownership: Ownership, adopts_orphans: bool) -> None:
        self._existing = existing
        self._registry = registry
        self._ownership = ownership
        self._adopts_orphans = adopts_orphans

    def preview(
        self, properties: Properties, owner: Owner | None, secret: Callable[[], Collection[str]], log: Log
    ) -> list[str]:
        """Say what a create will adopt and change, before anything is done: every reason to refuse it.

        Parameters:
            properties: what is declared of a resource without an instance; some of it may be unknown yet.
            owner: the resource, None where it is not known who it is.
            secret: tells the paths of properties whose values are not to be shown, where any are shown.
            log: hears which instance is adopted, and what changes.

        Raises:
            CloudElementsError: the platform does not tell now, so that the create itself finds out.
        """
        known = {name: value for name, value in properties.items() if value is not UNKNOWN}
        if not known.keys() >= {"element", "name", *(properties.keys() & {"adopt"})}:
            return []
        inputs = InstanceInputs.from_properties(known)
        try:
            found = self._to_adopt(inputs, owner)
            if not found:
                return []
            live = self._fitting(found, inputs)
            self._claim(live, inputs, owner, discard)
        except (AdoptionRefused, NotFound) as error:
            return [f"adopt: {error}"]
        reason = "" if inputs.adopt else f" instead of creating one: {LEFT_BEHIND}; {KEPT}"
        changes = "; ".join(_in_words(live, inputs, secret())) or "nothing"
        log(Severity.INFO, f"adopts instance {live.id}{_of(live)}{reason}. It changes {changes}")
        return []

    def _to_adopt(self, inputs: InstanceInputs, owner: Owner | None) -> str | None:
        """The instance that a create will adopt, None where it will make one."""
        if inputs.adopt is None:
            return next(iter(self._orphans(inputs, owner)), None)
        if self._registry.is_managed(inputs.adopt):
            raise AdoptionRefused(f"instance {inputs.adopt} {MANAGED}")
        return inputs.adopt

    def named(self, id: str, inputs: InstanceInputs, owner: Owner | None, log: Log) -> InstanceState:
        """Adopt the instance that the program names.

        Parameters:
            id: the instance.
            inputs: what is declared of it.
            owner: the resource, None where it is not known who it is.
            log: hears whom it is taken from.

        Raises:
            AdoptionRefused: it is none that this resource may have.
            CloudElementsError: some of what is declared may not be true yet.
        """
        try:
            return self._adopt(id, inputs, owner, log)
        except NotFound as error:
            raise AdoptionRefused(f"adopt: {error}: {INSTEAD}") from None
        except AdoptionRefused as error:
            raise AdoptionRefused(f"adopt: {error}") from None

    def left(self, inputs: InstanceInputs, owner: Owner | None, log: Log) -> InstanceState | None:
        """Adopt what a run has left of this resource; None where that is nothing, or deleted since.

        Parameters:
            inputs: what is declared.
            owner: the resource, None where it is not known who it is.
            log: hears of it.

        Raises:
            CloudElementsError: some of what is declared may not be true yet.
        """
        found = self._orphans(inputs, owner)
        if not found:
            return None
        orphan, *others = found
        try:
            # It was made with these provider data, which work once.
            without_data = replace(inputs, provider_data=None)
            state = self._registry.when_visible(lambda: self._adopt(orphan, without_data, owner, log))
        except NotFound:
            return None
        message = f"adopted instance {orphan} instead of creating another: {LEFT_BEHIND}"
        if others:
            message += f"; instance {' and '.join(others)}, of the kind that it was before, carries it as well"
        log(Severity.WARNING, message)
        return state

    def _orphans(self, inputs: InstanceInputs, owner: Owner | None) -> list[str]:
        wanted = owner and self._adopts_orphans and self._ownership.wanted
        return self._registry.orphans(owner, inputs) if owner and wanted else []

    def _adopt(self, id: str, inputs: InstanceInputs, owner: Owner | None, log: Log) -> InstanceState:
        """Make an existing instance this resource's: send it everything that is declared."""
        if not self._registry.adopt(id):
            raise AdoptionRefused(f"instance {id} {MANAGED}")
        try:
            live = self._fitting(id, inputs)
            self._claim(live, inputs, owner, log)
            return self._adopted(live, inputs, self._ownership.minted(owner))
        except CloudElementsError:
            self._registry.release(id)
            raise

    def _fitting(self, id: str, wanted: InstanceInputs) -> InstanceState:
        """The live instance, which can become what is declared."""
        live = self._existing.read(id, wanted, wire.secrets_of(wanted))
        found = live.inputs
        if found.element != wanted.element:
            raise AdoptionRefused(f"instance {id} belongs to element {found.element}, not {wanted.element}")
        if found.external_authentication != wanted.external_authentication:
            raise AdoptionRefused(
                f"instance {id} has externalAuthentication {found.external_authentication}, "
                f"not {wanted.external_authentication}"
            )
        return live

    def _claim(self, live: InstanceState, inputs: InstanceInputs, owner: Owner | None, log: Log) -> None:
        other = self._ownership.other(None, live.owner, owner) if owner else None
        self._ownership.claim(live.id, None, other, bool(inputs.takeover), log)

    def _adopted(self, live: InstanceState, wanted: InstanceInputs, owner: Owner | None) -> InstanceState:
        changed = {*wire.UPDATED, *map(configuration_path, wanted.configuration)}
        changed |= {"enabled"} if live.inputs.enabled != wanted.enabled else set()
        changed |= {"providerDataVersion"} if wanted.provider_data else set()
        last = replace(live, inputs=overlay(wanted, live.inputs), owner=None)
        sent = with_live_tags(wanted, live) if owner else wanted
        return self._existing.write(last, sent, changed, owner, wanted)


def _of(live: InstanceState) -> str:
    return f", which {live.owner.described} manages," if live.owner else ""


def _in_words(live: InstanceState, wanted: InstanceInputs, secret: Collection[str]) -> Iterator[str]:
    """What adopting changes, from the live value to the declared one, no secret shown."""
    found = replace(overlay(wanted, live.inputs), provider_data_version=None)
    was, will_be = _by_path(found.to_properties()), _by_path(wanted.to_properties())
    for change in diff(found.to_properties(), wanted.to_properties()):
        hidden = change.path in secret
        shown = "[secret]" if hidden else f"{_shown(was.get(change.path))} → {_shown(will_be.get(change.path))}"
        yield f"{change.path} {shown}"
    for key in wanted.configuration:
        if holds_mask(live.inputs.configuration.get(key, MASK)):
            yield f"{configuration_path(key)}, which the platform does not show"


def _by_path(properties: Properties) -> dict[str, Any]:
    configuration = {configuration_path(key): value for key, value in properties["configuration"].items()}
    return {**properties, **configuration}


def _shown(value: Any) -> str:
    if value is UNKNOWN:
        return "unknown"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
