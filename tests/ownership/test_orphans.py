"""What a killed run leaves over is found again, and nothing is deleted that somebody else has."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import AdoptionRefused, AmbiguousWrite, CloudElementsError, ForeignAnswer, Interrupted
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.resources import account as accounts
from tests.support.emulator import ORGANIZATION, USER
from tests.support.runs import PROJECT, STRIPE, Account
from tests.support.server import ScriptedServer, answer

LIST, POST = "GET /instances", "POST /instances"
GET, PUT, DELETE = "GET /instances/{id}", "PUT /instances/{id}", "DELETE /instances/{id}"


def gone() -> None:
    """The engine of a killed run."""
    raise Interrupted("the engine is gone")


# tags


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


# orphans


@pytest.mark.parametrize("tags", [None, (), ("a",)])
def test_the_next_create_takes_over_what_a_killed_run_has_made(account: Account, tags: tuple[str, ...] | None) -> None:
    inputs = replace(STRIPE, tags=tags, configuration={**STRIPE.configuration, "pagination.max": 50})
    orphan = account.run().create(inputs=inputs)  # its state was never written
    run = account.run()
    state = run.create(inputs=inputs)
    assert (state.id, state.token) == (orphan.id, orphan.token)
    assert account.ids() == [orphan.id]
    assert account.calls(POST) == 1
    assert [told for told in run.told if f"adopted instance {orphan.id}" in told and told.startswith("warning")]
    assert state.owner != orphan.owner
    owner = state.owner
    assert owner
    assert account.instances()[0]["tags"] == [*(tags or ()), *owner.tags]


def test_an_orphan_is_sent_all_that_is_declared_by_now(account: Account) -> None:
    orphan = account.run().create()
    inputs = replace(STRIPE, configuration={"api.key": "sk_live_77", "pagination.max": 7}, enabled=False)
    assert account.run().create(inputs=inputs).inputs == inputs
    live = account.live(orphan.id)
    assert live
    assert live["disabled"] is True
    assert live["configuration"]["pagination.max"] == "7"


def test_an_orphan_of_oauth_is_not_authenticated_again_since_its_code_is_spent(account: Account) -> None:
    credentials = {"oauth.api.key": "key", "oauth.api.secret": "secret", "oauth.callback.url": "https://acme.example"}
    inputs = InstanceInputs("sfdc", "CRM", credentials, provider_data={"code": f"code-{account.stack}"})
    orphan = account.run().create(inputs=inputs)
    assert account.run().create(inputs=inputs).id == orphan.id


def test_orphans_are_left_alone_where_they_are_to_be_ignored(account: Account) -> None:
    orphan = account.run().create()
    run = account.run(orphans="ignore")
    state = run.create()
    assert account.ids() == [orphan.id, state.id]
    assert run.told == []


def test_one_listing_answers_for_all_resources(account: Account) -> None:
    for name in ("a", "b", "c"):
        account.run().create(name)
    account.emulator.clear()
    run = account.run()
    states = [run.create(name) for name in ("a", "b", "c", "d", "e")]
    for state in states:
        run.delete(state)  # adopted in this process, or made in it
    assert account.calls(LIST) == 1


def test_destroy_needs_one_listing_for_all_resources(account: Account) -> None:
    states = [account.run().create(name) for name in ("a", "b", "c")]
    account.emulator.clear()
    run = account.run()
    for state in states:
        run.delete(state)
    assert account.emulator.counters()["by_call"] == {LIST: 1, DELETE: 3}
    assert account.ids() == []


def test_another_resource_or_stack_has_no_claim(account: Account) -> None:
    orphan = account.run().create("payments")
    other = account.other(f"{account.stack}x")
    states = [account.run().create("payments2"), account.run().create("acme$payments"), other.run().create("payments")]
    assert orphan.id not in [state.id for state in states]
    assert len(account.ids()) == 3
    assert len(other.ids()) == 1


def test_two_candidates_are_refused_and_named(account: Account) -> None:
    first, second = account.run().create(), account.run(orphans="ignore").create()
    with pytest.raises(AdoptionRefused) as caught:
        account.run().create()
    for word in (first.id, second.id, "adopt", "cloudelements:orphans", "delete"):
        assert word in str(caught.value)
    assert account.ids() == [first.id, second.id]


@pytest.mark.parametrize(
    "other",
    [InstanceInputs("jira", "Payments", {"username": "u", "password": "p", "base.url": "https://a.example"}),
     replace(STRIPE, name="Refunds")],
    ids=["element", "name"],
)  # fmt: skip
def test_a_candidate_of_another_kind_is_refused_and_named(account: Account, other: InstanceInputs) -> None:
    orphan = account.run().create(inputs=other)
    with pytest.raises(AdoptionRefused) as caught:
        account.run().create()
    for word in (orphan.id, other.element, other.name, "adopt", "cloudelements:orphans"):
        assert word in str(caught.value)
    assert account.ids() == [orphan.id]


def test_a_refused_candidate_can_be_named_to_be_adopted(account: Account) -> None:
    first, second = account.run().create(), account.run(orphans="ignore").create()
    state = account.run().create(inputs=replace(STRIPE, adopt=second.id))
    assert state.id == second.id
    assert account.ids() == [first.id, second.id]


def test_an_orphan_that_is_listed_and_not_to_be_read_yet_is_waited_for(account: Account) -> None:
    orphan = account.run().create()
    account.emulator.fault("status", method="GET", call="/instances/{id}", status=404, times=2)
    assert account.run().create().id == orphan.id
    assert account.ids() == [orphan.id]


def test_an_orphan_that_is_gone_by_now_is_made_anew(account: Account) -> None:
    orphan = account.run().create("payments")
    run = account.run()
    run.create("other")  # lists
    account.emulator.call("DELETE", f"/instances/{orphan.id}")
    assert run.create("payments").id != orphan.id


def test_a_listing_that_fails_creates_nothing(account: Account) -> None:
    account.emulator.fault("status", call="/instances", method="GET", status=503, times=None)
    with pytest.raises(CloudElementsError, match="GET /instances"):
        account.run(max_retries=0).create()
    assert account.ids() == []


# replacement


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


# renaming


def test_a_renamed_resource_takes_its_tag_along(account: Account) -> None:
    state = account.run().create("old")
    run = account.run()
    assert run.diff(state, name="new") == ["tags"]
    renamed = run.update(state, STRIPE, "new")
    assert account.run().diff(renamed, name="new") == []
    other = account.run().create("old")
    assert account.ids() == [renamed.id, other.id]
    account.run().delete(other)
    account.run().delete(renamed)
    assert account.ids() == []


def test_the_instance_of_a_renamed_stack_is_not_taken_over_by_one_of_the_old_name(account: Account) -> None:
    state = account.run().create()
    renamed = account.other(f"{account.stack}-renamed")
    assert renamed.run().diff(state) == ["tags"]
    state = renamed.run().update(state, STRIPE)
    assert account.run().create().id != state.id


def test_renaming_keeps_the_tags_of_others_and_costs_a_look(account: Account) -> None:
    state = account.run().create("old")
    account.emulator.call("PATCH", f"/instances/{state.id}", json={"tags": ["x", *account.instances()[0]["tags"]]})
    account.emulator.clear()
    renamed = account.run().update(state, STRIPE, "new")
    owner = renamed.owner
    assert owner
    assert account.instances()[0]["tags"] == ["x", *owner.tags]
    assert account.calls(PUT) == account.calls(GET) == 1


def test_a_renaming_killed_before_its_state_was_written_is_done_again_or_destroyed(account: Account) -> None:
    state = account.run().create("old")
    account.run().update(state, STRIPE, "new")  # killed
    run = account.run()
    assert run.diff(state, name="new") == ["tags"]
    run.update(state, STRIPE, "new")
    account.run().delete(state)
    assert account.ids() == []


def test_a_renaming_killed_before_its_state_was_written_and_undone_is_healed_by_a_refresh(account: Account) -> None:
    state = account.run().create("old")
    account.run().update(state, STRIPE, "new")  # killed, and the program reverted
    read = account.run().read(state, "old")
    assert account.run().diff(read, name="old") == ["tags"]
    back = account.run().update(read, STRIPE, "old")
    assert account.run().diff(back, name="old") == []
    assert account.run().create("new").id != back.id


def test_a_copy_of_a_stacks_state_takes_the_instance_over_and_the_stack_hears_of_it(account: Account) -> None:
    state = account.run().create()
    other = account.other(f"{account.stack}-copy")
    copied = other.run().update(state, STRIPE)
    run = account.run()
    run.read(state)
    assert f"payments of integrations/{other.stack} as well" in "".join(run.told)
    account.run().delete(state)
    assert account.live(state.id)
    other.run().delete(copied)
    assert account.live(state.id) is None


def test_a_resource_that_takes_its_instance_back_may_be_renamed_with_it(account: Account) -> None:
    state = account.run().create("old")
    account.run().create("old")  # a forced replacement, killed before its state was written
    with pytest.raises(AdoptionRefused, match="refresh, then run again"):
        account.run().update(state, STRIPE, "new")
    read = account.run().read(state, "old")
    renamed = account.run().update(read, STRIPE, "new")
    account.run().delete(renamed)
    assert account.ids() == []


@pytest.mark.parametrize("shown", [{}, {"tags": None}], ids=["left out", "null"])
def test_tags_that_are_not_shown_are_written_all_the_same(shown: dict[str, None]) -> None:
    mine = Owner(PROJECT, "s", "old").with_new_nonce()
    last = InstanceState("7", STRIPE, owner=mine)
    instance = {"id": 7, "name": "Payments", "element": {"key": "stripe"}, **shown}
    with ScriptedServer(answer(instance), answer({"key": "stripe"}), answer(instance)) as server:
        config = ProviderConfig(USER, ORGANIZATION, server.base_url, max_retries=0)
        updated = accounts.Account(config).instances.update(last, STRIPE, Owner(PROJECT, "s", "new"))
    assert server.requests[-1].json["tags"] == ["pulumi:integrations/s", f"pulumi:new#{mine.nonce}"]
    assert updated.owner == Owner(PROJECT, "s", "new", mine.nonce)


def test_what_somebody_else_took_over_before_the_renaming_is_refused_and_named(account: Account) -> None:
    state = account.run().create("old")
    taken = account.run().create("old")  # the old name was used again at once
    with pytest.raises(AdoptionRefused) as caught:
        account.run().update(state, STRIPE, "new")
    for word in (state.id, "old of", "refresh"):
        assert word in str(caught.value)
    account.run().delete(taken)
    assert account.ids() == []


def test_without_ownership_tags_another_name_is_no_change(account: Account) -> None:
    state = account.run().create("old")
    assert account.run(ownership_tag=False).diff(state, name="new") == []


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


def test_the_first_update_says_who_had_the_instance(account: Account) -> None:
    had = account.run().create()
    other = account.other(f"{account.stack}-other").run()
    mine = other.update(replace(had, owner=None), replace(STRIPE, configuration={"api.key": "sk_live_77"}))
    assert [told for told in other.told if f"instance {had.id}" in told and "payments of" in told]
    account.run().delete(had)
    assert account.live(had.id)
    account.other(f"{account.stack}-other").run().delete(mine)
    assert account.live(had.id) is None


def test_a_first_update_that_the_state_never_recorded_is_done_again_after_a_refresh(account: Account) -> None:
    state = account.run(ownership_tag=False).create()
    changed = replace(STRIPE, configuration={"api.key": "sk_live_77"})
    account.run().update(state, changed)  # killed
    read = account.run().read(state)
    assert account.run().diff(read) == ["tags"]
    account.run().delete(account.run().update(read, STRIPE))
    assert account.live(state.id) is None


# an update


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
    adopted = other.run().create(inputs=replace(STRIPE, adopt=state.id))
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


# delete


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
    other.run().create("theirs", replace(STRIPE, adopt=state.id))
    run = account.run()
    run.delete(state)
    assert other.ids() == [state.id]
    assert f"instance {state.id} is kept: theirs of" in "".join(run.told)


def test_a_refresh_tells_of_another_stack_that_has_the_instance(account: Account) -> None:
    state = account.run().create()
    account.other(f"{account.stack}x").run().create("theirs", replace(STRIPE, adopt=state.id))
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


# lost answers

LOST = [
    pytest.param({"kind": "reset", "when": "after"}, id="reset"),
    pytest.param({"kind": "truncate"}, id="truncated"),
    pytest.param({"kind": "login_page", "when": "after"}, id="login page"),
    pytest.param({"kind": "foreign_json", "when": "after"}, id="foreign JSON"),
    *(
        pytest.param({"kind": "status", "when": "after", "status": status}, id=str(status))
        for status in (500, 502, 503, 504)
    ),
]


@pytest.mark.parametrize("fault", LOST)
def test_a_create_whose_answer_is_lost_goes_on_with_its_instance(account: Account, fault: dict[str, object]) -> None:
    fields = dict(fault)
    account.emulator.fault(str(fields.pop("kind")), method="POST", call="/instances", **fields)
    state = account.run().create(inputs=replace(STRIPE, enabled=False))
    assert account.ids() == [state.id]
    live = account.live(state.id)
    assert live
    assert (live["token"], live["disabled"]) == (state.token, True)
    assert account.calls(POST) == 1


def test_a_lost_instance_is_looked_for_until_it_is_listed(account: Account) -> None:
    account.emulator.settings(visible_after=1.0)
    account.emulator.fault("reset", method="POST", call="/instances", when="after")
    state = account.run().create()
    account.emulator.settings(visible_after=0)
    assert account.ids() == [state.id]


def test_a_refused_post_is_made_again_once_no_instance_has_come_of_it(account: Account) -> None:
    account.emulator.fault("status", method="POST", call="/instances", status=503, times=2)
    state = account.run().create()
    assert account.ids() == [state.id]
    assert account.calls(POST) == 3


@pytest.mark.parametrize("call", ["/instances", "/instances/{id}"], ids=["listed", "read"])
def test_a_refused_post_is_not_made_again_where_it_is_not_certain_that_none_has_appeared(
    account: Account, call: str
) -> None:
    account.emulator.fault("status", method="POST", call="/instances", status=503, when="after")
    account.emulator.fault("status", method="GET", call=call, status=500, skip=int(call == "/instances"), times=None)
    with pytest.raises(AmbiguousWrite, match="the next run looks again"):
        account.run(max_retries=1).create()
    assert account.calls(POST) == 1
    account.emulator.clear_faults()
    state = account.run().create()
    assert account.ids() == [state.id]


def test_a_post_that_may_be_under_way_is_not_made_again(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi_cloudelements.resources.registry.LATER_PAUSES", ())
    account.emulator.fault("reset", method="POST", call="/instances", when="before")
    with pytest.raises(AmbiguousWrite, match="the next run looks again"):
        account.run().create()
    assert account.calls(POST) == 1


def test_without_ownership_tags_a_lost_answer_is_told_at_once(account: Account) -> None:
    account.emulator.fault("reset", method="POST", call="/instances", when="after")
    with pytest.raises(AmbiguousWrite, match="look in the console"):
        account.run(ownership_tag=False).create()
    assert account.calls(LIST) == 0


# half-made


def disable_fails(account: Account, **more: object) -> None:
    account.emulator.fault(
        "status", method="DELETE", call="/instances/{id}/enabled", status=403, **{"times": None, **more}
    )


def test_an_instance_that_cannot_be_finished_is_removed_again(account: Account) -> None:
    disable_fails(account)
    with pytest.raises(CloudElementsError, match="enabled"):
        account.run().create(inputs=replace(STRIPE, enabled=False))
    assert account.ids() == []


def test_an_instance_that_can_neither_be_finished_nor_removed_is_named_and_taken_over_by_the_next_run(
    account: Account,
) -> None:
    disable_fails(account)
    account.emulator.fault("status", method="DELETE", call="/instances/{id}", status=403, times=1)
    with pytest.raises(CloudElementsError) as caught:
        account.run().create(inputs=replace(STRIPE, enabled=False))
    [left] = account.ids()
    assert f"instance {left} was created and is left over; the next run adopts it" in str(caught.value)
    account.emulator.clear_faults()
    state = account.run().create(inputs=replace(STRIPE, enabled=False))
    assert [state.id] == account.ids() == [left]


def test_an_instance_that_is_not_to_be_seen_at_once_is_finished_all_the_same(account: Account) -> None:
    account.emulator.settings(visible_after=1.0)
    state = account.run().create(inputs=replace(STRIPE, enabled=False))
    account.emulator.settings(visible_after=0)
    live = account.live(state.id)
    assert live
    assert live["disabled"] is True


def test_an_instance_that_is_not_to_be_seen_at_once_is_removed_all_the_same(account: Account) -> None:
    account.emulator.settings(visible_after=1.0)
    disable_fails(account)
    with pytest.raises(CloudElementsError, match="enabled"):
        account.run().create(inputs=replace(STRIPE, enabled=False))
    account.emulator.settings(visible_after=0)
    assert account.ids() == []


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


# the engine is gone


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_nothing_is_written_once_the_engine_is_gone(account: Account, operation: str) -> None:
    state = account.run().create()
    account.emulator.clear()
    run = account.run(gone)
    calls: dict[str, Callable[[], object]] = {
        "create": lambda: run.create("other"),
        "update": lambda: run.update(state, replace(STRIPE, name="Other")),
        "delete": lambda: run.delete(state),
    }
    with pytest.raises(Interrupted):
        calls[operation]()
    assert set(account.emulator.counters()["by_method"]) <= {"GET"}


class Dying:
    """An engine that dies after it was asked so often."""

    def __init__(self, answers: int, last_words: Callable[[], object] = lambda: None) -> None:
        self._left = answers
        self._last_words = last_words

    def __call__(self) -> None:
        """Be asked whether it lives."""
        self._left -= 1
        if self._left < 0:
            self._last_words()
            gone()


def test_what_was_made_for_an_engine_that_is_gone_by_then_is_removed_again(account: Account) -> None:
    with pytest.raises(Interrupted):
        account.run(Dying(1)).create()
    assert account.calls(POST) == 1
    assert account.ids() == []


def test_what_was_made_and_is_not_to_be_seen_yet_is_removed_again_as_well(account: Account) -> None:
    account.emulator.settings(visible_after=1.0)
    with pytest.raises(Interrupted):
        account.run(Dying(1)).create("a <b> c")
    account.emulator.settings(visible_after=0)
    assert account.ids() == []


def test_what_the_next_run_has_taken_over_by_then_is_not_removed(account: Account) -> None:
    next_run = account.run()
    with pytest.raises(Interrupted):
        account.run(Dying(1, last_words=next_run.create)).create()
    assert len(account.ids()) == 1
    assert "adopted" in "".join(next_run.told)
