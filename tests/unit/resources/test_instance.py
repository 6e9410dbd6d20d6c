"""The life of an instance, against a real server that plays back what the platform says."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import pytest

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    AdoptionRefused,
    AmbiguousWrite,
    ApiError,
    BadCredentials,
    CloudElementsError,
    Forbidden,
    ForeignAnswer,
    RejectedInput,
    Unavailable,
)
from pulumi_cloudelements.model.diagnostics import Severity
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import UNKNOWN, change_at
from pulumi_cloudelements.redaction import MASK
from pulumi_cloudelements.resources.account import Account
from pulumi_cloudelements.resources.diff import in_words
from pulumi_cloudelements.resources.instance import InstanceResource
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


def defined(key: str = "stripe", authentication: str = "basic", **defaults: str | None) -> Answer:
    """An element as the platform defines it, with its keys' defaults; an underscore in a key stands for a dot."""
    rows = [{"key": name.replace("_", "."), "defaultValue": default} for name, default in defaults.items()]
    return answer({"key": key, "authentication": {"type": authentication}, "configuration": rows})


def wanting(key: str, *names: str, authentication: str = "basic") -> Answer:
    """An element that demands these keys."""
    rows = [{"key": name, "required": True} for name in names]
    return answer({"key": key, "authentication": {"type": authentication}, "configuration": rows})


UNDEFINED = refusal(403)
"""An account that may not read definitions."""


def resource(server: ScriptedServer, update_method: str = "PUT") -> InstanceResource:
    """The resource on the server's account."""
    account = ("user-secret", "organization-secret", server.base_url)
    config = ProviderConfig(*account, update_method, max_retries=0, ownership_tag=False)
    return Account(config).instances


@pytest.fixture
def offline() -> InstanceResource:
    """A resource for what needs no platform; a request would fail."""
    return Account(ProviderConfig()).instances


class Heard(list[tuple[str, str]]):
    """What was diagnostics: severity and message, oldest first."""

    def __call__(self, severity: Severity, message: str) -> None:
        """Be told."""
        assert "\n" not in message
        self.append((severity.value, message))


@pytest.fixture
def heard() -> Heard:
    """Nothing yet."""
    return Heard()


# check


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


CANARY = "canary-5f1d"


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
    with ScriptedServer(refusal(404, "No element found")) as server:
        core = resource(server)
        for _ in range(2):
            checked = core.check({"element": "strpie", "name": "Test"}, heard, {})
            assert checked.failures == ["element: the platform knows no element strpie"]
    assert heard == []


def test_a_code_is_wanted_until_the_instance_exists(heard: Heard) -> None:
    declared = {"element": "sfdc", "name": "Test"}
    with ScriptedServer(wanting("sfdc", authentication="oauth2")) as server:
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
def test_check_goes_on_without_definitions_and_says_so_once_for_each_element(trouble: Answer, heard: Heard) -> None:
    with ScriptedServer(trouble, trouble) as server:
        core = resource(server)
        for element in ("jira", "stripe", "jira"):
            checked = core.check({"element": element, "name": "", "configuration": {"a": CANARY}}, heard, {})
            assert checked.failures == ["name: must not be empty"]
    assert [severity for severity, _ in heard] == ["warning", "warning"]
    for (_, message), element in zip(heard, ("jira", "stripe"), strict=True):
        assert message.startswith(f"checked less, without the rules of element {element}: ")
        assert CANARY not in message


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
    assert heard == [("info", "the ownership tag is written anew")]
    assert offline.diff("1234", old, DECLARED.to_properties(), Owner("p", "s", "old"), heard) == []


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


def test_create_sends_provider_data_and_keeps_none_of_it() -> None:
    inputs = replace(DECLARED, provider_data={"code": "code-77aa"}, provider_data_version=2)
    with ScriptedServer(live()) as server:
        state = resource(server).create(inputs)
    assert server.requests[0].json["providerData"] == {"code": "code-77aa"}
    assert "code-77aa" not in str(state.to_properties())
    assert state.to_properties()["providerDataVersion"] == 2


def test_create_keeps_what_is_declared_and_not_the_platforms_defaults() -> None:
    with ScriptedServer(live(name="stripped", tags=["a", "b"])) as server:
        assert resource(server).create(DECLARED).inputs == DECLARED


def test_create_disables_where_that_is_declared() -> None:
    inputs = InstanceInputs("stripe", "Test", enabled=False)
    with ScriptedServer(live(), answer({})) as server:
        state = resource(server).create(inputs)
    assert server.lines == ["POST /instances", "DELETE /instances/1234/enabled"]
    assert state.inputs == inputs


