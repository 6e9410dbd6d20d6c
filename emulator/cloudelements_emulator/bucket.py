"""A token bucket: how many requests per second are admitted, with a burst of one second's worth and of one at least."""

from __future__ import annotations

import math
import time


class Bucket:
    """Admits `rate` requests per second, or all of them when it is None; it starts full."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._most = max(1.0, rate or 0.0)
        self._tokens = self._most
        self._filled_at = time.monotonic()

    def take(self) -> int:
        """Return 0 for a request that is admitted, else in how many whole seconds, 1 or more, one will be."""
        if self._rate is None:
            return 0
        now = time.monotonic()
        self._tokens = min(self._most, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < 1:
            return math.ceil((1 - self._tokens) / self._rate)
        self._tokens -= 1
        return 0
