"""Whose an instance is: what the state keeps of its owner, held against what the tags on the instance say.

The state's owner is who had the instance when it was last written, the live one who has it now. They differ where a
run was killed before it wrote its state, where another state has the instance, and where a resource was renamed.
"""

from __future__ import annotations

from dataclasses import replace

from pulumi_cloudelements.announcements import Announce, Severity
from pulumi_cloudelements.errors import AdoptionRefused
from pulumi_cloudelements.model import InstanceState
from pulumi_cloudelements.ownership import Owner


class Claims:
    """Judges who owns an instance; where ownership is given up, nobody does.

    Parameters:
        wanted: whether instances are to carry ownership tags.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def first(self, owner: Owner | None) -> Owner | None:
        """The owner whose tags an instance gets that is created or taken over; None where it gets none."""
        return owner.anew() if owner and self._wanted else None

    def next(self, last: InstanceState, owner: Owner | None) -> Owner | None:
        """The owner whose tags an update writes, with the last one's nonce if it had any; None where it writes none."""
        before, fresh = Owner.from_text(last.owner), self.first(owner)
        return replace(fresh, nonce=before.nonce) if fresh and before and before.nonce else fresh

    def are_stale(self, last: object, owner: Owner | None) -> bool:
        """Whether the tags must be written anew though nothing that is declared has changed.

        A read has found another nonce on the instance than the state's; or the resource, or its stack, has another
        name by now: whoever has the old one would be taken for the owner.
        """
        before = Owner.from_text(last)
        if not (self._wanted and before):
            return False
        return not before.nonce or (owner is not None and not owner.is_same_resource(before))

    def confirm(self, last: InstanceState, live: InstanceState, owner: Owner, announce: Announce) -> None:
        """See whether a resource may write its tags: it had the instance last, or nobody had it for this state.

        Raises:
            AdoptionRefused: somebody else has taken the instance over since.
        """
        before, now = Owner.from_text(last.owner), Owner.from_text(live.owner)
        if now is None or owner.is_same_resource(now):
            return
        if before is None:
            announce(Severity.WARNING, f"instance {last.id} was managed by {now.described} until now")
        elif now.nonce != before.nonce:
            raise AdoptionRefused(
                f"update: instance {last.id} of {before.described} is managed by {now.described} by now: "
                "remove it from one of the two (pulumi state delete)"
            )

    def after_read(self, last: InstanceState, live: InstanceState, announce: Announce) -> str | None:
        """The owner that the state is to keep; `announce` is told where somebody else has the instance.

        Where this resource itself has taken it over, in a run whose state was never written, the nonce is dropped.
        """
        before, now = Owner.from_text(last.owner), Owner.from_text(live.owner)
        if not (self._wanted and before and now) or before.nonce == now.nonce:
            return last.owner
        if not before.is_same_resource(now):
            told = f"instance {last.id} is managed by {now.described} as well: remove it from one of the two"
            announce(Severity.WARNING, told)
            return last.owner
        told = f"instance {last.id} of {before.resource} was taken over by a run that this state does not know"
        announce(Severity.WARNING, f"{told}: the next update takes it back")
        return str(before.disowned())
