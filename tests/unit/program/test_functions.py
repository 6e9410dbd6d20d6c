"""Look-ups in a program, against a real server that plays back what the platform says."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import weakref
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pulumi
import pytest

from pulumi_cloudelements import InstanceResult, get_element, get_instance, get_instances
from pulumi_cloudelements.program import functions
from tests.support.canary import header_canary, leaks
from tests.support.server import Answer, Request, ScriptedServer, answer, html, refusal

USER, ORGANIZATION = header_canary("user"), header_canary("organization")
STRIPE = {"id": 483, "key": "stripe", "hub": "payment"}
JIRA = {"id": 1040, "key": "jira", "hub": "helpdesk"}
LIVE = {
    "id": 9007199254740993,
    "name": "Payments/größe",
    "token": "live-token",
    "element": STRIPE,
    "tags": ["b", "a"],
    "disabled": True,
    "valid": False,
    "createdDate": "2018-02-03T04:05:06Z",
    "externalAuthentication": "initial",
    "configuration": {
        "api.key": "********",
        "username": "sk_live_5e1f",
        "pagination.max": "50",
        "bulk.relations": None,
    },
}


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ScriptedServer]:
    """Makes a server with a script, and points the program at it."""

    def played(*script: Any) -> ScriptedServer:
        server = ScriptedServer(*script)
        monkeypatch.setenv("CLOUDELEMENTS_BASE_URL", server.base_url)
        monkeypatch.setenv("CLOUDELEMENTS_USER_SECRET", USER)
        monkeypatch.setenv("CLOUDELEMENTS_ORGANIZATION_SECRET", ORGANIZATION)
        monkeypatch.setenv("CLOUDELEMENTS_MAX_RETRIES", "0")
        return server

    return played


def item(id: int, name: str = "Payments", element: Any = None, tags: Any = ()) -> dict[str, Any]:
    """An instance as a list shows it: with its token, and without its configuration."""
    return {"id": id, "name": name, "element": element or STRIPE, "token": f"token-{id}", "tags": list(tags)}


def in_program(look_up: Callable[[], Any]) -> Any:
    """What a look-up gives in a program, where outputs have an event loop: a secret output as ``("secret", value)``."""

    async def shown(value: Any) -> Any:
        if isinstance(value, pulumi.Output):
            return ("secret" if await value.is_secret() else "plain", await value.future())
        if is_dataclass(value):
            return {f.name: await shown(getattr(value, f.name)) for f in fields(value)}
        if isinstance(value, dict):
            return {key: await shown(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [await shown(part) for part in value]
        return value

    async def program() -> Any:
        return await shown(look_up())

    return asyncio.run(program())


def query(request: Request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.path).query)


# One instance


def test_an_instance_is_found_whole_with_its_secrets_secret(play: Any) -> None:
    with play(answer(LIVE)) as server:
        found = in_program(lambda: get_instance("9007199254740993"))
    assert server.lines == ["GET /instances/9007199254740993"]
    assert found == dict.fromkeys(f.name for f in fields(InstanceResult)) | {
        "id": "9007199254740993",
        "name": "Payments/größe",
        "element": "stripe",
        "tags": ["b", "a"],
        "enabled": False,
        "external_authentication": "initial",
        "configuration": {
            "api.key": ("secret", "********"),
            "username": ("secret", "sk_live_5e1f"),
            "pagination.max": "50",
            "bulk.relations": None,
        },
        "token": ("secret", "live-token"),
        "element_id": 483,
        "hub": "payment",
        "valid": False,
        "created_date": "2018-02-03T04:05:06Z",
    }


def test_an_object_that_holds_a_secret_is_found_as_a_secret(play: Any) -> None:
    text = '{"auth":{"password":"nested-5e1f"}}'
    with play(answer(LIVE | {"configuration": {"event.poller.configuration": text}})):
        found = in_program(lambda: get_instance("9007199254740993"))
    assert found["configuration"] == {"event.poller.configuration": ("secret", text)}


def test_what_an_answer_leaves_out_is_no_obstacle(play: Any) -> None:
    with play(answer({"id": 7, "name": "Test", "token": "t", "element": {"key": "jira"}})):
        found = in_program(lambda: get_instance("7"))
    assert (found["id"], found["tags"], found["enabled"], found["configuration"]) == ("7", [], True, {})


def test_a_result_cannot_be_changed_and_shows_no_secret(play: Any) -> None:
    def looked_up() -> Any:
        found = get_instance("9007199254740993")
        with pytest.raises(FrozenInstanceError):
            found.name = "Other"  # type: ignore[misc]
        return repr(found)

    with play(answer(LIVE)):
        text = in_program(looked_up)
    assert "live-token" not in text
    assert "sk_live_5e1f" not in text


# Many instances


def test_every_page_is_read(play: Any) -> None:
    script = (
        answer([item(1), item(2)], Elements_Next_Page_Token="second+page="),
        answer([item(3)], Elements_Next_Page_Token="third"),
        answer([item(4)]),
    )
    with play(*script) as server:
        found = in_program(lambda: get_instances(tags=[], search_text="pay"))
    assert [instance["id"] for instance in found] == ["1", "2", "3", "4"]
    assert [query(request).get("nextPage") for request in server.requests] == [None, ["second+page="], ["third"]]
    assert all(query(request)["searchText"] == ["pay"] for request in server.requests)


def test_pages_that_never_end_are_an_error(play: Any) -> None:
    pages = [answer([item(n)], Elements_Next_Page_Token="again") for n in range(2)]
    with play(*pages), pytest.raises(pulumi.RunError):
        in_program(get_instances)


def test_nothing_found_is_an_empty_list(play: Any) -> None:
    with play(refusal(404, "No element instances found")):
        assert in_program(get_instances) == []


def test_an_empty_page_is_an_empty_list(play: Any) -> None:
    with play(answer([])):
        assert in_program(get_instances) == []


@pytest.mark.parametrize("reply", [html(404), html(), refusal(401), refusal(500), answer({"id": 1}), answer(["x"])])
def test_another_answer_is_not_taken_for_an_empty_list(play: Any, reply: Answer) -> None:
    with play(reply), pytest.raises(pulumi.RunError):
        in_program(get_instances)


def test_a_list_gives_tokens_as_secrets_and_no_configuration(play: Any) -> None:
    with play(answer([item(1) | {"configuration": {}}, item(2)])):
        found = in_program(get_instances)
    assert [instance["token"] for instance in found] == [("secret", "token-1"), ("secret", "token-2")]
    assert [instance["configuration"] for instance in found] == [{}, {}]


FOUND = [
    item(1, "Payments", STRIPE, ["a", "b"]),
    item(2, "Payments of Europe", STRIPE, ["a"]),
    item(3, "Support", JIRA, ["b", "a", "c"]),
    item(4, "stripe's", JIRA),
]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"tags": ["a"]}, ["1", "2", "3"]),
        ({"tags": ["a", "b"]}, ["1", "3"]),
        ({"tags": ("c", "x")}, []),
        ({"search_text": "Pay"}, ["1", "2"]),
        ({"search_text": "Europe"}, ["2"]),
        ({"search_text": "stripe"}, ["1", "2", "4"]),
        ({"element": "jira"}, ["3", "4"]),
        ({"element": "jira", "tags": ["a"], "search_text": "Support"}, ["3"]),
        ({"element": "jira", "search_text": "Payments"}, []),
    ],
    ids=str,
)
def test_whatever_the_platform_finds_is_filtered_again(play: Any, wanted: dict[str, Any], ids: list[str]) -> None:
    with play(answer(FOUND)):
        assert [instance["id"] for instance in in_program(lambda: get_instances(**wanted))] == ids


def test_the_platform_is_asked_for_what_is_wanted(play: Any) -> None:
    with play(answer(FOUND)) as server:
        in_program(lambda: get_instances(tags=["a&b", "größe"], search_text="x y"))
    (request,) = server.requests
    assert urlsplit(request.line).path == "GET /instances"
    assert query(request) == {"tags[]": ["a&b", "größe"], "searchText": ["x y"]}


# Elements


def test_an_element_is_found_with_its_definitions(play: Any) -> None:
    entries = [
        {"key": "api.key", "type": "PASSWORD", "required": True, "active": True, "internal": False},
        {"key": "pagination.max", "configDataType": "TEXTFIELD_32", "mandatory": False, "defaultValue": "100"},
    ]
    about = STRIPE | {"name": "Stripe", "authentication": {"type": "basic"}, "configuration": entries}
    with play(answer(about)) as server:
        element = in_program(lambda: get_element("stripe"))
    assert server.lines == ["GET /elements/stripe"]
    names = ("key", "id", "name", "hub", "authentication")
    assert [element[name] for name in names] == ["stripe", 483, "Stripe", "payment", "basic"]
    shown = [[entry[name] for name in ("key", "type", "required", "default")] for entry in element["configuration"]]
    assert shown == [["api.key", "PASSWORD", True, None], ["pagination.max", "TEXTFIELD_32", False, "100"]]


def test_a_key_cannot_leave_its_place_in_the_path(play: Any) -> None:
    with play(answer(STRIPE)) as server:
        in_program(lambda: get_element("../instances?a=b"))
    assert server.lines == ["GET /elements/..%2Finstances%3Fa%3Db"]


# Errors


@pytest.mark.parametrize("look_up", [lambda: get_instance("1"), lambda: get_element("strpie")])
def test_what_does_not_exist_ends_the_program_with_one_line(play: Any, look_up: Callable[[], Any]) -> None:
    with play(refusal(404, "Nothing found")), pytest.raises(pulumi.RunError, match="404 Nothing found") as caught:
        in_program(look_up)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("look_up", [lambda: get_instance("1"), get_instances, lambda: get_element("stripe")])
def test_an_error_repeats_no_credential(play: Any, look_up: Callable[[], Any]) -> None:
    def echo(request: Request) -> Answer:
        return refusal(401, request.headers["Authorization"])

    with play(echo), pytest.raises(pulumi.RunError) as caught:
        in_program(look_up)
    assert "401" in str(caught.value)
    assert leaks(str(caught.value), (USER, ORGANIZATION)) == []


@pytest.mark.parametrize("look_up", [lambda: get_instance("1"), get_instances, lambda: get_element("stripe")])
def test_without_credentials_a_look_up_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, look_up: Callable[[], Any]
) -> None:
    monkeypatch.setenv("CLOUDELEMENTS_BASE_URL", "http://127.0.0.1:1")
    with pytest.raises(pulumi.RunError, match=r"cloudelements:userSecret.*cloudelements:organizationSecret"):
        in_program(look_up)


def test_an_account_that_cannot_be_used_ends_the_program_with_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDELEMENTS_BASE_URL", "http://api.example")
    with pytest.raises(pulumi.RunError, match="cloudelements:baseUrl"):
        in_program(get_instances)


# Runs


class Monitor:
    """A run's connection to its engine."""


