"""A create whose answer is lost goes on with its instance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_cloudelements.errors import AmbiguousWrite
from tests.support.runs import LIST, POST, STRIPE, Account

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
