"""Whatever answers, and whatever it says: an answer of the promised type or an error of the tree, without a secret."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import AmbiguousWrite, ApiError, NotFound
from tests.support.client import API_KEY, ORGANIZATION, USER
from tests.support.clock import Clock
from tests.support.server import CUT, LOST, REQUEST_ID, Answer, ScriptedServer, html, refusal
from tests.support.server import answer as answer_of

SECRETS = (USER, ORGANIZATION, API_KEY)
LONGEST = 800
"""Two quotes of the longest, a message and a request id, with what was tried and what to do."""


class Rig:
    """A client, and what its platform will answer to everything."""

    def __init__(self) -> None:
        self.answer = LOST
        self.server = ScriptedServer(beyond=lambda _: self.answer)
        config = ProviderConfig(USER, ORGANIZATION, self.server.base_url, request_timeout=0.2, max_retries=0)
        clock = Clock()
        self.client = Client(config, clock=clock, wait=clock.wait)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    rig = Rig()
    with rig.server:
        yield rig


CALLS: dict[str, tuple[Callable[[Client], Any], Callable[[Any], bool]]] = {
    "create_instance": (
        lambda client: client.create_instance({"configuration": {"api.key": API_KEY}}, {API_KEY}),
        lambda found: isinstance(found, dict),
    ),
    "get_instance": (lambda client: client.get_instance("1", {API_KEY}), lambda found: isinstance(found, dict)),
    "put_instance": (
        lambda client: client.put_instance("1", {"api.key": API_KEY}, {API_KEY}),
        lambda found: isinstance(found, dict),
    ),
    "patch_instance": (
        lambda client: client.patch_instance("1", {"api.key": API_KEY}, {API_KEY}),
        lambda found: isinstance(found, dict),
    ),
    "reauthenticate": (
        lambda client: client.reauthenticate("1", {"providerData": {"code": API_KEY}}, {API_KEY}),
        lambda found: isinstance(found, dict),
    ),
    "delete_instance": (lambda client: client.delete_instance("1", {API_KEY}), lambda found: isinstance(found, bool)),
    "set_enabled": (
        lambda client: client.set_enabled("1", enabled=True, secrets={API_KEY}),
        lambda found: found is None,
    ),
    "get_element": (lambda client: client.get_element("stripe"), lambda found: isinstance(found, dict)),
    "list_instances": (
        lambda client: list(client.list_instances()),
        lambda found: all(isinstance(item, dict) for item in found),
    ),
}
"""Each method, and whether what it gives is what it promises."""

KNOWS_THE_KEY = frozenset(CALLS) - {"get_element", "list_instances"}
"""The methods that are told of the instance's own secret; the platform cannot repeat it after the others."""


def forms(secret: str) -> set[str]:
    """How a platform may repeat a secret."""
    return {
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode(),
    }


def in_latin_1(text: str) -> str:
    """The text as a header holds it."""
    return text.encode().decode("latin-1")


ECHOES = st.sampled_from(sorted(form for secret in SECRETS for form in forms(secret)))
WORDS = st.text(max_size=40) | ECHOES | st.builds("{} {}".format, st.text(max_size=300), ECHOES)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=10
)
LIKE_THE_PLATFORMS = st.fixed_dictionaries(
    {},
    optional={
        "requestId": st.just(REQUEST_ID) | VALUES,
        "message": WORDS | VALUES,
        "providerMessage": WORDS | VALUES,
        "id": VALUES,
    },
)
JSON = (LIKE_THE_PLATFORMS | VALUES | st.lists(LIKE_THE_PLATFORMS, max_size=3)).map(
    lambda value: json.dumps(value).encode()
)
BODIES = st.binary(max_size=200) | JSON | st.builds(lambda body, end: body[:end], JSON, st.integers(0, 50))

LINES = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=60) | ECHOES.map(in_latin_1)
TIMES = st.integers().map(str) | st.datetimes().map("{:%a, %d %b %Y %H:%M:%S GMT}".format) | st.just("9" * 5000)
TYPES = st.sampled_from(["text/html", "application/json", "application/json; charset=utf-16", "a; charset=hex"])
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": TIMES | LINES,
        "Location": st.sampled_from(["http://[", "//", "http://a:b", f"https://example.com/{USER}"]) | LINES,
        "Elements-Request-Id": LINES,
        "Elements-Next-Page-Token": LINES,
        "Content-Encoding": st.sampled_from(["gzip", "deflate", "br"]) | LINES,
        "Set-Cookie": LINES,
        "Link": LINES,
    },
)
WRITES = ("put_instance", "patch_instance", "reauthenticate", "delete_instance", "set_enabled")

STATUSES = st.sampled_from([200, 200, 200, 201, 302, 400, 401, 404, 404, 429, 500, 503]) | st.integers(101, 599)
ANSWERS = st.builds(
    Answer,
    body=BODIES,
    status=STATUSES,
    content_type=TYPES | LINES,
    headers=HEADERS,
    reason=st.none() | LINES,
    ending=st.sampled_from(["whole", "whole", "whole", "cut"]),
)


@pytest.mark.parametrize("method", CALLS)
@settings(max_examples=100)
@given(answer=ANSWERS)
@example(answer=LOST)
@example(answer=CUT)
@example(answer=Answer(b"zz", headers={"Transfer-Encoding": "chunked"}, ending="cut"))
@example(answer=html(404))
@example(answer=refusal(404))
@example(answer=refusal(400, providerMessage=API_KEY))
@example(answer=Answer(b"{" * 100_000, 503))
@example(answer=answer_of({"requestId": "r" * 300, "message": "m" * 300}, 401))
@example(answer=answer_of({"requestId": "r" * 300, "message": "m" * 300}, 500))
@example(answer=Answer(b"", 302, headers={"Location": "http://["}))
def test_any_answer_is_one_of_the_promised_type_or_an_error_that_tells_no_secret(
    method: str, answer: Answer, rig: Rig
) -> None:
    rig.answer = answer
    ask, promised = CALLS[method]
    try:
        found = ask(rig.client)
    except ApiError as error:
        check(error, method, answer)
    else:
        assert promised(found)
        assert (
            answer.status == 200
            or (method == "list_instances" and says_not_found(answer))
            or (method == "create_instance" and answer.status == 201)
            or (method in WRITES and 200 <= answer.status < 300)
        )


def check(error: ApiError, method: str, answer: Answer) -> None:
    """See that the error is what it may be and tells nothing that it may not."""
    if isinstance(error, NotFound):
        assert says_not_found(answer)
    if isinstance(error, AmbiguousWrite):
        assert method == "create_instance"
        assert not error.not_handled or answer.status == 503
    assert len(str(error)) <= LONGEST
    assert str(error).isprintable()
    told = "".join([str(error), repr(error), repr(error.args), *traceback.format_exception(error)])
    known = SECRETS if method in KNOWS_THE_KEY else (USER, ORGANIZATION)
    for form in (form for secret in known for form in forms(secret)):
        assert form not in told
        assert in_latin_1(form) not in told
    assert error.__cause__ is None
    assert error.__context__ is None


def says_not_found(answer: Answer) -> bool:
    """Whether the answer is a 404 in the platform's own words."""
    if answer.status != 404:
        return False
    body = json.loads(answer.body)
    named = {name.lower() for name, text in answer.headers.items() if text}
    return isinstance(body, dict) and bool(body) and bool(body.get("requestId") or "elements-request-id" in named)