def run_of(server: ScriptedServer, monitor: Monitor, look_up: Callable[[], Any]) -> Any:
    """What a look-up gives in a run of a stack on this server's account, as the Automation API begins one."""

    def run() -> Any:
        pulumi.runtime.settings.configure(pulumi.runtime.settings.Settings("integrations", "staging", monitor))
        account = {"userSecret": USER, "organizationSecret": ORGANIZATION, "baseUrl": server.base_url}
        pulumi.runtime.set_all_config({f"cloudelements:{key}": value for key, value in account.items()})
        return in_program(look_up)

    return contextvars.copy_context().run(run)


def test_each_run_of_a_process_asks_its_own_account() -> None:
    def ids() -> list[str]:
        return [found.id for found in get_instances()]

    first, second = Monitor(), Monitor()
    with ScriptedServer(answer([item(1)]), answer([item(1)])) as one, ScriptedServer(answer([item(2)])) as two:
        found = [run_of(one, first, ids), run_of(two, second, ids), run_of(one, first, ids)]
    assert found == [["1"], ["2"], ["1"]]


def test_a_run_has_one_account_and_what_is_known_of_it_ends_with_the_run() -> None:
    def account() -> Any:
        return functions._account()  # noqa: SLF001

    with ScriptedServer() as server:
        first, second = Monitor(), Monitor()
        kept = run_of(server, first, account)
        assert run_of(server, first, account) is kept
        assert run_of(server, second, account) is not kept
        known = weakref.ref(kept)
        del kept, first
        gc.collect()
        assert known() is None