def test_create_clears_the_tag_that_the_platform_adds_where_none_is_wanted() -> None:
    inputs = replace(DECLARED, tags=())
    with ScriptedServer(live(tags=["Test"]), live(tags=[], token="new-token")) as server:
        state = resource(server).create(inputs)
    assert server.lines == ["POST /instances", "PATCH /instances/1234"]
    assert server.requests[1].json == {"tags": []}
    assert (state.inputs, state.token) == (inputs, "new-token")


@pytest.mark.parametrize("update_method", ["PUT", "PATCH"])
@pytest.mark.parametrize(("tags", "shown"), [((), []), ((), None), (None, ["Test"]), (("a",), ["Test", "a"])])
def test_create_leaves_other_tags_alone(tags: tuple[str, ...] | None, shown: Any, update_method: str) -> None:
    with ScriptedServer(live(tags=shown)) as server:
        assert resource(server, update_method).create(replace(DECLARED, tags=tags)).inputs.tags == tags


def test_create_removes_an_instance_again_whose_tag_it_cannot_clear() -> None:
    script = (live(tags=["Test"]), refusal(403, "not allowed"), answer({}))
    with ScriptedServer(*script) as server, pytest.raises(Forbidden):
        resource(server).create(replace(DECLARED, tags=()))
    assert server.lines == ["POST /instances", "PATCH /instances/1234", "DELETE /instances/1234"]


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


@pytest.mark.parametrize("secret", ["sk_live_5e1f", "c7"])
def test_create_repeats_no_configured_value_though_the_platform_echoes_it(secret: str) -> None:
    inputs = replace(DECLARED, provider_data={"code": "c7"})
    with ScriptedServer(refusal(400, f"No such key: {secret}")) as server, pytest.raises(RejectedInput) as caught:
        resource(server).create(inputs)
    assert secret not in str(caught.value)
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


# update


@pytest.mark.parametrize(
    ("definition", "dropped"),
    [
        (defined(pagination_max="100", base_url="https://x.example"), "100"),
        (defined(pagination_max=None), None),
        (defined(), None),
        (UNDEFINED, None),
        (refusal(404), None),
    ],
    ids=["default", "no default", "no definition", "no privilege", "no element"],
)
def test_update_is_one_put_with_everything_declared_and_dropped_keys_put_back(
    definition: Answer, dropped: str | None
) -> None:
    new = InstanceInputs("stripe", "New", {"api.key": "sk_live_77aa", "a": "b"}, ("c",))
    with ScriptedServer(definition, live(token="new-token")) as server:
        state = resource(server).update(LAST, new)
    request = server.requests[1]
    assert server.lines == ["GET /elements/stripe", "PUT /instances/1234"]
    assert request.json == {
        "name": "New",
        "tags": ["c"],
        "configuration": {"api.key": "sk_live_77aa", "a": "b", "pagination.max": dropped},
    }
    assert (state.id, state.inputs, state.token) == ("1234", new, "new-token")


def test_update_by_patch_sends_what_changed_and_nothing_else() -> None:
    new = InstanceInputs("stripe", "New", {"api.key": "sk_live_5e1f", "a": "b"}, ("a",))
    with ScriptedServer(defined(pagination_max="100"), live(token="new-token")) as server:
        state = resource(server, "PATCH").update(LAST, new)
    assert server.lines == ["GET /elements/stripe", "PATCH /instances/1234"]
    assert server.requests[1].json == {"name": "New", "configuration": {"a": "b", "pagination.max": "100"}}
    assert (state.id, state.inputs, state.token) == ("1234", new, "new-token")


OAUTH: dict[str, tuple[Answer, dict[str, Any]]] = {
    "by its element": (defined(authentication="oauth2"), {}),
    "by an element's default": (defined(authentication_type="oauth2"), {}),
    "by its choice": (defined(), {"authentication.type": "oauth2"}),
    "by its keys": (defined(), {"oauth.api.key": "k"}),
    "by its keys, without a definition": (UNDEFINED, {"oauth.api.key": "k"}),
    "by its choice, without a definition": (UNDEFINED, {"authentication.type": "oauth2"}),
}


@pytest.mark.parametrize(("definition", "configuration"), OAUTH.values(), ids=OAUTH.keys())
def test_an_instance_that_may_hold_oauth_tokens_is_patched(definition: Answer, configuration: dict[str, Any]) -> None:
    last = InstanceInputs("stripe", "Test", configuration | {"a": 1, "b": 1})
    new = InstanceInputs("stripe", "Test", configuration | {"a": 1, "b": 2})
    with ScriptedServer(definition, live()) as server:
        resource(server, "PUT").update(InstanceState("1234", last, "last-token"), new)
    assert server.lines == ["GET /elements/stripe", "PATCH /instances/1234"]
    assert server.requests[1].json == {"configuration": {"b": 2}}


