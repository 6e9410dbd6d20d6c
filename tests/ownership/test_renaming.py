"""A renamed resource keeps its instance, and whoever uses its old name makes another."""

from __future__ import annotations

import pytest

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import AdoptionRefused
from pulumi_cloudelements.model.instance import InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.resources import account as accounts
from tests.support.emulator import ORGANIZATION, USER
from tests.support.runs import GET, PROJECT, PUT, STRIPE, Account
from tests.support.server import ScriptedServer, answer


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
    last = InstanceState("7", STRIPE, "token", owner=mine)
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
