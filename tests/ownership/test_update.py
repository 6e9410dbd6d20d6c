"""An update makes an instance one's own that nobody owns, and takes nothing back that somebody else has."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from pulumi_cloudelements.errors import AdoptionRefused
from pulumi_cloudelements.model.instance import InstanceInputs
from tests.support.runs import LIST, PUT, STRIPE, Account

# an instance that nobody owns yet: imported, or made without ownership tags


@pytest.mark.parametrize("tags", [None, ("a",)])
def test_the_first_update_makes_an_instance_ones_own(account: Account, tags: tuple[str, ...] | None) -> None:
    inputs = replace(STRIPE, tags=tags)
    state = account.run(ownership_tag=False).create(inputs=replace(inputs, tags=tags or ("there",)))
    assert account.run().diff(state, replace(inputs, tags=state.inputs.tags)) == []
    run = account.run()
    updated = run.update(state, replace(inputs, configuration={"api.key": "sk_live_77"}))
    owner = updated.owner
    assert owner
    assert account.instances()[0]["tags"] == [*(tags or ("there",)), *owner.tags]
    assert run.told == []
    assert account.run().create().id == state.id  # a forced replacement


def test_a_first_update_that_the_state_never_recorded_is_done_again_after_a_refresh(account: Account) -> None:
    state = account.run(ownership_tag=False).create()
    changed = replace(STRIPE, configuration={"api.key": "sk_live_77"})
    account.run().update(state, changed)  # killed
    read = account.run().read(state)
    assert account.run().diff(read) == ["tags"]
    account.run().delete(account.run().update(read, STRIPE))
    assert account.live(state.id) is None


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    "change",
    [replace(STRIPE, tags=("a",), name="Renamed"), replace(STRIPE, tags=("b",)), STRIPE],
    ids=["name", "tags", "no tags"],
)
def test_an_update_takes_nothing_back_that_somebody_else_has_adopted(
    account: Account, method: str, change: InstanceInputs
) -> None:
    state = account.run().create(inputs=replace(STRIPE, tags=("a",)))
    other = account.other(f"{account.stack}-other")
    adopted = other.run().create(inputs=replace(STRIPE, adopt=state.id, takeover=True))
    with suppress(AdoptionRefused):
        account.run(update_method=method).update(state, change)
    assert other.ids() == [adopted.id]
    account.run().delete(state)
    assert other.ids() == [adopted.id]


def test_one_listing_confirms_all_updates(account: Account) -> None:
    states = [account.run().create(name, replace(STRIPE, tags=("a",))) for name in ("a", "b", "c")]
    account.emulator.clear()
    run = account.run()
    for state, name in zip(states, ("a", "b", "c"), strict=True):
        run.update(state, replace(STRIPE, tags=("a",), name="Renamed"), name)
    asked = account.emulator.counters()["by_call"]
    assert asked == {LIST: 1, PUT: 3, "GET /elements/{key}": 1}
