"""Definitions, each asked for once, against a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    BadCredentials,
    CloudElementsError,
    ConfigurationError,
    Forbidden,
    ForeignAnswer,
    NotFound,
    Unavailable,
)
from pulumi_cloudelements.model.element import Element, Entry
from pulumi_cloudelements.resources.catalog import Catalog
from tests.support.server import LOST, Answer, Request, ScriptedServer, answer, html, refusal

THREADS = 8

STRIPE = answer(
    {
        "id": 483,
        "key": "stripe",
        "authentication": {"type": "basic"},
        "configuration": [{"key": "api.key", "type": "PASSWORD", "required": True}],
    }
)


def catalog(server: ScriptedServer, retries: int = 0) -> Catalog:
    """The catalog of the server's account."""
    return Catalog(Client(ProviderConfig("user-secret", "organization-secret", server.base_url, max_retries=retries)))


def outcome(catalog: Catalog, key: str) -> Any:
    """What is found, or the error instead."""
    try:
        return catalog.find(key)
    except CloudElementsError as error:
        return error


def found_by_threads(catalog: Catalog, key: str) -> list[Any]:
    """What each of many threads finds that ask at the same time."""
    barrier = Barrier(THREADS)

    def find(_: int) -> Any:
        barrier.wait()
        return outcome(catalog, key)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(find, range(THREADS)))


def test_a_definition_is_read_as_the_wire_has_it() -> None:
    with ScriptedServer(STRIPE) as server:
        found = catalog(server).find("stripe")
    assert server.lines == ["GET /elements/stripe"]
    assert found == Element("stripe", "basic", (Entry("api.key", "PASSWORD", required=True),), id=483)


def test_a_definition_is_asked_for_once() -> None:
    with ScriptedServer(STRIPE) as server:
        account = catalog(server)
        first = account.find("stripe")
        assert account.find("stripe") is first
        assert account.find_or_none("stripe") is first


def test_every_element_is_asked_for_by_itself() -> None:
    with ScriptedServer(STRIPE, answer({"key": "jira"})) as server:
        account = catalog(server)
        assert [account.find(key).key for key in ("stripe", "jira", "stripe", "jira")] == [
            "stripe",
            "jira",
            "stripe",
            "jira",
        ]


def test_many_threads_wait_for_one_fetch_together() -> None:
    """The first answer is held back, so that the others ask meanwhile; a second request would be beyond the script."""

    def late(_: Request) -> Answer:
        Event().wait(0.2)
        return STRIPE

    with ScriptedServer(late) as server:
        found = found_by_threads(catalog(server), "stripe")
    assert len(server.requests) == 1
    assert {id(one) for one in found} == {id(found[0])}
    assert found[0].key == "stripe"


def test_a_slow_element_keeps_no_other_waiting() -> None:
    others_turn = Event()

    def slow(_: Request) -> Answer:
        assert others_turn.wait(30)
        return STRIPE

    def play(request: Request) -> Answer:
        return slow(request) if request.line == "GET /elements/stripe" else answer({"key": "jira"})

    with ScriptedServer(beyond=play) as server, ThreadPoolExecutor(1) as pool:
        account = catalog(server)
        waiting = pool.submit(account.find, "stripe")
        assert account.find("jira").key == "jira"
        others_turn.set()
        assert waiting.result(30).key == "stripe"


FAILURES: dict[str, tuple[Answer, type[CloudElementsError]]] = {
    "404": (refusal(404, "No such element"), NotFound),
    "401": (refusal(401), BadCredentials),
    "403": (refusal(403), Forbidden),
    "500": (refusal(500), Unavailable),
    "lost": (LOST, Unavailable),
    "page": (html(200), ForeignAnswer),
    "foreign 404": (html(404), ForeignAnswer),
    "no element": (answer({"message": "hello"}), ForeignAnswer),
    "no definitions": (answer({"key": "stripe", "configuration": "text"}), ForeignAnswer),
}


@pytest.mark.parametrize(("trouble", "kind"), FAILURES.values(), ids=FAILURES.keys())
def test_after_a_failure_the_next_asks_again(trouble: Answer, kind: type[CloudElementsError]) -> None:
    with ScriptedServer(trouble, trouble, STRIPE) as server:
        account = catalog(server)
        assert type(outcome(account, "stripe")) is kind
        assert account.find_or_none("stripe") is None
        assert account.find("stripe").key == "stripe"
        assert account.find("stripe").key == "stripe"
    assert len(server.requests) == 3


GARBLED = {name: trouble for name, (trouble, kind) in FAILURES.items() if kind is ForeignAnswer}


@pytest.mark.parametrize("trouble", [*GARBLED.values(), refusal(500), LOST], ids=[*GARBLED, "500", "lost"])
def test_a_failure_that_may_pass_is_tried_again_before_anybody_hears_of_it(trouble: Answer) -> None:
    with ScriptedServer(trouble, STRIPE) as server:
        assert catalog(server, retries=1).find("stripe").key == "stripe"


@pytest.mark.parametrize("trouble", [refusal(401), refusal(403), refusal(404)], ids=["401", "403", "404"])
def test_what_the_platform_itself_refuses_is_not_tried_again_for_the_same_caller(trouble: Answer) -> None:
    with ScriptedServer(trouble) as server:
        assert isinstance(outcome(catalog(server, retries=1), "stripe"), CloudElementsError)


@pytest.mark.parametrize("trouble", [refusal(404), refusal(503), html(200)], ids=["404", "503", "page"])
def test_many_threads_hear_of_one_failure_together(trouble: Answer) -> None:
    """The answer is held back, so that the others ask meanwhile; a second request would be beyond the script."""

    def late(_: Request) -> Answer:
        Event().wait(0.2)
        return trouble

    with ScriptedServer(late) as server:
        errors = found_by_threads(catalog(server), "stripe")
    assert len(server.requests) == 1
    assert isinstance(errors[0], CloudElementsError)
    assert {id(error) for error in errors} == {id(errors[0])}


def test_one_elements_failure_is_no_others() -> None:
    with ScriptedServer(refusal(403), answer({"key": "jira"})) as server:
        account = catalog(server)
        assert account.find_or_none("stripe") is None
        assert account.find("jira") == Element("jira")


def test_without_credentials_there_are_no_definitions_and_nothing_is_sent() -> None:
    with ScriptedServer() as server:
        account = Catalog(Client(ProviderConfig(base_url=server.base_url)))
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="cloudelements:userSecret"):
                account.find("stripe")
        assert account.find_or_none("stripe") is None


@pytest.mark.parametrize("key", [None, 5, {"a": 1}, ["stripe"], 5.5], ids=repr)
def test_what_is_no_key_has_no_definition_and_is_not_asked_for(key: Any) -> None:
    with ScriptedServer() as server:
        assert catalog(server).find_or_none(key) is None


def test_the_second_to_ask_does_not_wait_for_ever_where_the_first_met_what_nobody_foresaw() -> None:
    deep = Answer(b'{"key":"stripe","configuration":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    ended = [Event(), Event()]

    def find(account: Catalog, done: Event) -> None:
        try:
            account.find("stripe")
        except BaseException:  # noqa: BLE001 - whatever it is, the other must not hang
            done.set()

    with ScriptedServer(beyond=deep) as server:
        account = catalog(server)
        for done in ended:
            Thread(target=find, args=(account, done), daemon=True).start()
        assert all(done.wait(5) for done in ended)
