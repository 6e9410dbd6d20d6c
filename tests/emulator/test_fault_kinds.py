"""What each kind of fault does to an answer, and that the request took effect on the right side of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.emulator.conftest import Create, give_up
from tests.support.emulator import Emulator
from tests.support.waiting import until

Count = Callable[[], int]
Post = Callable[[], tuple[requests.Response, int]]

both_sides = pytest.mark.parametrize(("when", "effects"), [("before", 0), ("after", 1)])


@pytest.fixture(autouse=True)
def cleared(emulator: Emulator) -> Iterator[None]:
    emulator.clear()
    yield
    emulator.clear_faults()


@pytest.fixture
def created(emulator: Emulator) -> Count:
    """A function that returns how many instances the test has created so far."""
    before = emulator.health()["instances"]
    return lambda: int(emulator.health()["instances"]) - int(before)


@pytest.fixture
def post(emulator: Emulator, body: Create, created: Count) -> Post:
    """A function that asks for an instance; returns the answer and how many instances the test has created."""

    def ask() -> tuple[requests.Response, int]:
        answer = emulator.call("POST", "/instances", json=body(), allow_redirects=False)
        return answer, created()

    return ask


@both_sides
@pytest.mark.parametrize("status", [400, 401, 404, 409, 429, 500, 502, 503, 504, 599])
def test_a_status_comes_in_the_platforms_own_form(
    emulator: Emulator, post: Post, status: int, when: str, effects: int
) -> None:
    emulator.fault("status", status=status, when=when)
    answer, created = post()
    assert (answer.status_code, created) == (status, effects)
    assert set(answer.json()) == {"requestId", "message"}
    assert answer.json()["requestId"] == answer.headers["Elements-Request-Id"]
    assert "Retry-After" not in answer.headers


@both_sides
def test_a_status_can_come_as_a_page_of_a_gateway(emulator: Emulator, post: Post, when: str, effects: int) -> None:
    emulator.fault("status", status=502, body="html", when=when)
    answer, created = post()
    assert (answer.status_code, created) == (502, effects)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1>502 Bad Gateway</h1>" in answer.text
    assert "Elements-Request-Id" not in answer.headers


@both_sides
def test_a_status_can_come_alone(emulator: Emulator, post: Post, when: str, effects: int) -> None:
    emulator.fault("status", status=504, body="empty", when=when)
    answer, created = post()
    assert (answer.status_code, answer.content, created) == (504, b"", effects)
    assert "Content-Type" not in answer.headers
    assert "Elements-Request-Id" not in answer.headers


@pytest.mark.parametrize("body_form", ["json", "html", "empty"])
@pytest.mark.parametrize(("seconds", "sent"), [(0, "0"), (30, "30"), (0.5, "0.5"), (1_000_000_000, "1000000000")])
def test_retry_after_is_sent_in_seconds(
    emulator: Emulator, post: Post, body_form: str, seconds: float, sent: str
) -> None:
    emulator.fault("status", status=429, body=body_form, retry_after=seconds)
    assert post()[0].headers["Retry-After"] == sent


def test_retry_after_is_sent_as_a_date(emulator: Emulator, post: Post) -> None:
    emulator.fault("status", status=503, retry_after=7200, retry_after_form="date")
    asked_at = time.time()
    sent = post()[0].headers["Retry-After"]
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", sent)
    assert 7200 <= parsedate_to_datetime(sent).timestamp() - asked_at < 7200 + 600


@both_sides
def test_a_connection_is_really_reset(
    emulator: Emulator, create: Create, created: Count, when: str, effects: int
) -> None:
    emulator.fault("reset", when=when)
    with pytest.raises(requests.ConnectionError, match="ConnectionResetError"):
        create()
    assert created() == effects
    until(lambda: len(emulator.requests()) == 1)
    (entry,) = emulator.requests()
    assert (entry["status"], entry["fault"]) == (None, {"kind": "reset", "when": when})
    create()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_has_served_before_is_reset_too(emulator: Emulator, when: str) -> None:
    emulator.fault("reset", skip=1, when=when)
    with requests.Session() as session:
        assert session.get(emulator.base_url, timeout=30).status_code == 404
        with pytest.raises(requests.ConnectionError, match="ConnectionResetError"):
            session.get(emulator.base_url, timeout=30)
        assert session.get(emulator.base_url, timeout=30).status_code == 404


@both_sides
def test_a_request_that_hangs_is_never_answered(
    emulator: Emulator, body: Create, created: Count, when: str, effects: int
) -> None:
    emulator.fault("hang", when=when)
    give_up(emulator, body())
    until(lambda: emulator.faults()[0]["struck"] == 1)
    assert created() == effects
    until(lambda: len(emulator.requests()) == 1)
    assert emulator.requests()[0]["status"] is None


@pytest.mark.parametrize("latency", [0, 0.5])
@both_sides
def test_requests_that_hang_do_not_keep_the_emulator_from_stopping(
    body: Create, latency: float, when: str, effects: int
) -> None:
    emulator = Emulator().start()
    emulator.fault("hang", when=when, times=None)
    with ThreadPoolExecutor(3) as pool:
        emulator.settings(latency=latency)
        hanging = [pool.submit(emulator.call, "POST", "/instances", json=body()) for _ in range(3)]
        until(lambda: emulator.counters()["most_in_flight"] == 3)
        if not latency:
            until(lambda: emulator.faults()[0]["struck"] == 3)
            assert emulator.health()["instances"] == 3 * effects
        assert emulator.stop() == 0
        assert [type(request.exception()) for request in hanging] == [requests.ConnectionError] * 3
    # No error either says that the end had to wait for its last resort, the cancelling of tasks.
    assert emulator.errors == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delayed_request_takes_effect_and_is_answered(emulator: Emulator, post: Post, when: str) -> None:
    emulator.fault("delay", seconds=0.1, when=when)
    answer, created = post()
    assert (answer.status_code, created) == (200, 1)
    assert answer.json()["id"] > 0


@pytest.mark.parametrize(("when", "effects", "status"), [("before", 0, 503), ("after", 1, 200)])
def test_a_delay_comes_before_the_effect_or_after_it(body: Create, when: str, effects: int, status: int) -> None:
    emulator = Emulator().start()
    emulator.fault("delay", seconds=600, when=when)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(emulator.call, "POST", "/instances", json=body())
        until(lambda: emulator.faults()[0]["struck"] == 1)
        assert emulator.health()["instances"] == effects
        assert emulator.stop() == 0
        assert waiting.result().status_code == status
    assert "Traceback" not in "\n".join(emulator.errors)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_client_that_gives_up_during_a_delay_undoes_nothing(
    emulator: Emulator, body: Create, created: Count, when: str
) -> None:
    emulator.fault("delay", seconds=1, when=when)
    give_up(emulator, body())
    until(lambda: created() == 1)
    until(lambda: len(emulator.requests()) == 1)
    assert created() == 1


def test_a_truncated_answer_is_broken_json_of_the_length_that_is_announced(emulator: Emulator, post: Post) -> None:
    rule = emulator.fault("truncate")
    answer, created = post()
    assert (rule["when"], answer.status_code, created) == ("after", 200, 1)
    assert answer.headers["Content-Type"] == "application/json"
    assert int(answer.headers["Content-Length"]) == len(answer.content) > 100
    assert "Elements-Request-Id" in answer.headers
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_can_come_without_a_body(emulator: Emulator, post: Post, status: int) -> None:
    emulator.fault("empty", status=status)
    answer, created = post()
    assert (answer.status_code, answer.content, created) == (status, b"", 1)
    assert "Content-Type" not in answer.headers
    assert "Elements-Request-Id" in answer.headers


def test_a_refusal_keeps_its_body_where_successes_lose_theirs(emulator: Emulator) -> None:
    emulator.fault("empty")
    answer = emulator.call("GET", "/instances/999999999")
    assert (answer.status_code, set(answer.json())) == (404, {"requestId", "message"})


def test_a_member_of_an_answer_can_be_missing(emulator: Emulator, post: Post) -> None:
    emulator.fault("omit", member="token")
    answer, created = post()
    assert (answer.status_code, created) == (200, 1)
    assert "token" not in answer.json()
    assert emulator.call("GET", f"/instances/{answer.json()['id']}").json()["token"]


def test_what_has_no_such_member_stays_as_it_is(emulator: Emulator, create: Create) -> None:
    create()
    for _ in range(2):
        emulator.fault("omit", member="no-such")
    assert emulator.call("GET", "/instances").json()
    emulator.fault("omit", method="DELETE", member="token")
    found = emulator.call("GET", "/instances").json()[0]
    assert emulator.call("DELETE", f"/instances/{found['id']}").content == b""


def test_a_list_is_truncated_as_well(emulator: Emulator, create: Create) -> None:
    create()
    emulator.fault("truncate", method="GET", call="/instances")
    with pytest.raises(requests.JSONDecodeError):
        emulator.call("GET", "/instances").json()


@both_sides
def test_a_login_page_answers_200_and_is_not_the_platforms(
    emulator: Emulator, post: Post, when: str, effects: int
) -> None:
    emulator.fault("login_page", when=when)
    answer, created = post()
    assert (answer.status_code, created) == (200, effects)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert 'type="password"' in answer.text
    assert "Elements-Request-Id" not in answer.headers


@both_sides
def test_foreign_json_is_valid_and_is_not_the_platforms(
    emulator: Emulator, post: Post, when: str, effects: int
) -> None:
    emulator.fault("foreign_json", when=when)
    answer, created = post()
    assert (answer.status_code, answer.json(), created) == (200, {"status": "ok"}, effects)
    assert answer.headers["Content-Type"] == "application/json"
    assert "Elements-Request-Id" not in answer.headers


@both_sides
def test_a_redirect_names_its_location(emulator: Emulator, post: Post, when: str, effects: int) -> None:
    elsewhere = "https://sign-in.example/?next=%2Finstances&a=b"
    emulator.fault("redirect", location=elsewhere, when=when)
    answer, created = post()
    assert (answer.status_code, answer.headers["Location"], created) == (302, elsewhere, effects)
    assert "Elements-Request-Id" not in answer.headers
