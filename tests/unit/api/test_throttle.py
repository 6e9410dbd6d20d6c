"""A refusal slows all, fairly: one pause, one limit, one line."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_cloudelements.api.throttle import Stopped, Throttle, TooLate
from tests.support.clock import Clock
from tests.support.waiting import until


def throttle(clock: Clock, capacity: int = 100) -> Throttle:
    """A throttle by the clock, whose pauses are 10, 20, 30... seconds where none is asked for."""
    return Throttle(capacity, lambda refusals: 10.0 * refusals, clock, clock.wait)


def threaded(capacity: int) -> Throttle:
    """A throttle for several threads, whose own pauses are too short to matter."""
    return Throttle(capacity, lambda _: 0.001)


def refuse(throttle: Throttle, pause: float | None = 0.001, together: int = 1) -> None:
    """Let so many requests be in flight, and all be refused."""
    turns = [throttle.turn(throttle.place(), math.inf) for _ in range(together)]
    for turn in [each.__enter__() for each in turns]:
        turn.rate_limited(pause)
    for each in turns:
        each.__exit__(None, None, None)


def succeed(throttle: Throttle, times: int = 1) -> None:
    """Make so many requests, one after the other, none of which is refused."""
    for _ in range(times):
        with throttle.turn(throttle.place(), math.inf) as turn:
            turn.answered()


def until_in_line(throttle: Throttle, many: int) -> None:
    """Wait until so many wait for their turn."""
    until(lambda: len(throttle._line) == many)  # noqa: SLF001 - nothing else tells when a thread has begun to wait


def test_without_refusals_nobody_waits() -> None:
    clock = Clock()
    slow = throttle(clock)
    succeed(slow, 1000)
    assert clock.pauses == []
    assert slow.limit == 100


def test_a_refusal_makes_all_wait_as_long_as_it_asks() -> None:
    clock = Clock()
    slow = throttle(clock)
    refuse(slow, pause=7)
    succeed(slow, 3)
    assert clock.pauses == [7]


@pytest.mark.parametrize("pause", [None, 0])
def test_a_refusal_that_names_no_time_makes_all_wait_longer_with_each_in_a_row(pause: float | None) -> None:
    clock = Clock()
    slow = throttle(clock)
    for _ in range(3):
        refuse(slow, pause)
    succeed(slow)
    assert clock.pauses == [10, 20, 30]
    refuse(slow, pause)
    succeed(slow)
    assert clock.pauses == [10, 20, 30, 10]


def test_of_two_pauses_the_later_end_counts() -> None:
    clock = Clock()
    slow = throttle(clock)
    with slow.turn(slow.place(), math.inf) as first, slow.turn(slow.place(), math.inf) as second:
        first.rate_limited(30)
        second.rate_limited(5)
    succeed(slow)
    assert clock.pauses == [30]


def test_requests_that_are_refused_together_halve_the_limit_once_and_count_once() -> None:
    clock = Clock()
    slow = throttle(clock)
    refuse(slow, None, together=64)
    assert slow.limit == 32
    succeed(slow)
    assert clock.pauses == [10]


def test_the_limit_is_never_below_one() -> None:
    slow = throttle(Clock())
    for _ in range(10):
        refuse(slow)
    assert slow.limit == 1


def test_success_raises_the_limit_slowly_until_it_is_what_it_was() -> None:
    slow = throttle(Clock(), capacity=5)
    refuse(slow, together=4)
    limits = []
    for _ in range(2 + 3 + 4 + 10):
        succeed(slow)
        limits.append(slow.limit)
    assert limits == [2, 3, 3, 3, 4, 4, 4, 4, *[5] * 11]


def test_a_success_that_began_before_the_refusal_is_no_sign_that_it_is_over() -> None:
    slow = throttle(Clock(), capacity=2)
    with slow.turn(slow.place(), math.inf) as late:
        refuse(slow)
        late.answered()
    assert slow.limit == 1


def test_nobody_waits_beyond_a_deadline_nor_when_waiting_is_in_vain() -> None:
    clock = Clock()
    slow = throttle(clock)
    refuse(slow, pause=3600)
    with pytest.raises(TooLate, match=r"^the platform asks to wait 3600 s$"), slow.turn(slow.place(), clock.now + 60):
        pytest.fail("no turn before the pause is over")
    assert clock.pauses == []
    with pytest.raises(TooLate, match=r"^no time is left$"), slow.turn(slow.place(), clock.now):
        pytest.fail("no turn after the deadline")


def test_one_who_waits_behind_others_gives_up_at_the_deadline() -> None:
    clock = Clock()
    slow = throttle(clock, capacity=1)
    with slow.turn(slow.place(), math.inf):
        with pytest.raises(TooLate), slow.turn(slow.place(), clock.now + 60):
            pytest.fail("the one turn is taken")
        assert clock.pauses == [60]
    succeed(slow)


def test_a_pause_is_over_when_it_is_and_makes_nobody_else_wait() -> None:
    clock = Clock()
    slow = throttle(clock)
    slow.pause(5)
    slow.pause(0)
    succeed(slow)
    assert clock.pauses == [5]


def test_a_turn_that_ends_in_an_error_is_free_again() -> None:
    slow = throttle(Clock(), capacity=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), slow.turn(slow.place(), math.inf):
            raise ZeroDivisionError
    succeed(slow)


def test_whoever_comes_first_is_served_first() -> None:
    narrow = threaded(capacity=1)
    served: list[int] = []

    def ask(place: int) -> None:
        with narrow.turn(place, math.inf):
            served.append(place)

    places = [narrow.place() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        with narrow.turn(narrow.place(), math.inf):
            for number, place in enumerate(reversed(places), start=1):
                pool.submit(ask, place)
                until_in_line(narrow, number)
        until(lambda: len(served) == len(places))
    assert served == places


def test_whoever_was_refused_goes_before_those_that_came_later() -> None:
    clock = Clock()
    narrow = Throttle(1, lambda _: 0, clock, lambda woken, _: woken.wait(0.001))
    served: list[str] = []

    def ask(name: str, place: int) -> None:
        with narrow.turn(place, math.inf):
            served.append(name)

    mine, others = narrow.place(), [narrow.place() for _ in range(4)]
    with ThreadPoolExecutor(5) as pool:
        with narrow.turn(mine, math.inf) as turn:
            for other in others:
                pool.submit(ask, "other", other)
            until_in_line(narrow, 4)
            turn.rate_limited(60)
        pool.submit(ask, "refused", mine)
        until_in_line(narrow, 5)
        clock.now += 60
    assert served == ["refused", *["other"] * 4]


def test_never_more_are_in_flight_than_the_limit() -> None:
    narrow = threaded(capacity=64)
    refuse(narrow, together=8)
    lock = threading.Lock()
    now, most = 0, 0

    def ask(_: int) -> None:
        nonlocal now, most
        with narrow.turn(narrow.place(), math.inf):
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.001)
            with lock:
                now -= 1

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(ask, range(200)))
    assert narrow.limit == 4
    assert most == 4


def test_stopping_ends_every_wait_and_every_later_one() -> None:
    narrow = threaded(capacity=1)
    with ThreadPoolExecutor(8) as pool:
        with narrow.turn(narrow.place(), math.inf):
            waiting = [pool.submit(succeed, narrow) for _ in range(4)]
            waiting += [pool.submit(narrow.pause, 3600) for _ in range(2)]
            until_in_line(narrow, 4)
            narrow.stop()
            errors = [each.exception() for each in waiting]
        assert {type(error) for error in errors} == {Stopped}
    with pytest.raises(Stopped):
        succeed(narrow)
    with pytest.raises(Stopped):
        narrow.pause(0)


def test_stopping_ends_a_pause_that_all_wait_for() -> None:
    slow = threaded(capacity=8)
    refuse(slow, pause=3600)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(succeed, slow) for _ in range(8)]
        until_in_line(slow, 8)
        slow.stop()
        assert {type(each.exception()) for each in waiting} == {Stopped}
