"""Which instances the resources of this process hold, and which others claim to be theirs.

The platform's names are not unique and a POST cannot be repeated, so an instance that a resource has lost is found
by its ownership tags. One listing per stack and process answers for all resources; only an instance that was made a
moment ago, or carries no tag of its stack, is asked for by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile
from threading import Lock
from typing import Any, TypeVar

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.errors import AdoptionRefused, ApiError, NotFound
from pulumi_cloudelements.model.instance import InstanceInputs
from pulumi_cloudelements.model.owner import PREFIX, Owner
from pulumi_cloudelements.redaction import one_line
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.diff import canonical
from pulumi_cloudelements.resources.memo import Memo

T = TypeVar("T")

PAUSES = (0.0, 0.5, 1.0, 2.0)
"""Seconds between the looks for an instance whose POST was refused or lost: it may not be listed at once [I]."""

LATER_PAUSES = (4.0, 8.0, 8.0, 8.0)
"""Seconds between further looks while the platform may still be at it: a create takes up to 26 s [T]."""


class RunMode(Enum):
    """What a run does, as far as this process has seen."""

    DELETES = "deletes"
    """Nothing but deletes: what one listing tells of owners stays true."""

    CHANGES = "changes"
    """More: another process of the run, such as the other provider's, may adopt instances at any time."""


@dataclass(frozen=True)
class Appeared:
    """The instance of a create whose answer was lost, as the platform shows it."""

    answer: dict[str, Any]


class Search(Enum):
    """Why the instance of a create whose answer was lost was not found."""

    NONE_APPEARED = "none appeared"
    """Every listing was answered, and none showed it."""

    UNDECIDED = "undecided"
    """The platform could not be asked often enough to know."""


@dataclass(frozen=True)
class Listed:
    """What a listing tells of an instance: not its configuration."""

    id: str
    element: str
    name: str
    external_authentication: str
    owner: Owner | None

    def fits(self, inputs: InstanceInputs) -> bool:
        """Whether it is what `inputs` declare, as far as a listing tells: it may be silent about authentication."""
        return (
            self.element == inputs.element
            and canonical("name", self.name) == canonical("name", inputs.name)
            and self.external_authentication in ("", inputs.external_authentication)
        )

    def __str__(self) -> str:
        return f"{self.id} ({self.element}, {one_line(self.name)!r})"


