"""HTTP against a real server: every outcome is an answer or an error of the tree, in one line, without a secret."""

from __future__ import annotations

import base64
import gc
import gzip
import json
import math
import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.api.request import Request as ApiRequest
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    AmbiguousWrite,
    ApiError,
    BadCredentials,
    ConfigurationError,
    Forbidden,
    ForeignAnswer,
    Interrupted,
    NotFound,
    RateLimited,
    RejectedInput,
    Unavailable,
)
from pulumi_cloudelements.redaction import LONGEST_QUOTE
from tests.support.clock import Clock
from tests.support.server import (
    CUT,
    DRIPPING,
    LOST,
    REQUEST_ID,
    SILENT,
    Answer,
    Request,
    ScriptedServer,
    answer,
    html,
    refusal,
)

USER, ORGANIZATION = "user/Secret+7f3a=", "organization/Secret+91bc="
Ask = Callable[[Client], Any]


def client(
    server: ScriptedServer | str, retries: int = 0, timeout: float = 30, clock: Clock | None = None, **more: Any
) -> Client:
    """A client of the server, to which no time passes but in pauses."""
    base_url = server if isinstance(server, str) else server.base_url
    config = ProviderConfig(USER, ORGANIZATION, base_url, request_timeout=timeout, max_retries=retries)
    clock = clock or Clock()
    return Client(config, clock=clock, wait=clock.wait, **more)


def get(client: Client) -> Any:
    return client.get_instance("1")


def post(client: Client) -> Any:
    return client.create_instance({"name": "Test"})


def put(client: Client) -> Any:
    return client.put_instance("1", {"name": "Test"})


def patch(client: Client) -> Any:
    return client.patch_instance("1", {"name": "Test"})


def reauthenticate(client: Client) -> Any:
    return client.reauthenticate("1", {"providerData": {"code": "c"}})


def get_element(client: Client) -> Any:
    return client.get_element("stripe")


def listed(client: Client) -> Any:
    return list(client.list_instances())


def delete(client: Client) -> Any:
    return client.delete_instance("1")


def disable(client: Client) -> Any:
    return client.set_enabled("1", enabled=False)


