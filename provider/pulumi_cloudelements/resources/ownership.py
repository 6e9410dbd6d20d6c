"""Whose an instance is: who had it by the state, held against who has it by the tags on the instance.

The two differ where a run was killed before it wrote its state, where another state has the instance, and where a
resource was renamed.
"""

from __future__ import annotations

from dataclasses import replace

from pulumi_cloudelements.errors import AdoptionRefused
from pulumi_cloudelements.model.diagnostics import Log, Severity
from pulumi_cloudelements.model.owner import Owner

INSTEAD = "remove it from one of the two (pulumi state delete), or set takeover to have it here"
"""What to do about an instance that somebody else has."""


class Ownership:
    """Judges who owns an instance; where ownership is given up, nobody does.

    Throughout, `before` is the owner by the state and `now` the one by the tags, None where there is none; `owner` is
    the resource at hand, None where it is not known who it is.

    Attributes:
        wanted: whether instances are to carry ownership tags.
    """

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted

    def minted(self, owner: Owner | None) -> Owner | None:
        """Whose tags an instance gets that is created or adopted, with a new nonce; None where it gets none."""
        return owner.with_new_nonce() if owner and self.wanted else None

    def continued(self, before: Owner | None, owner: Owner | None) -> Owner | None:
        """Whose tags an update writes; None where it writes none.

        The nonce stays, also in a resource of another name: should the state of this run be lost, its instance is
        known all the same. In another stack it does not: the state may be a copy.
        """
        fresh = self.minted(owner)
        if fresh and before and before.nonce and before.stack_tag == fresh.stack_tag:
            return replace(fresh, nonce=before.nonce)
        return fresh

    def are_stale(self, before: Owner | None, owner: Owner | None) -> bool:
        """Whether the tags must be written again though nothing that is declared has changed.

        A read has found another nonce than the state's on the instance; or the resource, or its stack, has another
        name: whoever has the old one would be taken for the owner.
        """
        if not (self.wanted and before):
            return False
        return not before.nonce or (owner is not None and not owner.is_same_resource(before))

    def other(self, before: Owner | None, now: Owner | None, owner: Owner) -> Owner | None:
        """Who else has an instance; None where the resource may write to it.

        A resource may write where nobody has the instance, where itself has it, in whichever run it got it, and where
        its state knows the nonce: it had another name then.
        """
        if now is None or owner.is_same_resource(now):
            return None
        if before and (before.nonce == now.nonce or (not before.nonce and before.is_same_resource(now))):
            return None
        return now

    @staticmethod
    def claim(id: str, before: Owner | None, other: Owner | None, takeover: bool, log: Log) -> None:
        """See to it that an instance which another owner has is only had by who says so.

        Parameters:
            id: the instance.
            before: who had it by the state.
            other: who else has it, None where nobody does.
            takeover: whether the program says that its resource may have it.
            log: hears whom it is taken from.

        Raises:
            AdoptionRefused: it may not.
        """
        if other and not takeover:
            lost = before is not None and before.is_same_resource(other)
            instead = "a run did that which this state does not know: refresh, then run again" if lost else INSTEAD
            raise AdoptionRefused(f"instance {id} is managed by {other.described}: {instead}")
        if other:
            log(Severity.WARNING, f"instance {id} was managed by {other.described} until now")

    def after_read(
        self, id: str, before: Owner | None, now: Owner | None, owner: Owner | None, log: Log
    ) -> Owner | None:
        """Who the state is to say has the instance; `log` hears where that is somebody else.

        Where this resource itself has adopted it, in a run whose state was never written, the nonce is dropped, and
        the tags are stale.
        """
        if not (self.wanted and now) or (before and before.tags == now.tags):
            return before
        if before is None:
            return now.without_nonce() if owner and owner.is_same_resource(now) else None
        if before.nonce == now.nonce:
            # The platform has made another text of the tags; else a run that renamed the resource was killed before it
            # wrote its state.
            return before if before.reads_as(now) else now
        if not before.is_same_resource(now):
            log(Severity.WARNING, f"instance {id} is managed by {now.described} as well: {INSTEAD}")
            return before
        message = f"instance {id} of {before.resource} was adopted by a run that this state does not know"
        log(Severity.WARNING, f"{message}: the next update takes it back")
        return before.without_nonce()
