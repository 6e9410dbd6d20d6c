"""Making an existing instance a resource's own: the one that the program names, or one that a run has left."""

from __future__ import annotations

from dataclasses import replace

from pulumi_cloudelements.errors import AdoptionRefused, CloudElementsError, NotFound
from pulumi_cloudelements.model.diagnostics import Log, Severity
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import configuration_path
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.diff import overlay
from pulumi_cloudelements.resources.existing import Existing, with_live_tags
from pulumi_cloudelements.resources.registry import Registry

LEFT_BEHIND = (
    "from a run that was killed or from before a forced replacement (cloudelements:orphans=ignore creates another)"
)
"""Where an instance comes from that carries the tag of a resource which is about to be created."""


class Adoption:
    """Adopts instances of one account. Safe to use from several threads."""

    def __init__(self, existing: Existing, registry: Registry) -> None:
        self._existing = existing
        self._registry = registry

    def named(self, id: str, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        """Adopt the instance that the program names.

        Parameters:
            id: the instance.
            inputs: what is declared of it.
            owner: whose tags it gets, None where it gets none.

        Raises:
            AdoptionRefused: it is none that this resource may have.
            CloudElementsError: some of what is declared may not be true yet.
        """
        try:
            return self._adopt(id, inputs, owner)
        except NotFound as error:
            raise AdoptionRefused(f"adopt: {error}: name another instance, or none to create one") from None

    def left(self, inputs: InstanceInputs, owner: Owner, log: Log) -> InstanceState | None:
        """Adopt what a killed run has left of this resource; None where that is nothing, or deleted since.

        Parameters:
            log: hears of it.
        """
        found = self._registry.orphans(owner, inputs)
        if not found:
            return None
        orphan, *others = found
        try:
            # It was made with these provider data, which work once.
            without_data = replace(inputs, provider_data=None)
            state = self._registry.when_visible(lambda: self._adopt(orphan, without_data, owner))
        except NotFound:
            return None
        message = f"adopted instance {orphan} instead of creating another"
        message += f": it carries this resource's ownership tag, {LEFT_BEHIND}"
        if others:
            message += f"; instance {' and '.join(others)}, of the kind that it was before, carries it as well"
        log(Severity.WARNING, message)
        return state

    def _adopt(self, id: str, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        """Make an existing instance this resource's: send it everything that is declared."""
        if not self._registry.adopt(id):
            raise AdoptionRefused(f"adopt: instance {id} is managed already, maybe by the resource that this replaces")
        try:
            return self._adopted(id, inputs, owner)
        except CloudElementsError:
            self._registry.release(id)
            raise

    def _adopted(self, id: str, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        live = self._existing.read(id, inputs, wire.secrets_of(inputs))
        found, wanted = live.inputs, inputs
        if found.element != wanted.element:
            raise AdoptionRefused(f"adopt: instance {id} belongs to element {found.element}, not {wanted.element}")
        if found.external_authentication != wanted.external_authentication:
            raise AdoptionRefused(
                f"adopt: instance {id} has externalAuthentication {found.external_authentication}, "
                f"not {wanted.external_authentication}"
            )
        changed = {*wire.UPDATED, *map(configuration_path, inputs.configuration)}
        changed |= {"enabled"} if found.enabled != wanted.enabled else set()
        changed |= {"providerDataVersion"} if wanted.provider_data else set()
        last = replace(live, inputs=overlay(inputs, found), owner=None)
        sent = with_live_tags(inputs, live) if owner else inputs
        return self._existing.write(last, sent, changed, owner, inputs)
