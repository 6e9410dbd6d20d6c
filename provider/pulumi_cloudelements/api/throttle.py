"""A refusal slows all: one pause, one limit and one line to wait in, for every thread of a client.

Refused for haste, the platform is left alone by everybody until the pause that it asked for is over, and then asked by
half as many at a time. Each success gives a little of that back. Whoever waits is served in the order of arrival, and
whoever was refused keeps the place it had, so that nobody starves.
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

Wait = Callable[[threading.Condition, float], object]
"""Waits on a condition, which is held, until it is notified or so many seconds have passed."""


class NoTurn(Exception):  # noqa: N818 - these say what happened, as in `errors`
    """The wait is over, and nothing may be sent."""


class TooLate(NoTurn):
    """The turn cannot come before the caller's deadline; the text says why."""


class Stopped(NoTurn):
    """`Throttle.stop` was called."""


@dataclass(order=True)
class _Waiter:
    """One in line. Each has a condition of its own, so that a free turn wakes one thread and not all."""

    place: int
    woken: threading.Condition = field(compare=False)


class Turn:
    """Leave to send one request. How it was answered is told to the turn; a lost response tells nothing."""

    def __init__(self, throttle: Throttle, period: int) -> None:
        self._throttle = throttle
        self._period = period

    def rate_limited(self, pause: float | None) -> None:
        """It came too soon: all wait `pause` seconds or, with None or 0, longer with each refusal in a row."""
        self._throttle._slow_down(self._period, pause)  # noqa: SLF001 - a turn is a part of its throttle

    def answered(self) -> None:
        """It was not refused."""
        self._throttle._speed_up(self._period)  # noqa: SLF001


class Throttle:
    """Decides when a request may start.

    Parameters:
        capacity: the most requests in flight, while nothing was refused.
        backoff: the seconds to pause after so many refusals in a row, where the platform names none.
        clock: seconds that only grow.
        wait: how to wait for them.
    """

    def __init__(
        self,
        capacity: int,
        backoff: Callable[[int], float],
        clock: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        self._capacity = self._limit = capacity
        self._backoff = backoff
        self._clock = clock
        self._wait = wait
        # Reentrant, because a signal's handler may request `stop` on a thread that holds it.
        self._lock = threading.RLock()
        self._places = count()
        self._line: list[_Waiter] = []
        self._napping = threading.Condition(self._lock)
        self._in_flight = 0
        self._paused_until = float("-inf")
        self._refusals = 0
        self._successes = 0
        self._period = 0  # from one slowing down to the next
        self._stopped = False

    @property
    def limit(self) -> int:
        """The most requests in flight, now."""
        return self._limit

    @property
    def paused_for(self) -> float:
        """The seconds until anybody may be served; none or fewer, where they may."""
        return self._paused_until - self._clock()

    def place(self) -> int:
        """A place in the line, behind all that were taken before; for all attempts of one request."""
        return next(self._places)

    @contextmanager
    def turn(self, place: int, deadline: float) -> Iterator[Turn]:
        """Wait for a turn and hold it.

        Parameters:
            place: the caller's `place`.
            deadline: by the clock; infinity for none.

        Raises:
            TooLate: at the deadline, or as soon as it is known that the turn cannot come before it.
            Stopped: `stop` was called.
        """
        turn = self._enter(place, deadline)
        try:
            yield turn
        finally:
            with self._lock:
                self._in_flight -= 1
                self._wake_first()

    def pause(self, seconds: float) -> None:
        """Let the time pass, outside the line.

        Raises:
            Stopped: `stop` was called.
        """
        with self._lock:
            end = self._clock() + seconds
            while self._unless_stopped() and (left := end - self._clock()) > 0:
                self._wait(self._napping, min(left, threading.TIMEOUT_MAX))

    def stop(self) -> None:
        """End every wait, now and from now on. What is in flight goes on."""
        with self._lock:
            self._stopped = True
            self._napping.notify_all()
            self._wake_all()

    def _enter(self, place: int, deadline: float) -> Turn:
        with self._lock:
            waiter = _Waiter(place, threading.Condition(self._lock))
            insort(self._line, waiter)
            try:
                while (left := self._seconds_to_wait(waiter, deadline)) > 0:
                    self._wait(waiter.woken, min(left, threading.TIMEOUT_MAX))
                self._in_flight += 1
            finally:
                self._line.remove(waiter)
                self._wake_first()
            return Turn(self, self._period)

    def _seconds_to_wait(self, waiter: _Waiter, deadline: float) -> float:
        """How long to sleep before looking again; 0 where it is the waiter's turn."""
        self._unless_stopped()
        now = self._clock()
        if self._paused_until >= deadline > now:
            raise TooLate(f"the platform asks to wait {self._paused_until - now:.0f} s")
        if now >= deadline:
            raise TooLate("no time is left")
        if self._line[0] is not waiter or self._in_flight >= self._limit:
            return deadline - now
        return max(0.0, min(self._paused_until, deadline) - now)

    def _unless_stopped(self) -> bool:
        if self._stopped:
            raise Stopped
        return True

    def _slow_down(self, period: int, pause: float | None) -> None:
        with self._lock:
            if period == self._period:  # of requests that were in flight together, the first speaks for all
                self._period += 1
                self._limit = max(1, min(self._limit, self._in_flight) // 2)
                self._successes = 0
                self._refusals += 1
            end = self._clock() + (pause or self._backoff(self._refusals))
            self._paused_until = max(self._paused_until, end)
            self._wake_all()

    def _speed_up(self, period: int) -> None:
        with self._lock:
            if period != self._period:  # from before the refusal: no sign that it is over
                return
            self._refusals = 0
            self._successes += 1
            if self._successes >= self._limit < self._capacity:
                self._limit += 1
                self._successes = 0
                self._wake_first()

    def _wake_first(self) -> None:
        if self._line:
            self._line[0].woken.notify()

    def _wake_all(self) -> None:
        for waiter in self._line:
            waiter.woken.notify()
