"""What is wrong with declared inputs: each reason on its own, with its path and without the value."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_cloudelements.model.element import REFRESH_TOKEN, Element, Entry
from pulumi_cloudelements.model.properties import UNKNOWN
from pulumi_cloudelements.redaction import MASK
from pulumi_cloudelements.resources.check import element_failures, shape_failures, unknown_keys

CANARY = "canary-5f1d"

BASE: dict[str, Any] = {
    "element": "stripe",
    "name": "Test",
    "configuration": {},
    "enabled": True,
    "externalAuthentication": "none",
}


def shape(**declared: Any) -> list[str]:
    """What is wrong with a declaration of any element."""
    return list(shape_failures(BASE | declared))


# Of any element


BAD = [
    ({"element": None}, "element: is required"),
    ({"element": ""}, "element: must not be empty"),
    ({"element": 4242}, "element: must be a string"),
    ({"element": {CANARY: 1}}, "element: must be a string"),
    ({"name": ""}, "name: must not be empty"),
    ({"name": 4242}, "name: must be a string"),
    ({"enabled": "true"}, "enabled: must be true or false"),
    ({"enabled": 1}, "enabled: must be true or false"),
    ({"tags": CANARY}, "tags: must be a list of strings"),
    ({"tags": ["a", 4242]}, "tags: must be a list of strings"),
    ({"tags": ["a", None]}, "tags: must be a list of strings"),
    ({"tags": {CANARY: 1}}, "tags: must be a list of strings"),
    ({"configuration": CANARY}, "configuration: must be a map"),
    ({"configuration": [CANARY]}, "configuration: must be a map"),
    ({"externalAuthentication": CANARY}, "externalAuthentication: must be none or initial"),
    ({"externalAuthentication": True}, "externalAuthentication: must be a string"),
    (
        {"configuration": {"event.vendor.type": CANARY}},
        'configuration["event.vendor.type"]: must be webhook or polling',
    ),
    ({"providerData": CANARY}, "providerData: must be a map"),
    ({"providerData": [CANARY]}, "providerData: must be a map"),
    ({"adopt": ""}, "adopt: must not be empty"),
    ({"adopt": 4242}, "adopt: must be a string"),
    ({"adopt": CANARY}, "adopt: must be the number of an instance"),
    ({"adopt": "-1"}, "adopt: must be the number of an instance"),
    ({"adopt": "1.0"}, "adopt: must be the number of an instance"),
    ({"adopt": " 1"}, "adopt: must be the number of an instance"),
    ({"adopt": "../1"}, "adopt: must be the number of an instance"),
    ({"adopt": "\u0661"}, "adopt: must be the number of an instance"),
    ({"adopt": "\u00b2"}, "adopt: must be the number of an instance"),
]


@pytest.mark.parametrize(("bad", "failure"), BAD, ids=[failure for _, failure in BAD])
def test_what_is_wrong_is_named_and_the_value_never(bad: dict[str, Any], failure: str) -> None:
    assert shape(**bad) == [failure]
    assert CANARY not in failure
    assert "4242" not in failure


@pytest.mark.parametrize("name", ["nmae", "external_authentication", "token", "providerdata"])
def test_a_property_that_there_is_not_is_refused_with_those_there_are(name: str) -> None:
    (failure,) = shape(**{name: CANARY})
    assert failure.startswith(f"{name}: no such property")
    assert "element, name, configuration" in failure
    assert CANARY not in failure


@pytest.mark.parametrize(
    "right",
    [
        {"name": "\u00a0"},
        {"tags": []},
        {"tags": ["", "a"]},
        {"providerData": {}},
        {"providerData": {"code": "c", "n": [1]}},
        {"providerDataVersion": 1},
        {"providerDataVersion": ""},
        {"providerDataVersion": {"a": [True]}},
        {"adopt": "1"},
        {"adopt": "9007199254740993"},
        {"enabled": False},
        {"externalAuthentication": "initial"},
        {"configuration": {"": "", "a": None, 'say "hi"': {"b": [1]}}},
    ],
    ids=str,
)
def test_what_is_right_is_not_refused(right: dict[str, Any]) -> None:
    assert shape(**right) == []


@pytest.mark.parametrize("name", [name for name in BASE if name != "element"] + ["tags", "providerData", "adopt"])
def test_null_is_not_declared(name: str) -> None:
    assert shape(**{name: None}) == []


@pytest.mark.parametrize("name", [*BASE, "tags", "providerData", "providerDataVersion", "adopt"])
def test_what_a_preview_cannot_know_is_passed_over(name: str) -> None:
    assert shape(**{name: UNKNOWN}) == []


@pytest.mark.parametrize(
    "unknown",
    [
        {"tags": ["a", UNKNOWN]},
        {"configuration": {"a": UNKNOWN, "b": {"deep": [UNKNOWN]}}},
        {"providerData": {"code": UNKNOWN}},
    ],
    ids=str,
)
def test_what_a_preview_cannot_know_is_passed_over_at_any_depth(unknown: dict[str, Any]) -> None:
    assert shape(**unknown) == []


@pytest.mark.parametrize(
    "number",
    [2**53, -(2**53), 2**53 + 1, 10**300, float(2**60), float("inf"), float("nan"), {"deep": [2**53]}],
    ids=["2^53", "-2^53", "2^53+1", "10^300", "double", "infinity", "not a number", "in an object"],
)
def test_a_number_that_would_not_arrive_as_it_is_is_refused(number: Any) -> None:
    (failure,) = shape(configuration={"account": number})
    assert failure.startswith('configuration["account"]: ')
    assert not any(digit in failure for digit in "0123456789")


@pytest.mark.parametrize("number", [0, 2**53 - 1, -(2**53) + 1, 0.5, "9007199254740993"])
def test_a_number_that_arrives_as_it_is_is_taken(number: Any) -> None:
    assert shape(configuration={"account": number}) == []


def test_the_platforms_mask_is_refused() -> None:
    (failure,) = shape(configuration={"password": MASK, "another": MASK + "*"})
    assert failure.startswith('configuration["password"]: ')


# The keys that all elements share


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("event.notification.enabled", True),
        ("event.notification.enabled", False),
        ("event.notification.enabled", "true"),
        ("event.vendor.type", "webhook"),
        ("event.vendor.type", "webhooks"),
        ("event.vendor.type", "polling"),
        ("event.notification.type", "webhook"),
        ("event.notification.callback.url", "http://hooks.example.com"),
        ("event.notification.callback.url", "https://hooks.example.com:8443/a?b=c"),
        ("filter.response.nulls", "false"),
        ("filter.response.nulls", True),
        ("event.notification.callback.url", UNKNOWN),
        ("event.notification.enabled", UNKNOWN),
        ("some.other.key", {"anything": ["goes"]}),
    ],
)
def test_a_common_key_with_a_right_value(key: str, value: Any) -> None:
    assert shape(configuration={key: value}) == []


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("event.notification.enabled", CANARY, "true or false"),
        ("event.notification.enabled", 1, "true or false"),
        ("event.notification.enabled", "True", "true or false"),
        ("event.notification.enabled", {CANARY: True}, "true or false"),
        ("event.vendor.type", CANARY, "webhook or polling"),
        ("event.vendor.type", True, "webhook or polling"),
        ("event.vendor.type", [CANARY], "webhook or polling"),
        ("event.notification.type", CANARY, "webhook"),
        ("event.notification.type", "email", "webhook"),
        ("event.notification.callback.url", CANARY, "an http or https URL"),
        ("event.notification.callback.url", f"ftp://{CANARY}", "an http or https URL"),
        ("event.notification.callback.url", f"https:///{CANARY}", "an http or https URL"),
        ("event.notification.callback.url", f"https://[{CANARY}", "an http or https URL"),
        ("event.notification.callback.url", 5, "an http or https URL"),
        ("filter.response.nulls", CANARY, "true or false"),
        ("filter.response.nulls", 0, "true or false"),
    ],
)
def test_a_common_key_with_a_wrong_value_is_named_and_the_value_is_not(key: str, value: Any, wanted: str) -> None:
    (failure,) = shape(configuration={key: value})
    assert failure == f'configuration["{key}"]: must be {wanted}'
    assert CANARY not in failure


def test_a_file_of_another_languages_program_is_no_value() -> None:
    (failure,) = shape(configuration={"certificate": {"of": [object()]}})
    assert failure == 'configuration["certificate"]: must be a string, a boolean, a number or an object of such'


# Of one element


def element(*entries: Entry, authentication: str = "basic", key: str = "vendor") -> Element:
    """An element with these definitions."""
    return Element(key, authentication, entries)


def failures(definition: Element, exists: bool = False, **declared: Any) -> list[str]:
    """What an element's own rules find missing in a declaration."""
    had = dict.fromkeys([*(entry.key for entry in definition.configuration), REFRESH_TOKEN], "x")
    return list(element_failures(definition, BASE | declared, BASE | {"configuration": had} if exists else {}))