class Registry:
    """Which resource manages which instance, on one account. Safe to use from several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listed: Memo[str, dict[str, Listed]] = Memo(self._list, client.repeats, client.time_left)
        self._lock = Lock()
        self._managed: set[str] = set()
        self._adopted: set[str] = set()
        self._mode = RunMode.DELETES

    def expect_changes(self) -> None:
        """Note that the run is one of `RunMode.CHANGES`."""
        with self._lock:
            self._mode = RunMode.CHANGES

    def manage(self, id: str) -> None:
        """Note that the resource at hand has this instance; it is the one that adopted it, where any has."""
        with self._lock:
            self._managed.add(id)
            self._adopted.discard(id)

    def adopt(self, id: str) -> bool:
        """Note that a resource adopts this instance; False where one has it already."""
        with self._lock:
            if id in self._managed:
                return False
            self._managed.add(id)
            self._adopted.add(id)
            return True

    def is_managed(self, id: str) -> bool:
        """Whether a resource of this process has the instance."""
        return id in self._managed

    def release(self, id: str) -> None:
        """Take `adopt` back."""
        with self._lock:
            self._managed.discard(id)
            self._adopted.discard(id)

    def is_adopted(self, id: str) -> bool:
        """Whether a resource of this process has just adopted the instance: whoever had it before must let it be."""
        return id in self._adopted

    def orphans(self, owner: Owner, inputs: InstanceInputs) -> list[str]:
        """The ids of the instances that a killed run has left over of this resource.

        The first is the one to adopt. Others are of a kind that the resource is no longer: what a replacement
        has left, which its engine may still know and delete.

        Raises:
            AdoptionRefused: none is, or several are, what the resource declares.
            CloudElementsError: the platform cannot be asked.
        """
        listed = self._listed(owner.stack_tag).values()
        mine = [one for one in listed if one.owner and owner.is_same_resource(one.owner)]
        found = [one for one in mine if one.id not in self._managed]
        fitting = [one for one in found if one.fits(inputs)]
        if len(fitting) != 1 and found:
            raise AdoptionRefused(_refusal(owner, inputs, fitting or found))
        return [one.id for one in (*fitting, *(one for one in found if one not in fitting))]

    def find_lost_create(self, owner: Owner, until: float) -> Appeared | Search:
        """Look for the instance of a POST whose answer was lost, by the nonce that it was sent with.

        Parameters:
            owner: as in the POST.
            until: when the platform is done with it at the latest, by `time.monotonic`.
        """
        outcome = Search.UNDECIDED
        for pause in _pauses(until):
            if not self._client.pause(pause):
                return Search.UNDECIDED
            try:
                listed = self._carrying(owner.resource_tag)
                outcome = Search.NONE_APPEARED
                if listed:
                    return Appeared(self._client.get_instance(listed[0]))
            except ApiError:
                outcome = Search.UNDECIDED  # listed already, readable a little later; or nobody can say
        return outcome

    def when_visible(self, call: Callable[[], T]) -> T:
        """Make a call on an instance that is there, though the platform may not find it at once [I]."""
        for pause in PAUSES[1:]:
            try:
                return call()
            except NotFound:
                if not self._client.pause(pause):
                    raise
        return call()

    def _carrying(self, tag: str) -> list[str]:
        answers = self._client.list_instances(tags=[tag])
        return [wire.instance_id(answer) for answer in answers if tag in wire.tags(answer)]

    def owner(self, id: str, last: Owner | None, secrets: Collection[str] = ()) -> Owner | None:
        """Who manages an instance by its tags, None where nobody does.

        In a run that only deletes one listing tells; in any other it may be out of date.

        Parameters:
            id: the instance.
            last: who managed it when it was last seen: most likely it is still listed with that stack.
            secrets: texts that no error may repeat.

        Raises:
            NotFound: the instance is deleted.
        """
        if last and self._mode is RunMode.DELETES:
            return self.listed_owner(id, last, secrets)
        return wire.owner(self._client.get_instance(id, secrets))

    def listed_owner(self, id: str, last: Owner, secrets: Collection[str] = ()) -> Owner | None:
        """The same as of the beginning of the run, where one listing answers for all instances of a stack."""
        listed = self._listed(last.stack_tag).get(id)
        return listed.owner if listed else wire.owner(self._client.get_instance(id, secrets))

    def has_instances(self, owner: Owner | None) -> bool:
        """Whether the account holds instances with the ownership tags of this owner's stack; not of nobody's.

        Raises:
            CloudElementsError: the platform cannot be asked, not even for any instance.
        """
        if owner is None:
            next(iter(self._client.list_instances()), None)
            return False
        return bool(self._listed(owner.stack_tag))

    def is_listed_as(self, id: str, owner: Owner | None) -> bool:
        """Whether the listing shows an instance with this owner's tags; not where it cannot be had."""
        try:
            listed = self._listed(owner.stack_tag).get(id) if owner else None
        except ApiError:
            return False
        return bool(owner and listed and listed.owner and listed.owner.tags == owner.tags)

    def _list(self, stack_tag: str) -> dict[str, Listed]:
        listed = map(_listed, self._client.list_instances(tags=[stack_tag]))
        # What the platform makes of a tag in a query is not certain: look again.
        return {one.id: one for one in listed if one.owner and one.owner.stack_tag == stack_tag}


def _pauses(until: float) -> Iterator[float]:
    yield from PAUSES
    yield from takewhile(lambda pause: time.monotonic() + pause < until, LATER_PAUSES)


def _listed(answer: Mapping[str, Any]) -> Listed:
    state = wire.from_wire(answer, InstanceInputs("", "", external_authentication=""))
    shown = state.inputs
    return Listed(state.id, shown.element, shown.name, shown.external_authentication, wire.owner(answer))


def _refusal(owner: Owner, inputs: InstanceInputs, found: Collection[Listed]) -> str:
    ids = " and ".join(map(str, found))
    wanted = f"{inputs.element}, {inputs.name!r}"
    several = len(found) > 1
    return (
        f"create: instance{'s' * several} {ids} {'carry' if several else 'carries'} the ownership tag of this resource "
        f"({PREFIX}{owner.resource}#…), which is to be ({wanted}): delete what is not wanted, name the one to "
        "keep by adopt, or set cloudelements:orphans to ignore"
    )