def test_an_instance_that_gives_up_oauth_is_patched() -> None:
    last = InstanceInputs("stripe", "Test", {"oauth.api.key": "k", "a": 1})
    with ScriptedServer(defined(), live()) as server:
        resource(server).update(InstanceState("1234", last, "t"), InstanceInputs("stripe", "Test", {"a": 1}))
    assert server.lines == ["GET /elements/stripe", "PATCH /instances/1234"]
    assert server.requests[1].json == {"configuration": {"oauth.api.key": None}}


@pytest.mark.parametrize("update_method", ["PUT", "PATCH"])
@pytest.mark.parametrize(("before", "after", "method"), [(True, False, "DELETE"), (False, True, "PUT")])
def test_update_of_enabled_alone_sends_nothing_else(before: bool, after: bool, method: str, update_method: str) -> None:
    last = InstanceState("1234", InstanceInputs("stripe", "Test", enabled=before), "last-token", 483, "payment", True)
    new = InstanceInputs("stripe", "Test", enabled=after)
    with ScriptedServer(defined(), answer({})) as server:
        state = resource(server, update_method).update(last, new)
    assert server.lines == ["GET /elements/stripe", f"{method} /instances/1234/enabled"]
    assert state == InstanceState("1234", new, "last-token", 483, "payment", True)


@pytest.mark.parametrize("update_method", ["PUT", "PATCH"])
def test_update_of_enabled_and_more_is_both_calls(update_method: str) -> None:
    new = InstanceInputs("stripe", "New", DECLARED.configuration, ("a",), enabled=False)
    with ScriptedServer(defined(), live(), answer({})) as server:
        state = resource(server, update_method).update(LAST, new)
    assert server.lines[1:] == [f"{update_method} /instances/1234", "DELETE /instances/1234/enabled"]
    assert state.inputs == new


def test_a_new_version_sends_provider_data_alone_and_takes_the_token_of_the_answer() -> None:
    new = replace(DECLARED, provider_data={"code": "code-77aa"}, provider_data_version=2)
    with ScriptedServer(defined(), live(token="new-token")) as server:
        state = resource(server).update(LAST, new)
    assert server.lines == ["GET /elements/stripe", "PUT /instances/1234?reAuthenticate=true"]
    assert server.requests[1].json == {"providerData": {"code": "code-77aa"}}
    assert (state.token, state.inputs) == ("new-token", new)


def test_provider_data_without_a_new_version_is_not_sent() -> None:
    last = replace(LAST, inputs=replace(DECLARED, provider_data_version=2))
    new = replace(DECLARED, name="New", provider_data={"code": "code-77aa"}, provider_data_version=2)
    with ScriptedServer(defined(), live()) as server:
        resource(server).update(last, new)
    assert server.lines == ["GET /elements/stripe", "PUT /instances/1234"]
    assert "providerData" not in server.requests[1].json


def test_a_new_version_without_provider_data_is_kept_and_sends_nothing() -> None:
    new = replace(DECLARED, provider_data_version=2)
    with ScriptedServer(defined()) as server:
        assert resource(server).update(LAST, new) == replace(LAST, inputs=new)


def test_update_of_everything_sends_the_instance_before_its_credentials_and_enables_it_last() -> None:
    last = replace(LAST, inputs=replace(DECLARED, enabled=False))
    new = replace(DECLARED, name="New", provider_data={"code": "c"}, provider_data_version="2")
    with ScriptedServer(defined(), live(token="a"), live(token="b"), answer({})) as server:
        state = resource(server).update(last, new)
    assert server.lines == [
        "GET /elements/stripe",
        "PUT /instances/1234",
        "PUT /instances/1234?reAuthenticate=true",
        "PUT /instances/1234/enabled",
    ]
    assert state.token == "b"


def test_update_adopts_nothing() -> None:
    with ScriptedServer(defined(), live()) as server:
        state = resource(server).update(LAST, replace(DECLARED, name="New", adopt="12"))
    assert server.lines == ["GET /elements/stripe", "PUT /instances/1234"]
    assert state.id == "1234"


def test_update_keeps_the_token_where_none_is_shown() -> None:
    with ScriptedServer(defined(), live(token=None)) as server:
        assert resource(server).update(LAST, InstanceInputs("stripe", "New")).token == "last-token"


def test_update_of_nothing_changes_nothing() -> None:
    with ScriptedServer(defined()) as server:
        assert resource(server).update(LAST, DECLARED) == LAST
    assert server.lines == ["GET /elements/stripe"]


