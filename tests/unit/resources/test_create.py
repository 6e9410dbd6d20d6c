"""Create: one POST, and no instance is left behind that cannot be finished."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_cloudelements.errors import AmbiguousWrite, CloudElementsError, Forbidden, ForeignAnswer, RejectedInput
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from tests.support.instance import ACCOUNT, CERTAIN, DECLARED, live, resource
from tests.support.server import Answer, ScriptedServer, answer, html, refusal


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
    assert state == InstanceState("1234", DECLARED, "live-token", 483, "payment", True, fingerprint=ACCOUNT)


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


WITHOUT_TOKEN = {"no token": live(token=None), "an empty token": live(token="")}


@pytest.mark.parametrize("answered", WITHOUT_TOKEN.values(), ids=WITHOUT_TOKEN.keys())
def test_create_reads_the_token_where_the_answer_has_none(answered: Answer) -> None:
    with ScriptedServer(answered, refusal(404), live(token="read-token")) as server:
        state = resource(server).create(DECLARED)
    assert server.lines == ["POST /instances", "GET /instances/1234", "GET /instances/1234"]
    assert (state.token, state.inputs) == ("read-token", DECLARED)


@pytest.mark.parametrize("answered", WITHOUT_TOKEN.values(), ids=WITHOUT_TOKEN.keys())
def test_create_never_gives_an_empty_token(answered: Answer) -> None:
    with ScriptedServer(answered, answered, answer({})) as server, pytest.raises(ForeignAnswer, match="no token"):
        resource(server).create(DECLARED)
    assert server.lines == ["POST /instances", "GET /instances/1234", "DELETE /instances/1234"]


def test_create_keeps_the_token_where_a_later_answer_has_none() -> None:
    with ScriptedServer(live(tags=["Test"]), live(tags=[], token=None)) as server:
        assert resource(server).create(replace(DECLARED, tags=())).token == "live-token"


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
