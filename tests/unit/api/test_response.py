"""What comes back: a response of the platform, or an error that says what to do next."""

from __future__ import annotations

import gc
import gzip

import pytest

from pulumi_cloudelements.errors import (
    AmbiguousWrite,
    ApiError,
    BadCredentials,
    Forbidden,
    ForeignAnswer,
    NotFound,
    RateLimited,
    RejectedInput,
    Unavailable,
)
from tests.support.client import (
    API_KEY,
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
from tests.support.server import DEEP, REQUEST_ID, Answer, ScriptedServer, answer, html, refusal


@pytest.mark.parametrize("call", [get, post, put, get_element, delete, disable])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedInput),
        (401, BadCredentials),
        (403, Forbidden),
        (404, NotFound),
        (409, RejectedInput),
        (422, RejectedInput),
        (429, RateLimited),
        (500, Unavailable),
        (502, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
    ],
)
def test_a_status_of_the_platform_is_an_error_of_its_kind(call: Ask, status: int, kind: type[ApiError]) -> None:
    with ScriptedServer(refusal(status)) as server:
        error = failure(call, client(server))
    expected = AmbiguousWrite if call is post and kind is Unavailable else kind
    assert type(error) is expected


def test_an_error_says_what_was_tried_and_what_the_platform_said() -> None:
    with ScriptedServer(refusal(400, "Invalid configuration", providerMessage="No such API key")) as server:
        error = failure(post, client(server))
    assert str(error).startswith(f"POST /instances: 400 Invalid configuration No such API key [request {REQUEST_ID}]")


def test_the_request_id_may_come_as_a_header() -> None:
    with ScriptedServer(answer({"message": "no"}, 400, Elements_Request_Id=REQUEST_ID)) as server:
        error = failure(get, client(server))
    assert f"[request {REQUEST_ID}]" in str(error)


NOT_THE_PLATFORMS = {
    "html": html(404),
    "html with a request id": html(404, Elements_Request_Id=REQUEST_ID),
    "nothing": Answer(b"", 404),
    "nothing with a request id": Answer(b"", 404, headers={"Elements-Request-Id": REQUEST_ID}),
    "json without a request id": answer({"message": "not found"}, 404),
    "a list": answer([], 404),
    "a text": answer("not found", 404),
    "broken json": Answer(b'{"requestId": "5f3c', 404),
    "bytes": Answer(b"\xff\xfe\x00", 404),
}


@pytest.mark.parametrize("foreign", NOT_THE_PLATFORMS.values(), ids=NOT_THE_PLATFORMS.keys())
@pytest.mark.parametrize("call", [get, put, get_element, listed, delete])
def test_a_404_that_is_not_in_the_platforms_words_is_never_not_found(call: Ask, foreign: Answer) -> None:
    with ScriptedServer(foreign) as server:
        error = failure(call, client(server))
    assert type(error) is ForeignAnswer
    assert "cloudelements:baseUrl" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ForeignAnswer),
        (307, ForeignAnswer),
        (400, ForeignAnswer),
        (401, ForeignAnswer),
        (403, ForeignAnswer),
        (429, RateLimited),
        (502, Unavailable),
        (503, Unavailable),
    ],
)
def test_a_gateways_page_is_an_error_of_what_to_do_next(status: int, kind: type[ApiError]) -> None:
    with ScriptedServer(html(status)) as server:
        assert type(failure(get, client(server))) is kind


"""JSON that is nested deeper than any parser follows."""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b'{"id": 12',
        b"<html></html>",
        b"\xff\xfe",
        b'{"name": "\xff"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\\ud83d"}',
        b'{"id": NaN}',
        b'{"id": -Infinity}',
        b'{"id": 1e999}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": ' + DEEP + b"}",
        DEEP,
    ],
    ids=lambda body: body[:14],
)
@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (get, ForeignAnswer),
        (put, ForeignAnswer),
        (patch, ForeignAnswer),
        (get_element, ForeignAnswer),
        (post, AmbiguousWrite),
    ],
)
def test_a_success_that_is_no_json_object_is_none(call: Ask, kind: type[ApiError], body: bytes) -> None:
    # Of a change that is answered by nothing it is read what became of it, and that is no instance either.
    with ScriptedServer(beyond=Answer(body)) as server:
        assert type(failure(call, client(server))) is kind


EMPTY = {
    "200": Answer(b""),
    "201": Answer(b"", 201),
    "202": Answer(b"", 202),
    "204": Answer(b"", 204),
    "blank": Answer(b" \r\n", 200),
    "{}": answer({}),
    "null": answer(None),
}
"""What says that a write has succeeded, and nothing else."""


@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY.keys())
@pytest.mark.parametrize("call", [put, patch, reauthenticate])
def test_a_change_that_is_answered_by_nothing_succeeded_and_is_read(call: Ask, empty: Answer) -> None:
    with ScriptedServer(empty, answer({"id": 1, "name": "Test"})) as server:
        assert call(client(server)) == {"id": 1, "name": "Test"}
    assert server.lines[1] == "GET /instances/1"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("call", [delete, disable])
def test_a_delete_and_a_switch_succeed_with_any_2xx(call: Ask, status: int) -> None:
    with ScriptedServer(Answer(b"", status)) as server:
        call(client(server))


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("call", [put, patch, reauthenticate])
def test_a_change_succeeds_with_any_2xx(call: Ask, status: int) -> None:
    with ScriptedServer(answer({"id": 1}, status)) as server:
        assert call(client(server)) == {"id": 1}