@pytest.mark.parametrize("update_method", ["PUT", "PATCH"])
@pytest.mark.parametrize("secret", ["sk_live_5e1f", "sk_live_77aa", "last-token", "code-77aa"])
def test_update_repeats_neither_the_old_value_nor_the_new(secret: str, update_method: str) -> None:
    new = InstanceInputs("stripe", "Test", {"api.key": "sk_live_77aa"}, provider_data={"code": "code-77aa"})
    script = (defined(), refusal(400, f"bad: {secret}"))
    with ScriptedServer(*script) as server, pytest.raises(RejectedInput) as caught:
        resource(server, update_method).update(LAST, new)
    assert secret not in str(caught.value)
    assert "bad: " in str(caught.value)


@pytest.mark.parametrize("secret", ["sk_live_5e1f", "last-token", "code-77aa"])
def test_reauthentication_and_enabling_repeat_no_secret(secret: str) -> None:
    trouble = refusal(400, f"bad: {secret}")
    for new in (
        replace(DECLARED, provider_data={"code": "code-77aa"}, provider_data_version=2),
        replace(DECLARED, provider_data={"code": "code-77aa"}, enabled=False),
    ):
        with ScriptedServer(defined(), trouble) as server, pytest.raises(RejectedInput) as caught:
            resource(server).update(LAST, new)
        assert secret not in str(caught.value)


# adopt

ADOPTING = replace(DECLARED, adopt="1234")


def test_an_adoption_sends_everything_that_is_declared_and_creates_nothing() -> None:
    with ScriptedServer(
        live(name="Theirs", tags=["x"]), defined(pagination_max="100"), live(token="new-token")
    ) as server:
        state = resource(server).create(ADOPTING)
    assert server.lines == ["GET /instances/1234", "GET /elements/stripe", "PUT /instances/1234"]
    assert server.requests[2].json == {
        "name": "Test",
        "tags": ["a"],
        "configuration": {"api.key": "sk_live_5e1f", "pagination.max": 50},
    }
    assert state == InstanceState("1234", ADOPTING, "new-token", 483, "payment", True)
    assert "adopt" not in state.to_properties()


@pytest.mark.parametrize(("definition", "configuration"), OAUTH.values(), ids=OAUTH.keys())
def test_an_adoption_of_what_may_hold_oauth_tokens_is_a_patch_with_everything_declared(
    definition: Answer, configuration: dict[str, Any]
) -> None:
    inputs = replace(ADOPTING, configuration=configuration | {"a": 1})
    with ScriptedServer(live(), definition, live()) as server:
        resource(server).create(inputs)
    assert server.lines[2:] == ["PATCH /instances/1234"]
    assert server.requests[2].json == {"name": "Test", "tags": ["a"], "configuration": configuration | {"a": 1}}


def test_an_adoption_by_patch_sends_everything_declared_though_it_is_so_already() -> None:
    with ScriptedServer(live(), defined(), live()) as server:
        resource(server, "PATCH").create(ADOPTING)
    assert server.lines[2:] == ["PATCH /instances/1234"]
    assert server.requests[2].json == {
        "name": "Test",
        "tags": ["a"],
        "configuration": {"api.key": "sk_live_5e1f", "pagination.max": 50},
    }


def test_an_adoption_leaves_alone_what_is_not_declared() -> None:
    with ScriptedServer(live(tags=["x"]), defined(base_url="https://default.example"), live()) as server:
        resource(server).create(InstanceInputs("stripe", "Test", adopt="1234"))
    assert server.requests[2].json == {"name": "Test", "configuration": {}}


@pytest.mark.parametrize(
    ("disabled", "enabled", "lines"),
    [
        (True, True, ["PUT /instances/1234/enabled"]),
        (False, False, ["DELETE /instances/1234/enabled"]),
        (True, False, []),
        (False, True, []),
    ],
)
def test_an_adoption_enables_or_disables_where_that_differs(disabled: bool, enabled: bool, lines: list[str]) -> None:
    script = [live(disabled=disabled), defined(), live(disabled=disabled), *(answer({}) for _ in lines)]
    with ScriptedServer(*script) as server:
        state = resource(server).create(replace(ADOPTING, enabled=enabled))
    assert server.lines[3:] == lines
    assert state.inputs.enabled is enabled


def test_an_adoption_with_provider_data_authenticates_anew() -> None:
    with ScriptedServer(live(), defined(), live(), live(token="new-token")) as server:
        state = resource(server).create(replace(ADOPTING, provider_data={"code": "c"}))
    assert server.lines[3:] == ["PUT /instances/1234?reAuthenticate=true"]
    assert server.requests[3].json == {"providerData": {"code": "c"}}
    assert state.token == "new-token"


