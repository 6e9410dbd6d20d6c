"""Load: hundreds of instances on a platform that wants few requests a second, and throws bursts of 429 and 503."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.deaths import config, program, verdict
from tests.faults.matrix import Tally
from tests.support.emulator import Emulator
from tests.support.project import Project

CALM = 1.0
"""Seconds between two bursts."""

BURST = 0.5
"""Seconds that a burst lasts."""

STRIKES = 4
"""Requests that a burst refuses at most, of each kind."""


def load(folder: Path, emulator: Emulator, count: int, rate: float) -> Tally:
    """Deploy `count` instances at `rate` requests a second, change them all, and count what there is."""
    project = Project(folder, config=config(emulator))
    with bursts(emulator):
        emulator.settings(rate=rate)
        for pages in (1, 2):
            project.write("__main__.py", program(count, pages))
            project.up("--parallel", "64")
        emulator.settings(rate=None)
    return verdict(project, emulator, declared=count)


@contextmanager
def bursts(emulator: Emulator) -> Iterator[None]:
    """Throw bursts for as long as the block runs."""
    over = threading.Event()

    def throw() -> None:
        while not over.wait(CALM):
            emulator.fault("status", status=429, retry_after=1, times=STRIKES)
            emulator.fault("status", status=503, times=STRIKES)
            over.wait(BURST)
            emulator.clear_faults()

    thread = threading.Thread(target=throw)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        emulator.clear_faults()
