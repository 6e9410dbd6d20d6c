"""The emulator's own interface: health, log, counters, settings; and many requests at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.emulator.conftest import Create
from tests.support.emulator import Emulator
from tests.support.waiting import until

DEFAULTS = {"latency": 0.0, "put_resets": False, "visible_after": 0.0, "rate": None}
SECRETS = ("sk_very", "emulator-user", "emulator-organization", "one-time", "hush", "signed", "the-login")


@pytest.fixture(autouse=True)
def cleared(emulator: Emulator) -> Iterator[None]:
    emulator.clear()
    yield
    emulator.settings(**DEFAULTS)


def test_health_says_who_answers_and_needs_no_authorization(emulator: Emulator, create: Create) -> None:
    before = requests.get(f"{emulator.origin}/emulator/health", timeout=30).json()
    create()
    after = requests.get(f"{emulator.origin}/emulator/health", timeout=30).json()
    assert (after["name"], after["pid"]) == ("cloudelements-emulator", emulator.pid)
    assert after["instances"] == before["instances"] + 1


def test_the_log_shows_the_requests_newest_last_without_the_emulators_own(emulator: Emulator, create: Create) -> None:
    instance_id = create()["id"]
    emulator.call("GET", f"/instances/{instance_id}", params={"hydrate": "true"})
    emulator.call("GET", "/nowhere")
    first, second, third = emulator.requests()
    assert set(first) == {"method", "path", "query", "status", "ms", "authorization", "body", "fault"}
    assert (first["method"], first["path"], first["status"]) == ("POST", "/elements/api-v2/instances", 200)
    assert (second["path"], second["query"]) == (f"/elements/api-v2/instances/{instance_id}", "hydrate=true")
    assert (second["body"], second["fault"], third["status"]) == (None, None, 404)


def test_the_log_keeps_shapes_and_no_secret(emulator: Emulator, body: Create) -> None:
    configuration = {
        "api.key": "sk_very",
        "event.notification.signature.key": "signed",
        "username": "the-login",
        "pagination.max": 1.50,
        "base.url": None,
    }
    sent = body(configuration=configuration, providerData={"code": "one-time", "other": "hush"})
    created = emulator.call("POST", "/instances", json=sent).json()
    emulator.call("GET", "/elements/sfdc/oauth/url", params={"apiKey": "sk_very", "apiSecret": "hush"})
    emulator.call("POST", "/instances", data='{"configuration": {"api.key": "sk_very"')
    emulator.call("POST", "/instances", json="sk_very")
    emulator.call("GET", "/instances", headers={"Authorization": "sk_very hush, Bearer sk_very, Element one-time"})
    post, _, broken, _, odd = emulator.requests()
    assert post["authorization"] == "User …, Organization …"
    assert odd["authorization"] == "…, Bearer …, Element …"
    assert post["body"]["element"] == {"key": "stripe"}
    assert post["body"]["providerData"] == {"code": "********", "other": "********"}
    assert post["body"]["configuration"] == dict.fromkeys(configuration, "********") | {
        "pagination.max": 1.5,
        "base.url": None,
    }
    assert "sk_very" not in str(broken["body"])
    before = len(emulator.requests())
    until(lambda: len(emulator.lines) > before)  # printed lines arrive by a thread
    everything = str(emulator.requests()) + "\n".join(emulator.lines[1:])
    assert [secret for secret in (*SECRETS, created["token"]) if secret in everything] == []


def test_one_line_per_request_is_written_for_people() -> None:
    with Emulator().start() as other:
        other.call("POST", "/instances", json={"element": {"key": "jira"}, "name": "A\nB"})
        other.call("GET", "/instances/%0A7")
        other.stop()
        _, post, get = other.lines
    assert "User …, Organization …" in post
    assert post.startswith("POST /elements/api-v2/instances 400 ")
    assert post.endswith(r'{"element":{"key":"jira"},"name":"A\nB"}')
    assert get.startswith("GET /elements/api-v2/instances/%0A7 404 ")


def test_counters_count_by_method_and_by_call_until_they_are_cleared(emulator: Emulator, create: Create) -> None:
    for _ in range(2):
        emulator.call("GET", f"/instances/{create()['id']}")
    emulator.call("GET", "/nowhere")
    assert emulator.counters() == {
        "by_method": {"POST": 2, "GET": 3},
        "by_call": {"POST /instances": 2, "GET /instances/{id}": 2, "GET (no such route)": 1},
        "most_in_flight": 1,
        "refused": 0,
    }
    emulator.clear()
    assert emulator.counters() == {"by_method": {}, "by_call": {}, "most_in_flight": 0, "refused": 0}
    assert emulator.requests() == []


def test_settings_are_read_and_changed_one_by_one(emulator: Emulator) -> None:
    url = f"{emulator.origin}/emulator/settings"
    assert requests.get(url, timeout=30).json() == DEFAULTS
    assert emulator.settings(latency=0.01) == DEFAULTS | {"latency": 0.01}
    assert emulator.settings(put_resets=True) == DEFAULTS | {"latency": 0.01, "put_resets": True}
    assert emulator.settings(rate=None, visible_after=1, latency=0) == DEFAULTS | {
        "put_resets": True,
        "visible_after": 1.0,
    }


@pytest.mark.parametrize(
    "content",
    [
        '{"speed": 1}',
        '{"latency": "1"}',
        '{"latency": true}',
        '{"latency": -1}',
        '{"latency": 1e999}',
        '{"latency": null}',
        '{"put_resets": 1}',
        '{"visible_after": -1}',
        '{"visible_after": null}',
        '{"rate": 0}',
        '{"rate": -5}',
        '{"rate": true}',
        '{"put_resets": true, "latency": -1}',
        "[]",
        "{",
        "",
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(emulator: Emulator, content: str) -> None:
    url = f"{emulator.origin}/emulator/settings"
    response = requests.patch(url, data=content, timeout=30)
    assert response.status_code == 400
    assert response.json()["message"]
    assert requests.get(url, timeout=30).json() == DEFAULTS


def test_the_command_can_start_with_puts_that_reset() -> None:
    with Emulator().start("--put-resets") as other:
        assert requests.get(f"{other.origin}/emulator/settings", timeout=30).json()["put_resets"] is True


def test_more_than_64_requests_are_in_flight_at_once(emulator: Emulator, body: Create) -> None:
    emulator.settings(latency=1.0)
    sent = body(tags=["crowd"])

    def post(number: int) -> dict[str, Any]:
        answer: dict[str, Any] = emulator.call("POST", "/instances", json=sent | {"name": f"c{number}"}).json()
        return answer

    with ThreadPoolExecutor(80) as pool:
        created = list(pool.map(post, range(80)))
    emulator.settings(latency=0)
    assert emulator.counters()["most_in_flight"] >= 65
    listed = emulator.call("GET", "/instances", params={"tags[]": "crowd"}).json()
    assert len({item["id"] for item in created}) == 80
    assert {item["name"] for item in listed} == {f"c{number}" for number in range(80)}


def test_concurrent_patches_of_one_instance_lose_nothing(emulator: Emulator, create: Create) -> None:
    path = f"/instances/{create()['id']}"
    emulator.settings(latency=0.05)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: emulator.call("PATCH", path, json={"configuration": {f"k{n}": n}}), range(40)))
    emulator.settings(latency=0)
    shown = emulator.call("GET", path).json()["configuration"]
    assert [shown.get(f"k{n}") for n in range(40)] == [str(n) for n in range(40)]
