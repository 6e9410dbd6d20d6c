"""The life of an instance, against a real server that plays back what the platform says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from pulumi_cloudelements.errors import (
    ApiError,
    BadCredentials,
    CloudElementsError,
    Forbidden,
    ForeignAnswer,
    Unavailable,
)
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import UNKNOWN, change_at
from pulumi_cloudelements.resources.diff import in_words
from pulumi_cloudelements.resources.instance import InstanceResource
from tests.support.instance import CANARY, CERTAIN, DECLARED, LAST, Heard, defined, live, resource
from tests.support.server import CUT, Answer, ScriptedServer, answer, html, refusal

# diff


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "Other"}, "changes name"),
        ({"tags": ["b"], "enabled": False}, "changes tags, enabled"),
        ({"configuration": {"api.key": CANARY}}, 'changes configuration["api.key"], configuration["pagination.max"]'),
        ({"providerDataVersion": 2}, "changes providerDataVersion"),
        ({"element": "jira"}, "changes element (replaces)"),
        (
            {"element": "jira", "name": "Other", "externalAuthentication": "initial"},
            "changes element (replaces), name, externalAuthentication (replaces)",
        ),
        ({"name": UNKNOWN}, "changes name"),
    ],
    ids=str,
)
def test_a_diff_in_words_tells_what_changes_and_no_value(
    offline: InstanceResource, change: dict[str, Any], words: str
) -> None:
    changes = offline.diff("1234", LAST.to_properties(), DECLARED.to_properties() | change)
    assert changes
    assert in_words(changes) == words
    assert "sk_live" not in words


def test_what_is_only_written_is_no_change(offline: InstanceResource) -> None:
    new = DECLARED.to_properties() | {"providerData": {"code": "another"}, "adopt": "12"}
    assert offline.diff("1234", LAST.to_properties(), new) == []


def test_an_ownership_tag_that_is_written_anew_is_told(offline: InstanceResource, heard: Heard) -> None:
    old = LAST.to_properties() | {"__owner": "p/s/old#0123456789ab"}
    (change,) = offline.diff("1234", old, DECLARED.to_properties(), Owner("p", "s", "new"), heard)
    assert change.path == "tags"
    assert heard[-1] == ("info", "the ownership tag is written again")
    assert offline.diff("1234", old, DECLARED.to_properties(), Owner("p", "s", "old"), heard) == []


# read


def test_read_without_drift_gives_back_what_is_declared() -> None:
    with ScriptedServer(live()) as server:
        assert resource(server).read(LAST) == replace(LAST, token="live-token")
    assert server.lines == ["GET /instances/1234"]


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("external_authentication", ["none", "initial"])
def test_read_finds_no_drift_in_what_an_answer_does_not_show(external_authentication: str, enabled: bool) -> None:
    """Only id, name, token and element are certain: an older answer without tags is no order to drop them."""
    declared = InstanceInputs("stripe", "Test", {"api.key": "k"}, ("a",), enabled, external_authentication)
    with ScriptedServer(answer(CERTAIN)) as server:
        state = resource(server).read(InstanceState("1234", declared, "last-token"))
    assert state is not None
    assert state.inputs == declared


@pytest.mark.parametrize("configuration", [{}, {"configuration": {}}, {"configuration": {"pagination.max": 50}}])
@pytest.mark.parametrize("tags", [{}, {"tags": []}, {"tags": ["a"]}])
def test_read_gives_back_the_very_inputs_that_check_gave(
    tags: dict[str, Any], configuration: dict[str, Any], heard: Heard
) -> None:
    with ScriptedServer(defined(), live(**tags)) as server:
        core = resource(server)
        checked = core.check({"element": "stripe", "name": "Test"} | tags | configuration, heard, {}).inputs
        state = core.read(InstanceState("1234", InstanceInputs.from_properties(checked)))
    assert state is not None
    assert state.inputs.to_properties() == checked


@pytest.mark.parametrize(
    ("changed", "property_name", "found"),
    [
        ({"name": "Renamed"}, "name", "Renamed"),
        ({"disabled": True}, "enabled", False),
        ({"tags": ["a", "b"]}, "tags", ["a", "b"]),
        ({"tags": []}, "tags", []),
        (
            {"configuration": {"pagination.max": "99"}},
            "configuration",
            {"api.key": "sk_live_5e1f", "pagination.max": "99"},
        ),
        ({"configuration": {"pagination.max": None}}, "configuration", {"api.key": "sk_live_5e1f"}),
    ],
)
def test_read_shows_drift_in_the_inputs_property_by_property(
    changed: dict[str, Any], property_name: str, found: Any
) -> None:
    with ScriptedServer(live(**changed)) as server:
        core = resource(server)
        state = core.read(LAST)
        assert state is not None
        properties = state.inputs.to_properties()
        assert properties == DECLARED.to_properties() | {property_name: found}
        drift = core.diff("1234", properties, DECLARED.to_properties())
    assert [change.path.split("[")[0] for change in drift] == [property_name]


def test_read_keeps_the_version_of_what_was_sent_to_authenticate() -> None:
    last = replace(LAST, inputs=replace(DECLARED, provider_data_version=2))
    with ScriptedServer(live()) as server:
        state = resource(server).read(last)
    assert state is not None
    assert state.inputs == last.inputs


def test_read_keeps_the_token_where_none_is_shown() -> None:
    with ScriptedServer(live(token=None)) as server:
        state = resource(server).read(LAST)
    assert state is not None
    assert state.token == "last-token"


def test_read_of_what_is_gone_is_none() -> None:
    with ScriptedServer(refusal(404, "No element instance found with id 1234")) as server:
        assert resource(server).read(LAST) is None


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (refusal(401), BadCredentials),
        (refusal(403), Forbidden),
        (refusal(500), Unavailable),
        (refusal(503), Unavailable),
        (html(404), ForeignAnswer),
        (html(200), ForeignAnswer),
        (html(302, Location="https://login.example"), ForeignAnswer),
        (CUT, Unavailable),
        (answer({}), ForeignAnswer),
        (answer({"message": "hello"}), ForeignAnswer),
        (answer([CERTAIN]), ForeignAnswer),
        (answer(CERTAIN | {"configuration": "text"}), ForeignAnswer),
    ],
    ids=["401", "403", "500", "503", "404 html", "200 html", "redirect", "cut", "{}", "json", "list", "wrong type"],
)
def test_read_fails_rather_than_guess(trouble: Answer, kind: type[ApiError]) -> None:
    with ScriptedServer(trouble) as server, pytest.raises(kind):
        resource(server).read(LAST)


@pytest.mark.parametrize("secret", ["sk_live_5e1f", "last-token"])
def test_read_repeats_no_secret_of_the_instance_though_the_platform_names_it(secret: str) -> None:
    with ScriptedServer(refusal(500, f"cannot use {secret}")) as server, pytest.raises(Unavailable) as caught:
        resource(server).read(LAST)
    assert secret not in str(caught.value)


# delete


def test_delete_is_one_delete() -> None:
    with ScriptedServer(Answer(b"")) as server:
        resource(server).delete(LAST)
    assert server.lines == ["DELETE /instances/1234"]


def test_delete_of_what_is_gone_is_a_success() -> None:
    with ScriptedServer(refusal(404, "No element instance found with id 1234")) as server:
        resource(server).delete(LAST)


@pytest.mark.parametrize("trouble", [refusal(401), refusal(403), refusal(500), html(404), html(200)], ids=repr)
def test_delete_fails_where_the_platform_does_not_say_that_it_is_gone(trouble: Answer) -> None:
    with ScriptedServer(trouble) as server, pytest.raises(CloudElementsError):
        resource(server).delete(LAST)


# secret_paths


def marked(
    core: InstanceResource, properties: dict[str, Any], given: Collection[str], last: Collection[str] | None = None
) -> dict[str, Any]:
    """The properties, with every secret as a pair."""
    return change_at(properties, core.secret_paths(properties, given, last), lambda value: ("secret", value))


def test_what_is_secret_by_the_elements_definitions_is_marked() -> None:
    row = {"key": "pin", "type": "PASSWORD"}
    properties = {"element": "vendor", "token": "t", "configuration": {"pin": "1", "api.key": "k", "plain": "p"}}
    with ScriptedServer(answer({"key": "vendor", "configuration": [row]})) as server:
        found = marked(resource(server), properties, ())
    assert found == {
        "element": "vendor",
        "token": ("secret", "t"),
        "configuration": {"pin": ("secret", "1"), "api.key": ("secret", "k"), "plain": "p"},
    }


def test_what_is_secret_by_its_name_is_marked_without_definitions(offline: InstanceResource) -> None:
    properties = {"element": UNKNOWN, "token": "t", "configuration": {"api.key": "k", "plain": "p"}}
    assert marked(offline, properties, (), ()) == {
        "element": UNKNOWN,
        "token": ("secret", "t"),
        "configuration": {"api.key": ("secret", "k"), "plain": "p"},
    }


def test_without_definitions_what_was_secret_stays_so_and_all_is_where_that_is_not_known(
    offline: InstanceResource,
) -> None:
    properties = {"element": "vault", "configuration": {"pin": "1", "size": 2}}
    for last, expected in ((["pin"], {"pin": ("secret", "1"), "size": 2}), ([], {"pin": "1", "size": 2})):
        kept = marked(offline, properties, (), last)
        assert kept["configuration"] == expected
    kept = marked(offline, properties, ())
    assert kept["configuration"] == {"pin": ("secret", "1"), "size": ("secret", 2)}


def test_what_a_program_gave_as_a_secret_is_marked(offline: InstanceResource) -> None:
    properties = {"element": "stripe", "configuration": {"a": "x", "b": "y"}}
    assert marked(offline, properties, ["b"], ()) == {
        "element": "stripe",
        "configuration": {"a": "x", "b": ("secret", "y")},
    }


# import


def test_an_import_tells_what_a_program_must_declare_though_the_platform_never_shows_it(heard: Heard) -> None:
    shown = CERTAIN | {"element": {"key": "sfdc"}, "externalAuthentication": "initial", "configuration": {"a": "b"}}
    with ScriptedServer(answer(shown), defined("sfdc", authentication="oauth2")) as server:
        state = resource(server).read_by_id("1234", log=heard)
    assert state
    ((severity, message),) = heard
    assert severity == "warning"
    assert 'does not show configuration["oauth.user.refresh_token"]: a program that manages it declares them' in message
