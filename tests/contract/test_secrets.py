"""What is secret stays secret through every provider: marked in every answer, and repeated in no message."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from pulumi_cloudelements.config import ProviderConfig
from tests.support.canary import canary, header_canary, leaks
from tests.support.declarations import JIRA, OAUTH, STRIPE
from tests.support.emulator import Emulator
from tests.support.provider import Found, Provider, Refused, in_clear, plain, secrets
from tests.support.providers import Open
from tests.support.server import Answer, Request, ScriptedServer, answer, refusal

POLLER = "/configuration/event.poller.configuration"


def polling(value: Any) -> dict[str, Any]:
    """A declaration with an object-valued key."""
    return STRIPE | {"configuration": {"api.key": "sk_live_5e1f", "event.poller.configuration": value}}


def refreshed(provider: Provider, found: Found) -> Found:
    """The instance, which must be there, as a read finds it."""
    read = provider.read(found)
    assert read is not None
    return read


# Marked in every answer


@pytest.mark.parametrize(
    "value",
    [
        {"auth": {"password": "nested-5e1f"}},
        {"hooks": [{"url": "/a"}, {"accessToken": "nested-5e1f"}]},
        {"API_KEY": "nested-5e1f", "size": 5},
    ],
    ids=str,
)
def test_an_object_that_holds_a_secret_is_a_secret(provider: Provider, value: Any) -> None:
    checked = provider.check(polling(value))
    found = provider.create(checked.inputs)
    read = refreshed(provider, found)
    updated = provider.update(found, provider.check(polling(value) | {"name": "Renamed"}).inputs)
    for answered in (checked.inputs, found.outputs, read.outputs, read.inputs, updated.outputs):
        assert in_clear(answered, POLLER) == []


def test_an_object_without_a_secret_is_none(provider: Provider) -> None:
    found = provider.create(provider.check(polling({"events": {"url": "/a"}})).inputs)
    assert in_clear(found.outputs, POLLER) == ["/a"]


@pytest.mark.parametrize("value", [{"auth": {"password": "nested-5e1f"}}, [{"token": "nested-5e1f"}]], ids=str)
def test_a_secret_that_a_refresh_meets_for_the_first_time_is_one(
    provider: Provider, emulator: Emulator, value: Any
) -> None:
    found = provider.create(provider.check(polling({"events": {"url": "/a"}})).inputs)
    change = {"configuration": {"event.poller.configuration": value}}
    assert emulator.call("PATCH", f"/instances/{found.id}", json=change).status_code == 200
    read = refreshed(provider, found)
    assert "nested-5e1f" in json.dumps(plain(read.inputs)["configuration"])
    assert in_clear(read.inputs, POLLER) == []
    assert in_clear(read.outputs, POLLER) == []


def test_the_text_of_an_object_that_holds_a_secret_is_a_secret(provider: Provider) -> None:
    found = provider.create(provider.check(polling('{"auth": {"password": "nested-5e1f"}}')).inputs)
    assert POLLER in secrets(found.inputs)
    assert POLLER in secrets(found.outputs)


def test_a_token_that_a_state_has_not_got_is_found_as_a_secret(provider: Provider) -> None:
    found = provider.create(provider.check(STRIPE).inputs)
    found.outputs.pop("token")
    assert "/token" in secrets(refreshed(provider, found).outputs)


def test_provider_data_is_a_secret_input_and_no_output(provider: Provider) -> None:
    code = f"code-{uuid.uuid4()}"  # each works once
    declared = {"element": "sfdc", "name": "CRM", "configuration": OAUTH, "providerData": {"code": code}}
    checked = provider.check(declared)
    assert in_clear(checked.inputs, "/providerData") == []
    found = provider.create(checked.inputs)
    read = refreshed(provider, found)
    for answered in (found.outputs, read.outputs, read.inputs):
        assert code not in str(plain(answered))


def test_what_a_definition_calls_a_password_is_a_secret_in_every_answer(
    open_provider: Open, account: dict[str, str]
) -> None:
    pin, element = {"key": "pin", "type": "PASSWORD"}, {"id": 7, "key": "vault", "hub": "general"}
    live = {"id": 1, "name": "Vault", "token": "t", "element": element, "configuration": {"pin": "73519", "size": "5"}}

    def play(request: Request) -> Answer:
        return answer(element | {"configuration": [pin]} if "/elements/vault" in request.path else live)

    declared = {"element": "vault", "name": "Vault", "configuration": {"pin": "73519", "size": 5}}
    with ScriptedServer(beyond=play) as server, open_provider(account | {"baseUrl": server.base_url}) as provider:
        found = provider.create(provider.check(declared).inputs)
        read = refreshed(provider, found)
        updated = provider.update(found, provider.check(declared | {"name": "Renamed"}).inputs)
    for answered in (found.inputs, found.outputs, read.outputs, read.inputs, updated.outputs):
        assert secrets(answered) - {"/token"} == {"/configuration/pin"}


# Named, but not shown


def test_a_rotated_password_is_one_put_and_in_no_message(provider: Provider, emulator: Emulator) -> None:
    found = provider.create(provider.check(JIRA).inputs)
    rotated = provider.check(JIRA | {"configuration": JIRA["configuration"] | {"password": "new-77aa"}}, found.inputs)
    before = len(provider.diagnostics)
    assert provider.diff(found.id, found.outputs, rotated.inputs) == "update"
    assert not [message for message in provider.diagnostics[before:] if "new-77aa" in message.message]

    emulator.clear()
    updated = provider.update(found, rotated.inputs)
    writes = [(entry["method"], entry["path"]) for entry in emulator.requests() if entry["method"] != "GET"]
    assert writes == [("PUT", f"/elements/api-v2/instances/{found.id}")]
    assert provider.diff(found.id, updated.outputs, rotated.inputs) == "none"


# Repeated in no message, whatever the platform says

CREDENTIALS = {"userSecret": header_canary("user"), "organizationSecret": header_canary("organization")}
DECLARED: dict[str, Any] = {
    "name": "Test",
    "configuration": {
        "password": canary("password"),
        "harmless": canary("given as a secret"),
        "event.poller.configuration": {"auth": [{"password": canary("nested")}]},
        "text": json.dumps({"password": canary("in a text")}),
    },
    "providerData": {"code": canary("code")},
}
NEW = {"configuration": DECLARED["configuration"] | {"password": canary("new password")}}
TOKEN = canary("token")
CANARIES = [
    *CREDENTIALS.values(),
    TOKEN,
    *map(canary, ("password", "given as a secret", "nested", "in a text", "code", "new password")),
]

FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "URL-encoded": lambda text: quote(text, safe=""),
    "URL-encoded path": quote,
    "form-encoded": quote_plus,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "URL-safe base64": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "JSON-escaped": json.dumps,
    "JSON with its letters": lambda text: json.dumps(text, ensure_ascii=False),
}


class Echo:
    """A platform that fails every request and repeats what was in it, in a form that a test chooses."""

    def __init__(self) -> None:
        self.form: Callable[[str], str] = str
        self.status = 400
        self.page = False

    def play(self, request: Request) -> Answer:
        """Answer with every secret of the request, and then with the whole of its body."""
        body = request.body.decode()
        known = [text for text in CANARIES if leaks(request.headers["Authorization"] + body, [text])]
        if self.page:
            return Answer(b"<html></html>", self.status, f"text/html; {' '.join(map(quote, known))}")
        words = " ".join([*map(self.form, known), body])
        return refusal(self.status, words, providerMessage=words, requestId=words)


@pytest.fixture(scope="module")
def echo() -> Echo:
    """The platform, as the tests set it."""
    return Echo()


@pytest.fixture(scope="module")
def parrot(open_provider: Open, account: dict[str, str], echo: Echo) -> Iterator[Provider]:
    """A provider to the platform that repeats what it is told."""
    with (
        ScriptedServer(beyond=echo.play) as server,
        open_provider(account | CREDENTIALS | {"baseUrl": server.base_url}) as provider,
    ):
        yield provider


def said(provider: Provider, element: str) -> list[str]:
    """All that a user may see of calls that fail, whatever they are."""
    declared = {"element": element, **DECLARED, "enabled": True, "externalAuthentication": "none"}
    own = {"token": TOKEN, "__account": ProviderConfig(CREDENTIALS["userSecret"]).fingerprint()}
    outputs = {name: value for name, value in declared.items() if name != "providerData"} | own
    found = Found("1", outputs, declared)
    calls: list[Callable[[], Any]] = [
        lambda: provider.create(declared),
        lambda: provider.create(declared | {"adopt": "2"}),
        lambda: provider.create(declared | {"enabled": False}),
        lambda: provider.read(found),
        lambda: provider.update(found, declared | NEW),
        lambda: provider.update(found, declared | {"enabled": False}),
        lambda: provider.update(found, declared | {"providerDataVersion": 2}),
        lambda: provider.delete(found),
    ]
    before = len(provider.diagnostics)
    checked = provider.check(declared)
    provider.diff("1", outputs, declared | NEW)
    texts = [message.message for message in provider.diagnostics[before:]] + [reason for _, reason in checked.failures]
    for call in calls:
        try:
            call()
        except Refused as refused:
            texts.append(str(refused))
    return texts


@pytest.mark.parametrize("form", FORMS)
def test_no_message_repeats_a_secret_in_whatever_form_the_platform_echoes_it(
    parrot: Provider, echo: Echo, form: str
) -> None:
    echo.form, echo.page, echo.status = FORMS[form], False, 400
    assert [(text, found) for text in said(parrot, form) if (found := leaks(text, CANARIES))] == []


@pytest.mark.parametrize("page", [False, True], ids=["JSON", "page"])
@pytest.mark.parametrize("status", [200, 401, 403, 404, 409, 429, 500, 503])
def test_no_message_repeats_a_secret_whatever_the_platform_answers(
    parrot: Provider, echo: Echo, status: int, page: bool
) -> None:
    echo.form, echo.page, echo.status = str, page, status
    assert [(text, found) for text in said(parrot, f"{status} {page}") if (found := leaks(text, CANARIES))] == []


def test_what_is_hidden_was_there_to_be_repeated(parrot: Provider, echo: Echo) -> None:
    echo.form, echo.page, echo.status = str, False, 400
    texts = [text for text in said(parrot, "visible") if ": 400 " in text]
    assert len(texts) in (8, 9)  # a check says why it knows less once, maybe in a test before this one
    assert all("********" in text for text in texts)
