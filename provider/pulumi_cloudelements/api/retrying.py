"""A request is a few attempts, each a line of the request log.

`throttle` says when one may start, `retries` whether another follows, and a deadline bounds them all. A platform that
gives no response to one request's attempts is tried once by all others, until it does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from threading import Lock

from pulumi_cloudelements.api import log
from pulumi_cloudelements.api.backoff import Patience, backoff
from pulumi_cloudelements.api.request import Failure, Request
from pulumi_cloudelements.api.response import Response
from pulumi_cloudelements.api.throttle import NoTurn, Stopped, Throttle, TooLate, Turn, Wait
from pulumi_cloudelements.api.transport import CONNECTIONS, Transport
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import Interrupted, RateLimited, Unavailable

NOTHING_SENT = "interrupted: nothing was sent"

EVERY = 5.0
"""Seconds between two messages of a run that waits because the platform wants it to."""

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


class Retrying:
    """Gets calls answered, for all threads of one account.

    Parameters:
        config: the account, and how many retries a request has.
        before_write: called right before each attempt to write. What it raises ends the request, unchanged.
        tell: told every few seconds that the platform wants all to wait.
        clock, wait: seconds that only grow, and how to wait for them.
    """

    def __init__(
        self,
        config: ProviderConfig,
        before_write: Callable[[], None],
        tell: Callable[[str], None],
        clock: Callable[[], float],
        wait: Wait,
    ) -> None:
        self._max_retries = config.max_retries
        self._before_write = before_write
        self._tell = tell
        self._told = -math.inf
        self._clock = clock
        self._throttle = Throttle(CONNECTIONS, backoff, clock, wait)
        self._log = log.opened(config.log)
        self._transport = Transport(config)
        # Set by a request that no attempt got a response to, until there is one: with the platform down, each of some
        # hundred resources would wait through all of its retries.
        self._down = False
        self._lock = Lock()
        self._secrets: set[str] = set()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Bound what this thread asks in the block, retries and waits included. Of nested bounds the earlier holds."""
        token = _deadline.set(min(_deadline.get(), self._clock() + seconds))
        try:
            yield
        finally:
            _deadline.reset(token)

    def time_left(self) -> float:
        """The seconds that this thread has left; infinity where nothing bounds it."""
        return _deadline.get() - self._clock()

    def pause(self, seconds: float) -> bool:
        """Let the time pass, where it is not bounded before; False, and at once, where it is.

        Raises:
            Interrupted: `stop` was called.
        """
        if self._clock() + seconds >= _deadline.get():
            return False
        try:
            self._throttle.pause(seconds)
        except Stopped:
            raise Interrupted(NOTHING_SENT) from None
        return True

    def stop(self) -> None:
        """End every wait with `errors.Interrupted` and send nothing more. What is in flight goes on."""
        self._throttle.stop()

    def response_to(self, request: Request) -> Response:
        """Attempt the request until it succeeds, or its retries or its time are used up.

        Returns:
            A response without a `failure`, not yet read.

        Raises:
            ApiError: the last failure's error.
            ConfigurationError: no credentials are set.
            Interrupted: `stop` was called.
        """
        request = replace(request, secrets={*request.secrets, *self.remember(request.secrets)})
        deadline = _deadline.get()
        patience = Patience(self._max_retries, deadline < math.inf, request.brief)
        place = self._throttle.place()
        failure: Failure | None = None
        number = 0
        while True:
            number += 1
            try:
                if failure:
                    self._pause(failure, patience, number, deadline)
                with self._throttle.turn(place, deadline) as turn:
                    outcome = self._attempt(request, number, deadline, turn)
            except NoTurn as reason:
                raise self._untried(request, failure, reason) from None
            if isinstance(outcome, Response):
                return outcome
            failure = outcome

    def remember(self, secrets: Collection[str]) -> frozenset[str]:
        """Repeat none of these in any error from now on: the platform may echo them later. Short ones are words.

        Returns all that were ever remembered.
        """
        with self._lock:
            self._secrets |= {secret for secret in secrets if len(secret) > 5}
            return frozenset(self._secrets)

    def _attempt(self, request: Request, number: int, deadline: float, turn: Turn) -> Response | Failure:
        """Send the request once; `number` counts from 1."""
        if request.method != "GET" and not request.unattended:
            self._before_write()
        began = self._clock()
        if (left := deadline - began) <= 0:
            raise TooLate("no time is left")
        outcome = self._transport.send(request, left)
        self._note(request, outcome, began, number)
        if isinstance(outcome, Failure):
            return outcome
        self._down = False
        failure = outcome.failure
        if failure and failure.rate_limited:
            if self._max_retries:  # who repeats nothing waits for nothing
                turn.rate_limited(failure.retry_after)
        elif outcome.status < 500:
            turn.answered()
        return failure or outcome

    def _pause(self, failure: Failure, patience: Patience, number: int, deadline: float) -> None:
        """Wait until the request may be attempted for the `number`th time; where it may not, raise its error."""
        lost = failure.status is None
        if not failure.repeatable or (lost and self._down):
            raise failure.error()
        seconds = patience.spend(failure)
        if seconds is not None and self._clock() + seconds < deadline:
            self._wait(failure, self._clock() + seconds, patience.attempt(number, failure), deadline)
            return
        self._down = self._down or lost
        if seconds is None:
            raise failure.error()
        raise failure.error(f"the platform asks to wait {seconds:.0f} s" if failure.retry_after else "no time is left")

    def _wait(self, failure: Failure, until: float, attempt: str, deadline: float) -> None:
        """Let the time pass, and say so every few seconds where it is the platform that wants it.

        The last of the pause that all make after a 429 is spent in the line, where the request has its place.
        """
        if not (failure.retry_after or failure.rate_limited):
            self._throttle.pause(until - self._clock())
            return
        while True:
            left = self._throttle.paused_for if failure.rate_limited else until - self._clock()
            if left <= 0 or self._clock() + left >= deadline:
                return
            self._say(failure, left, attempt, deadline)
            if failure.rate_limited and left <= EVERY:
                return
            self._throttle.pause(min(left / 2, EVERY) if failure.rate_limited else min(left, EVERY))

    def _say(self, failure: Failure, left: float, attempt: str, deadline: float) -> None:
        """Tell that the platform wants all to wait, unless somebody has just told."""
        now = self._clock()
        with self._lock:
            if now - self._told < EVERY:
                return
            self._told = now
        asks = "to wait" if failure.retry_after else "for less at a time: waiting"
        ends = f", giving up in {deadline - now:.0f} s" if deadline < math.inf else ""
        self._tell(
            f"{failure.attempt}: the platform asks {asks} {math.ceil(left)} s ({failure.status}), {attempt}{ends}"
        )

    def _untried(self, request: Request, last: Failure | None, reason: NoTurn) -> Exception:
        """The error for a request that was not attempted, or after its `last` failure not again."""
        if isinstance(reason, Stopped):
            return Interrupted(f"interrupted, and not tried again: {last.error()}" if last else NOTHING_SENT)
        if last:
            return last.error(str(reason))
        slowed = self._throttle.limit < CONNECTIONS
        error = (RateLimited if slowed else Unavailable)(str(request), f"not sent: {reason}")
        error.overdue = True
        return error

    def _note(self, request: Request, outcome: Response | Failure, began: float, number: int) -> None:
        """Log one attempt."""
        if self._log:
            result = outcome.cause if isinstance(outcome, Failure) else str(outcome.status)
            named = f" request {outcome.request_id}" if isinstance(outcome, Response) and outcome.request_id else ""
            self._log(f"{request} {result} {(self._clock() - began) * 1000:.0f} ms attempt {number}{named}")
