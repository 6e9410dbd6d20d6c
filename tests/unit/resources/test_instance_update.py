"""Update: one request with what changed or with everything that is declared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_cloudelements.errors import RejectedInput
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from tests.support.instance import ACCOUNT, DECLARED, LAST, OAUTH, UNDEFINED, defined, live, resource
from tests.support.server import Answer, ScriptedServer, answer, refusal


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
    assert state == InstanceState("1234", new, "last-token", 483, "payment", True, fingerprint=ACCOUNT)


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
