"""Time that passes when somebody waits for it, for one thread that waits for nobody else."""

from __future__ import annotations

import threading


class Clock:
    """A clock and a way to wait by it, as `Client` and `Throttle` take them."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        """The seconds so far."""
        return self.now

    def wait(self, _condition: threading.Condition, seconds: float) -> None:
        """Let the time pass at once."""
        assert seconds < threading.TIMEOUT_MAX, "nobody is there to end this wait"
        self.pauses.append(seconds)
        self.now += seconds
