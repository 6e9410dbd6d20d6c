"""An instance that cannot be finished is removed again, or named and adopted by the next run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_cloudelements.errors import CloudElementsError
from tests.support.runs import STRIPE, Account


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
