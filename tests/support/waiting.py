"""How a test waits for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 60
"""How long a test waits at most: only a fault takes so long, on a loaded machine too."""


def until(reached: Callable[[], bool]) -> None:
    """Ask again and again until `reached`; fails the test when that takes too long."""
    deadline = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < deadline, f"not reached within {SECONDS} s"
        time.sleep(0.005)