def test_an_adopted_instance_whose_answer_shows_only_what_is_certain_is_adopted() -> None:
    inputs = replace(ADOPTING, external_authentication="initial", enabled=False)
    with ScriptedServer(answer(CERTAIN), defined(), answer(CERTAIN)) as server:
        assert resource(server).create(inputs).inputs == inputs


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({"element": {"key": "jira"}}, "adopt: instance 1234 belongs to element jira, not stripe"),
        (
            {"externalAuthentication": "initial"},
            "adopt: instance 1234 has externalAuthentication initial, not none",
        ),
    ],
    ids=["element", "external authentication"],
)
def test_an_instance_that_cannot_become_what_is_declared_is_not_adopted(shown: dict[str, Any], words: str) -> None:
    with ScriptedServer(live(**shown)) as server, pytest.raises(AdoptionRefused) as caught:
        resource(server).create(ADOPTING)
    assert str(caught.value) == words
    assert server.lines == ["GET /instances/1234"]


OWNED: dict[str, Callable[[InstanceResource, Heard], Any]] = {
    "diff": lambda core, heard: core.diff("1234", LAST.to_properties(), DECLARED.to_properties(), log=heard),
    "read": lambda core, _: core.read(LAST),
    "delete": lambda core, _: core.delete(LAST),
}


@pytest.mark.parametrize("named", OWNED.values(), ids=OWNED.keys())
def test_an_instance_that_is_managed_already_is_not_adopted(
    named: Callable[[InstanceResource, Heard], Any], heard: Heard
) -> None:
    with ScriptedServer(beyond=lambda asked: Answer(b"") if asked.method == "DELETE" else live()) as server:
        core = resource(server)
        named(core, heard)
        before = len(server.requests)
        with pytest.raises(AdoptionRefused, match="adopt: instance 1234 is managed already"):
            core.create(ADOPTING)
        assert len(server.requests) == before


def test_an_instance_is_not_adopted_by_two_resources() -> None:
    with ScriptedServer(beyond=live()) as server:
        core = resource(server)
        core.create(ADOPTING)
        with pytest.raises(AdoptionRefused, match="adopt: instance 1234 is managed already"):
            core.create(replace(ADOPTING, name="Another"))


def test_an_instance_that_could_not_be_adopted_may_be_adopted_later() -> None:
    with ScriptedServer(refusal(503), live(), defined(), live()) as server:
        core = resource(server)
        with pytest.raises(Unavailable):
            core.create(ADOPTING)
        assert core.create(ADOPTING).id == "1234"


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (refusal(404, "No element instance found"), AdoptionRefused),
        (refusal(401), BadCredentials),
        (html(200), ForeignAnswer),
        (answer({}), ForeignAnswer),
    ],
    ids=["404", "401", "page", "{}"],
)
def test_an_adoption_of_what_cannot_be_read_fails(trouble: Answer, kind: type[CloudElementsError]) -> None:
    with ScriptedServer(trouble) as server, pytest.raises(kind):
        resource(server).create(ADOPTING)
    assert server.lines == ["GET /instances/1234"]


def test_an_adoption_that_fails_removes_nothing() -> None:
    script = (live(disabled=True), defined(), live(), refusal(403))
    with ScriptedServer(*script) as server, pytest.raises(Forbidden):
        resource(server).create(ADOPTING)
    assert server.lines[2:] == ["PUT /instances/1234", "PUT /instances/1234/enabled"]


@pytest.mark.parametrize("secret", ["sk_live_5e1f", "code-77aa", "live-token"])
@pytest.mark.parametrize("before", [[live(), defined()], [live(), defined(), live()]], ids=["put", "reauthenticate"])
def test_an_adoption_repeats_no_secret(before: list[Answer], secret: str) -> None:
    inputs = replace(ADOPTING, provider_data={"code": "code-77aa"})
    with ScriptedServer(*before, refusal(400, f"bad: {secret}")) as server, pytest.raises(RejectedInput) as caught:
        resource(server).create(inputs)
    assert secret not in str(caught.value)


@pytest.mark.parametrize("secret", ["sk_live_5e1f", "code-77aa"])
def test_looking_at_what_is_to_be_adopted_repeats_no_secret(secret: str) -> None:
    inputs = replace(ADOPTING, provider_data={"code": "code-77aa"})
    with ScriptedServer(refusal(400, f"bad: {secret}")) as server, pytest.raises(RejectedInput) as caught:
        resource(server).create(inputs)
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
