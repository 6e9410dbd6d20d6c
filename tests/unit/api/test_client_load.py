"""Many threads and a platform that wants few requests: all is done, once, and never with more haste than allowed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from tests.support.server import Answer, Request, ScriptedServer, answer, refusal

THREADS, CALLS = 64, 300
RATE = 300.0
"""Requests a second that the platform takes; it saves up a fifth of a second's."""

BUSY = (range(80, 100), range(200, 215))
HASTY = (range(THREADS), range(150, 155))
"""The requests, by number, that are answered by 503, and those that are answered by 429 at any rate."""


class Platform:
    """Refuses the first `THREADS` requests together, and later what comes too soon; counts what is in flight."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._together = threading.Barrier(THREADS, timeout=30)
        self._tokens, self._at = 0.0, time.monotonic()
        self._arrived = self._in_flight = 0
        self.most_at_first = self.most_later = self.refusals = 0
        self.done: list[str] = []

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        with self._lock:
            number = self._arrived
            self._arrived += 1
            self._in_flight += 1
            if number < THREADS:
                self.most_at_first = max(self.most_at_first, self._in_flight)
            else:
                self.most_later = max(self.most_later, self._in_flight)
        if number < THREADS:
            self._together.wait()
        else:
            time.sleep(0.02)
        with self._lock:
            self._in_flight -= 1
            return self._answer(number, request)

    def _answer(self, number: int, request: Request) -> Answer:
        now = time.monotonic()
        self._tokens, self._at = min(RATE / 5, self._tokens + (now - self._at) * RATE), now
        if self._tokens < 1 or any(number in brief for brief in HASTY):
            self.refusals += 1
            return Answer(b"", 429, headers={"Retry-After": "1" if number < THREADS else "0"})
        self._tokens -= 1
        if any(number in busy for busy in BUSY):
            return refusal(503)
        self.done.append(request.line)
        return answer({"id": 1})


def test_a_platform_that_slows_everybody_down_is_served_all_the_same() -> None:
    platform = Platform()

    def ask(number: int) -> None:
        with client.within(60):
            if number % 3 == 0:
                client.put_instance(str(number), {"name": "Test"})
            elif number % 3 == 1:
                client.get_instance(str(number))
            else:
                client.delete_instance(str(number))

    with ScriptedServer(beyond=platform) as server, ThreadPoolExecutor(THREADS) as pool:
        client = Client(ProviderConfig("user", "organization", server.base_url))
        list(pool.map(ask, range(CALLS)))
    methods = ("PUT", "GET", "DELETE")
    assert sorted(platform.done) == sorted(f"{methods[number % 3]} /instances/{number}" for number in range(CALLS))
    assert platform.most_at_first == THREADS
    # Halved, and no more than one given back for as many successes as the limit is.
    assert 1 < platform.most_later <= THREADS // 2 + CALLS // (THREADS // 2)
    assert platform.refusals > THREADS
