"""Adoption, through every provider and on every way: an instance that exists is adopted and never made anew.

Where it is refused, nothing is lost.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.contract.ways import Way
from tests.support import declarations
from tests.support.provider import UNKNOWN, Refused, plain, secrets

STRIPE = declarations.STRIPE | {
    "tags": ["ours"],
    "configuration": {"api.key": "sk_live_5e1f", "event.poller.refresh_interval": 30},
}
SALESFORCE = declarations.REFRESHED


def existing(way: Way, declared: dict[str, Any] | None = None, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """An instance that somebody made by hand in the console."""
    body = declared or {"element": "stripe", "configuration": {"api.key": "sk_live_0000"}}
    made: dict[str, Any] = way.call(
        "POST",
        "/instances",
        body
        | {
            "element": {"key": body["element"]},
            "name": "By hand",
            "tags": ["theirs"],
            "configuration": body["configuration"] | (more or {}),
        },
    )
    return made


def test_an_instance_is_taken_over_and_made_what_is_declared(way: Way) -> None:
    instance = existing(way, more={"pagination.max": "7", "of.somebody": "x"})
    found = way.create(STRIPE | {"adopt": str(instance["id"])})
    assert found.id == str(instance["id"])
    assert plain(found.outputs)["token"] == instance["token"]
    assert secrets(found.outputs) == {"/token", "/configuration/api.key"}
    ((call, body),) = way.writes()
    assert call == f"{way.course.method} /instances/{found.id}"
    assert body == {
        "name": "Payments",
        "tags": ["ours"],
        "configuration": {"api.key": "********", "event.poller.refresh_interval": 30},
    }
    live = way.live(found.id)
    assert (live["name"], live["tags"]) == ("Payments", ["ours"])
    assert live["configuration"]["username"] == "sk_live_5e1f"
    if way.keeps:
        assert (live["configuration"]["pagination.max"], live["configuration"]["of.somebody"]) == ("7", "x")


def test_what_was_adopted_is_an_instance_like_any_other(way: Way) -> None:
    found = way.create(STRIPE | {"adopt": str(existing(way)["id"])})
    assert plain(found.outputs).keys() == plain(way.create(STRIPE).outputs).keys()
    read = way.refresh(found)
    assert way.provider.diff(found.id, read.outputs, found.inputs) == "none"
    renamed = way.provider.check(STRIPE | {"name": "Renamed", "adopt": found.id}, found.inputs)
    assert renamed.failures == []
    assert way.provider.diff(found.id, read.outputs, renamed.inputs) == "update"
    way.provider.delete(way.provider.update(read, renamed.inputs))
    assert way.emulator.call("GET", f"/instances/{found.id}").status_code == 404


@pytest.mark.parametrize("adopt", [None, "999999", UNKNOWN], ids=["removed", "another", "unknown"])
def test_adopt_means_nothing_after_create(way: Way, adopt: str | None) -> None:
    found = way.create(STRIPE | {"adopt": str(existing(way)["id"])})
    later = STRIPE if adopt is None else STRIPE | {"adopt": adopt}
    checked = way.provider.check(later, found.inputs)
    assert checked.failures == []
    assert way.provider.diff(found.id, found.outputs, checked.inputs) == "none"
    assert way.provider.diff(found.id, way.refresh(found).outputs, checked.inputs) == "none"


def test_adopt_added_to_an_instance_that_exists_is_no_change(way: Way) -> None:
    found = way.create(STRIPE)
    checked = way.provider.check(STRIPE | {"adopt": str(existing(way)["id"])}, found.inputs)
    assert way.provider.diff(found.id, found.outputs, checked.inputs) == "none"


@pytest.mark.parametrize(("declared", "elsewhere", "call"), [(True, "DELETE", "PUT"), (False, "PUT", "DELETE")])
def test_an_adopted_instance_is_enabled_as_declared(way: Way, declared: bool, elsewhere: str, call: str) -> None:
    instance = existing(way)
    way.call(elsewhere, f"/instances/{instance['id']}/enabled")
    found = way.create(STRIPE | {"adopt": str(instance["id"]), "enabled": declared})
    assert f"{call} /instances/{found.id}/enabled" in [call for call, _ in way.writes()]
    assert way.live(found.id)["disabled"] is not declared
    assert plain(way.refresh(found).inputs)["enabled"] is declared


def test_an_oauth_instance_is_adopted_by_patch_and_keeps_its_tokens(way: Way) -> None:
    instance = existing(way, SALESFORCE)
    before = way.live(str(instance["id"]))["configuration"]
    found = way.create(SALESFORCE | {"adopt": str(instance["id"])})
    calls = [call for call, _ in way.writes()]
    assert calls == [f"PATCH /instances/{found.id}"]
    live = way.live(found.id)
    assert live["name"] == "CRM"
    assert live["configuration"]["oauth.user.token"] == before["oauth.user.token"]


def test_what_is_adopted_needs_no_code_again(way: Way) -> None:
    with_code = SALESFORCE | {"externalAuthentication": "none", "providerData": {"code": f"code-{uuid.uuid4()}"}}
    instance = existing(way, with_code)
    bare = {
        name: value for name, value in SALESFORCE.items() if name not in ("externalAuthentication", "configuration")
    }
    found = way.create(bare | {"adopt": str(instance["id"])})
    assert found.id == str(instance["id"])
    assert way.live(found.id)["name"] == "CRM"


def untouched(way: Way, instance: dict[str, Any]) -> bool:
    """Whether nothing was written, anywhere, and the instance is as it was."""
    return way.writes() == [] and way.live(str(instance["id"])) == instance


def test_another_elements_instance_is_refused(way: Way) -> None:
    instance = existing(way, {"element": "jira", "configuration": {"username": "u", "password": "p", "base.url": "b"}})
    inputs = way.provider.check(STRIPE | {"adopt": str(instance["id"])}).inputs
    with pytest.raises(Refused, match=f"instance {instance['id']} belongs to element jira, not stripe"):
        way.provider.create(inputs)
    assert untouched(way, instance)


def test_an_instance_that_is_not_there_is_refused(way: Way) -> None:
    inputs = way.provider.check(STRIPE | {"adopt": "987654321"}).inputs
    way.emulator.clear()
    with pytest.raises(Refused, match="987654321"):
        way.provider.create(inputs)
    assert way.writes() == []


def test_the_instance_that_is_being_replaced_is_refused(way: Way) -> None:
    instance = existing(way)
    declared = STRIPE | {"adopt": str(instance["id"])}
    found = way.create(declared)
    instance = way.live(found.id)
    changed = declared | {"externalAuthentication": "initial"}
    assert way.provider.diff(found.id, found.outputs, way.provider.check(changed, found.inputs).inputs) == "replace"
    again = way.provider.check(changed)
    with pytest.raises(Refused, match=f"instance {found.id}"):
        way.provider.create(again.inputs)
    assert untouched(way, instance)


def test_an_adoption_that_fails_half_way_deletes_nothing(way: Way) -> None:
    configuration = {"username": "u", "password": "p", "store.url": "https://shop.example"}
    instance = existing(way, {"element": "bigcommerce", "configuration": configuration})
    refused = {
        "element": "bigcommerce",
        "name": "Shop",
        "configuration": configuration | {"authentication.type": "nonsense"},
        "adopt": str(instance["id"]),
    }
    with pytest.raises(Refused, match="400"):
        way.provider.create(way.provider.check(refused).inputs)
    assert "DELETE" not in {call.split()[0] for call, _ in way.writes()}
    assert way.live(str(instance["id"])) == instance


@pytest.mark.parametrize("adopt", ["", "twelve", "12/enabled", "../elements", "-1", "1.5", "٣"])
def test_what_is_no_id_is_a_check_failure(way: Way, adopt: str) -> None:
    ((name, reason),) = way.provider.check(STRIPE | {"adopt": adopt}).failures
    assert name == ""
    assert reason.startswith("adopt: ")


def test_a_preview_of_an_adoption_passes_over_what_is_unknown(way: Way) -> None:
    assert way.provider.check(STRIPE | {"adopt": UNKNOWN}).failures == []


def test_an_instance_that_another_resource_has_adopted_outlives_the_resource_that_had_it(way: Way) -> None:
    had = way.create(STRIPE)
    renamed = way.create(STRIPE | {"adopt": had.id})
    way.provider.delete(had)
    assert renamed.id == had.id
    assert way.live(had.id)["name"] == "Payments"


def test_one_instance_is_adopted_by_one_resource(way: Way) -> None:
    there = {"adopt": str(existing(way)["id"])}
    way.create(STRIPE | there)
    another = STRIPE | {"name": "Another"} | there
    ((_, failure),) = way.provider.check(another).failures
    assert failure.startswith(f"adopt: instance {there['adopt']} is managed already")
    with pytest.raises(Refused, match="is managed already"):
        way.provider.create(another)


def test_an_adoption_that_failed_can_be_tried_again(way: Way) -> None:
    there = {"adopt": str(existing(way)["id"])}
    ((_, failure),) = way.provider.check(SALESFORCE | there).failures
    assert failure == f"adopt: instance {there['adopt']} belongs to element stripe, not sfdc"
    with pytest.raises(Refused, match="belongs to element stripe"):
        way.provider.create(SALESFORCE | there)
    assert way.create(STRIPE | there).id == there["adopt"]
