"""The resource: check, diff, create, read, update, delete. Both providers translate to these and decide nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import CloudElementsError, ForeignAnswer, NotFound
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.diagnostics import Log, Severity, discard
from pulumi_cloudelements.model.element import Element, holds_mask, is_declared
from pulumi_cloudelements.model.instance import ACCOUNT_KEY, OWNER_KEY, InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import Path, Properties, configuration_path
from pulumi_cloudelements.model.secrets import secret_paths
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.adoption import Adoption
from pulumi_cloudelements.resources.catalog import Catalog
from pulumi_cloudelements.resources.check import element_failures, required, shape_failures, unknown_keys
from pulumi_cloudelements.resources.create import Creation
from pulumi_cloudelements.resources.diff import Kind, PropertyChange, diff, overlay, replaces
from pulumi_cloudelements.resources.existing import Existing, with_live_tags
from pulumi_cloudelements.resources.identity import Identity
from pulumi_cloudelements.resources.ownership import INSTEAD, Ownership
from pulumi_cloudelements.resources.registry import Registry

REFRESH = "run pulumi refresh, and the next up creates it again"
"""What to do about an instance that is deleted."""


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
        self._identity = Identity(config, registry)
        self._ownership = Ownership(config.ownership_tag)
        self._existing = Existing(client, catalog, config)
        self._adoption = Adoption(self._existing, registry, self._ownership, config.orphans == "adopt")
        self._creation = Creation(client, registry, config, keeps_half_made)
        self._doubted: dict[str | type[CloudElementsError], object] = {}

    def check(
        self,
        properties: Properties,
        log: Log,
        old: Properties,
        owner: Owner | None = None,
        given: Collection[str] = (),
    ) -> Checked:
        """Validate declared properties and fill in defaults.

        The element's own rules are asked for once. Where they cannot be had, a warning says that less
        was checked. Values that are `UNKNOWN` are passed over. No failure repeats a value.

        Parameters:
            properties: as declared, by schema name.
            log: hears of doubts that are no failures, and of an instance that is adopted instead of creating one.
            old: the inputs of the instance that is there already, empty for a new one.
            owner: the resource, None where it is not known who it is.
            given: configuration keys whose values the program gave as secrets.
        """
        self._registry.expect_changes()  # a run that only deletes checks nothing
        defaults = {name: flags.default for name, flags in schema.inputs().items() if flags.default is not None}
        inputs = defaults | {"configuration": {}} | _without_nulls(properties)
        if isinstance(inputs["configuration"], dict):
            inputs["configuration"] = _without_nulls(inputs["configuration"])
        there: Properties = old if old and not replaces(old, inputs) else {}
        failures = [*shape_failures(inputs), *self._element_failures(inputs, log, there)]
        if not (failures or old):
            failures = self._adoption_failures(inputs, owner, given, log)
        return Checked(inputs, failures)

    def _adoption_failures(
        self, inputs: Properties, owner: Owner | None, given: Collection[str], log: Log
    ) -> list[str]:
        def secret() -> set[str]:
            return {_property_path(path) for path in self.secret_paths(inputs, given)}

        try:
            return self._adoption.preview(inputs, owner, secret, log)
        except CloudElementsError as error:
            self._doubt("adoption", f"whether instances are adopted or created is not known yet: {error}", log)
            return []

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
            log: hears that the ownership tag changes, which no engine shows, and who else has the instance by now.

        Raises:
            AnotherAccount: the instance belongs to another account.
        """
        before = Owner.from_text(old.get(OWNER_KEY))
        self._identity.confirm(id, old.get(ACCOUNT_KEY), before, owner)
        self._registry.manage(id)
        self._tell_of_doubts(id, before, owner, log)
        changes = diff(old, new)
        if self._ownership.are_stale(before, owner):
            log(Severity.INFO, "the ownership tag is written again")
            if not any(change.path == "tags" for change in changes):
                changes.append(PropertyChange("tags", Kind.UPDATE, declared=False))
        return changes

    def _tell_of_doubts(self, id: str, before: Owner | None, owner: Owner | None, log: Log) -> None:
        """Say who else has the instance, or that it is deleted: a diff compares with the state, which shows neither."""
        if not (self._ownership.wanted and owner and before and before.nonce):
            return
        try:
            other = self._ownership.other(before, self._registry.listed_owner(id, before), owner)
        except NotFound:
            log(Severity.WARNING, f"instance {id} is deleted: {REFRESH}")
        except CloudElementsError as error:
            self._doubt(before.stack_tag, f"whose instances these are was not checked: {error}", log)
        else:
            if other:
                log(Severity.WARNING, f"instance {id} is managed by {other.described} by now: {INSTEAD}")

    def _doubt(self, about: str, message: str, log: Log) -> None:
        """Tell of what could not be found out, once."""
        if self._is_new(about):
            log(Severity.WARNING, message)

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
        self._identity.confirm_create()
        self._client.remember(wire.secrets_of(inputs))
        if inputs.adopt is not None:
            state = self._adoption.named(inputs.adopt, inputs, owner, log)
        else:
            left = self._adoption.left(inputs, owner, log)
            state = left or self._creation.make(inputs, self._ownership.minted(owner))
        return self._here(state)

    def read(self, last: InstanceState, owner: Owner | None = None, log: Log = discard) -> InstanceState | None:
        """Find out what the declared properties are now; None where the platform says that the instance is deleted.

        Parameters:
            last: the instance as it was last known.
            owner: the resource, None where it is not known who it is.
            log: hears that somebody else has adopted the instance.

        Raises:
            AnotherAccount: the instance belongs to another account, where its absence says nothing.
        """
        self._identity.confirm(last.id, last.fingerprint, last.owner, owner)
        self._registry.manage(last.id)
        try:
            live = self._existing.read(last.id, last.inputs, wire.secrets_in(last))
        except NotFound:
            self._identity.confirm_deleted(last.id, last.fingerprint, last.owner, owner)
            return None
        kept = self._ownership.after_read(last.id, last.owner, live.owner, owner, log)
        inputs = overlay(last.inputs, live.inputs, last.answered)
        token = live.token or last.token
        return self._here(replace(live, inputs=inputs, token=token, owner=kept, answered=last.answered))

    def _here(self, state: InstanceState) -> InstanceState:
        """The state, which says to which account the instance belongs."""
        return replace(state, fingerprint=self._identity.fingerprint)

    def read_by_id(self, id: str, owner: Owner | None = None, log: Log = discard) -> InstanceState | None:
        """Find out what there is under an id: inputs that check and diff clean; None where it is deleted.

        What the platform masks cannot be declared by what is found: `log` hears, and what else is required.

        Parameters:
            id: the instance.
            owner: the resource that it is to be; None where it is not known who that is.
        """
        try:
            live = self._existing.read(id, InstanceInputs("", ""))
        except NotFound:
            return None
        element = self._catalog.find_or_none(live.inputs.element)
        shown = live.inputs.configuration
        declared = {key: value for key, value in shown.items() if is_declared(key, value, element)}
        hidden = sorted({key for key, value in shown.items() if holds_mask(value)} & _keys(element))
        wanted = required(element, live.inputs.to_properties(), declared) if element else ()
        absent = sorted({*hidden, *wanted})
        if absent:
            paths = ", ".join(map(configuration_path, absent))
            message = f"instance {id}: the platform does not show {paths}: a program that manages it declares them"
            message += ", since an update may reset what it leaves out"
            log(Severity.WARNING, message)
        inputs = replace(live.inputs, configuration=declared, tags=live.inputs.tags or None)
        theirs = live.owner
        if theirs and not (owner and owner.is_same_resource(theirs)):
            log(Severity.WARNING, f"instance {id} is managed by {theirs.described}: it is not changed without takeover")
            return self._here(replace(live, inputs=inputs, owner=None))
        return self._here(replace(live, inputs=inputs))

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
            AdoptionRefused: another resource has the instance.
            AnotherAccount: the instance belongs to another account.
            CloudElementsError: some of what is declared may not be true yet.
        """
        self._identity.confirm(last.id, last.fingerprint, last.owner, owner)
        self._registry.manage(last.id)
        try:
            return self._here(self._updated(last, inputs, owner, log))
        except NotFound as error:
            raise NotFound(error.attempt, error.outcome, f"instance {last.id} is deleted: {REFRESH}") from None

    def _updated(self, last: InstanceState, inputs: InstanceInputs, owner: Owner | None, log: Log) -> InstanceState:
        changed = {change.path for change in diff(last.inputs.to_properties(), inputs.to_properties())}
        before = last.owner
        signature, sent = self._ownership.continued(before, owner), inputs
        if signature and (self._ownership.are_stale(before, signature) or (changed and not before)):
            changed.add("tags")
            sent = with_live_tags(inputs, self._confirmed(last, inputs, signature, log))
        elif signature and changed and not self._registry.is_listed_as(last.id, before):
            self._confirmed(last, inputs, signature, log)
        return self._existing.write(last, sent, changed, signature, inputs)

    def _confirmed(self, last: InstanceState, inputs: InstanceInputs, owner: Owner, log: Log) -> InstanceState:
        """The live instance, which the owner may write to."""
        live = self._existing.read(last.id, last.inputs, wire.secrets_in(last))
        other = self._ownership.other(last.owner, live.owner, owner)
        self._ownership.claim(last.id, last.owner, other, bool(inputs.takeover), log)
        return live

    def delete(self, last: InstanceState, log: Log = discard) -> None:
        """Remove the instance; one that is deleted already is a success.

        One that another resource has adopted since is kept: in this process, because the program has only given
        it another name; or before, as its ownership tag tells.

        Parameters:
            last: the instance as it was last known, and with it who had it.
            log: hears of an instance that is kept.

        Raises:
            AnotherAccount: the instance belongs to another account, where its absence says nothing.
        """
        if self._registry.is_adopted(last.id):
            return
        self._identity.confirm(last.id, last.fingerprint, last.owner)
        self._registry.manage(last.id)
        secrets = wire.secrets_in(last)
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
            self._identity.confirm_deleted(last.id, last.fingerprint, last.owner)

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


def _keys(element: Element | None) -> set[str]:
    """The keys that a program may declare."""
    return {entry.key for entry in element.configuration if not entry.internal} if element else set()


def _property_path(path: Path) -> str:
    """The property that holds the value at a path, or the key of the configuration that does."""
    return configuration_path(str(path[1])) if path[0] == "configuration" and len(path) > 1 else str(path[0])
