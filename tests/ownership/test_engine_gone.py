"""Nothing is written once the engine is gone, and what was under way is removed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pulumi_cloudelements.errors import Interrupted
from tests.support.runs import POST, STRIPE, Account, gone


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
