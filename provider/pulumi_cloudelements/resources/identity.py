"""Whether the account at hand is the one that an instance belongs to.

Credentials of another account are valid there. To it an instance of the state does not exist, or is somebody else's
that happens to have the same id. So neither an absence is believed nor anything written before the account is known
to be the same: it has the fingerprint that the state keeps, or the program's stack has instances there.
"""

from __future__ import annotations

from functools import cached_property
from threading import Lock

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import AnotherAccount
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.resources.registry import Registry


class Identity:
    """Compares the account at hand with those that states tell of. Safe to use from several threads.

    Parameters:
        config: the credentials, and the account that instances are taken to belong to, if one is set.
        registry: what the account holds.
    """

    def __init__(self, config: ProviderConfig, registry: Registry) -> None:
        self._config = config
        self._registry = registry
        self._lock = Lock()
        self._told = False

    @cached_property
    def fingerprint(self) -> str | None:
        """The account at hand; None without credentials."""
        return self._config.fingerprint()

    def confirm(self, id: str, account: str | None, *owners: Owner | None) -> None:
        """Make sure that an instance may be looked for, written and believed to be what it was.

        Parameters:
            id: the instance.
            account: its account by the state. Where the state does not tell, it is taken to be the one at hand.
            owners: the instance's by the state, and the resource at hand, whose stacks it may have.

        Raises:
            AnotherAccount: it belongs to another account, as far as one can see.
            ApiError: the platform cannot be asked.
        """
        if account is not None:
            self._recognise(id, account, *owners)

    def confirm_deleted(self, id: str, account: str | None, *owners: Owner | None) -> None:
        """Make sure that an instance which is not there was deleted; see `confirm`.

        Where the state does not tell the account, only instances of the stack do.
        """
        self._recognise(id, account, *owners)

    def confirm_create(self) -> None:
        """Make sure that nothing in this process has told of another account: a new resource has no state to tell.

        Raises:
            AnotherAccount: something has.
        """
        if self._told:
            raise AnotherAccount("create: another account, as was said of an instance of this run")

    def _recognise(self, id: str, account: str | None, *owners: Owner | None) -> None:
        if self.fingerprint in (None, account, self._config.account):
            return
        if not any(self._registry.has_instances(owner) for owner in owners):
            raise AnotherAccount(self._refusal(id, account, owners))

    def _refusal(self, id: str, account: str | None, owners: tuple[Owner | None, ...]) -> str:
        """Why nothing is done: at length once per process, since it is the same for every instance."""
        with self._lock:
            told, self._told = self._told, True
        if told:
            return f"instance {id}: another account, as was said of another instance of this run"
        by_state = f"account {account}" if account else "an account that the state does not tell"
        stacks = " or ".join(dict.fromkeys(owner.stack_tag for owner in owners if owner))
        seen = f"no instance there carries the tag {stacks}" if stacks else "nothing there tells that it is the same"
        return (
            f"instance {id} belongs to {by_state}, and the credentials are those of account {self.fingerprint} at "
            f"{self._config.base_url}: {seen}, so nothing is believed or written. Use the credentials of the account "
            "that the stack belongs to; if it has moved to this one, "
            f"pulumi config set cloudelements:account {self.fingerprint}, then pulumi refresh --run-program"
        )
