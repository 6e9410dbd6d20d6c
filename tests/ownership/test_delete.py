"""No instance is deleted that somebody else has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_cloudelements.errors import ForeignAnswer
from tests.support.runs import STRIPE, Account


def test_what_another_process_of_the_run_takes_over_is_kept_though_it_was_listed_before(account: Account) -> None:
    """A program that moves to the other provider, and makes something else by the old one in the same run."""
    state = account.run().create("payments")
    old_provider, new_provider = account.run(), account.run()
    old_provider.create("other")  # lists
    new = new_provider.create("payments")
    old_provider.delete(state)
    assert account.live(new.id)


def test_an_instance_that_another_stack_has_adopted_is_kept(account: Account) -> None:
    state = account.run().create()
    other = account.other(f"{account.stack}x")
    other.run().create("theirs", replace(STRIPE, adopt=state.id, takeover=True))
    run = account.run()
    run.delete(state)
    assert other.ids() == [state.id]
    assert f"instance {state.id} is kept: theirs of" in "".join(run.told)


def test_a_refresh_tells_of_another_stack_that_has_the_instance(account: Account) -> None:
    state = account.run().create()
    account.other(f"{account.stack}x").run().create("theirs", replace(STRIPE, adopt=state.id, takeover=True))
    run = account.run()
    read = run.read(state)
    assert read.owner == state.owner
    assert "remove it from one of the two" in "".join(run.told)


def test_an_instance_without_an_owner_is_deleted(account: Account) -> None:
    state = account.run().create()
    account.emulator.call("PATCH", f"/instances/{state.id}", json={"tags": ["x"]})
    account.run().delete(state)
    assert account.live(state.id) is None


def test_an_instance_from_before_there_were_owners_is_deleted(account: Account) -> None:
    state = account.run(ownership_tag=False).create()
    account.run().delete(state)
    assert account.live(state.id) is None


def test_an_instance_that_is_gone_is_deleted_already(account: Account) -> None:
    state = account.run().create()
    account.emulator.call("DELETE", f"/instances/{state.id}")
    account.run().delete(state)


@pytest.mark.parametrize(("when", "gone"), [("before", False), ("after", True)])
def test_a_delete_that_somebody_else_has_answered_is_looked_after(account: Account, when: str, gone: bool) -> None:
    state = account.run().create()
    account.emulator.fault("foreign_json", method="DELETE", when=when)
    if gone:
        account.run().delete(state)
    else:
        with pytest.raises(ForeignAnswer, match="is still there"):
            account.run().delete(state)
    assert (account.live(state.id) is None) is gone
