"""What a preview says of a declaration by its element's definitions, through every provider and without a POST."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.declarations import OAUTH
from tests.support.emulator import Emulator
from tests.support.provider import UNKNOWN, Provider, Secret
from tests.support.providers import Open
from tests.support.server import Answer, Request, ScriptedServer, answer, html, refusal

REQUIRED: dict[str, Any] = {
    "key": "needed",
    "name": "Needed",
    "type": "TEXTFIELD_128",
    "required": True,
    "defaultValue": None,
    "hideFromConsole": False,
    "internal": False,
    "active": True,
    "groupControl": False,
    "groupName": None,
    "options": [],
}
CHOICE = REQUIRED | {"key": "authentication.type", "required": False, "groupControl": True, "type": "COMBO"}
MISSING = ['configuration["needed"]: is required by ']

Catalog = dict[str, Answer]
"""What a platform answers about each element; there is nothing else to it."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Filled by each test with elements of its own, since definitions are asked for once."""
    return {}


@pytest.fixture(scope="module")
def judge(open_provider: Open, account: dict[str, str], catalog: Catalog) -> Iterator[Provider]:
    """A provider to the platform that plays the catalog."""

    def play(request: Request) -> Answer:
        return catalog.get(unquote(request.path.rpartition("/")[2]), refusal(404, "No such element"))

    with ScriptedServer(beyond=play) as server, open_provider(account | {"baseUrl": server.base_url}) as provider:
        yield provider


@pytest.fixture
def element(catalog: Catalog) -> str:
    """The key of an element that no test has named before."""
    return f"element-{len(catalog)}"


def defined(catalog: Catalog, element: str, *entries: dict[str, Any], authentication: str = "basic") -> None:
    """Let the platform know an element with these configuration entries."""
    about = {"id": 1, "key": element, "name": element, "hub": "crm", "authentication": {"type": authentication}}
    catalog[element] = answer(about | {"configuration": list(entries)})


def declaration(element: str, configuration: Any = None, **more: Any) -> dict[str, Any]:
    return {"element": element, "name": "Test", "configuration": configuration or {}, **more}


def reasons(provider: Provider, declared: dict[str, Any]) -> list[str]:
    """Why check refuses a declaration, in the order of their paths; a failure names no property."""
    failures = provider.check(declared).failures
    assert {name for name, _ in failures} <= {""}
    return sorted(reason for _, reason in failures)


def warnings(provider: Provider, declared: dict[str, Any]) -> list[str]:
    """What check warns of in a declaration that it accepts."""
    before = len(provider.diagnostics)
    assert reasons(provider, declared) == []
    added = provider.diagnostics[before:]
    assert {diagnostic.severity for diagnostic in added} <= {"warning"}
    return [diagnostic.message for diagnostic in added]


def fetches(emulator: Emulator, element: str) -> int:
    """How often the emulator was asked for an element's definitions."""
    return sum(entry["path"].endswith(f"/elements/{element}") for entry in emulator.requests())


# Which entries the user must supply


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, MISSING),
        ({"required": False}, []),
        ({"active": False}, []),
        ({"internal": True}, []),
        ({"defaultValue": "eu"}, []),
        ({"type": "PASSWORD"}, MISSING),
        ({"groupName": "basic"}, MISSING),
        ({"groupName": "custom"}, []),
    ],
    ids=str,
)
def test_an_entry_is_demanded_by_the_rules_of_its_definition(
    judge: Provider, catalog: Catalog, element: str, change: dict[str, Any], missing: list[str]
) -> None:
    defined(catalog, element, REQUIRED | change, CHOICE | {"defaultValue": "basic"})
    assert reasons(judge, declaration(element)) == [reason + element for reason in missing]


def test_an_entry_of_an_older_answer_is_demanded_as_well(judge: Provider, catalog: Catalog, element: str) -> None:
    older = {"key": "needed", "mandatory": True, "configDataType": "TEXTFIELD_128", "active": True, "internal": False}
    defined(catalog, element, older)
    assert reasons(judge, declaration(element)) == [MISSING[0] + element]


@pytest.mark.parametrize(
    ("chosen", "demanded"),
    [("basic", "username"), ("custom", "api"), (None, "username"), (UNKNOWN, None)],
    ids=["the default", "another", "none", "unknown"],
)
def test_the_chosen_authentication_type_decides_which_group_is_demanded(
    judge: Provider, catalog: Catalog, element: str, chosen: str | None, demanded: str | None
) -> None:
    username, api = (
        REQUIRED | {"key": "username", "groupName": "basic"},
        REQUIRED | {"key": "api", "groupName": "custom"},
    )
    defined(catalog, element, CHOICE | {"defaultValue": "basic"}, username, api)
    configuration = {} if chosen is None else {"authentication.type": chosen}
    wanted = [f'configuration["{demanded}"]: is required by {element}'] if demanded else []
    assert reasons(judge, declaration(element, configuration)) == wanted


