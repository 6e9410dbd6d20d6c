"""What a killed run leaves over is found again by the next create, and in doubt nothing is adopted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_cloudelements.errors import AdoptionRefused, CloudElementsError
from pulumi_cloudelements.model.instance import InstanceInputs
from tests.support.declarations import OAUTH
from tests.support.runs import DELETE, LIST, POST, STRIPE, Account


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
    inputs = InstanceInputs("sfdc", "CRM", OAUTH, provider_data={"code": f"code-{account.stack}"})
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