def until(come: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    while not come():
        time.sleep(0.001)


def failure(call: Ask, client: Client) -> ApiError:
    """The error of a call that must fail: one line, in the provider's own words."""
    with pytest.raises(ApiError) as caught:
        call(client)
    text = str(caught.value)
    assert "\n" not in text
    assert not re.search(r"0x[0-9a-f]{6}|HTTPS?Connection|Max retries|object at|Error\(|<", text), text
    assert USER not in text
    assert ORGANIZATION not in text
    return caught.value


# What is sent


@pytest.mark.parametrize(
    ("call", "line", "body"),
    [
        (get, "GET /instances/1", None),
        (post, "POST /instances", {"name": "Test"}),
        (put, "PUT /instances/1", {"name": "Test"}),
        (patch, "PATCH /instances/1", {"name": "Test"}),
        (reauthenticate, "PUT /instances/1?reAuthenticate=true", {"providerData": {"code": "c"}}),
        (get_element, "GET /elements/stripe", None),
        (delete, "DELETE /instances/1", None),
        (disable, "DELETE /instances/1/enabled", None),
        (lambda client: client.set_enabled("1", enabled=True), "PUT /instances/1/enabled", None),
    ],
)
def test_a_method_is_one_request_of_the_platforms_form(call: Ask, line: str, body: Any) -> None:
    with ScriptedServer(answer({"id": 1})) as server:
        call(client(server))
    (request,) = server.requests
    assert request.line == line
    assert request.headers["Authorization"] == f"User {USER}, Organization {ORGANIZATION}"
    assert (json.loads(request.body) if request.body else None) == body
    assert request.headers.get("Content-Type") == ("application/json" if body else None)


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    with ScriptedServer(answer({"id": 1})) as server:
        client(server).get_instance("../elements?a=b#c")
    assert server.lines == ["GET /instances/..%2Felements%3Fa%3Db%23c"]


def test_an_elements_key_cannot_leave_its_place_in_the_path() -> None:
    with ScriptedServer(answer({"key": "x"}), answer([])) as server:
        client(server).get_element("../instances?a=b#c")
        assert list(client(server).list_instances("../instances?a=b#c")) == []
    assert server.lines == [
        "GET /elements/..%2Finstances%3Fa%3Db%23c",
        "GET /elements/..%2Finstances%3Fa%3Db%23c/instances",
    ]


def test_a_call_shows_what_it_asks_and_neither_its_body_nor_its_secrets() -> None:
    call = ApiRequest(
        "PUT", "/instances/1", {"configuration": {"a": "hunter22"}}, (("reAuthenticate", "true"),), {"hunter33"}
    )
    assert str(call) == "PUT /instances/1"
    assert "hunter" not in repr(call)


def test_an_answer_keeps_every_digit() -> None:
    with ScriptedServer(Answer(b'{"id": 90071992547409931234567890}')) as server:
        assert get(client(server)) == {"id": 90071992547409931234567890}


def test_without_credentials_nothing_is_sent() -> None:
    with ScriptedServer() as server, pytest.raises(ConfigurationError):
        get(Client(ProviderConfig(base_url=server.base_url)))
    assert server.requests == []


def test_a_netrc_does_not_replace_the_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\ndefault login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    with ScriptedServer(answer({"id": 1})) as server:
        get(client(server))
    assert server.requests[0].headers["Authorization"] == f"User {USER}, Organization {ORGANIZATION}"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("call", [get, post, put, patch, get_element, listed, delete])
def test_no_redirect_is_followed_and_no_credential_sent_on(call: Ask, status: int) -> None:
    with ScriptedServer() as other, ScriptedServer(html(status, Location=f"{other.base_url}/instances/1")) as server:
        error = failure(call, client(server, retries=3))
    assert type(error) is ForeignAnswer
    assert f"{status} redirect to {other.origin} (" in str(error)
    assert other.requests == []
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location",
    [
        "https://example.com/?code=hunter22",
        "https://example.com/#hunter22",
        "https://hunter22@example.com/",
        "https://someone:hunter22@example.com/",
        "https://[hunter22/",
        "https://example.com:hunter22/",
        "http://",
        "//",
        "hunter22:",
        "",
        "\xff\xfe\x80",
        f"https://example.com/{USER}",
    ],
)
def test_where_a_redirect_leads_is_told_where_it_is_harmless_and_never_minded(location: str) -> None:
    with ScriptedServer(html(302, Location=location)) as server:
        error = failure(get, client(server, retries=3))
    assert type(error) is ForeignAnswer
    assert "hunter22" not in str(error)


def test_a_redirect_in_the_platforms_form_is_foreign_all_the_same() -> None:
    with ScriptedServer(refusal(302)) as server:
        assert type(failure(get, client(server))) is ForeignAnswer


# What comes back


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


DEEP = b"[" * 100_000 + b"]" * 100_000
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
    with ScriptedServer(Answer(body)) as server:
        assert type(failure(call, client(server))) is kind


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


# What does not come back


@pytest.mark.parametrize("lost", [LOST, SILENT, CUT, DRIPPING], ids=["lost", "silent", "cut", "dripping"])
@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (get, Unavailable),
        (put, Unavailable),
        (patch, Unavailable),
        (listed, Unavailable),
        (delete, Unavailable),
        (post, AmbiguousWrite),
    ],
)
def test_a_lost_answer_is_ambiguous_where_the_request_may_not_be_repeated(
    call: Ask, kind: type[ApiError], lost: Answer
) -> None:
    with ScriptedServer(lost) as server:
        error = failure(call, client(server, timeout=0.1 if lost in (SILENT, DRIPPING) else 30))
    assert type(error) is kind
    assert server.base_url in str(error)


@pytest.mark.parametrize("call", [get, post, put, patch, get_element, listed, delete])
def test_a_refused_connection_changed_nothing_and_says_where_and_what_to_do(call: Ask) -> None:
    with socket.socket() as bound:  # bound, but not listening
        bound.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{bound.getsockname()[1]}/elements/api-v2"
        error = failure(call, client(base_url))
    assert type(error) is Unavailable
    assert f"no answer from {base_url}: Connection refused" in str(error)
    assert "cloudelements:baseUrl" in str(error)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_cannot_be_sent_is_not_said_to_have_taken_effect(value: float) -> None:
    with ScriptedServer() as server:
        error = failure(lambda client: client.create_instance({"a": value}), client(server))
    assert type(error) is not AmbiguousWrite


# What is tried again


