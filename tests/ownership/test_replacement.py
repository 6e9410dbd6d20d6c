"""A replacement, forced or killed, loses no instance and leaves none behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.runs import STRIPE, Account


def test_an_instance_that_is_being_replaced_is_no_orphan(account: Account) -> None:
    state = account.run().create()
    run = account.run()
    run.diff(state, replace(STRIPE, external_authentication="initial"))
    new = run.create()
    run.delete(state)
    assert account.ids() == [new.id]
    assert new.id != state.id


def test_the_orphan_of_a_killed_replacement_is_found(account: Account) -> None:
    state = account.run().create()
    killed = account.run()
    killed.diff(state, replace(STRIPE, external_authentication="initial"))
    orphan = killed.create()
    run = account.run()
    run.diff(state, replace(STRIPE, external_authentication="initial"))
    new = run.create()
    run.delete(state)
    assert new.id == orphan.id
    assert account.ids() == [orphan.id]


def test_the_orphan_of_a_replacement_is_told_from_what_it_replaces_which_the_state_has_given_up(
    account: Account,
) -> None:
    """An engine may write down that the old instance is to be deleted before it writes down the new one."""
    state = account.run().create()
    inputs = replace(STRIPE, external_authentication="initial")
    killed = account.run()
    killed.diff(state, inputs)
    orphan = killed.create(inputs=inputs)
    run = account.run()
    new = run.create(inputs=inputs)
    assert f"instance {state.id}, of the kind that it was before" in "".join(run.told)
    run.delete(state)
    assert account.ids() == [orphan.id] == [new.id]


def test_a_replacement_killed_before_its_delete_is_finished_by_the_next_run(account: Account) -> None:
    state = account.run().create()
    killed = account.run()
    killed.diff(state, replace(STRIPE, external_authentication="initial"))
    new = killed.create()
    account.run().delete(state)
    assert account.ids() == [new.id]


def test_a_forced_replacement_keeps_its_instance_and_says_so(account: Account) -> None:
    """`--replace` and `--target-replace`: no diff, so that the create looks like that of a new resource."""
    state = account.run().create()
    run = account.run()
    new = run.create()
    run.delete(state)
    assert account.ids() == [state.id] == [new.id]
    assert "cloudelements:orphans=ignore" in "".join(run.told)


def test_a_forced_replacement_makes_another_where_orphans_are_ignored(account: Account) -> None:
    state = account.run().create()
    run = account.run(orphans="ignore")
    new = run.create()
    run.delete(state)
    assert account.ids() == [new.id] != [state.id]


@pytest.mark.parametrize("orphans", ["adopt", "ignore"])
def test_a_forced_replacement_killed_before_its_delete_loses_nothing(account: Account, orphans: str) -> None:
    state = account.run().create()
    new = account.run(orphans=orphans).create()  # and killed: the old one waits for its delete
    run = account.run(orphans=orphans)
    run.diff(new)
    run.delete(state)
    assert account.ids() == [new.id]
    assert bool([told for told in run.told if f"instance {state.id} is kept" in told]) is (orphans == "adopt")


def test_a_forced_replacement_killed_before_its_state_was_written_can_be_forced_again(account: Account) -> None:
    state = account.run().create()
    account.run().create()  # killed
    run = account.run()
    new = run.create()
    run.delete(state)
    assert account.ids() == [new.id] == [state.id]


def test_an_instance_whose_new_owner_was_never_recorded_comes_back_with_a_refresh_and_an_update(
    account: Account,
) -> None:
    state = account.run().create()
    account.run().create()  # a forced replacement, killed before its state was written
    run = account.run()
    read = run.read(state)
    assert "the next update takes it back" in "".join(run.told)
    assert account.run().diff(read) == ["tags"]
    updated = account.run().update(read, STRIPE)
    assert account.run().diff(updated) == []
    account.run().delete(updated)
    assert account.ids() == []


def test_taking_an_instance_back_keeps_the_tags_of_others(account: Account) -> None:
    state = account.run().create()
    account.run().create()
    account.emulator.call("PATCH", f"/instances/{state.id}", json={"tags": ["x", *account.instances()[0]["tags"]]})
    read = account.run().read(state)
    account.run().update(read, STRIPE)
    assert account.instances()[0]["tags"][0] == "x"


def test_an_old_twin_that_was_refreshed_is_kept_as_well(account: Account) -> None:
    state = account.run().create()
    new = account.run().create()  # killed: the old one waits for its delete
    twin = account.run().read(state)
    assert twin
    account.run().delete(twin)
    assert account.ids() == [new.id]
