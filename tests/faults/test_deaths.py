"""A run that is killed in its middle is recovered unattended: each instance is there once, in state, and known."""

from __future__ import annotations

from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest

from tests.faults.deaths import COUNT, Death, die
from tests.faults.matrix import Tally
from tests.support.emulator import Emulator


@pytest.mark.parametrize(
    "death",
    [
        Death("create", "CLI", SIGKILL),
        Death("update", "provider", SIGKILL),
        Death("replace", "CLI", SIGKILL),
        Death("delete", "CLI", SIGINT),
    ],
    ids=str,
)
def test_a_killed_run_is_recovered(death: Death, tmp_path: Path, emulator: Emulator) -> None:
    assert die(death, tmp_path / "project", emulator) == Tally(tried=COUNT)
