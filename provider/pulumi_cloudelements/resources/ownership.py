"""Whose an instance is: who had it by the state, held against who has it by the tags on the instance.

The two differ where a run was killed before it wrote its state, where another state has the instance, and where a
resource was renamed.
"""

from __future__ import annotations

from dataclasses import replace

from pulumi_cloudelements.errors import AdoptionRefused
from pulumi_cloudelements.model.diagnostics import Log, Severity
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
        """Whose tags an instance gets that is created or adopted, with a new nonce; None where it gets none."""
        return owner.with_new_nonce() if owner and self._wanted else None

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
        if not (self._wanted and before):
            return False
        return not before.nonce or (owner is not None and not owner.is_same_resource(before))

    def confirm(self, id: str, before: Owner | None, now: Owner | None, owner: Owner, log: Log) -> None:
        """See whether a resource may write its tags on an instance: it is not somebody else's.

        Raises:
            AdoptionRefused: somebody else has adopted it.
        """
        if now is None or owner.is_same_resource(now):
            return
        if before is None:
            log(Severity.WARNING, f"instance {id} was managed by {now.described} until now")
            return
        if before.nonce == now.nonce:
            return
        if not before.is_same_resource(now):
            raise AdoptionRefused(
                f"update: instance {id} is now managed by {now.described}: "
                "remove it from one of the two (pulumi state delete)"
            )
        if before.nonce:  # else a read has told already
            raise AdoptionRefused(
                f"update: instance {id} was adopted by {now.described}, in a run that this state does not know: "
                "refresh, then run again"
            )

    def after_read(
        self, id: str, before: Owner | None, now: Owner | None, owner: Owner | None, log: Log
    ) -> Owner | None:
        """Who the state is to say has the instance; `log` hears where that is somebody else.

        Where this resource itself has adopted it, in a run whose state was never written, the nonce is dropped, and
        the tags are stale.
        """
        if not (self._wanted and now) or (before and before.tags == now.tags):
            return before
        if before is None:
            return now.without_nonce() if owner and owner.is_same_resource(now) else None
        if before.nonce == now.nonce:
            return now  # a run that renamed the resource was killed before it wrote its state
        if not before.is_same_resource(now):
            message = f"instance {id} is managed by {now.described} as well: remove it from one of the two"
            log(Severity.WARNING, message)
            return before
        message = f"instance {id} of {before.resource} was adopted by a run that this state does not know"
        log(Severity.WARNING, f"{message}: the next update takes it back")
        return before.without_nonce()
