"""What check of an instance fills in, refuses and doubts, by the definitions of its element."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_cloudelements.model.properties import UNKNOWN
from pulumi_cloudelements.redaction import MASK
from pulumi_cloudelements.resources.instance import InstanceResource
from tests.support.instance import CANARY, CERTAIN, Heard, resource, wanting
from tests.support.server import CUT, Answer, ScriptedServer, answer, html, refusal


def test_check_fills_in_the_defaults(offline: InstanceResource, heard: Heard) -> None:
    checked = offline.check({"element": "stripe", "name": "Test"}, heard, {})
    assert checked.failures == []
    assert checked.inputs == {
        "element": "stripe",
        "name": "Test",
        "configuration": {},
        "enabled": True,
        "externalAuthentication": "none",
    }


@pytest.mark.parametrize("old", [{}, {"element": "sfdc", "externalAuthentication": "initial"}])
def test_check_keeps_what_is_declared(offline: InstanceResource, heard: Heard, old: dict[str, Any]) -> None:
    declared = {
        "element": "sfdc",
        "name": "Größe/☃",
        "configuration": {"a": 1, 'say "hi"': True, "c": {"d": "e"}, "f": "", "g": 0.5},
        "tags": ["b", "a"],
        "enabled": False,
        "externalAuthentication": "initial",
        "providerData": {"code": "c"},
        "providerDataVersion": {"of": [2024]},
        "adopt": "1234",
    }
    checked = offline.check(declared, heard, old)
    assert checked.inputs == declared
    assert checked.failures == []


def test_null_means_not_declared(offline: InstanceResource, heard: Heard) -> None:
    nulls = {
        "name": "Test",
        "tags": None,
        "enabled": None,
        "externalAuthentication": None,
        "providerData": None,
        "providerDataVersion": None,
        "adopt": None,
    }
    configuration = {"a": 1, "event.vendor.type": None}
    checked = offline.check({"element": "stripe", **nulls, "configuration": configuration}, heard, {})
    assert checked.failures == []
    assert checked.inputs == {
        "element": "stripe",
        "name": "Test",
        "configuration": {"a": 1},
        "enabled": True,
        "externalAuthentication": "none",
    }


def test_check_names_every_failure_at_once(heard: Heard) -> None:
    with ScriptedServer(wanting("jira", "username", "base.url", authentication="oauth2")) as server:
        checked = resource(server).check(
            {
                "element": "jira",
                "name": "",
                "nmae": CANARY,
                "tags": CANARY,
                "enabled": CANARY,
                "adopt": None,
                "providerData": {"cod": CANARY},
                "configuration": {
                    "event.vendor.type": CANARY,
                    "event.notification.callback.url": CANARY,
                    "password": MASK,
                    "n": 2**60,
                },
            },
            heard,
            {},
        )
    assert {failure.split(":")[0] for failure in checked.failures} == {
        "name",
        "nmae",
        "tags",
        "enabled",
        "providerData",
        'configuration["event.vendor.type"]',
        'configuration["event.notification.callback.url"]',
        'configuration["password"]',
        'configuration["n"]',
        'configuration["username"]',
        'configuration["base.url"]',
    }
    assert len(checked.failures) == 11
    assert not any("\n" in failure or CANARY in failure for failure in checked.failures)
    assert CANARY not in str(heard)


@pytest.mark.parametrize(
    "unknown",
    [
        {"element": UNKNOWN},
        {"name": UNKNOWN},
        {"enabled": UNKNOWN},
        {"tags": UNKNOWN},
        {"tags": ["a", UNKNOWN]},
        {"externalAuthentication": UNKNOWN},
        {"providerData": UNKNOWN},
        {"providerData": {"code": UNKNOWN}},
        {"providerDataVersion": UNKNOWN},
        {"adopt": UNKNOWN},
        {"configuration": UNKNOWN},
        {"configuration": {"event.vendor.type": UNKNOWN, "a": {"deep": [UNKNOWN]}}},
    ],
    ids=str,
)
def test_check_passes_over_what_a_preview_cannot_know(
    offline: InstanceResource, heard: Heard, unknown: dict[str, Any]
) -> None:
    checked = offline.check({"element": "stripe", "name": "Test"} | unknown, heard, {})
    assert checked.failures == []
    assert unknown.items() <= checked.inputs.items()


def test_check_asks_for_a_definition_once_whatever_it_is_asked(heard: Heard) -> None:
    with ScriptedServer(wanting("jira", "username")) as server:
        core = resource(server)
        for configuration, failures in (({}, 1), ({"username": "u"}, 0), ({}, 1)):
            found = core.check(
                {"element": "jira", "name": "Test", "configuration": configuration}, heard, {"element": "jira"}
            )
            assert len(found.failures) == failures
        core.secret_paths({"element": "jira", "configuration": {}}, ())
    assert server.lines == ["GET /elements/jira"]
    assert heard == []


@pytest.mark.parametrize("element", [None, "", 5, UNKNOWN, {"key": "jira"}], ids=repr)
def test_check_asks_nothing_of_what_is_no_element(element: Any, heard: Heard) -> None:
    with ScriptedServer() as server:
        resource(server).check({"element": element, "name": "Test"}, heard, {})
    assert heard == []


def test_check_refuses_an_element_that_there_is_not(heard: Heard) -> None:
    with ScriptedServer(beyond=refusal(404, "No element found")) as server:
        core = resource(server)
        for _ in range(2):
            checked = core.check({"element": "strpie", "name": "Test"}, heard, {})
            assert checked.failures == ["element: the platform knows no element strpie"]
    assert heard == []


def test_a_code_is_wanted_until_the_instance_exists(heard: Heard) -> None:
    declared = {"element": "sfdc", "name": "Test"}
    theirs = answer(CERTAIN | {"id": 12, "element": {"key": "sfdc"}})
    with ScriptedServer(wanting("sfdc", authentication="oauth2"), theirs) as server:
        core = resource(server)
        (failure,) = core.check(declared, heard, {}).failures
        assert failure.startswith("providerData: ")
        assert core.check(declared, heard, {"element": "sfdc", "externalAuthentication": "none"}).failures == []
        for other in ({"element": "stripe", "externalAuthentication": "none"}, {"element": "sfdc"}):
            assert len(core.check(declared, heard, other).failures) == 1
        assert core.check(declared | {"providerData": {"code": "c"}}, heard, {}).failures == []
        assert core.check(declared | {"adopt": "12"}, heard, {}).failures == []


@pytest.mark.parametrize(
    "trouble",
    [refusal(401), refusal(403), refusal(500), html(200), html(404), CUT, answer([])],
    ids=["401", "403", "500", "page", "foreign 404", "cut", "list"],
)
def test_check_goes_on_without_definitions_and_says_why_once_and_of_each_element_that(
    trouble: Answer, heard: Heard
) -> None:
    with ScriptedServer(beyond=trouble) as server:
        core = resource(server)
        for element in ("jira", "stripe", "jira", "sfdc"):
            checked = core.check({"element": element, "name": "", "configuration": {"a": CANARY}}, heard, {})
            assert checked.failures == ["name: must not be empty"]
    assert [severity for severity, _ in heard] == ["warning"] * 3
    (_, why), *others = heard
    assert why.startswith("checked less, without the rules of element jira: ")
    assert CANARY not in why
    assert [message for _, message in others] == [
        "checked less, also without the rules of element stripe",
        "checked less, also without the rules of element sfdc",
    ]


def test_check_says_each_reason_for_which_definitions_are_missing(heard: Heard) -> None:
    with ScriptedServer(refusal(403), html(200), refusal(403)) as server:
        core = resource(server)
        for element in ("jira", "stripe", "sfdc"):
            core.check({"element": element, "name": "Test"}, heard, {})
    first, second, third = (message for _, message in heard)
    assert first.startswith("checked less, without the rules of element jira: ")
    assert second.startswith("checked less, without the rules of element stripe: ")
    assert third == "checked less, also without the rules of element sfdc"


def test_check_without_credentials_says_how_to_set_them(offline: InstanceResource, heard: Heard) -> None:
    assert offline.check({"element": "stripe", "name": "Test"}, heard, {}).failures == []
    ((severity, message),) = heard
    assert severity == "warning"
    for word in ("checked less", "cloudelements:userSecret", "cloudelements:organizationSecret"):
        assert word in message


def test_check_doubts_a_key_that_the_element_does_not_define(heard: Heard) -> None:
    declared = {"element": "stripe", "name": "Test", "configuration": {"apikey": CANARY, "api.key": "k", "zzz": 1}}
    with ScriptedServer(wanting("stripe", "api.key")) as server:
        assert resource(server).check(declared, heard, {}).failures == []
    assert heard == [
        ("warning", 'configuration["apikey"]: stripe knows no such key; did you mean api.key?'),
        ("warning", 'configuration["zzz"]: stripe knows no such key'),
    ]