@pytest.mark.parametrize("trouble", [LOST, refusal(429), refusal(502), refusal(503), refusal(504)], ids=repr)
@pytest.mark.parametrize("call", [get, put, patch, reauthenticate, get_element, delete, disable])
def test_a_request_that_may_be_repeated_is(call: Ask, trouble: Answer) -> None:
    with ScriptedServer(trouble, answer({"id": 1})) as server:
        call(client(server, retries=1))
    assert len(server.requests) == 2
    assert server.requests[0].line == server.requests[1].line
    assert server.requests[0].body == server.requests[1].body


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 501])
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


def test_definitions_are_not_waited_for_as_long_as_an_instance() -> None:
    with ScriptedServer(refusal(503), refusal(503, "still not")) as server:
        assert "503 still not" in str(failure(get_element, client(server, retries=5)))


@pytest.mark.parametrize("element", [None, "stripe"])
def test_a_list_is_waited_for_as_long_as_an_instance(element: str | None) -> None:
    with ScriptedServer(*[refusal(503)] * 3, answer([{"id": 1}])) as server:
        assert list(client(server, retries=3).list_instances(element)) == [{"id": 1}]


@pytest.mark.parametrize(
    ("retry_after", "least"), [("7", 7), (formatdate(time.time() + 3600, usegmt=True), 3000)], ids=["seconds", "date"]
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_in_both_forms(status: int, retry_after: str, least: int) -> None:
    clock = Clock()
    asked = answer({"requestId": REQUEST_ID, "message": "slow down"}, status, Retry_After=retry_after)
    with ScriptedServer(asked, answer({"id": 1})) as server:
        get(client(server, retries=1, clock=clock))
    assert least <= sum(clock.pauses) <= 3600


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
    assert sum(clock.pauses) < 60
    assert len(server.requests) > 5


def test_nothing_is_sent_after_the_deadline() -> None:
    clock = Clock()
    with ScriptedServer() as server:
        asking = client(server, clock=clock)
        with asking.within(60):
            clock.now += 60
            assert type(failure(get, asking)) is Unavailable


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


# What is listed

CURSOR = "next/+page=&x"


def page(*ids: int, cursor: str | None = None) -> Answer:
    """A page of a list, and where the next one begins."""
    headers: dict[str, Any] = {"Elements_Next_Page_Token": cursor} if cursor else {}
    return answer([{"id": number} for number in ids], **headers)


def test_a_list_is_read_page_by_page_with_the_same_question() -> None:
    with ScriptedServer(page(1, 2, cursor=CURSOR), page(3, cursor="last"), page(4)) as server:
        found = list(client(server).list_instances("stripe", ["a b", "c"], "Pay&ments"))
    assert found == [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}]
    question = [("tags[]", "a b"), ("tags[]", "c"), ("searchText", "Pay&ments")]
    paths = [urlsplit(request.path) for request in server.requests]
    assert {path.path for path in paths} == {"/elements/api-v2/elements/stripe/instances"}
    assert [parse_qsl(path.query) for path in paths] == [
        question,
        [*question, ("nextPage", CURSOR)],
        [*question, ("nextPage", "last")],
    ]


def test_a_list_of_everything_asks_for_nothing_more() -> None:
    with ScriptedServer(page(1)) as server:
        assert list(client(server).list_instances()) == [{"id": 1}]
    assert server.lines == ["GET /instances"]


def test_a_page_is_asked_for_when_the_one_before_it_is_used_up() -> None:
    with ScriptedServer(page(1, 2, cursor="b")) as server:
        found = client(server).list_instances()
        assert [next(found), next(found)] == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("element", [None, "stripe"])
def test_an_empty_list_is_a_404(element: str | None) -> None:
    with ScriptedServer(refusal(404, "No element instances found")) as server:
        assert list(client(server).list_instances(element)) == []


def test_a_list_that_turns_out_to_be_at_its_end_ends() -> None:
    with ScriptedServer(page(1, cursor="b"), refusal(404, "No element instances found")) as server:
        assert list(client(server).list_instances()) == [{"id": 1}]


