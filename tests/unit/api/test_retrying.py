"""What is tried again, and until when."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import AmbiguousWrite, Interrupted, NotFound, RateLimited, Unavailable
from tests.support.client import (
    ORGANIZATION,
    USER,
    Ask,
    client,
    delete,
    disable,
    failure,
    get,
    get_element,
    listed,
    patch,
    post,
    put,
    reauthenticate,
)
from tests.support.clock import Clock
from tests.support.server import CUT, DRIPPING, LOST, REQUEST_ID, SILENT, Answer, ScriptedServer, answer, html, refusal
from tests.support.waiting import until

# What is tried again


@pytest.mark.parametrize("trouble", [LOST, refusal(429), refusal(502), refusal(503), refusal(504)], ids=repr)
@pytest.mark.parametrize("call", [get, put, patch, reauthenticate, get_element, delete, disable])
def test_a_request_that_may_be_repeated_is(call: Ask, trouble: Answer) -> None:
    with ScriptedServer(trouble, answer({"id": 1})) as server:
        call(client(server, retries=1))
    assert len(server.requests) == 2
    assert server.requests[0].line == server.requests[1].line
    assert server.requests[0].body == server.requests[1].body


@pytest.mark.parametrize("call", [get, get_element, listed])
def test_a_read_is_repeated_after_a_500_as_after_a_503(call: Ask) -> None:
    with ScriptedServer(refusal(500), answer([] if call is listed else {"id": 1})) as server:
        call(client(server, retries=1))
    assert len(server.requests) == 2


@pytest.mark.parametrize("call", [put, patch, reauthenticate, delete, disable])
def test_a_write_is_not_repeated_after_a_500(call: Ask) -> None:
    with ScriptedServer(refusal(500)) as server:
        failure(call, client(server, retries=3))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_an_answer_that_will_not_change_is_not_asked_for_again(status: int) -> None:
    with ScriptedServer(refusal(status)) as server:
        failure(get, client(server, retries=3))


@pytest.mark.parametrize("trouble", [LOST, CUT, refusal(500), refusal(502), refusal(503), refusal(504)], ids=repr)
def test_a_post_that_may_have_arrived_is_not_repeated(trouble: Answer) -> None:
    with ScriptedServer(trouble) as server:
        failure(post, client(server, retries=3))


def test_retries_come_to_an_end() -> None:
    with ScriptedServer(refusal(503), refusal(503), refusal(503, "still not")) as server:
        error = failure(get, client(server, retries=2))
    assert type(error) is Unavailable
    assert "503 still not" in str(error)
    assert not error.overdue


def test_definitions_are_not_waited_for_as_long_as_an_instance() -> None:
    with ScriptedServer(refusal(503), refusal(503, "still not")) as server:
        asking = client(server, retries=5)
        assert "503 still not" in str(failure(lambda asked: asked.get_element("stripe", brief=True), asking))


def test_an_element_that_a_program_asks_for_is_waited_for_as_long_as_an_instance() -> None:
    with ScriptedServer(*[refusal(503)] * 3, answer({"key": "stripe"})) as server:
        assert get_element(client(server, retries=3)) == {"key": "stripe"}


@pytest.mark.parametrize("element", [None, "stripe"])
def test_a_list_is_waited_for_as_long_as_an_instance(element: str | None) -> None:
    with ScriptedServer(*[refusal(503)] * 3, answer([{"id": 1}])) as server:
        assert list(client(server, retries=3).list_instances(element)) == [{"id": 1}]


def test_a_refused_post_did_nothing_and_is_repeated() -> None:
    with ScriptedServer(refusal(429), answer({"id": 1})) as server:
        assert post(client(server, retries=1)) == {"id": 1}
    assert server.lines == ["POST /instances"] * 2


def test_a_post_that_found_nobody_is_repeated() -> None:
    clock = Clock()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{bound.getsockname()[1]}/elements/api-v2"
        assert type(failure(post, client(base_url, retries=3, clock=clock))) is Unavailable
    assert len(clock.pauses) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_post_that_the_platform_says_it_did_not_handle_is_told_from_others(status: int) -> None:
    with ScriptedServer(refusal(status)) as server:
        error = failure(post, client(server))
    assert isinstance(error, AmbiguousWrite)
    assert error.not_handled is (status == 503)


@pytest.mark.parametrize("lost", [LOST, CUT, html(200), answer({"id": 1}, 202)], ids=["lost", "cut", "html", "202"])
def test_a_post_without_a_readable_answer_was_not_refused(lost: Answer) -> None:
    with ScriptedServer(lost) as server:
        error = failure(post, client(server))
    assert isinstance(error, AmbiguousWrite)
    assert not error.not_handled


# A platform that is down


def test_once_a_call_got_no_answer_at_all_others_are_tried_once_until_there_is_one() -> None:
    with ScriptedServer(*[LOST] * 3, LOST, LOST, refusal(404), LOST, answer({"id": 1})) as server:
        asking = client(server, retries=2)
        assert type(failure(get, asking)) is Unavailable
        assert len(server.requests) == 3
        failure(put, asking)
        failure(delete, asking)
        assert len(server.requests) == 5
        assert type(failure(get, asking)) is NotFound
        assert get(asking) == {"id": 1}


def test_a_platform_that_answers_with_503_is_not_down() -> None:
    with ScriptedServer(beyond=refusal(503)) as server:
        asking = client(server, retries=2)
        failure(get, asking)
        failure(get, asking)
    assert len(server.requests) == 6


# What is asked before a write


class Gone(Exception):  # noqa: N818 - it says what happened
    """Whoever the writes were for has left."""


@pytest.mark.parametrize("call", [post, put, patch, reauthenticate, delete, disable])
def test_what_is_asked_before_each_attempt_to_write_can_end_the_call(call: Ask) -> None:
    gone = Gone()
    asked: list[int] = []

    def still_there() -> None:
        asked.append(len(server.requests))
        if len(asked) == 3:
            raise gone

    with ScriptedServer(refusal(429), refusal(429)) as server, pytest.raises(Gone) as caught:
        call(client(server, retries=5, before_write=still_there))
    assert caught.value is gone
    assert asked == [0, 1, 2]


@pytest.mark.parametrize("error", [Interrupted("x"), TimeoutError("x"), OSError("x"), KeyboardInterrupt()], ids=repr)
def test_what_is_raised_before_a_write_arrives_unchanged(error: BaseException) -> None:
    def leave() -> None:
        raise error

    with ScriptedServer() as server, pytest.raises(type(error)) as caught:
        post(client(server, retries=5, before_write=leave))
    assert caught.value is error


@pytest.mark.parametrize("call", [get, get_element, listed])
def test_nothing_is_asked_before_reading(call: Ask) -> None:
    def leave() -> None:
        raise Gone

    with ScriptedServer(answer([]) if call is listed else answer({"id": 1})) as server:
        call(client(server, before_write=leave))


# Until when


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("call", [get, put, delete])
def test_a_pause_that_would_go_beyond_the_deadline_is_an_error_at_once(call: Ask, status: int) -> None:
    clock = Clock()
    asked = answer({"requestId": REQUEST_ID, "message": "slow down"}, status, Retry_After="3600")
    with ScriptedServer(asked) as server:
        asking = client(server, retries=5, clock=clock)
        with asking.within(600):
            error = failure(call, asking)
    assert f"{status} slow down" in str(error)
    assert "the platform asks to wait 3600 s" in str(error)
    assert clock.pauses == []


def test_retries_end_with_the_deadline() -> None:
    clock = Clock()
    with ScriptedServer(beyond=refusal(503)) as server:
        asking = client(server, retries=100, clock=clock)
        with asking.within(60):
            error = failure(get, asking)
    assert "no time is left" in str(error)
    assert error.overdue
    assert sum(clock.pauses) < 60
    assert len(server.requests) > 5


def test_nothing_is_sent_after_the_deadline() -> None:
    clock = Clock()
    with ScriptedServer() as server:
        asking = client(server, clock=clock)
        with asking.within(60):
            clock.now += 60
            error = failure(get, asking)
    assert type(error) is Unavailable
    assert error.overdue


def test_time_that_passes_before_a_write_counts() -> None:
    clock = Clock()

    def slow() -> None:
        clock.now += 60

    with ScriptedServer() as server:
        asking = client(server, clock=clock, before_write=slow)
        with asking.within(60):
            assert type(failure(post, asking)) is Unavailable


def test_of_nested_deadlines_the_earlier_holds_and_ends_with_its_block() -> None:
    clock = Clock()
    with ScriptedServer(answer({"id": 1}), answer({"id": 1})) as server:
        asking = client(server, clock=clock)
        with asking.within(100):
            with asking.within(10), asking.within(50):
                clock.now += 20
                failure(get, asking)
            get(asking)
            clock.now += 90
            failure(get, asking)
        get(asking)


def test_a_deadline_is_its_threads_own() -> None:
    clock = Clock()
    with ScriptedServer(answer({"id": 1})) as server, ThreadPoolExecutor(1) as pool:
        asking = client(server, clock=clock)
        with asking.within(10):
            clock.now += 20
            assert pool.submit(get, asking).result() == {"id": 1}
            failure(get, asking)


@pytest.mark.parametrize("slow", [SILENT, DRIPPING], ids=["silent", "dripping"])
def test_no_answer_is_waited_for_beyond_the_deadline(slow: Answer) -> None:
    with ScriptedServer(slow) as server:
        asking = client(server, timeout=600)
        with asking.within(0.1):
            assert type(failure(get, asking)) is Unavailable


def test_after_a_429_others_are_not_sent_before_their_deadline_either() -> None:
    with ScriptedServer(answer({"requestId": REQUEST_ID}, 429, Retry_After="3600")) as server:
        asking = client(server, retries=1)
        with asking.within(60):
            failure(get, asking)
            error = failure(put, asking)
    assert type(error) is RateLimited
    assert "PUT /instances/1: not sent: the platform asks to wait 3600 s" in str(error)


# The end of a run


@pytest.mark.parametrize("status", [429, 503])
def test_stopping_ends_a_pause(status: int) -> None:
    with ScriptedServer(beyond=answer({"requestId": REQUEST_ID}, status, Retry_After="3600")) as server:
        asking = Client(ProviderConfig(USER, ORGANIZATION, server.base_url))
        with ThreadPoolExecutor(4) as pool:
            calls = [pool.submit(put, asking) for _ in range(4)]
            until(lambda: server.requests != [])
            asking.stop()
            errors = [call.exception() for call in calls]
    assert {type(error) for error in errors} == {Interrupted}
    told = [str(error) for error in errors]
    assert any(f"not tried again: PUT /instances/1: {status}" in text for text in told)
    assert all("not tried again" in text or "nothing was sent" in text for text in told)


def test_after_stopping_nothing_is_sent() -> None:
    with ScriptedServer() as server:
        asking = client(server)
        asking.stop()
        for call in (get, post, put, delete, listed):
            with pytest.raises(Interrupted, match=r"^interrupted: nothing was sent$"):
                call(asking)
