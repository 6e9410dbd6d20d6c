"""A run that waits because the platform wants it to says so, every few seconds and not more often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.api.retrying import EVERY
from pulumi_cloudelements.config import ProviderConfig
from tests.support.client import ORGANIZATION, USER, client, failure, get, get_element, put
from tests.support.clock import Clock
from tests.support.server import LOST, REQUEST_ID, Answer, Request, ScriptedServer, answer, refusal


def asked(status: int, seconds: int) -> Answer:
    """A refusal that asks to wait."""
    return answer({"requestId": REQUEST_ID, "message": "slow down"}, status, Retry_After=str(seconds))


def told(*script: Answer, retries: int = 5, within: float | None = None, call: Any = get) -> list[str]:
    """What is told until the request succeeds."""
    heard: list[str] = []
    with ScriptedServer(*script, answer({"id": 1})) as server:
        asking = client(server, retries=retries, clock=Clock(), tell=heard.append)
        if within:
            with asking.within(within):
                call(asking)
        else:
            call(asking)
    return heard


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_platform_asks_for_is_told_with_its_seconds_and_the_attempt(status: int) -> None:
    assert told(asked(status, 3)) == [
        f"GET /instances/1: the platform asks to wait 3 s ({status}), attempt 2 of 6",
    ]


def test_where_a_429_costs_no_retry_it_is_told_when_the_request_is_given_up() -> None:
    assert told(asked(429, 3), within=300) == [
        "GET /instances/1: the platform asks to wait 3 s (429), attempt 2, giving up in 300 s",
    ]


def test_definitions_are_asked_for_twice_at_most() -> None:
    heard = told(asked(429, 3), within=300, call=lambda asking: asking.get_element("stripe", brief=True))
    assert heard == ["GET /elements/stripe: the platform asks to wait 3 s (429), attempt 2 of 2, giving up in 300 s"]


def test_a_pause_that_the_platform_leaves_to_us_is_not_said_to_be_its_own() -> None:
    (message,) = told(refusal(429))
    assert message.startswith("GET /instances/1: the platform asks for less at a time: waiting ")
    assert message.endswith(" s (429), attempt 2 of 6")


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_wait_is_told_every_few_seconds(status: int) -> None:
    heard = told(asked(status, 60))
    assert 5 < len(heard) <= 60 / EVERY
    assert heard[0].endswith(f"the platform asks to wait 60 s ({status}), attempt 2 of 6")
    seconds = [int(message.split(" s (")[0].split()[-1]) for message in heard]
    assert seconds == sorted(seconds, reverse=True)


def test_many_refusals_in_a_row_are_told_no_more_often() -> None:
    assert len(told(*[asked(429, 1)] * 20, within=300)) <= 20 / EVERY + 1


def test_many_threads_that_are_refused_together_do_not_tell_each_for_itself() -> None:
    heard: list[str] = []
    arrived = Barrier(8)

    def refused(_: Request) -> Answer:
        arrived.wait(30)
        return asked(429, 1)

    with ScriptedServer(*[refused] * 8, beyond=answer({"id": 1})) as server:
        asking = Client(ProviderConfig(USER, ORGANIZATION, server.base_url), tell=heard.append)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(put, [asking] * 8))
    assert 1 <= len(heard) < 8


@pytest.mark.parametrize("trouble", [refusal(503), LOST], ids=["503", "lost"])
def test_what_no_platform_asks_for_is_not_told(trouble: Answer) -> None:
    assert told(trouble) == []


def test_a_wait_that_is_not_made_is_not_told() -> None:
    heard: list[str] = []
    with ScriptedServer(asked(429, 3600)) as server:
        asking = client(server, retries=5, clock=Clock(), tell=heard.append)
        with asking.within(60):
            assert "the platform asks to wait 3600 s" in str(failure(get_element, asking))
    assert heard == []


def test_the_line_holds_no_secret() -> None:
    assert not [message for message in told(refusal(429, "user/Secret+7f3a=")) if "Secret" in message]
