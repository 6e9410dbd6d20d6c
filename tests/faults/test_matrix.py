"""A shorter run of `make faults`: each fault once, and what docs/reliability.md says of them all."""

from __future__ import annotations

import pytest

from tests.faults.__main__ import labels
from tests.faults.matrix import ABROAD, COUNT, TRIALS, Trial, try_out
from tests.support.documents import rows, section
from tests.support.emulator import Emulator

CREATES = [trial for trial in TRIALS if (trial.operation, trial.strikes) == ("create", "now and then")]
SHARED = [trial for trial in TRIALS if trial.is_shared]
OTHERS = [trial for trial in TRIALS if trial.operation not in ("create", "look-up") and "reset " in trial.fault.label]
ELSEWHERE = [trial for trial in TRIALS if trial.fault is ABROAD]


@pytest.mark.parametrize("trial", CREATES + SHARED + OTHERS + ELSEWHERE, ids=str)
def test_nothing_is_lost_or_made_twice(trial: Trial, shared: Emulator) -> None:
    tally = try_out(trial, shared)
    assert tally.is_clean, tally
    assert tally.tried == COUNT


def test_the_document_lists_every_fault_and_that_nothing_came_of_it() -> None:
    table = rows(section("docs/reliability.md", "What was tried"))
    assert [row[0] for row in table] == labels()
    for label, tried, *harm in table:
        assert int(tried) > 0, label
        assert harm == ["0", "0", "0"], label
