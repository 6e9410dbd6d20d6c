"""The life of an instance, against a real server that plays back what the platform says."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_cloudelements.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    MASK,
    AmbiguousWrite,
    ApiError,
    BadCredentials,
    CloudElementsError,
    Forbidden,
    ForeignAnswer,
    RejectedInput,
    Unavailable,
)
from pulumi_cloudelements.instance import InstanceResource
from pulumi_cloudelements.model import UNKNOWN, InstanceInputs, InstanceState
from tests.support.server import CUT, Answer, ScriptedServer, answer, html, refusal

CERTAIN = {"id": 1234, "name": "Test", "token": "live-token", "element": {"key": "stripe"}}
DECLARED = InstanceInputs("stripe", "Test", {"api.key": "sk_live_5e1f", "pagination.max": 50}, ("a",))
LAST = InstanceState("1234", DECLARED, "last-token", 483, "payment", True)


def live(**more: Any) -> Answer:
    """The instance as the platform shows it."""
    element = {"id": 483, "key": "stripe", "hub": "payment"}
    configuration = {"api.key": MASK, "pagination.max": "50", "base.url": "https://api.stripe.com/v1"}
    shown = {"valid": True, "disabled": False, "tags": ["a"], "externalAuthentication": "none"}
    return answer(CERTAIN | {"element": element, "configuration": configuration} | shown | more)


def resource(server: ScriptedServer) -> InstanceResource:
    """The resource on the server's account."""
    return InstanceResource(Client(ProviderConfig("user-secret", "organization-secret", server.base_url, 30, 0)))


@pytest.fixture
def offline() -> InstanceResource:
    """A resource for what needs no platform; a request would fail."""
    return InstanceResource(Client(ProviderConfig()))


# check


def test_check_fills_in_the_defaults(offline: InstanceResource) -> None:
    checked = offline.check({"element": "stripe", "name": "Test"})
    assert checked.failures == []
    assert {"element": "stripe", "name": "Test", "enabled": True, "externalAuthentication": "none"}.items() <= (
        checked.inputs.items()
    )


def test_check_keeps_what_is_declared(offline: InstanceResource) -> None:
    declared = {
        "element": "sfdc",
        "name": "Größe/☃",
        "configuration": {"a": 1, 'say "hi"': True, "c": {"d": "e"}, "f": "", "g": 0.5},
        "tags": ["b", "a"],
        "enabled": False,
        "externalAuthentication": "initial",
    }
    assert offline.check(declared).inputs == declared
    assert offline.check(declared).failures == []


def test_null_means_not_declared(offline: InstanceResource) -> None:
    nulls = {"name": "Test", "tags": None, "enabled": None, "externalAuthentication": None}
    checked = offline.check({"element": "stripe", **nulls, "configuration": {"a": 1, "event.vendor.type": None}})
    assert checked.failures == []
    assert checked.inputs == {
        "element": "stripe",
        "name": "Test",
        "configuration": {"a": 1},
        "enabled": True,
        "externalAuthentication": "none",
    }


CANARY = "canary-5f1d"

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
]


@pytest.mark.parametrize(("bad", "failure"), BAD, ids=[failure for _, failure in BAD])
def test_check_names_what_is_wrong_and_never_the_value(
    offline: InstanceResource, bad: dict[str, Any], failure: str
) -> None:
    failures = offline.check({"element": "stripe", "name": "Test"} | bad).failures
    assert failures == [failure]
    assert CANARY not in failure
    assert "4242" not in failure


@pytest.mark.parametrize("name", ["nmae", "external_authentication", "token"])
def test_check_refuses_a_property_that_there_is_not(offline: InstanceResource, name: str) -> None:
    (failure,) = offline.check({"element": "stripe", "name": "Test", name: CANARY}).failures
    assert failure.startswith(f"{name}: ")
    assert "element, name, configuration" in failure
    assert CANARY not in failure


@pytest.mark.parametrize(
    "number",
    [2**53, -(2**53), 2**53 + 1, 10**300, float(2**60), float("inf"), float("nan"), {"deep": [2**53]}],
    ids=["2^53", "-2^53", "2^53+1", "10^300", "double", "infinity", "not a number", "in an object"],
)
def test_check_refuses_a_number_that_would_not_arrive_as_it_is(offline: InstanceResource, number: Any) -> None:
    checked = offline.check({"element": "stripe", "name": "Test", "configuration": {"account": number}})
    (failure,) = checked.failures
    assert failure.startswith('configuration["account"]: ')
    assert not any(digit in failure for digit in "0123456789")