@pytest.mark.parametrize("status", [200, 201])
def test_a_post_succeeds_with_what_it_made(status: int) -> None:
    with ScriptedServer(answer({"id": 1}, status)) as server:
        assert post(client(server)) == {"id": 1}


@pytest.mark.parametrize("empty", [*EMPTY.values()][:5], ids=[*EMPTY.keys()][:5])
def test_a_post_that_is_answered_by_nothing_may_have_made_an_instance(empty: Answer) -> None:
    with ScriptedServer(empty) as server:
        assert type(failure(post, client(server))) is AmbiguousWrite


@pytest.mark.parametrize("status", [201, 202, 204, 206])
@pytest.mark.parametrize("call", [get, get_element, listed])
def test_a_read_succeeds_with_a_200_alone(call: Ask, status: int) -> None:
    with ScriptedServer(answer([] if call is listed else {"id": 1}, status)) as server:
        assert type(failure(call, client(server))) is ForeignAnswer


# What is above 8 MB

LARGE = {"name": "x" * 8_000_000}


@pytest.mark.parametrize(
    "call",
    [
        lambda asking: asking.create_instance(LARGE),
        lambda asking: asking.put_instance("1", LARGE),
        lambda asking: asking.patch_instance("1", LARGE),
    ],
    ids=["post", "put", "patch"],
)
def test_a_429_for_what_is_too_large_is_not_waited_for(call: Ask) -> None:
    clock = Clock()
    with ScriptedServer(refusal(429)) as server:
        error = failure(call, client(server, retries=5, clock=clock))
    assert type(error) is RejectedInput
    assert "above 8 MB" in str(error)
    assert clock.pauses == []


@pytest.mark.parametrize("words", ["Response size exceeds 8MB", "The payload is too large", "Maximum payload size"])
@pytest.mark.parametrize("call", [get, get_element, listed])
def test_a_429_that_says_that_the_answer_is_too_large_is_not_waited_for(call: Ask, words: str) -> None:
    clock = Clock()
    with ScriptedServer(refusal(429, words)) as server:
        assert type(failure(call, client(server, retries=5, clock=clock))) is RejectedInput
    assert clock.pauses == []


def test_a_429_for_what_is_too_large_slows_nobody() -> None:
    clock = Clock()
    with ScriptedServer(refusal(429), answer({"id": 1})) as server:
        asking = client(server, retries=5, clock=clock)
        failure(lambda one: one.create_instance(LARGE), asking)
        get(asking)
    assert clock.pauses == []


def test_a_large_request_that_came_too_soon_is_waited_for() -> None:
    clock = Clock()
    soon = answer({"requestId": REQUEST_ID, "message": "slow down"}, 429, Retry_After="7")
    with ScriptedServer(soon, answer({"id": 1})) as server:
        client(server, retries=1, clock=clock).create_instance(LARGE)
    assert sum(clock.pauses) >= 7


@pytest.mark.parametrize("call", [delete, disable])
def test_a_login_page_is_no_success_of_a_call_without_an_answer(call: Ask) -> None:
    with ScriptedServer(html(200)) as server:
        assert type(failure(call, client(server))) is ForeignAnswer


@pytest.mark.parametrize("call", [delete, disable])
def test_a_call_without_an_answer_wants_none(call: Ask) -> None:
    with ScriptedServer(Answer(b"")) as server:
        call(client(server))


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "no-such", "hex", "undefined", "\0"])
def test_an_answer_is_utf8_whatever_its_charset_is_said_to_be(charset: str) -> None:
    body = '{"name": "größe"}'.encode()
    with ScriptedServer(Answer(body, content_type=f"application/json; charset={charset}")) as server:
        assert get(client(server)) == {"name": "größe"}


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    with ScriptedServer(Answer(b'{"id": 1, "id": 2}')) as server:
        assert get(client(server)) == {"id": 2}


def test_a_message_that_was_cut_in_the_middle_of_a_character_can_be_printed() -> None:
    with ScriptedServer(refusal(400, "too long: \ud83d")) as server:
        error = failure(get, client(server))
    assert type(error) is RejectedInput
    assert "400 too long: [" in str(error)
    str(error).encode()


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_answer_that_cannot_be_decoded_is_lost_and_its_connection_closed(encoding: str) -> None:
    garbled = Answer(b"\xff\xfe", headers={"Content-Encoding": encoding}, ending="cut")
    with ScriptedServer(garbled) as server:
        assert type(failure(get, client(server))) is Unavailable
    gc.collect()  # an open socket would be a warning, which is an error


def test_a_secret_in_a_header_is_known_though_it_is_not_ascii() -> None:
    with ScriptedServer(Answer(b"", 200, content_type="text/" + API_KEY.encode().decode("latin-1"))) as server:
        error = failure(lambda client: client.get_instance("1", {API_KEY}), client(server))
    assert "live" not in str(error)


WRAPPED = {
    "chunked": Answer(b'8\r\n{"id": 1\r\n1\r\n}\r\n0\r\n\r\n', headers={"Transfer-Encoding": "chunked"}),
    "compressed": Answer(gzip.compress(b'{"id": 1}'), headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED)
def test_an_answer_may_come_in_parts_or_compressed(wrapped: Answer) -> None:
    with ScriptedServer(wrapped) as server:
        assert client(server).get_instance("1") == {"id": 1}


def test_an_answer_of_many_reads_is_one() -> None:
    long = {"id": 1, "name": "x" * 3_000_000}
    with ScriptedServer(answer(long)) as server:
        assert client(server).get_instance("1") == long
