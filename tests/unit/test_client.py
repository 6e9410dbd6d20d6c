"""HTTP against a real server: every outcome is an answer or an error of the tree, in one line, without a secret."""

from __future__ import annotations

import base64
import json
import re
import socket
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from pulumi_cloudelements.client import Call, Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    LONGEST_QUOTE,
    AmbiguousWrite,
    ApiError,
    BadCredentials,
    ConfigurationError,
    Forbidden,
    ForeignAnswer,
    NotFound,
    RateLimited,
    RejectedInput,
    Unavailable,
)
from tests.support.server import CUT, LOST, REQUEST_ID, SILENT, Answer, Request, ScriptedServer, answer, html, refusal

USER, ORGANIZATION = "user/Secret+7f3a=", "organization/Secret+91bc="
Ask = Callable[[Client], Any]


def client(server: ScriptedServer | str, retries: int = 0, timeout: float = 30) -> Client:
    """A client of the server."""
    base_url = server if isinstance(server, str) else server.base_url
    return Client(ProviderConfig(USER, ORGANIZATION, base_url, request_timeout=timeout, max_retries=retries))


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
    call = Call(
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


def test_no_redirect_is_followed_and_no_credential_sent_on() -> None:
    with ScriptedServer() as other, ScriptedServer(html(302, Location=f"{other.base_url}/instances/1")) as server:
        error = failure(get, client(server))
    assert isinstance(error, ForeignAnswer)
    assert other.requests == []
    assert len(server.requests) == 1


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
    [b"", b"[]", b"null", b'"text"', b'{"id": 12', b"<html></html>", b"\xff\xfe", DEEP],
    ids=lambda body: body[:9],
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


# What does not come back


@pytest.mark.parametrize("lost", [LOST, SILENT, CUT], ids=["lost", "silent", "cut"])
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
        error = failure(call, client(server, timeout=0.1 if lost is SILENT else 30))
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


@pytest.mark.parametrize(
    "trouble", [LOST, CUT, refusal(429), refusal(500), refusal(502), refusal(503), refusal(504)], ids=repr
)
def test_a_post_that_may_have_arrived_is_not_repeated(trouble: Answer) -> None:
    with ScriptedServer(trouble) as server:
        failure(post, client(server, retries=3))


def test_retries_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with ScriptedServer(refusal(503), refusal(503), refusal(503, "still not")) as server:
        error = failure(get, client(server, retries=2))
    assert type(error) is Unavailable
    assert "503 still not" in str(error)


def test_definitions_are_not_waited_for_as_long_as_an_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with ScriptedServer(refusal(503), refusal(503, "still not")) as server:
        assert "503 still not" in str(failure(get_element, client(server, retries=5)))


@pytest.mark.parametrize("element", [None, "stripe"])
def test_a_list_is_waited_for_as_long_as_an_instance(element: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with ScriptedServer(*[refusal(503)] * 3, answer([{"id": 1}])) as server:
        assert list(client(server, retries=3).list_instances(element)) == [{"id": 1}]


@pytest.mark.parametrize(
    ("retry_after", "least"), [("7", 7), (formatdate(time.time() + 3600, usegmt=True), 3000)], ids=["seconds", "date"]
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_in_both_forms(
    status: int, retry_after: str, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    asked = answer({"requestId": REQUEST_ID, "message": "slow down"}, status, Retry_After=retry_after)
    with ScriptedServer(asked, answer({"id": 1})) as server:
        get(client(server, retries=1))
    assert least <= max(slept) <= 3600


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
