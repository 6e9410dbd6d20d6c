"""A platform that wants few requests a second gets no more, and everything is done in the end, once."""

from __future__ import annotations

from pathlib import Path

from tests.faults.load import load
from tests.faults.matrix import Tally
from tests.support.emulator import Emulator


def test_a_slow_and_stumbling_platform_gets_everything_done_once(tmp_path: Path, emulator: Emulator) -> None:
    assert load(tmp_path / "project", emulator, count=60, rate=10) == Tally(tried=60)
    assert emulator.counters()["refused"] > 0
