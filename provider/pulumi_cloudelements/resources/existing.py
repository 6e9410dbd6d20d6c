"""An instance that is there: what the platform shows of it, and how what is declared of it is made true."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.model.element import uses_oauth
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import configuration_path
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.catalog import Catalog
from pulumi_cloudelements.resources.diff import made_of


class Existing:
    """Reads and writes instances of one account. Safe to use from several threads."""

    def __init__(self, client: Client, catalog: Catalog, config: ProviderConfig) -> None:
        self._client = client
        self._catalog = catalog
        self._config = config

    def read(self, id: str, declared: InstanceInputs, secrets: Collection[str] = ()) -> InstanceState:
        """The live instance.

        Parameters:
            id: the instance.
            declared: what is taken to be so where the platform says nothing.
            secrets: texts that no error may repeat.

        Raises:
            NotFound: it is deleted.
        """
        return wire.about(id, self._client.get_instance(id, secrets), declared)

    def write(
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
        secrets = wire.secrets_in(last) | wire.secrets_of(sent)
        written: set[str] = set()
        element = self._catalog.find_or_none(sent.element)
        defaults = element.defaults() if element else {}
        body = wire.to_patch(last.inputs, sent, defaults, changed, owner)
        state = last
        either = {**last.inputs.configuration, **sent.configuration}
        if body and (self._config.update_method == "PATCH" or uses_oauth(either, element)):
            state = wire.about(last.id, self._client.patch_instance(last.id, body, secrets))
            written = set(changed)
        elif body:
            body = wire.to_put(last.inputs, sent, defaults, owner)
            state = wire.about(last.id, self._client.put_instance(last.id, body, secrets))
            written = {"name", "tags", *map(configuration_path, sent.configuration)}
        first = state
        if "providerDataVersion" in changed and sent.provider_data:
            state = wire.about(last.id, self._client.reauthenticate(last.id, wire.to_reauthentication(sent), secrets))
        if "enabled" in changed:
            self._client.set_enabled(last.id, sent.enabled, secrets)
        kept = owner if "tags" in body else last.owner
        answered = {path: value for path, value in (last.answered or {}).items() if path not in written}
        answered |= {path: value for path, value in made_of(declared, first.inputs).items() if path in written}
        token = state.token or last.token or self.read(last.id, declared, secrets).token
        return replace(state, inputs=declared, token=token, owner=kept, answered=answered or None)


def with_live_tags(inputs: InstanceInputs, live: InstanceState) -> InstanceInputs:
    """The inputs with the live tags where none are declared and some must be sent: they are replaced whole [T]."""
    return replace(inputs, tags=live.inputs.tags or ()) if inputs.tags is None else inputs
