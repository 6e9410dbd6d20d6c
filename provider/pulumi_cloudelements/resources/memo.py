"""A keyed single-flight cache. The first caller computes the value and concurrent callers wait for it.

A value is kept for the life of the process. A failure is shared by those who wait for it at the moment, and the next
caller tries again: what failed once need not fail twice.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from pulumi_cloudelements.errors import ApiError, ForeignAnswer, Unavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

SLOW = 5.0
"""Seconds. A failure that took longer to come is believed for as long again: while a platform is silent, each of some
hundred resources would wait for it in turn."""


@dataclass
class _Shared(Generic[V]):
    """What callers share: the value or the failure, and until when by the clock they do."""

    made: Future[V] = field(default_factory=Future)
    until: float = math.inf


class Memo(Generic[K, V]):
    """Values by key. Safe to use from several threads.

    Parameters:
        make: makes the value of a key.
        patient: whether it is tried once more, before anybody hears, where the answer was not the platform's: what
            garbles one response need not garble the next.
        time_left: the seconds that the caller at hand has to wait for another's try.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        make: Callable[[K], V],
        patient: bool,
        time_left: Callable[[], float] = lambda: math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._patient = patient
        self._time_left = time_left
        self._clock = clock
        self._lock = Lock()
        self._values: dict[K, _Shared[V]] = {}

    def __call__(self, key: K) -> V:
        """The value of a key. What making it raises is raised for everybody who waits, but for an end of time.

        Raises:
            Unavailable: the caller's own time is over before another's try is.
        """
        while True:
            mine: _Shared[V] = _Shared()
            with self._lock:
                there = self._values.get(key)
                shared = there if there and self._clock() < there.until else mine
                self._values[key] = shared
            if shared is mine:
                self._fill(key, mine)
                return mine.made.result()
            left = self._time_left()
            if not wait([shared.made], None if left == math.inf else max(0.0, left)).done:
                late = Unavailable("waiting for what another operation asks", "no time is left")
                late.overdue = True
                raise late
            try:
                return shared.made.result()
            except ApiError as error:
                if not error.overdue:
                    raise

    def _fill(self, key: K, mine: _Shared[V]) -> None:
        began = self._clock()
        try:
            mine.made.set_result(self._made(key))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised for everybody who waits
            now = self._clock()
            slow = now - began > SLOW and not (isinstance(error, ApiError) and error.overdue)
            with self._lock:  # before anybody hears: who hears of it may ask again at once
                mine.until = now + (now - began) if slow else now
            mine.made.set_exception(error)

    def _made(self, key: K) -> V:
        try:
            return self._make(key)
        except ForeignAnswer:
            if not self._patient:
                raise
        return self._make(key)