JIRA = element(
    Entry("username", required=True),
    Entry("password", "PASSWORD", required=True),
    Entry("base.url", required=True),
    Entry("pagination.max", default="100"),
    key="jira",
)


def test_all_that_is_missing_is_named_at_once_each_with_its_path() -> None:
    assert failures(JIRA, configuration={"base.url": "https://x.example", "password": ""}) == [
        'configuration["username"]: is required by jira',
        'configuration["password"]: is required by jira',
    ]


def test_what_exists_must_be_declared_as_well() -> None:
    assert len(failures(JIRA, exists=True)) == 3


def test_what_an_instance_was_imported_without_is_not_missing() -> None:
    imported = BASE | {"configuration": {"username": "u", "base.url": "https://x.example"}}
    assert list(element_failures(JIRA, imported, imported)) == []
    dropped = BASE | {"configuration": {"username": "u"}}
    assert list(element_failures(JIRA, dropped, imported)) == ['configuration["base.url"]: is required by jira']


@pytest.mark.parametrize("exists", [True, False])
def test_what_is_declared_or_not_known_yet_is_not_missing(exists: bool) -> None:
    assert failures(JIRA, exists, configuration={"username": "u", "password": UNKNOWN, "base.url": 5}) == []


@pytest.mark.parametrize(
    "declared",
    [
        {"configuration": UNKNOWN},
        {"configuration": "text"},
        {"configuration": None},
        {"adopt": "1"},
        {"adopt": UNKNOWN},
    ],
    ids=str,
)
def test_an_element_demands_nothing_of_what_is_not_known_or_adopted(declared: dict[str, Any]) -> None:
    for definition in (JIRA, SFDC):
        assert failures(definition, **declared) == []


