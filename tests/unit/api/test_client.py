"""The client's calls: each is one request, a list is all of its pages, and no error tells a secret."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    ApiError,
    BadCredentials,
    ConfigurationError,
    Forbidden,
    ForeignAnswer,
    Unavailable,
)
from pulumi_cloudelements.redaction import LONGEST_QUOTE
from tests.support.client import (
    API_KEY,
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
from tests.support.server import CUT, DEEP, REQUEST_ID, Answer, Request, ScriptedServer, answer, html, refusal

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


def test_an_answer_keeps_every_digit() -> None:
    with ScriptedServer(Answer(b'{"id": 90071992547409931234567890}')) as server:
        assert get(client(server)) == {"id": 90071992547409931234567890}


def test_without_credentials_nothing_is_sent() -> None:
    with ScriptedServer() as server, pytest.raises(ConfigurationError):
        get(Client(ProviderConfig(base_url=server.base_url)))
    assert server.requests == []


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
