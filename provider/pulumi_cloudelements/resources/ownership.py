"""Whose an instance is: who had it by the state, held against who has it by the tags on the instance.

The two differ where a run was killed before it wrote its state, where another state has the instance, and where a
resource was renamed.
"""

from __future__ import annotations

from dataclasses import replace

from pulumi_cloudelements.errors import AdoptionRefused
from pulumi_cloudelements.model.diagnostics import Diagnostics, Severity
from pulumi_cloudelements.model.owner import Owner


class Ownership:
    """Judges who owns an instance; where ownership is given up, nobody does.

    Throughout, `before` is the owner by the state and `now` the one by the tags, None where there is none; `owner` is
    the resource at hand, None where it is not known who it is.

    Parameters:
        wanted: whether instances are to carry ownership tags.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def minted(self, owner: Owner | None) -> Owner | None:
        """Whose tags an instance gets that is created or taken over, with a new nonce; None where it gets none."""
        return owner.anew() if owner and self._wanted else None

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
        """Whether the tags must be written anew though nothing that is declared has changed.

        A read has found another nonce than the state's on the instance; or the resource, or its stack, has another
        name by now: whoever has the old one would be taken for the owner.
        """
        if not (self._wanted and before):
            return False
        return not before.nonce or (owner is not None and not owner.is_same_resource(before))

    def confirm(self, id: str, before: Owner | None, now: Owner | None, owner: Owner, announce: Diagnostics) -> None:
        """See whether a resource may write its tags on an instance: it is not somebody else's by now.

        Raises:
            AdoptionRefused: somebody else has taken it over.
        """
        if now is None or owner.is_same_resource(now):
            return
        if before is None:
            announce(Severity.WARNING, f"instance {id} was managed by {now.described} until now")
            return
        if before.nonce == now.nonce:
            return
        if not before.is_same_resource(now):
            raise AdoptionRefused(
                f"update: instance {id} is managed by {now.described} by now: "
                "remove it from one of the two (pulumi state delete)"
            )
        if before.nonce:  # else a read has told already
            raise AdoptionRefused(
                f"update: instance {id} was taken over by {now.described}, in a run that this state does not know: "
                "refresh, then run again"
            )

    def after_read(
        self, id: str, before: Owner | None, now: Owner | None, owner: Owner | None, announce: Diagnostics
    ) -> Owner | None:
        """Who the state is to say has the instance; `announce` is told where that is somebody else.

        Where this resource itself has taken it over, in a run whose state was never written, the nonce is dropped, and
        the tags are stale.
        """
        if not (self._wanted and now) or (before and before.tags == now.tags):
            return before
        if before is None:
            return now.disowned() if owner and owner.is_same_resource(now) else None
        if before.nonce == now.nonce:
            return now  # a run that renamed the resource was killed before it wrote its state
        if not before.is_same_resource(now):
            told = f"instance {id} is managed by {now.described} as well: remove it from one of the two"
            announce(Severity.WARNING, told)
            return before
        told = f"instance {id} of {before.resource} was taken over by a run that this state does not know"
        announce(Severity.WARNING, f"{told}: the next update takes it back")
        return before.disowned()