SFDC = element(authentication="oauth2", key="sfdc")
CODE_OR_TOKEN = (
    "providerData: sfdc wants an OAuth code, or externalAuthentication initial with "
    'configuration["oauth.user.refresh_token"]'
)
TOKEN = 'configuration["oauth.user.refresh_token"]: is required with externalAuthentication initial'
WITH_TOKEN = {"configuration": {"oauth.user.refresh_token": "r"}}


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({}, [CODE_OR_TOKEN]),
        ({"providerData": {}}, [CODE_OR_TOKEN]),
        ({"providerData": {"code": ""}}, [CODE_OR_TOKEN]),
        ({"providerData": {"code": None}}, [CODE_OR_TOKEN]),
        ({"providerData": {"another": "c"}}, [CODE_OR_TOKEN]),
        ({"providerData": CANARY}, [CODE_OR_TOKEN]),
        (WITH_TOKEN, [CODE_OR_TOKEN]),
        ({"providerData": {"code": "c"}}, []),
        ({"providerData": {"code": UNKNOWN}}, []),
        ({"providerData": UNKNOWN}, []),
        ({"externalAuthentication": "initial"}, [TOKEN]),
        ({"externalAuthentication": "initial", "providerData": {"code": "c"}}, [TOKEN]),
        ({"externalAuthentication": "initial"} | WITH_TOKEN, []),
        ({"externalAuthentication": "initial", "configuration": {"oauth.user.refresh_token": UNKNOWN}}, []),
        ({"externalAuthentication": "initial", "configuration": {"oauth.user.refresh_token": ""}}, [TOKEN]),
        ({"externalAuthentication": UNKNOWN}, []),
        ({"configuration": {"authentication.type": "basic"}}, []),
    ],
    ids=str,
)
def test_oauth_wants_a_code_or_a_refresh_token(declared: dict[str, Any], expected: list[str]) -> None:
    assert failures(SFDC, **declared) == expected


