"""Making an instance by one POST, so that none is ever lost, made twice or left half-made."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    Abandoned,
    AmbiguousWrite,
    CloudElementsError,
    ForeignAnswer,
    HalfMade,
    Interrupted,
    NotFound,
)
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.diff import made_of
from pulumi_cloudelements.resources.registry import Appeared, Registry, Search

UNFOUND = "no instance with its ownership tag has appeared: the next run looks again"
"""What to do about a create that was lost without a trace."""


class Creation:
    """Makes instances on one account. Safe to use from several threads.

    Parameters:
        keeps: whether the engine can be told of an instance that could not be finished. Else it is removed again.
    """

    def __init__(self, client: Client, registry: Registry, config: ProviderConfig, keeps: bool) -> None:
        self._client = client
        self._registry = registry
        self._config = config
        self._keeps = keeps

    def make(self, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        """Make an instance, and disable it where that is declared.

        Parameters:
            inputs: what is declared.
            owner: whose tags it carries, with a nonce of its own; None where it carries none.

        Raises:
            AmbiguousWrite: there may be an instance that does not show.
            HalfMade: there is one that could not be finished, and it is kept.
            CloudElementsError: nothing was created, or the message says what is left.
        """
        answer = self._post(inputs, owner)
        made = wire.instance_id(answer)
        try:
            self._client.before_write()  # an engine that is gone will not hear of the instance
            state = replace(wire.from_wire(answer), owner=owner)
        except CloudElementsError as error:
            raise self._removed(made, owner, error) from None
        try:
            return self._finished(state, inputs, owner)
        except CloudElementsError as error:
            if self._keeps and not isinstance(error, Abandoned):
                there = replace(inputs, enabled=True, tags=state.inputs.tags)
                message = f"instance {made} was created, and the next run finishes it: {error}"
                raise HalfMade(message, replace(state, inputs=there)) from None
            raise self._removed(made, owner, error) from None

    def _finished(self, state: InstanceState, inputs: InstanceInputs, owner: Owner | None) -> InstanceState:
        """Do what a POST cannot. An instance may not be found at once [I]."""
        secrets = wire.secrets_of(inputs) | {state.token}
        if inputs.tags == () and state.inputs.tags:  # to an instance without tags the platform adds its name [I]
            clear = wire.to_patch(state.inputs, inputs, {}, {"tags"}, owner)
            answer = self._registry.when_visible(lambda: self._client.patch_instance(state.id, clear, secrets))
            cleared = wire.about(state.id, answer)
            state = replace(cleared, token=cleared.token or state.token, owner=state.owner)
        if not inputs.enabled:
            self._registry.when_visible(lambda: self._client.set_enabled(state.id, False, secrets))
        token = state.token or self._token(state.id, secrets)
        return replace(state, inputs=inputs, token=token, answered=made_of(inputs, state.inputs) or None)

    def _token(self, id: str, secrets: Collection[str]) -> str:
        """The token of an instance whose POST was answered without one."""
        read = self._registry.when_visible(lambda: self._client.get_instance(id, secrets))
        token = wire.about(id, read).token
        if not token:
            raise ForeignAnswer(f"GET /instances/{id}", "the answer names no token")
        return token

    def _post(self, inputs: InstanceInputs, owner: Owner | None) -> dict[str, Any]:
        """Make an instance by one POST. Where its answer is lost, look for the instance instead.

        The request goes out again only where the platform said that it did not handle it, and no instance came of it:
        that at most `max_retries` times.
        """
        body, secrets = wire.to_wire(inputs, owner), wire.secrets_of(inputs)
        for retries_left in range(self._config.max_retries, -1, -1):
            began = time.monotonic()
            try:
                return _with_id(self._client.create_instance(body, secrets))
            except AmbiguousWrite as error:
                if not owner:
                    raise
                lost = error
            outcome = self._search(owner, lost, began)
            if isinstance(outcome, Appeared):
                return outcome.answer
            if not (lost.not_handled and outcome is Search.NONE_APPEARED and retries_left):
                break
        raise AmbiguousWrite(lost.attempt, lost.outcome, UNFOUND)

    def _search(self, owner: Owner, lost: AmbiguousWrite, began: float) -> Appeared | Search:
        """Look for the instance of a POST that began then, for as long as the platform may still be at it."""
        until = began + (0 if lost.not_handled else self._config.request_timeout)
        try:
            return self._registry.find_lost_create(owner, until)
        except Interrupted:
            return Search.UNDECIDED

    def _removed(self, id: str, owner: Owner | None, error: CloudElementsError) -> CloudElementsError:
        """Remove an instance of which the engine will know nothing: the error to raise."""
        try:
            # The next run may have adopted what this one could not hand in.
            if not (isinstance(error, Interrupted) and self._is_lost(id, owner)):
                self._registry.when_visible(lambda: self._client.delete_instance(id, unattended=True))
        except NotFound:
            return error
        except CloudElementsError as second:
            left = "; the next run adopts it" if owner else ""
            return CloudElementsError(f"{error}; instance {id} was created and is left over{left}: {second}")
        return error

    def _is_lost(self, id: str, owner: Owner | None) -> bool:
        """Whether an instance that was just made belongs to somebody else."""
        if not owner:
            return False
        return owner.resource_tag not in wire.tags(self._registry.when_visible(lambda: self._client.get_instance(id)))


def _with_id(answer: dict[str, Any]) -> dict[str, Any]:
    try:
        wire.instance_id(answer)
    except ForeignAnswer:
        raise AmbiguousWrite("POST /instances", "the answer names no id") from None
    return answer
