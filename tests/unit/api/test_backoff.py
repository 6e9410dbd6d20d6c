"""How long a client waits, and how often, before it tries again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from email.utils import formatdate

import pytest

from pulumi_cloudelements.errors import RateLimited
from tests.support.client import Ask, client, delete, failure, get, get_element, listed, patch, post, put
from tests.support.clock import Clock
from tests.support.server import LOST, REQUEST_ID, Answer, ScriptedServer, answer, refusal


@pytest.mark.parametrize(
    ("retry_after", "least"),
    [(lambda: "7", 7), (lambda: formatdate(time.time() + 3600, usegmt=True), 3000)],
    ids=["seconds", "date"],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_in_both_forms(status: int, retry_after: Callable[[], str], least: int) -> None:
    clock = Clock()
    asked = answer({"requestId": REQUEST_ID, "message": "slow down"}, status, Retry_After=retry_after())
    with ScriptedServer(asked, answer({"id": 1})) as server:
        get(client(server, retries=1, clock=clock))
    assert least <= sum(clock.pauses) <= 3600


def dated(seconds: float, date: float | str) -> Answer:
    """A 429 that asks to wait until so many seconds from now, and says that it is `date`."""
    retry_after = formatdate(time.time() + seconds, usegmt=True)
    said = date if isinstance(date, str) else formatdate(time.time() + date, usegmt=True)
    return answer({"requestId": REQUEST_ID, "message": "slow down"}, 429, Retry_After=retry_after, Date=said)


@pytest.mark.parametrize("off", [0, 1200, -1200, 10**8], ids="a clock that is {} s off".format)
def test_a_date_is_read_by_the_clock_of_whoever_sent_it(off: int) -> None:
    clock = Clock()
    with ScriptedServer(dated(off + 7, off), answer({"id": 1})) as server:
        get(client(server, retries=1, clock=clock))
    assert sum(clock.pauses) == 7


@pytest.mark.parametrize("said", ["", "now", "0"], ids=repr)
def test_a_date_says_nothing_where_nobody_knows_what_time_it_is(said: str) -> None:
    clock = Clock()
    with ScriptedServer(dated(3600, said), answer({"id": 1})) as server:
        get(client(server, retries=1, clock=clock))
    assert sum(clock.pauses) < 2


def test_a_date_that_is_past_is_waited_for_no_longer_than_none() -> None:
    clock = Clock()
    with ScriptedServer(dated(-3600, 0), answer({"id": 1})) as server:
        get(client(server, retries=1, clock=clock))
    assert sum(clock.pauses) < 2


@pytest.mark.parametrize(
    "nonsense", ["", "soon", "-1", "1.5", "0x10", "9" * 5000, "Mon, 99 Foo 99999 99:99:99 GMT", "٣", "1e3", "0"]
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_that_says_nothing_is_as_good_as_none(status: int, nonsense: str) -> None:
    clock = Clock()
    asked = answer({"requestId": REQUEST_ID}, status, Retry_After=nonsense.encode().decode("latin-1"))
    with ScriptedServer(asked, answer({"id": 1})) as server:
        get(client(server, retries=1, clock=clock))
    assert sum(clock.pauses) < 2


def test_pauses_grow_and_are_jittered() -> None:
    clocks = Clock(), Clock()
    for clock in clocks:
        with ScriptedServer(beyond=refusal(503)) as server:
            failure(get, client(server, retries=5, clock=clock))
    first, second = (clock.pauses for clock in clocks)
    assert [math.floor(pause) for pause in first] == [1, 2, 4, 8]
    assert first != second


def test_a_429_costs_no_retry_where_a_deadline_bounds_the_call() -> None:
    with ScriptedServer(*[refusal(429)] * 10, refusal(503), answer({"id": 1})) as server:
        asking = client(server, retries=1)
        with asking.within(3600):
            assert get(asking) == {"id": 1}


def test_without_a_deadline_429s_come_to_an_end() -> None:
    with ScriptedServer(*[refusal(429)] * 3) as server:
        assert type(failure(get, client(server, retries=2))) is RateLimited


@pytest.mark.parametrize("call", [get, post, put, patch, get_element, listed, delete])
@pytest.mark.parametrize("trouble", [refusal(429), refusal(503), LOST], ids=repr)
def test_with_no_retries_nothing_is_repeated(call: Ask, trouble: Answer) -> None:
    with ScriptedServer(trouble) as server:
        asking = client(server, retries=0)
        with asking.within(3600):
            failure(call, asking)
