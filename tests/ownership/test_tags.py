"""What an instance tells of who manages it, and what the program sees of that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.runs import DELETE, POST, STRIPE, Account


def test_an_instance_tells_who_manages_it_and_the_program_does_not_see_it(account: Account) -> None:
    state = account.run().create(inputs=replace(STRIPE, tags=("b", "a")))
    owner = state.owner
    assert owner
    assert account.instances()[0]["tags"] == ["b", "a", *owner.tags]
    read = account.run().read(state)
    assert read.inputs.tags == ("b", "a")
    assert account.run().diff(read, replace(STRIPE, tags=("a", "b"))) == []


def test_tags_that_are_not_declared_are_no_drift_beside_those_of_the_owner(account: Account) -> None:
    state = account.run().create()
    account.emulator.call("PATCH", f"/instances/{state.id}", json={"tags": ["x", *account.instances()[0]["tags"]]})
    read = account.run().read(state)
    assert (read.inputs.tags, read.owner) == (None, state.owner)
    assert account.run().diff(read) == []


@pytest.mark.parametrize("update_method", ["PUT", "PATCH"])
@pytest.mark.parametrize("tags", [("x",), (), None])
def test_an_update_keeps_the_owner(account: Account, update_method: str, tags: tuple[str, ...] | None) -> None:
    state = account.run().create(inputs=replace(STRIPE, tags=("a",)))
    updated = account.run(update_method=update_method).update(state, replace(STRIPE, name="Other", tags=tags))
    owner = state.owner
    assert owner
    assert updated.owner == state.owner
    assert account.instances()[0]["tags"] == [*(("a",) if tags is None else tags), *owner.tags]


def test_without_ownership_tags_nothing_is_written_looked_up_or_kept(account: Account) -> None:
    run = account.run(ownership_tag=False)
    state = run.create(inputs=replace(STRIPE, tags=("a",)))
    run.delete(run.update(state, replace(STRIPE, tags=("b",))))
    assert state.owner is None
    asked = account.emulator.counters()["by_call"]
    assert asked == {"GET /elements/{key}": 1, POST: 1, "PUT /instances/{id}": 1, DELETE: 1}


def test_giving_ownership_up_takes_the_tags_off_with_the_next_that_are_written(account: Account) -> None:
    state = account.run().create(inputs=replace(STRIPE, tags=("a",)))
    updated = account.run(ownership_tag=False).update(state, replace(STRIPE, tags=("b",)))
    assert updated.owner is None
    live = account.live(state.id)
    assert live
    assert live["tags"] == ["b"]


def test_ownership_tags_that_the_platform_writes_in_another_case_are_still_ones_own(account: Account) -> None:
    state = account.run().create("Payments")
    live = account.live(state.id)
    assert live
    account.emulator.call("PATCH", f"/instances/{state.id}", json={"tags": [tag.lower() for tag in live["tags"]]})
    run = account.run()
    read = run.read(state, "Payments")
    assert run.diff(read, name="Payments") == []
    run.delete(read)
    assert run.told == []
    assert account.live(state.id) is None
