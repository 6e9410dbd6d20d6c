"""Adopt: an existing instance becomes what is declared, and no other is created."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pulumi_cloudelements.errors import (
    AdoptionRefused,
    BadCredentials,
    CloudElementsError,
    Forbidden,
    ForeignAnswer,
    RejectedInput,
    Unavailable,
)
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.resources.instance import InstanceResource
from tests.support.instance import ACCOUNT, CERTAIN, DECLARED, LAST, OAUTH, Heard, defined, live, resource
from tests.support.server import Answer, ScriptedServer, answer, html, refusal

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
    assert state == InstanceState("1234", ADOPTING, "new-token", 483, "payment", True, fingerprint=ACCOUNT)
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
