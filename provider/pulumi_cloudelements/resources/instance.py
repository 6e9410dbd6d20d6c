"""The resource: check, diff, create, read, update, delete. Both providers translate to these and decide nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import AdoptionRefused, CloudElementsError, ForeignAnswer, NotFound
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.diagnostics import Log, Severity, discard
from pulumi_cloudelements.model.element import Element, holds_mask, is_declared, uses_oauth
from pulumi_cloudelements.model.instance import OWNER_KEY, InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import Path, Properties, configuration_path
from pulumi_cloudelements.model.secrets import secret_paths
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.catalog import Catalog
from pulumi_cloudelements.resources.check import element_failures, shape_failures, unknown_keys
from pulumi_cloudelements.resources.create import Creation
from pulumi_cloudelements.resources.diff import Kind, PropertyChange, diff, overlay, replaces
from pulumi_cloudelements.resources.ownership import Ownership
from pulumi_cloudelements.resources.registry import Registry

LEFT_BEHIND = (
    "from a run that was killed or from before a forced replacement (cloudelements:orphans=ignore creates another)"
)
"""Where an instance comes from that carries the tag of a resource which is about to be created."""


@dataclass(frozen=True)
class Checked:
    """What check found: the inputs with defaults filled in, and every reason to refuse them, each path first."""

    inputs: dict[str, Any]
    failures: list[str]


class InstanceResource:
    """The life of an element instance on one account. Safe to use from several threads.

    Parameters:
        client, catalog, registry: the account's.
        config: how instances are updated, and what ownership tags are used for.
        keeps_half_made: whether the engine can be told of an instance that could not be finished.
    """

    def __init__(
        self, client: Client, catalog: Catalog, registry: Registry, config: ProviderConfig, keeps_half_made: bool
    ) -> None:
        self._client = client
        self._config = config
        self._catalog = catalog
        self._registry = registry
        self._ownership = Ownership(config.ownership_tag)
        self._creation = Creation(client, registry, config, keeps_half_made)
        self._doubted: dict[str | type[CloudElementsError], object] = {}

    def check(self, properties: Properties, log: Log, old: Properties) -> Checked:
        """Validate declared properties and fill in defaults.

        The element's own rules are asked for once. Where they cannot be had, a warning says that less
        was checked. Values that are `UNKNOWN` are passed over. No failure repeats a value.

        Parameters:
            properties: as declared, by schema name.
            log: hears of doubts that are no failures.
            old: the inputs of the instance that is there already, empty for a new one.
        """
        self._registry.expect_changes()  # a run that only deletes checks nothing
        defaults = {name: flags.default for name, flags in schema.inputs().items() if flags.default is not None}
        inputs = defaults | {"configuration": {}} | _without_nulls(properties)
        if isinstance(inputs["configuration"], dict):
            inputs["configuration"] = _without_nulls(inputs["configuration"])
        there: Properties = old if old and not replaces(old, inputs) else {}
        return Checked(inputs, [*shape_failures(inputs), *self._element_failures(inputs, log, there)])

    def _element_failures(self, inputs: Properties, log: Log, old: Properties) -> list[str]:
        key = inputs.get("element")
        if not isinstance(key, str) or not key:
            return []
        try:
            element = self._catalog.find(key)
        except NotFound:
            return [f"element: the platform knows no element {key}"]
        except CloudElementsError as error:
            if self._is_new(key):
                why = f"without the rules of element {key}: {error}"
                again = f"also without the rules of element {key}"
                log(Severity.WARNING, f"checked less, {why if self._is_new(type(error)) else again}")
            return []
        for doubt in unknown_keys(element, inputs):
            log(Severity.WARNING, doubt)
        return list(element_failures(element, inputs, old))

    def _is_new(self, doubt: str | type[CloudElementsError]) -> bool:
        """Whether an element, or an error of a kind, is doubted for the first time; threads may ask together."""
        mine = object()
        return self._doubted.setdefault(doubt, mine) is mine

    def diff(
        self,
        id: str,
        old: Properties,
        new: Properties,
        owner: Owner | None = None,
        log: Log = discard,
    ) -> list[PropertyChange]:
        """List what must change; see `diff.diff`.

        An instance whose owner by the state is another than this resource counts as changed in its tags.

        Parameters:
            id: the instance.
            old: the outputs of the last operation, by schema name.
            new: checked inputs.
            owner: the resource, None where it is not known who it is.
            log: hears that the ownership tag changes, which no engine shows.
        """
        self._registry.manage(id)
        changes = diff(old, new)
        if self._ownership.are_stale(Owner.from_text(old.get(OWNER_KEY)), owner):
            log(Severity.INFO, "the ownership tag is written again")
            if not any(change.path == "tags" for change in changes):
                changes.append(PropertyChange("tags", Kind.UPDATE))
        return changes

    def create(self, inputs: InstanceInputs, owner: Owner | None = None, log: Log = discard) -> InstanceState:
        """Provision an instance with one POST and disable it where that is declared, or adopt one.

        What is adopted is the instance to adopt, or the one that carries this resource's ownership tags: a run
        that was killed has made it, or the resource is being replaced by force.

        Parameters:
            inputs: what is declared.
            owner: the resource, None where it is not known who it is.
            log: hears of an orphan that is adopted.

        Raises:
            CloudElementsError: nothing was created, or the message says what is left.
        """
        self._client.remember(wire.secrets_of(inputs))
        owner = self._ownership.minted(owner)
        if inputs.adopt is not None:
            return self._adopt(inputs.adopt, inputs, owner)
        if owner and self._config.orphans == "adopt":
            return self._recover(inputs, owner, log) or self._creation.make(inputs, owner)
        return self._creation.make(inputs, owner)

    def _recover(self, inputs: InstanceInputs, owner: Owner, log: Log) -> InstanceState | None:
        """Adopt what a killed run has left of this resource; None where that is nothing, or deleted since."""
        found = self._registry.orphans(owner, inputs)
        if not found:
            return None
        orphan, *others = found
        try:
            # It was made with these provider data, which work once.
            without_data = replace(inputs, provider_data=None)
            state = self._registry.when_visible(lambda: self._adopt_instance(orphan, without_data, owner))
        except NotFound:
            return None
        message = f"adopted instance {orphan} instead of creating another"
        message += f": it carries this resource's ownership tag, {LEFT_BEHIND}"
        if others:
            message += f"; instance {' and '.join(others)}, of the kind that it was before, carries it as well"
        log(Severity.WARNING, message)
        return state

    def _adopt(self, id: str, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        """Adopt the instance that the program names."""
        try:
            return self._adopt_instance(id, inputs, owner)
        except NotFound as error:
            raise AdoptionRefused(f"adopt: {error}: name another instance, or none to create one") from None

    def _adopt_instance(self, id: str, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        """Make an existing instance this resource's: send it everything that is declared."""
        if not self._registry.adopt(id):
            raise AdoptionRefused(f"adopt: instance {id} is managed already, maybe by the resource that this replaces")
        try:
            return self._adopted(id, inputs, owner)
        except CloudElementsError:
            self._registry.release(id)
            raise

    def _adopted(self, id: str, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        live = self._live(id, inputs, wire.secrets_of(inputs))
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
        return self._write(last, _with_tags(inputs, live) if owner else inputs, changed, owner, inputs)

    def read(self, last: InstanceState, owner: Owner | None = None, log: Log = discard) -> InstanceState | None:
        """Find out what the declared properties are now; None where the platform says that the instance is deleted.

        Parameters:
            last: the instance as it was last known.
            owner: the resource, None where it is not known who it is.
            log: hears that somebody else has adopted the instance.
        """
        self._registry.manage(last.id)
        try:
            live = self._live(last.id, last.inputs, _secrets_of(last))
        except NotFound:
            return None
        kept = self._ownership.after_read(last.id, last.owner, live.owner, owner, log)
        return replace(live, inputs=overlay(last.inputs, live.inputs), token=live.token or last.token, owner=kept)

    def read_by_id(self, id: str, owner: Owner | None = None, log: Log = discard) -> InstanceState | None:
        """Find out what there is under an id: inputs that check and diff clean; None where it is deleted.

        What the platform masks cannot be declared by what is found: `log` hears, and what else is required.

        Parameters:
            id: the instance.
            owner: the resource that it is to be; None where it is not known who that is.
        """
        try:
            live = self._live(id, InstanceInputs("", ""), ())
        except NotFound:
            return None
        element = self._catalog.find_or_none(live.inputs.element)
        shown = live.inputs.configuration
        declared = {key: value for key, value in shown.items() if is_declared(key, value, element)}
        hidden = sorted({key for key, value in shown.items() if holds_mask(value)} & _keys(element))
        absent = sorted({*hidden, *(element.missing(declared) if element else ())})
        if absent:
            paths = ", ".join(map(configuration_path, absent))
            message = f"instance {id}: the platform does not show {paths}: a program that manages it declares them"
            log(Severity.WARNING, message)
        inputs = replace(live.inputs, configuration=declared, tags=live.inputs.tags or None)
        theirs = live.owner
        if theirs and not (owner and owner.is_same_resource(theirs)):
            log(Severity.WARNING, f"instance {id} is managed by {theirs.described}")
            return replace(live, inputs=inputs, owner=None)
        return replace(live, inputs=inputs)

    def _live(self, id: str, declared: InstanceInputs, secrets: Collection[str]) -> InstanceState:
        return wire.about(id, self._client.get_instance(id, secrets), declared)

    def update(
        self,
        last: InstanceState,
        inputs: InstanceInputs,
        owner: Owner | None = None,
        log: Log = discard,
    ) -> InstanceState:
        """Make `inputs` true, with one request where what changed travels by one.

        An instance that carries no tags of this resource gets them as well, at the cost of a look at it.

        Parameters:
            last: the instance as it was last known.
            inputs: what is declared.
            owner: the resource, None where it is not known who it is.
            log: hears who else had the instance.

        Raises:
            AdoptionRefused: another resource has adopted the instance since.
            CloudElementsError: some of what is declared may not be true yet.
        """
        self._registry.manage(last.id)
        changed = {change.path for change in diff(last.inputs.to_properties(), inputs.to_properties())}
        before = last.owner
        signature, sent = self._ownership.continued(before, owner), inputs
        if signature and (self._ownership.are_stale(before, signature) or (changed and not before)):
            changed.add("tags")
            sent = _with_tags(inputs, self._confirmed(last, signature, log))
        elif signature and changed and inputs.tags is not None and not self._registry.is_listed_as(last.id, before):
            self._confirmed(last, signature, log)  # declared tags go along with everything else
        return self._write(last, sent, changed, signature, inputs)

    def _confirmed(self, last: InstanceState, owner: Owner, log: Log) -> InstanceState:
        """The live instance, on which the owner may write its tags."""
        live = self._live(last.id, last.inputs, _secrets_of(last))
        self._ownership.confirm(last.id, last.owner, live.owner, owner, log)
        return live

    def _write(
        self,
        last: InstanceState,
        sent: InstanceInputs,
        changed: Collection[str],
        owner: Owner | None,
        declared: InstanceInputs,
    ) -> InstanceState:
        """Send what is `changed`, by property path: the instance itself, new credentials, whether it is enabled.

        Parameters:
            last: the instance as it was last known.
            sent: what is to be true.
            changed: what is not true yet.
            owner: whose tags go along where tags are sent.
            declared: what the program says, which the state keeps.
        """
        secrets = _secrets_of(last) | wire.secrets_of(sent)
        element = self._catalog.find_or_none(sent.element)
        defaults = element.defaults() if element else {}
        body = wire.to_patch(last.inputs, sent, defaults, changed, owner)
        state = last
        either = {**last.inputs.configuration, **sent.configuration}
        if body and (self._config.update_method == "PATCH" or uses_oauth(either, element)):
            state = wire.about(last.id, self._client.patch_instance(last.id, body, secrets))
        elif body:
            body = wire.to_put(last.inputs, sent, defaults, owner)
            state = wire.about(last.id, self._client.put_instance(last.id, body, secrets))
        if "providerDataVersion" in changed and sent.provider_data:
            state = wire.about(last.id, self._client.reauthenticate(last.id, wire.to_reauthentication(sent), secrets))
        if "enabled" in changed:
            self._client.set_enabled(last.id, sent.enabled, secrets)
        kept = owner if "tags" in body else last.owner
        return replace(state, inputs=declared, token=state.token or last.token, owner=kept)

    def delete(self, last: InstanceState, log: Log = discard) -> None:
        """Remove the instance; one that is deleted already is a success.

        One that another resource has adopted since is kept: in this process, because the program has only given
        it another name; or before, as its ownership tag tells.

        Parameters:
            last: the instance as it was last known, and with it who had it.
            log: hears of an instance that is kept.
        """
        if self._registry.is_adopted(last.id):
            return
        self._registry.manage(last.id)
        secrets = _secrets_of(last)
        self._client.remember(secrets)
        try:
            if self._config.ownership_tag and (other := self._other_owner(last, secrets)):
                message = f"instance {last.id} is kept: {other.described} has "
                message += "adopted it" if last.owner else "it, by its tags"
                log(Severity.WARNING, f"{message}; delete it in the console if that is not so")
                return
            if not self._client.delete_instance(last.id, secrets):
                self._client.get_instance(last.id, secrets)  # something was answered, maybe by somebody else
                raise ForeignAnswer(f"DELETE /instances/{last.id}", "answered, but the instance is still there")
        except NotFound:
            return

    def _other_owner(self, last: InstanceState, secrets: Collection[str]) -> Owner | None:
        """Who has the instance now, None where that is who had it, or nobody."""
        had = last.owner
        now = self._registry.owner(last.id, had, secrets)
        return now if now and now.nonce != (had.nonce if had else None) else None

    def secret_paths(
        self, properties: Properties, given: Collection[str], last: Collection[str] | None = None
    ) -> frozenset[Path]:
        """The paths of all secret values of inputs or outputs, by the element's own definitions as well.

        Where the definitions cannot be had, what was secret stays so; and where it is not known what was, all is.

        Parameters:
            properties: inputs or outputs, by schema name.
            given: configuration keys whose values the program gave as secrets.
            last: configuration keys that were secret before, None where that is not known.
        """
        element = self._catalog.find_or_none(properties.get("element"))
        if element is None:
            configuration = properties.get("configuration")
            keys = configuration if last is None and isinstance(configuration, Mapping) else last or ()
            given = {*given, *keys}
        return secret_paths(properties, element, given)


def _without_nulls(properties: Properties) -> dict[str, Any]:
    """The declared part: null means not declared."""
    return {name: value for name, value in properties.items() if value is not None}


def _secrets_of(state: InstanceState) -> set[str]:
    return wire.secrets_of(state.inputs) | {state.token}


def _keys(element: Element | None) -> set[str]:
    """The keys that a program may declare."""
    return {entry.key for entry in element.configuration if not entry.internal} if element else set()


def _with_tags(inputs: InstanceInputs, live: InstanceState) -> InstanceInputs:
    """The inputs with the live tags where none are declared and some must be sent: they are replaced whole [T]."""
    return replace(inputs, tags=live.inputs.tags or ()) if inputs.tags is None else inputs
