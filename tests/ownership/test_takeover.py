"""An instance that another resource manages is had by saying so alone, and both resources hear of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pulumi_cloudelements.errors import AdoptionRefused
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from tests.support.runs import GET, LIST, STRIPE, Account, Run

CHANGED = replace(STRIPE, configuration={"api.key": "sk_live_77"})

WAYS: dict[str, Callable[[Run, InstanceState, bool], InstanceState]] = {
    "adopt": lambda run, had, yes: run.core.create(
        replace(STRIPE, adopt=had.id, takeover=yes), run.owner("theirs"), run.tell
    ),
    "import, then update": lambda run, had, yes: run.update(
        imported(run, had), replace(CHANGED, takeover=yes), "theirs"
    ),
    "import, then disable": lambda run, had, yes: run.update(
        imported(run, had), replace(STRIPE, enabled=False, takeover=yes), "theirs"
    ),
}


def imported(run: Run, had: InstanceState) -> InstanceState:
    """The instance as an import brings it into a state."""
    state = run.core.read_by_id(had.id, run.owner("theirs"), run.tell)
    assert state
    assert state.owner is None
    return replace(state, inputs=STRIPE)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("same_stack", [True, False], ids=["same stack", "another stack"])
def test_without_takeover_another_resources_instance_is_refused(
    account: Account, way: Callable[[Run, InstanceState, bool], InstanceState], same_stack: bool
) -> None:
    had = account.run().create()
    before = account.live(had.id)
    other = account if same_stack else account.other(f"{account.stack}x")
    with pytest.raises(AdoptionRefused, match=f"instance {had.id} is managed by payments of .*: .*takeover"):
        way(other.run(), had, False)
    assert account.live(had.id) == before


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_with_takeover_both_hear_of_it(
    account: Account, way: Callable[[Run, InstanceState, bool], InstanceState]
) -> None:
    had = account.run().create()
    other = account.other(f"{account.stack}x").run()
    mine = way(other, had, True)
    assert [told for told in other.told if f"instance {had.id} was managed by payments of" in told]
    run = account.run()
    assert run.diff(had) == []
    assert [told for told in run.told if f"instance {had.id} is managed by theirs of" in told]
    with pytest.raises(AdoptionRefused, match="is managed by theirs of"):
        run.update(had, CHANGED)
    account.run().delete(had)
    assert account.live(had.id)
    account.other(f"{account.stack}x").run().delete(mine)
    assert account.live(had.id) is None


@pytest.mark.parametrize("change", ["configuration", "enabled", "provider_data_version"])
def test_an_update_of_whatever_kind_looks_whose_the_instance_is(account: Account, change: str) -> None:
    had = account.run().create()
    account.other(f"{account.stack}x").run().create("theirs", replace(STRIPE, adopt=had.id, takeover=True))
    before = account.live(had.id)
    wanted = {
        "configuration": CHANGED,
        "enabled": replace(STRIPE, enabled=False),
        "provider_data_version": replace(STRIPE, provider_data={"code": "c"}, provider_data_version=2),
    }
    with pytest.raises(AdoptionRefused, match="is managed by theirs of"):
        account.run().update(had, wanted[change])
    assert account.live(had.id) == before


def test_a_diff_tells_of_an_instance_that_is_deleted(account: Account) -> None:
    state = account.run().create()
    account.emulator.call("DELETE", f"/instances/{state.id}")
    run = account.run()
    assert run.diff(state) == []
    assert run.told == [
        f"warning: instance {state.id} is deleted: run pulumi refresh, and the next up creates it again"
    ]


def test_one_listing_tells_all_diffs_whose_the_instances_are(account: Account) -> None:
    states = {name: account.run().create(name) for name in ("a", "b", "c")}
    account.emulator.clear()
    run = account.run()
    for name, state in states.items():
        assert run.diff(state, name=name) == []
    assert run.told == []
    assert account.emulator.counters()["by_call"] == {LIST: 1}


def test_a_diff_goes_on_without_a_listing_and_says_so_once(account: Account) -> None:
    states = {name: account.run().create(name) for name in ("a", "b")}
    account.emulator.fault("status", method="GET", call="/instances", status=403, times=None)
    run = account.run()
    for name, state in states.items():
        assert run.diff(state, CHANGED, name) == ['configuration["api.key"]']
    (told,) = run.told
    assert told.startswith("warning: whose instances these are was not checked: GET /instances: 403")


# the preview of a create


def previewed(run: Run, inputs: InstanceInputs, name: str = "payments") -> list[str]:
    """The failures of check, which a preview runs for a new resource."""
    return run.core.check(inputs.to_properties() | adopting(inputs), run.tell, {}, run.owner(name)).failures


def adopting(inputs: InstanceInputs) -> dict[str, object]:
    """What properties leave out, since it is only ever written."""
    return {"adopt": inputs.adopt, "takeover": inputs.takeover}


def test_a_preview_says_which_instance_is_adopted_and_what_changes(account: Account) -> None:
    there = account.run(ownership_tag=False).create(
        inputs=replace(STRIPE, name="Old", configuration={"api.key": "sk_live_old", "pagination.max": 10})
    )
    account.emulator.clear()
    wanted = replace(STRIPE, name="New", configuration={"api.key": "sk_live_new", "pagination.max": 20})
    run = account.run()
    assert previewed(run, replace(wanted, adopt=there.id)) == []
    (told,) = run.told
    assert told.startswith(f"info: adopts instance {there.id}")
    assert 'name "Old" → "New"' in told
    assert 'configuration["pagination.max"] "10" → 20' in told
    assert 'configuration["api.key"], which the platform does not show' in told
    assert "sk_live" not in told
    assert set(account.emulator.counters()["by_method"]) == {"GET"}


def test_a_preview_refuses_to_adopt_what_there_is_not(account: Account) -> None:
    (failure,) = previewed(account.run(), replace(STRIPE, adopt="987654"))
    assert failure.startswith("adopt: GET /instances/987654: 404")


def test_a_preview_refuses_to_adopt_what_somebody_else_has(account: Account) -> None:
    had = account.run().create()
    run = account.other(f"{account.stack}x").run()
    (failure,) = previewed(run, replace(STRIPE, adopt=had.id), "theirs")
    assert failure.startswith(f"adopt: instance {had.id} is managed by payments of")
    assert previewed(run, replace(STRIPE, adopt=had.id, takeover=True), "theirs") == []
    assert f"adopts instance {had.id}, which payments of integrations/{account.stack} manages" in "".join(run.told)


def test_a_preview_says_which_orphan_a_create_adopts(account: Account) -> None:
    orphan = account.run().create()
    run = account.run()
    assert previewed(run, CHANGED) == []
    (told,) = run.told
    assert told.startswith(f"info: adopts instance {orphan.id}")
    assert "instead of creating one" in told
    for origin in ("killed", "retains", "forced replacement", "the other provider"):
        assert origin in told


def test_a_preview_of_what_is_created_asks_for_one_listing_and_tells_nothing(account: Account) -> None:
    account.emulator.clear()
    run = account.run()
    for name in ("a", "b"):
        assert previewed(run, STRIPE, name) == []
    assert run.told == []
    assert account.calls(LIST) == 1
    assert account.calls(GET) == 0


def test_a_preview_goes_on_where_the_platform_does_not_tell(account: Account) -> None:
    account.emulator.fault("status", method="GET", call="/instances", status=403, times=None)
    run = account.run()
    for name in ("a", "b"):
        assert previewed(run, STRIPE, name) == []
    (told,) = run.told
    assert told.startswith("warning: whether instances are adopted or created is not known yet: GET /instances: 403")