@pytest.mark.parametrize("given", ["eu", 5, False, {"a": 1}, UNKNOWN], ids=str)
def test_a_value_counts_as_given_whatever_it_is(judge: Provider, catalog: Catalog, element: str, given: Any) -> None:
    defined(catalog, element, REQUIRED)
    assert warnings(judge, declaration(element, {"needed": given})) == []


def test_null_is_not_given(judge: Provider, catalog: Catalog, element: str) -> None:
    defined(catalog, element, REQUIRED)
    assert reasons(judge, declaration(element, {"needed": None})) == [MISSING[0] + element]


def test_an_unknown_configuration_is_passed_over(judge: Provider, catalog: Catalog, element: str) -> None:
    defined(catalog, element, REQUIRED)
    assert warnings(judge, declaration(element, UNKNOWN)) == []


def test_all_that_is_missing_is_named_at_once_and_beside_other_failures(provider: Provider) -> None:
    declared = declaration("jira", {"event.notification.enabled": "maybe"})
    assert reasons(provider, declared) == [
        'configuration["base.url"]: is required by jira',
        'configuration["event.notification.enabled"]: must be true or false',
        'configuration["password"]: is required by jira',
        'configuration["username"]: is required by jira',
    ]


def test_a_path_quotes_an_unusual_key(judge: Provider, catalog: Catalog, element: str) -> None:
    defined(catalog, element, REQUIRED | {"key": 'größe "x"'})
    assert reasons(judge, declaration(element)) == [f'configuration["größe \\"x\\""]: is required by {element}']


def test_an_unknown_element_is_a_failure_of_its_own(provider: Provider) -> None:
    assert reasons(provider, declaration("strpie")) == ["element: the platform knows no element strpie"]


# OAuth

REFRESH = OAUTH | {"oauth.user.refresh_token": "r"}


@pytest.mark.parametrize(
    ("configuration", "more", "paths"),
    [
        (OAUTH, {}, ["providerData"]),
        (REFRESH, {}, ["providerData"]),
        (OAUTH, {"providerData": {"state": "x"}}, ["providerData"]),
        (OAUTH, {"externalAuthentication": "initial"}, ['configuration["oauth.user.refresh_token"]']),
        (OAUTH, {"providerData": {"code": "c"}}, []),
        (OAUTH, {"providerData": {"code": UNKNOWN}}, []),
        (OAUTH, {"providerData": UNKNOWN}, []),
        (REFRESH, {"externalAuthentication": "initial"}, []),
        (OAUTH | {"oauth.user.refresh_token": UNKNOWN}, {"externalAuthentication": "initial"}, []),
        (REFRESH, {"externalAuthentication": UNKNOWN}, []),
    ],
)
def test_oauth_wants_a_code_or_a_refresh_token(
    provider: Provider, configuration: dict[str, Any], more: dict[str, Any], paths: list[str]
) -> None:
    found = reasons(provider, declaration("sfdc", configuration, **more))
    assert [reason.partition(": ")[0] for reason in found] == paths


def test_an_instance_that_has_had_its_code_can_lose_it_from_the_program(provider: Provider) -> None:
    checked = provider.check(declaration("sfdc", OAUTH, providerData={"code": "c"}))
    assert provider.check(declaration("sfdc", OAUTH), checked.inputs).failures == []


@pytest.mark.parametrize(("chosen", "accepted"), [("oauth2", False), ("apiKey", True), (UNKNOWN, True)])
def test_an_element_with_a_choice_wants_a_code_for_oauth_alone(
    judge: Provider, catalog: Catalog, element: str, chosen: str, accepted: bool
) -> None:
    defined(catalog, element, CHOICE, authentication="oauth2")
    found = reasons(judge, declaration(element, {"authentication.type": chosen}))
    assert len(found) == (0 if accepted else 1), found


# Keys that the element does not know


def test_an_unknown_key_warns_and_suggests_the_nearest(provider: Provider) -> None:
    configuration = {"api.key": "k", "apikey": "canary-5f1d"}
    assert warnings(provider, declaration("stripe", configuration)) == [
        'configuration["apikey"]: stripe knows no such key; did you mean api.key?'
    ]


def test_an_unknown_key_that_is_near_to_nothing_warns_without_a_suggestion(provider: Provider) -> None:
    (warning,) = warnings(provider, declaration("stripe", {"api.key": "k", "zzz": UNKNOWN}))
    assert warning.startswith('configuration["zzz"]: stripe knows no such key')
    assert "did you mean" not in warning


