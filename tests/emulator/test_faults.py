"""Which request a fault strikes, how often, and how the rules are added, shown and removed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.emulator.conftest import Create
from tests.support.emulator import Emulator
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def cleared(emulator: Emulator) -> Iterator[None]:
    emulator.clear()
    yield
    emulator.clear_faults()


def statuses(emulator: Emulator, number: int, method: str = "GET", path: str = "/elements/stripe") -> list[int]:
    return [emulator.call(method, path).status_code for _ in range(number)]


def test_a_rule_strikes_once_unless_told_otherwise(emulator: Emulator) -> None:
    emulator.fault("status", status=503)
    assert statuses(emulator, 3) == [503, 200, 200]


def test_a_rule_lets_some_pass_and_then_strikes_so_often(emulator: Emulator) -> None:
    emulator.fault("status", status=503, skip=2, times=3)
    assert statuses(emulator, 7) == [200, 200, 503, 503, 503, 200, 200]


def test_a_rule_without_an_end_strikes_until_it_is_removed(emulator: Emulator) -> None:
    emulator.fault("status", status=503, times=None)
    assert statuses(emulator, 10) == [503] * 10
    assert [(rule["struck"], rule["left"]) for rule in emulator.faults()] == [(10, None)]
    emulator.clear_faults()
    assert (emulator.faults(), statuses(emulator, 1)) == ([], [200])


def test_the_first_rule_that_has_strikes_left_wins_and_later_ones_do_not_see_the_request(emulator: Emulator) -> None:
    emulator.fault("status", status=500, times=2)
    emulator.fault("status", status=502, skip=1, times=1)
    assert statuses(emulator, 5) == [500, 500, 200, 502, 200]


def test_what_an_earlier_rule_lets_pass_a_later_one_may_strike(emulator: Emulator) -> None:
    emulator.fault("status", status=500, skip=1)
    emulator.fault("status", status=502)
    assert statuses(emulator, 3) == [502, 500, 200]


def test_a_rule_can_be_about_one_method(emulator: Emulator, create: Create) -> None:
    path = f"/instances/{create()['id']}"
    emulator.fault("status", status=503, method="DELETE", times=None)
    assert statuses(emulator, 2, "GET", path) == [200, 200]
    assert statuses(emulator, 1, "DELETE", path) == [503]


def test_a_rule_can_be_about_one_call(emulator: Emulator, create: Create) -> None:
    path = f"/instances/{create()['id']}"
    emulator.fault("status", status=503, call="/instances/{id}", times=None)
    assert statuses(emulator, 1, "GET", "/instances") == [200]
    assert statuses(emulator, 1, "PUT", f"{path}/enabled") == [200]
    assert statuses(emulator, 1, "GET", path) == [503]
    assert statuses(emulator, 1, "DELETE", path) == [503]


def test_a_rule_about_nothing_special_strikes_what_no_call_has_too(emulator: Emulator) -> None:
    emulator.fault("status", status=503)
    assert statuses(emulator, 2, "GET", "/nowhere") == [503, 404]


def test_a_request_that_is_struck_counts_as_the_call_that_it_is(emulator: Emulator) -> None:
    emulator.fault("status", status=503)
    emulator.call("GET", "/instances/7")
    assert emulator.counters()["by_call"] == {"GET /instances/{id}": 1}


def test_of_requests_at_once_exactly_so_many_are_struck(emulator: Emulator) -> None:
    emulator.fault("status", status=503, skip=10, times=15)
    with ThreadPoolExecutor(10) as pool:
        seen = list(pool.map(lambda _: statuses(emulator, 1)[0], range(40)))
    assert (seen.count(503), seen.count(200)) == (15, 25)
    assert (emulator.faults()[0]["struck"], emulator.faults()[0]["left"]) == (15, 0)


def test_a_rule_is_answered_and_listed_with_its_defaults(emulator: Emulator) -> None:
    first = emulator.fault("status", status=503)
    second = emulator.fault("delay", seconds=0, method="GET", call="/elements/{key}", when="after", skip=1, times=2)
    statuses(emulator, 3)
    expected = {
        "id": first["id"], "fault": "status", "method": None, "call": None, "when": "before", "skip": 0, "times": 1,
        "status": 503, "body": "json", "retry_after": None, "retry_after_form": "seconds", "struck": 0, "left": 1,
    }  # fmt: skip
    assert first == expected
    assert second["id"] > first["id"]
    assert emulator.faults() == [
        first | {"struck": 1, "left": 0},
        second | {"method": "GET", "call": "/elements/{key}", "when": "after", "seconds": 0.0, "struck": 1, "left": 1},
    ]


def test_one_rule_can_be_removed(emulator: Emulator) -> None:
    first, second = (emulator.fault("status", status=status) for status in (500, 502))
    url = f"{emulator.origin}/emulator/faults/{first['id']}"
    assert requests.delete(url, timeout=30).status_code == 200
    assert emulator.faults() == [second]
    again = requests.delete(url, timeout=30)
    assert (again.status_code, again.json()) == (404, {"message": f"There is no fault {first['id']}"})


def test_the_log_shows_which_fault_struck(emulator: Emulator) -> None:
    emulator.fault("login_page", when="after", skip=1)
    statuses(emulator, 2)
    assert [entry["fault"] for entry in emulator.requests()] == [None, {"kind": "login_page", "when": "after"}]
    until(lambda: " [login_page after] User …" in emulator.lines[-1])  # printed lines arrive by a thread
    assert " 200 " in emulator.lines[-1]


def test_the_emulators_own_interface_is_never_struck(emulator: Emulator) -> None:
    emulator.fault("reset", times=None)
    emulator.settings(latency=0, rate=0.001)
    assert [emulator.health()["name"] for _ in range(3)] == ["cloudelements-emulator"] * 3
    assert (emulator.faults()[0]["struck"], emulator.counters()["refused"]) == (0, 0)
    emulator.settings(rate=None)


def test_no_fault_survives_a_restart(tmp_path: Any) -> None:
    data = str(tmp_path / "data.db")
    with Emulator().start("--data", data) as first:
        first.fault("status", status=503, times=None)
        assert statuses(first, 1) == [503]
    with Emulator().start("--data", data) as second:
        assert (second.faults(), statuses(second, 1)) == ([], [200])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ("{}", "fault must be status or reset or"),
        ('{"fault": "flood"}', "fault must be status or reset or"),
        ('{"fault": ["reset"]}', "fault must be"),
        ('{"fault": "reset", "speed": 1}', "speed is no field of reset; there are fault, method,"),
        ('{"fault": "reset", "seconds": 1}', "seconds is no field of reset"),
        ('{"fault": "status"}', "status is missing: it must be a whole number from 400 to 599"),
        ('{"fault": "status", "status": 200}', "status must be a whole number from 400 to 599"),
        ('{"fault": "status", "status": "503"}', "status must be"),
        ('{"fault": "status", "status": 503.5}', "status must be"),
        ('{"fault": "status", "status": 503, "body": "xml"}', "body must be json or html or empty"),
        ('{"fault": "status", "status": 503, "retry_after": -1}', "retry_after must be a number of seconds from 0"),
        ('{"fault": "status", "status": 503, "retry_after": 1e999}', "retry_after must be"),
        ('{"fault": "status", "status": 503, "retry_after_form": "unix"}', "retry_after_form must be seconds or date"),
        ('{"fault": "delay"}', "seconds is missing"),
        ('{"fault": "delay", "seconds": null}', "seconds must be"),
        ('{"fault": "redirect"}', "location is missing"),
        ('{"fault": "redirect", "location": ""}', "location must be printable ASCII"),
        ('{"fault": "redirect", "location": "/a\\r\\nSet-Cookie: b"}', "location must be printable ASCII"),
        ('{"fault": "reset", "method": "post"}', "method must be"),
        ('{"fault": "reset", "method": "OPTIONS"}', "method must be"),
        ('{"fault": "reset", "call": "POST /instances"}', "call must be /instances or /instances/{id} or"),
        ('{"fault": "reset", "call": "/instances/7"}', "call must be"),
        ('{"fault": "reset", "method": "POST", "call": "/instances/{id}"}', "has no method POST; there are GET, PUT"),
        ('{"fault": "reset", "when": "during"}', "when must be before or after"),
        ('{"fault": "truncate", "when": "before"}', "when must be after"),
        ('{"fault": "reset", "skip": -1}', "skip must be a whole number from 0"),
        ('{"fault": "reset", "skip": null}', "skip must be"),
        ('{"fault": "reset", "times": 0}', "times must be a whole number from 1 to 999999999, or null"),
        ('{"fault": "reset", "times": true}', "times must be"),
        ('{"fault": "reset", "times": 1' + "0" * 5000 + "}", "times must be"),
    ],
)
def test_a_bad_rule_is_refused_in_one_line_and_changes_nothing(emulator: Emulator, content: str, reason: str) -> None:
    response = requests.post(f"{emulator.origin}/emulator/faults", data=content, timeout=30)
    assert response.status_code == 400
    assert reason in response.json()["message"]
    assert "\n" not in response.json()["message"]
    assert emulator.faults() == []