@pytest.mark.parametrize("number", [0, 2**53 - 1, -(2**53) + 1, 0.5, "9007199254740993"])
def test_check_takes_a_number_that_arrives_as_it_is(offline: InstanceResource, number: Any) -> None:
    checked = offline.check({"element": "stripe", "name": "Test", "configuration": {"account": number}})
    assert checked.failures == []
    assert checked.inputs["configuration"] == {"account": number}


def test_check_refuses_the_platforms_mask(offline: InstanceResource) -> None:
    (failure,) = offline.check({"element": "stripe", "name": "Test", "configuration": {"password": MASK}}).failures
    assert failure.startswith('configuration["password"]: ')


def test_check_names_every_failure_at_once(offline: InstanceResource) -> None:
    failures = offline.check(
        {
            "name": "",
            "nmae": "x",
            "tags": "a",
            "enabled": "yes",
            "externalAuthentication": "sometimes",
            "configuration": {
                "event.vendor.type": "x",
                "event.notification.callback.url": "x",
                "password": MASK,
                "n": 2**60,
            },
        }
    ).failures
    assert {failure.split(":")[0] for failure in failures} == {
        "element",
        "name",
        "nmae",
        "tags",
        "enabled",
        "externalAuthentication",
        'configuration["event.vendor.type"]',
        'configuration["event.notification.callback.url"]',
        'configuration["password"]',
        'configuration["n"]',
    }
    assert len(failures) == 10
    assert not any("\n" in failure for failure in failures)


@pytest.mark.parametrize(
    "unknown",
    [
        {"element": UNKNOWN},
        {"name": UNKNOWN},
        {"enabled": UNKNOWN},
        {"tags": UNKNOWN},
        {"tags": ["a", UNKNOWN]},
        {"externalAuthentication": UNKNOWN},
        {"configuration": UNKNOWN},
        {"configuration": {"event.vendor.type": UNKNOWN, "a": {"deep": [UNKNOWN]}}},
    ],
    ids=str,
)
def test_check_passes_over_what_a_preview_cannot_know(offline: InstanceResource, unknown: dict[str, Any]) -> None:
    checked = offline.check({"element": "stripe", "name": "Test"} | unknown)
    assert checked.failures == []
    assert unknown.items() <= checked.inputs.items()


# create


def test_create_is_one_post_with_the_documented_body() -> None:
    with ScriptedServer(live()) as server:
        state = resource(server).create(DECLARED)
    (request,) = server.requests
    assert request.line == "POST /instances"
    assert request.json == {
        "element": {"key": "stripe"},
        "name": "Test",
        "configuration": {"api.key": "sk_live_5e1f", "pagination.max": 50},
        "tags": ["a"],
    }
    assert state == InstanceState("1234", DECLARED, "live-token", 483, "payment", True)


def test_create_keeps_what_is_declared_and_not_the_platforms_defaults() -> None:
    with ScriptedServer(live(name="stripped", tags=["a", "b"])) as server:
        assert resource(server).create(DECLARED).inputs == DECLARED


def test_create_disables_where_that_is_declared() -> None:
    inputs = InstanceInputs("stripe", "Test", enabled=False)
    with ScriptedServer(live(), answer({})) as server:
        state = resource(server).create(inputs)
    assert server.lines == ["POST /instances", "DELETE /instances/1234/enabled"]
    assert state.inputs == inputs


def test_create_removes_an_instance_again_that_it_cannot_finish() -> None:
    with ScriptedServer(live(), refusal(403, "not allowed"), answer({})) as server, pytest.raises(Forbidden) as caught:
        resource(server).create(InstanceInputs("stripe", "Test", enabled=False))
    assert server.lines == ["POST /instances", "DELETE /instances/1234/enabled", "DELETE /instances/1234"]
    assert "not allowed" in str(caught.value)


def test_create_names_an_instance_that_it_can_neither_finish_nor_remove() -> None:
    script = (live(), refusal(403, "first trouble"), refusal(500, "second trouble"))
    with ScriptedServer(*script) as server, pytest.raises(CloudElementsError) as caught:
        resource(server).create(InstanceInputs("stripe", "Test", enabled=False))
    for words in ("first trouble", "second trouble", "instance 1234", "left over"):
        assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "unreadable", [{"id": 1234}, {"id": 1234, "element": {}}, CERTAIN | {"configuration": 5}], ids=str
)
def test_create_leaves_no_instance_behind_whose_answer_cannot_be_read(unreadable: dict[str, Any]) -> None:
    with ScriptedServer(answer(unreadable), answer({})) as server, pytest.raises(CloudElementsError):
        resource(server).create(DECLARED)
    assert server.lines == ["POST /instances", "DELETE /instances/1234"]