def test_a_key_that_all_elements_share_is_known_to_every_element(
    judge: Provider, catalog: Catalog, element: str
) -> None:
    defined(catalog, element)
    shared = {"event.notification.enabled": True, "event.vendor.type": "polling", "filter.response.nulls": False}
    assert warnings(judge, declaration(element, shared)) == []


# Asking the platform


def test_definitions_are_asked_for_once_per_element_and_process(
    open_provider: Open, account: dict[str, str], emulator: Emulator
) -> None:
    before = {element: fetches(emulator, element) for element in ("stripe", "closeio")}
    stripe, closeio = (
        declaration("stripe", {"api.key": "k"}),
        declaration("closeio", {"username": "u", "password": "p"}),
    )
    with open_provider(account) as provider:
        for _ in range(3):
            reasons(provider, stripe)
            reasons(provider, closeio)
        found = provider.create(provider.check(stripe).inputs)
        assert provider.read(found) is not None
        provider.update(found, provider.check(stripe | {"configuration": {"api.key": "l"}}).inputs)
        provider.delete(found)
    assert {element: fetches(emulator, element) - count for element, count in before.items()} == {
        "stripe": 1,
        "closeio": 1,
    }


def test_definitions_are_asked_for_once_by_many_at_the_same_time(
    open_provider: Open, account: dict[str, str], emulator: Emulator
) -> None:
    before = fetches(emulator, "stripe")
    emulator.settings(latency=0.3)  # so that the others come while the first one waits
    try:
        with open_provider(account) as provider, ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: reasons(provider, declaration("stripe")), range(4)))
    finally:
        emulator.settings(latency=0)
    assert found == [['configuration["api.key"]: is required by stripe']] * 4
    assert fetches(emulator, "stripe") == before + 1


@pytest.mark.parametrize(
    "unusable",
    [
        html(404),
        html(),
        refusal(401, "Invalid Organization or User secret, or invalid Element token provided."),
        refusal(403),
        refusal(500),
        answer([]),
        answer({"configuration": "none"}),
        answer({"configuration": [5, {"name": "no key"}, {"key": 7}]}),
    ],
    ids=["foreign 404", "page", "401", "403", "500", "list", "no entries", "no entry"],
)
def test_an_answer_that_defines_nothing_refuses_nothing_and_is_said(
    judge: Provider, catalog: Catalog, element: str, unusable: Answer
) -> None:
    catalog[element] = unusable
    (warning,) = warnings(judge, declaration(element, {"a": 1}))
    assert "checked less" in warning
    assert "\n" not in warning


@pytest.mark.parametrize(
    "config",
    [
        {"baseUrl": "http://127.0.0.1:1"},
        {"userSecret": "", "organizationSecret": ""},
        {"userSecret": "not-the-secret"},
    ],
    ids=["unreachable", "no credentials", "wrong credentials"],
)
def test_without_a_platform_a_check_goes_on_and_says_that_it_checked_less(
    open_provider: Open, account: dict[str, str], config: dict[str, str]
) -> None:
    with open_provider(account | config) as provider:
        (warning,) = warnings(provider, declaration("jira", {"username": "canary-5f1d"}))
        assert "checked less" in warning
        assert "\n" not in warning
        assert "not-the-secret" not in warning
        assert "canary" not in warning
        assert reasons(provider, declaration("jira", {"event.vendor.type": "pull"})) != []


def test_a_definition_decides_what_is_a_secret(judge: Provider, catalog: Catalog, element: str) -> None:
    defined(
        catalog, element, REQUIRED | {"key": "pin", "type": "PASSWORD"}, {"key": "old", "configDataType": "PASSWORD"}
    )
    configuration = judge.check(declaration(element, {"pin": "73519", "old": "73520", "plain": "x"})).inputs[
        "configuration"
    ]
    assert configuration == {"pin": Secret("73519"), "old": Secret("73520"), "plain": "x"}


def test_what_is_checked_less_is_said_once_with_its_reason_and_shortly_of_each_other_element(
    open_provider: Open, account: dict[str, str]
) -> None:
    with open_provider(account | {"userSecret": "", "organizationSecret": ""}) as provider:
        for element in ("jira", "stripe", "jira", "sfdc"):
            provider.check(declaration(element, {}))
        said = [diagnostic.message for diagnostic in provider.diagnostics if diagnostic.severity == "warning"]
    assert said[0].startswith("checked less, without the rules of element jira: ")
    assert said[1:] == [f"checked less, also without the rules of element {element}" for element in ("stripe", "sfdc")]
