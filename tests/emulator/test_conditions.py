"""Eventual consistency, the rate, and clients that do not wait for their answer."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.emulator.conftest import Create, give_up
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def usual(emulator: Emulator) -> Iterator[None]:
    emulator.clear()
    yield
    emulator.settings(latency=0, visible_after=0, rate=None)


def test_a_young_instance_is_not_found_by_id(emulator: Emulator, create: Create) -> None:
    emulator.settings(visible_after=600)
    path = f"/instances/{create()['id']}"
    calls = [("GET", ""), ("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/enabled"), ("DELETE", "/enabled")]
    assert {emulator.call(method, path + more, json={}).status_code for method, more in calls} == {404}
    emulator.settings(visible_after=0)
    assert emulator.call("GET", path).json()["disabled"] is False


def test_a_young_instance_is_in_no_list(emulator: Emulator, create: Create) -> None:
    young = create(tags=["ages"])["id"]
    emulator.settings(visible_after=600)
    query = {"tags[]": "ages"}
    assert emulator.call("GET", "/instances", params=query).status_code == 404
    assert emulator.call("GET", "/elements/stripe/instances", params=query).status_code == 404
    emulator.settings(visible_after=0)
    listed = emulator.call("GET", "/instances", params=query)
    assert [item["id"] for item in listed.json()] == [young]
    assert listed.headers["Elements-Total-Count"] == "1"


def test_an_instance_becomes_visible_by_itself(emulator: Emulator, create: Create) -> None:
    emulator.settings(visible_after=1)
    path = f"/instances/{create(tags=['dawn'])['id']}"
    until(lambda: emulator.call("GET", path).status_code == 200)
    assert emulator.call("GET", "/instances", params={"tags[]": "dawn"}).status_code == 200


def test_what_exceeds_the_rate_is_refused_and_has_no_effect(emulator: Emulator, body: Create) -> None:
    before = emulator.health()["instances"]
    emulator.settings(rate=0.01)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: emulator.call("POST", "/instances", json=body()), range(40)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers if answer not in refused] == [200]
    assert emulator.health()["instances"] - before == 1
    counters = emulator.counters()
    assert (counters["refused"], counters["by_call"]) == (39, {"POST /instances": 40})
    for answer in refused:
        assert 1 <= int(answer.headers["Retry-After"]) <= 100
        assert answer.json()["requestId"] == answer.headers["Elements-Request-Id"]


def test_a_burst_of_one_seconds_worth_is_served(emulator: Emulator) -> None:
    emulator.settings(rate=20)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: emulator.call("GET", "/elements/stripe").status_code, range(20)))
    assert answers == [200] * 20


def test_clients_that_come_again_are_all_served_once(emulator: Emulator, body: Create) -> None:
    before = emulator.health()["instances"]
    emulator.settings(rate=20)

    def insist(_: int) -> int:
        attempts = 1
        while emulator.call("POST", "/instances", json=body()).status_code == 429:
            attempts += 1
        return attempts

    with ThreadPoolExecutor(4) as pool:
        attempts = list(pool.map(insist, range(40)))
    assert emulator.health()["instances"] - before == 40
    assert emulator.counters()["refused"] == sum(attempts) - 40 > 0


def test_setting_the_rate_begins_it_anew(emulator: Emulator) -> None:
    for rate in (0.01, 0.01, None, 0.02):
        emulator.settings(rate=rate)
        assert emulator.call("GET", "/elements/stripe").status_code == 200


def test_a_refused_request_is_neither_delayed_nor_struck(emulator: Emulator) -> None:
    emulator.settings(rate=0.01)
    assert emulator.call("GET", "/elements/stripe").status_code == 200
    emulator.settings(latency=600)
    emulator.fault("status", status=500)
    assert emulator.call("GET", "/elements/stripe").status_code == 429
    assert [(rule["struck"], rule["left"]) for rule in emulator.faults()] == [(0, 1)]
    assert emulator.requests()[-1]["fault"] is None
    emulator.clear_faults()


def test_a_client_that_gives_up_while_the_emulator_is_slow_undoes_nothing(emulator: Emulator, body: Create) -> None:
    before = emulator.health()["instances"]
    emulator.settings(latency=1)
    give_up(emulator, body())
    until(lambda: emulator.health()["instances"] == before + 1)


@pytest.mark.parametrize("size", [10, 300_000], ids=["small", "large"])
def test_a_client_that_hangs_up_as_soon_as_it_has_asked_is_still_served(
    emulator: Emulator, body: Create, size: int
) -> None:
    before = emulator.health()["instances"]
    address = urlsplit(emulator.base_url)
    content = json.dumps(body(configuration={"api.key": "k" * size})).encode()
    head = (
        f"POST {address.path}/instances HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(content)}\r\n"
        f"Authorization: User {USER}, Organization {ORGANIZATION}\r\n\r\n"
    )
    for _ in range(20):
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            connection.sendall(head.encode() + content)
    until(lambda: emulator.health()["instances"] == before + 20)