def test_an_instance_that_exists_wants_no_code_and_a_refresh_token_all_the_same() -> None:
    assert failures(SFDC, exists=True) == []
    assert failures(SFDC, exists=True, externalAuthentication="initial") == [TOKEN]


@pytest.mark.parametrize(
    ("definition", "configuration", "wanted"),
    [
        (element(key="sfdc", authentication="oauth1"), {}, True),
        (element(Entry("authentication.type", default="oauth2"), key="sfdc"), {}, True),
        (element(Entry("authentication.type"), key="sfdc"), {"authentication.type": "oauth2"}, True),
        (element(Entry("authentication.type"), key="sfdc"), {"authentication.type": "custom"}, False),
        (element(Entry("authentication.type", default="oauth2"), key="sfdc"), {"authentication.type": UNKNOWN}, False),
        (element(key="sfdc"), {"oauth.api.key": "k"}, False),
    ],
)
def test_whether_a_code_is_wanted_is_the_chosen_authentications_word(
    definition: Element, configuration: dict[str, Any], wanted: bool
) -> None:
    assert failures(definition, configuration=configuration) == ([CODE_OR_TOKEN] if wanted else [])


def test_missing_keys_and_a_missing_code_are_named_at_once() -> None:
    definition = element(Entry("oauth.api.key", required=True), authentication="oauth2", key="sfdc")
    assert failures(definition) == ['configuration["oauth.api.key"]: is required by sfdc', CODE_OR_TOKEN]


# Doubts


STRIPE = element(Entry("api.key", "PASSWORD", required=True), Entry("pagination.max"), Entry("base.url"), key="stripe")


@pytest.mark.parametrize(
    ("key", "doubt"),
    [
        ("apikey", 'configuration["apikey"]: stripe knows no such key; did you mean api.key?'),
        ("pagination_max", 'configuration["pagination_max"]: stripe knows no such key; did you mean pagination.max?'),
        ("zzz", 'configuration["zzz"]: stripe knows no such key'),
        ("", 'configuration[""]: stripe knows no such key'),
        ('say "hi"', 'configuration["say \\"hi\\""]: stripe knows no such key'),
        ("two\nlines", 'configuration["two\\nlines"]: stripe knows no such key'),
    ],
)
def test_a_key_that_an_element_does_not_define_is_doubted_with_the_nearest(key: str, doubt: str) -> None:
    for value in (CANARY, UNKNOWN):
        assert list(unknown_keys(STRIPE, {"configuration": {"api.key": "k", key: value}})) == [doubt]


def test_every_doubt_is_told() -> None:
    configuration = {"apikey": 1, "baseurl": 2, "base.url": 3}
    assert len(list(unknown_keys(STRIPE, {"configuration": configuration}))) == 2


@pytest.mark.parametrize(
    "key",
    [
        "api.key",
        "event.notification.enabled",
        "event.vendor.type",
        "event.notification.type",
        "event.notification.callback.url",
        "filter.response.nulls",
        "event.notification.signature.key",
        "event.poller.refresh_interval",
        "event.poller.configuration",
        "oauth.user.refresh_token",
        "authentication.time",
        "expires_in",
        "event.notification.subscription.id",
    ],
)
def test_a_key_of_the_element_or_of_all_elements_is_not_doubted(key: str) -> None:
    assert list(unknown_keys(STRIPE, {"configuration": {key: "x"}})) == []


@pytest.mark.parametrize("configuration", [{}, UNKNOWN, None, "text", ["apikey"]], ids=str)
def test_what_is_no_configuration_is_not_doubted(configuration: Any) -> None:
    assert list(unknown_keys(STRIPE, {"configuration": configuration})) == []


def test_an_element_without_definitions_doubts_nothing() -> None:
    assert list(unknown_keys(element(), {"configuration": {"apikey": "x"}})) == []
