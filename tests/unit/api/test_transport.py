"""How a request travels: with its credentials and nothing else, to its host alone, and what is lost on the way."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pulumi_cloudelements.errors import AmbiguousWrite, ApiError, ForeignAnswer, Unavailable
from tests.support.client import (
    ORGANIZATION,
    USER,
    Ask,
    client,
    delete,
    failure,
    get,
    get_element,
    listed,
    patch,
    post,
    put,
)
from tests.support.server import CUT, DRIPPING, LOST, SILENT, Answer, ScriptedServer, answer, html, refusal


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