@pytest.mark.parametrize("foreign", [answer({}), answer({"message": "hello"}), html(200)], ids=["{}", "json", "html"])
def test_create_says_that_it_may_have_taken_effect_where_no_id_comes_back(foreign: Answer) -> None:
    with ScriptedServer(foreign) as server, pytest.raises(AmbiguousWrite):
        resource(server).create(DECLARED)


def test_create_repeats_no_configured_value_though_the_platform_echoes_it() -> None:
    with ScriptedServer(refusal(400, "No such key: sk_live_5e1f")) as server, pytest.raises(RejectedInput) as caught:
        resource(server).create(DECLARED)
    assert "sk_live_5e1f" not in str(caught.value)
    assert "No such key" in str(caught.value)


# read


def test_read_without_drift_gives_back_what_is_declared() -> None:
    with ScriptedServer(live()) as server:
        assert resource(server).read(LAST) == InstanceState("1234", DECLARED, "live-token", 483, "payment", True)
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
def test_read_gives_back_the_very_inputs_that_check_gave(tags: dict[str, Any], configuration: dict[str, Any]) -> None:
    with ScriptedServer(live(**tags)) as server:
        core = resource(server)
        checked = core.check({"element": "stripe", "name": "Test"} | tags | configuration).inputs
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
        drift = core.diff(properties, DECLARED.to_properties())
    assert {change.path.split("[")[0] for change in drift} == {property_name}
    assert len(drift) == 1


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


# update


def test_update_is_one_put_with_everything_declared_and_null_for_dropped_keys() -> None:
    new = InstanceInputs("stripe", "New", {"api.key": "sk_live_77aa", "a": "b"}, ("c",))
    with ScriptedServer(live(token="new-token")) as server:
        state = resource(server).update(LAST, new)
    (request,) = server.requests
    assert request.line == "PUT /instances/1234"
    assert request.json == {
        "name": "New",
        "tags": ["c"],
        "configuration": {"api.key": "sk_live_77aa", "a": "b", "pagination.max": None},
    }
    assert (state.id, state.inputs, state.token) == ("1234", new, "new-token")


@pytest.mark.parametrize(("before", "after", "method"), [(True, False, "DELETE"), (False, True, "PUT")])
def test_update_of_enabled_alone_sends_no_put_of_the_instance(before: bool, after: bool, method: str) -> None:
    last = InstanceState("1234", InstanceInputs("stripe", "Test", enabled=before), "last-token", 483, "payment", True)
    new = InstanceInputs("stripe", "Test", enabled=after)
    with ScriptedServer(answer({})) as server:
        state = resource(server).update(last, new)
    assert server.lines == [f"{method} /instances/1234/enabled"]
    assert state == InstanceState("1234", new, "last-token", 483, "payment", True)


def test_update_of_enabled_and_more_is_both_calls() -> None:
    new = InstanceInputs("stripe", "New", DECLARED.configuration, ("a",), enabled=False)
    with ScriptedServer(live(), answer({})) as server:
        state = resource(server).update(LAST, new)
    assert server.lines == ["PUT /instances/1234", "DELETE /instances/1234/enabled"]
    assert state.inputs == new


def test_update_keeps_the_token_where_none_is_shown() -> None:
    with ScriptedServer(live(token=None)) as server:
        assert resource(server).update(LAST, InstanceInputs("stripe", "New")).token == "last-token"


def test_update_of_nothing_sends_nothing() -> None:
    with ScriptedServer() as server:
        assert resource(server).update(LAST, DECLARED) == LAST


@pytest.mark.parametrize("secret", ["sk_live_5e1f", "sk_live_77aa"])
def test_update_repeats_neither_the_old_value_nor_the_new(secret: str) -> None:
    with ScriptedServer(refusal(400, f"bad: {secret}")) as server, pytest.raises(RejectedInput) as caught:
        resource(server).update(LAST, InstanceInputs("stripe", "Test", {"api.key": "sk_live_77aa"}))
    assert secret not in str(caught.value)


# delete


def test_delete_is_one_delete() -> None:
    with ScriptedServer(Answer(b"")) as server:
        resource(server).delete("1234")
    assert server.lines == ["DELETE /instances/1234"]


def test_delete_of_what_is_gone_is_a_success() -> None:
    with ScriptedServer(refusal(404, "No element instance found with id 1234")) as server:
        resource(server).delete("1234")


@pytest.mark.parametrize("trouble", [refusal(401), refusal(403), refusal(500), html(404), html(200)], ids=repr)
def test_delete_fails_where_the_platform_does_not_say_that_it_is_gone(trouble: Answer) -> None:
    with ScriptedServer(trouble) as server, pytest.raises(CloudElementsError):
        resource(server).delete("1234")
