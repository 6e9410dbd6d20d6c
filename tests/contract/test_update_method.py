"""How a change travels, through every provider: by PUT all that is declared, by PATCH what changed.

An OAuth instance is always patched. `provider_data` is written and never read.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.contract.ways import Way
from tests.support import declarations
from tests.support.provider import UNKNOWN, Found, Refused, in_clear, plain
from tests.support.providers import Open

CONFIGURATION: dict[str, Any] = {
    "api.key": "sk_live_5e1f",
    "bulk.relations": "customers",
    "event.poller.refresh_interval": 30,
    "of.nobody": "x",
}
STRIPE = declarations.STRIPE | {"tags": ["a"], "configuration": CONFIGURATION}
MASKED = CONFIGURATION | {"api.key": "********"}
SALESFORCE = declarations.SALESFORCE | {"configuration": declarations.OAUTH | {"site.address": "a"}}
codes = itertools.count()


def code(**more: Any) -> dict[str, Any]:
    """Provider data with an OAuth code that nobody has used."""
    return {"code": f"code-{next(codes)}"} | more


def updated(way: Way, found: Found, changed: dict[str, Any]) -> Found:
    """The instance after its program says something else, which is a change until it is made and none after that."""
    inputs = way.provider.check(changed, found.inputs)
    assert inputs.failures == []
    way.emulator.clear()
    assert way.provider.diff(found.id, found.outputs, inputs.inputs) == "update"
    found = way.provider.update(found, inputs.inputs)
    assert way.provider.diff(found.id, found.outputs, inputs.inputs) == "none"
    return found


@pytest.mark.parametrize(
    ("change", "patch"),
    [
        ({"name": "Renamed"}, {"name": "Renamed"}),
        ({"tags": ["b"]}, {"tags": ["b"]}),
        ({"tags": []}, {"tags": []}),
        (
            {"configuration": CONFIGURATION | {"bulk.relations": "charges"}},
            {"configuration": {"bulk.relations": "charges"}},
        ),
        ({"configuration": CONFIGURATION | {"base.url": "b"}}, {"configuration": {"base.url": "b"}}),
        ({"configuration": CONFIGURATION | {"api.key": "sk_live_77aa"}}, {"configuration": {"api.key": "********"}}),
        (
            {"name": "Renamed", "configuration": CONFIGURATION | {"of.nobody": "y", "bulk.relations": ""}},
            {"name": "Renamed", "configuration": {"of.nobody": "y", "bulk.relations": ""}},
        ),
    ],
    ids=str,
)
def test_put_sends_all_that_is_declared_and_patch_what_changed(
    way: Way, change: dict[str, Any], patch: dict[str, Any]
) -> None:
    found = updated(way, way.create(STRIPE), STRIPE | change)
    ((call, body),) = way.writes()
    assert call == f"{way.course.method} /instances/{found.id}"
    whole = {"name": "Payments", "tags": ["a"], "configuration": MASKED} | change
    whole["configuration"] = MASKED | whole["configuration"] | {"api.key": "********"}
    assert body == (patch if way.course.method == "PATCH" else whole)
    assert plain(way.refresh(found).inputs) == plain(found.inputs)


@pytest.mark.parametrize(
    ("key", "sent"), [("event.poller.refresh_interval", "15"), ("bulk.relations", None), ("of.nobody", None)]
)
def test_a_dropped_key_goes_back_to_the_elements_default_or_to_null(way: Way, key: str, sent: str | None) -> None:
    made = way.create(STRIPE)
    fewer = {name: value for name, value in CONFIGURATION.items() if name != key}
    found = updated(way, made, STRIPE | {"configuration": fewer})
    ((_, body),) = way.writes()
    assert body["configuration"][key] == sent
    assert body["configuration"].keys() == ({key} if way.course.method == "PATCH" else CONFIGURATION.keys())
    assert way.live(found.id)["configuration"][key] == sent
    assert key not in plain(found.outputs)["configuration"]
    assert plain(way.refresh(found).inputs) == plain(found.inputs)


def test_tags_that_are_declared_no_longer_stay(way: Way) -> None:
    made = way.create(STRIPE)
    untagged = {name: value for name, value in STRIPE.items() if name != "tags"} | {"name": "Renamed"}
    found = updated(way, made, untagged)
    ((_, body),) = way.writes()
    assert "tags" not in body
    assert way.live(found.id)["tags"] == ["a"]


def test_enabled_travels_alone_and_beside_other_changes(way: Way) -> None:
    made = way.create(STRIPE)
    disabled = updated(way, made, STRIPE | {"enabled": False})
    path = f"/instances/{made.id}"
    assert way.writes() == [(f"DELETE {path}/enabled", None)]
    renamed = updated(way, disabled, STRIPE | {"enabled": True, "name": "Renamed"})
    assert [call for call, _ in way.writes()] == [f"{way.course.method} {path}", f"PUT {path}/enabled"]
    assert all("enabled" not in (body or {}) for _, body in way.writes())
    assert plain(way.refresh(renamed).inputs) == plain(renamed.inputs)


@pytest.mark.parametrize("initial", [False, True], ids=["by code", "by refresh token"])
def test_an_oauth_instance_is_patched_and_keeps_its_tokens(way: Way, initial: bool) -> None:
    declared = SALESFORCE | {"providerData": code()}
    if initial:
        token = {"configuration": SALESFORCE["configuration"] | {"oauth.user.refresh_token": "refresh-1"}}
        declared = SALESFORCE | {"externalAuthentication": "initial"} | token
    made = way.create(declared)
    before = way.live(made.id)["configuration"]
    assert before["oauth.user.token"]
    changed = declared | {"name": "Renamed", "configuration": declared["configuration"] | {"site.address": "b"}}
    found = updated(way, made, changed)
    assert way.writes() == [
        (f"PATCH /instances/{made.id}", {"name": "Renamed", "configuration": {"site.address": "b"}})
    ]
    live = way.live(made.id)["configuration"]
    assert live == before | {"site.address": "b"}
    assert plain(way.refresh(found).outputs) == plain(found.outputs)


def test_an_element_with_a_choice_is_patched_where_the_chosen_one_exchanges_a_code(way: Way) -> None:
    basic = {"username": "u", "password": "p", "store.url": "https://shop.example"}
    shop = {"element": "bigcommerce", "name": "Shop", "configuration": basic}
    made = updated(way, way.create(shop), shop | {"name": "Renamed"})
    ((call, _),) = way.writes()
    assert call == f"{way.course.method} /instances/{made.id}"
    custom = {"authentication.type": "custom", "oauth.api.key": "k", "store.url": "https://shop.example"}
    shop |= {"configuration": custom, "providerData": code()}
    made = way.create(shop)
    before = way.live(made.id)["configuration"]
    updated(way, made, shop | {"configuration": custom | {"store.url": "https://store.example"}})
    ((call, _),) = way.writes()
    assert call == f"PATCH /instances/{made.id}"
    assert way.live(made.id)["configuration"] == before | {"store.url": "https://store.example"}


@pytest.mark.parametrize("method", ["POST", "put it", ""])
def test_another_update_method_is_refused_or_empty(open_provider: Open, account: dict[str, str], method: str) -> None:
    with open_provider(account | {"updateMethod": method}) as provider:
        reasons = [reason for _, reason in provider.check(STRIPE).failures]
    if method:
        (reason,) = reasons
        assert "cloudelements:updateMethod" in reason
        assert "PUT or PATCH" in reason
    else:
        assert reasons == []


def test_provider_data_is_sent_once_and_kept_nowhere(way: Way) -> None:
    provider_data = code(more={"deep": ["canary-41c7"]})
    declared = SALESFORCE | {"providerData": provider_data}
    checked = way.provider.check(declared)
    assert checked.failures == []
    assert in_clear(checked.inputs, "/providerData") == []
    assert plain(checked.inputs)["providerData"] == provider_data
    way.emulator.clear()
    made = way.provider.create(checked.inputs)
    ((call, body),) = way.writes()
    assert call == "POST /instances"
    assert body["providerData"].keys() == provider_data.keys()
    for found in (made, way.refresh(made)):
        assert "providerData" not in found.outputs
        assert "canary-41c7" not in str(plain(found.outputs))
        assert provider_data["code"] not in str(plain(found.outputs))


@pytest.mark.parametrize("later", [{"code": "another"}, {"code": UNKNOWN}, UNKNOWN], ids=str)
def test_other_provider_data_is_no_change(way: Way, later: Any) -> None:
    made = way.create(SALESFORCE | {"providerData": code()})
    checked = way.provider.check(SALESFORCE | {"providerData": later}, made.inputs)
    assert checked.failures == []
    assert way.provider.diff(made.id, made.outputs, checked.inputs) == "none"
    assert way.provider.diff(made.id, way.refresh(made).outputs, checked.inputs) == "none"


@pytest.mark.parametrize(("old", "new"), [(1, 2), (None, 1), ("a", "b"), ({"on": "monday"}, {"on": "friday"})], ids=str)
def test_a_new_version_sends_provider_data_again_and_nothing_else(way: Way, old: Any, new: Any) -> None:
    versioned = {} if old is None else {"providerDataVersion": old}
    made = way.create(SALESFORCE | {"providerData": code()} | versioned)
    before = way.live(made.id)
    assert way.provider.diff(made.id, way.refresh(made).outputs, made.inputs) == "none"
    found = updated(way, made, SALESFORCE | {"providerData": code(), "providerDataVersion": new})
    assert way.writes() == [(f"PUT /instances/{made.id}?reAuthenticate=true", {"providerData": {"code": "********"}})]
    assert plain(found.outputs)["providerDataVersion"] == new
    assert "providerData" not in found.outputs
    read = way.refresh(found)
    assert plain(read.outputs) == plain(found.outputs)
    after = way.live(made.id)
    assert after["token"] == before["token"]
    assert after["configuration"]["oauth.user.token"] != before["configuration"]["oauth.user.token"]
    assert after["configuration"]["site.address"] == "a"


def test_a_new_version_beside_another_change_is_both_requests(way: Way) -> None:
    made = way.create(SALESFORCE | {"providerData": code(), "providerDataVersion": 1})
    again = SALESFORCE | {"providerData": code(), "providerDataVersion": 2, "name": "Renamed"}
    found = updated(way, made, again)
    assert sorted(call for call, _ in way.writes()) == [
        f"PATCH /instances/{made.id}",
        f"PUT /instances/{made.id}?reAuthenticate=true",
    ]
    assert plain(way.refresh(found).inputs)["name"] == "Renamed"
    assert way.live(made.id)["name"] == "Renamed"


def test_the_same_version_in_another_spelling_is_no_change(way: Way) -> None:
    made = way.create(SALESFORCE | {"providerData": code(), "providerDataVersion": 1})
    for version in (1, 1.0):
        checked = way.provider.check(SALESFORCE | {"providerData": code(), "providerDataVersion": version}, made.inputs)
        assert way.provider.diff(made.id, made.outputs, checked.inputs) == "none"


def test_a_used_code_is_refused_without_being_repeated(way: Way) -> None:
    used = {"code": "canary-code-8d21"}
    inputs = way.provider.check(SALESFORCE | {"providerData": used | {"of": str(way.course)}}).inputs
    made = way.create(SALESFORCE | {"providerData": code(), "providerDataVersion": 1})
    again = way.provider.check(SALESFORCE | {"providerData": used, "providerDataVersion": 2}).inputs
    way.emulator.call("POST", "/instances", json=SALESFORCE | {"element": {"key": "sfdc"}, "providerData": used})
    attempts: list[Callable[[], Found]] = [
        partial(way.provider.create, inputs),
        partial(way.provider.update, made, again),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="400") as caught:
            attempt()
        assert used["code"] not in str(caught.value)
    assert way.provider.diff(made.id, way.refresh(made).outputs, again) == "update"