@pytest.mark.parametrize("cursors", ["aa", "aba", "abcb"])
def test_a_list_that_turns_in_circles_is_a_foreign_answer(cursors: str) -> None:
    with ScriptedServer(*(page(1, cursor=cursor) for cursor in cursors)) as server:
        error = failure(listed, client(server))
    assert type(error) is ForeignAnswer
    assert str(error).startswith("GET /instances: ")


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'"text"', b"[1]", b'[{"id": 1}, null]', b'[{"id": 1', DEEP])
def test_a_page_that_is_no_list_of_instances_is_a_foreign_answer(body: bytes) -> None:
    for first in ([], [page(1, cursor="b")]):
        with ScriptedServer(*first, Answer(body)) as server:
            assert type(failure(listed, client(server))) is ForeignAnswer


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (html(200), ForeignAnswer),
        (html(404), ForeignAnswer),
        (refusal(401), BadCredentials),
        (refusal(403), Forbidden),
        (refusal(500), Unavailable),
        (CUT, Unavailable),
    ],
    ids=["page", "foreign 404", "401", "403", "500", "cut"],
)
def test_a_list_that_cannot_be_read_to_its_end_is_an_error(trouble: Answer, kind: type[ApiError]) -> None:
    with ScriptedServer(page(1, cursor="b"), trouble) as server:
        assert type(failure(listed, client(server))) is kind


# What is kept secret

API_KEY = 'sk/live+"7Hq=ü'
ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "url": lambda secret: quote(secret, safe=""),
    "json": lambda secret: json.dumps(secret)[1:-1],
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS.keys())
@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("field", ["message", "providerMessage"])
def test_an_error_repeats_no_secret_of_the_request_though_the_platform_echoes_it(
    field: str, status: int, encode: Callable[[str], str]
) -> None:
    def echo(request: Request) -> Answer:
        held = f"{encode(request.json['configuration']['api.key'])} {encode(USER)} {encode(ORGANIZATION)}"
        return answer({"requestId": REQUEST_ID, "message": "no"} | {field: f"refused: {held}"}, status)

    body = {"configuration": {"api.key": API_KEY}}
    with ScriptedServer(echo) as server:
        error = failure(lambda client: client.create_instance(body, {API_KEY}), client(server))
    for secret in (API_KEY, USER, ORGANIZATION):
        assert encode(secret) not in str(error)
    assert error.__cause__ is None


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.get_instance("1", {API_KEY}),
        lambda client: client.put_instance("1", {"a": API_KEY}, {API_KEY}),
        lambda client: client.patch_instance("1", {"a": API_KEY}, {API_KEY}),
        lambda client: client.reauthenticate("1", {"providerData": {"code": API_KEY}}, {API_KEY}),
        lambda client: client.set_enabled("1", enabled=False, secrets={API_KEY}),
        lambda client: client.delete_instance("1", {API_KEY}),
    ],
    ids=["get", "put", "patch", "reauthenticate", "disable", "delete"],
)
@pytest.mark.parametrize(
    "echo",
    [
        refusal(400, f"refused: {API_KEY}"),
        refusal(500, f"refused: {API_KEY}"),
        Answer(b"<html>", 200, content_type="text/html; for=" + quote(API_KEY)),
    ],
    ids=["400", "500", "content type"],
)
def test_no_call_repeats_a_secret_that_it_was_told_of(call: Ask, echo: Answer) -> None:
    with ScriptedServer(echo) as server:
        text = str(failure(call, client(server)))
    assert not [form for form in (encode(API_KEY) for encode in ENCODINGS.values()) if form in text]


@pytest.mark.parametrize(
    "echo",
    [
        refusal(404, "no route with " + USER),
        Answer(b"", 500, reason=f"no {USER}"),
        html(404, Elements_Request_Id=USER),
        Answer(b"", 200, content_type=f"text/plain; for={USER}"),
    ],
    ids=["message", "reason", "request id", "content type"],
)
def test_no_part_of_an_answer_carries_a_credential_into_an_error(echo: Answer) -> None:
    with ScriptedServer(echo) as server:
        assert USER not in str(failure(get, client(server)))


@pytest.mark.parametrize(
    "long",
    [refusal(400, "x" * 10_000), Answer(b"", 500, reason="x" * 10_000), answer({"requestId": "x" * 10_000}, 400)],
    ids=["message", "reason", "request id"],
)
def test_a_foreign_text_is_capped(long: Answer) -> None:
    with ScriptedServer(long) as server:
        assert "x" * LONGEST_QUOTE not in str(failure(get, client(server)))
