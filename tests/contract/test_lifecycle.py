"""An instance from its first check to its delete, through every provider, on the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_cloudelements.redaction import MASK
from tests.support import declarations
from tests.support.emulator import Emulator
from tests.support.provider import UNKNOWN, Found, Provider, Refused, Secret, plain, secrets

CONFIGURATION: dict[str, Any] = {
    "api.key": "sk_live_5e1f",
    "event.notification.signature.key": "signature-77aa",
    "event.notification.enabled": True,
    "event.vendor.type": "polling",
    "event.poller.refresh_interval": 30,
    "event.poller.configuration": {"events": {"url": "/a", "size": 5}},
}
STRIPE = declarations.STRIPE | {"name": "Payments/größe ☃", "configuration": CONFIGURATION, "tags": ["b", "a"]}
API_KEY = "/configuration/api.key"
SIGNATURE_KEY = "/configuration/event.notification.signature.key"


def created(provider: Provider, declared: dict[str, Any] | None = None) -> Found:
    """An instance, checked and created."""
    checked = provider.check(declared or STRIPE)
    assert checked.failures == []
    return provider.create(checked.inputs)


def refreshed(provider: Provider, found: Found) -> Found:
    """The instance, which must be there, as a read finds it."""
    read = provider.read(found)
    assert read is not None
    return read


def sent(emulator: Emulator, path: str) -> list[tuple[str, Any]]:
    """Method and body of what the emulator was asked at a path below the API's root, oldest first."""
    return [
        (entry["method"], entry["body"])
        for entry in emulator.requests()
        if entry["path"].removeprefix("/elements/api-v2") == path
    ]


def logged(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration as the emulator's log shows it."""
    return {
        key: MASK if key in ("api.key", "event.notification.signature.key") else configuration[key]
        for key in configuration
    }


def test_an_instance_lives_and_ends(provider: Provider, emulator: Emulator) -> None:
    checked = provider.check(STRIPE)
    assert checked.failures == []
    found = provider.create(checked.inputs)
    assert emulator.call("GET", f"/instances/{found.id}").json()["name"] == STRIPE["name"]

    assert provider.diff(found.id, found.outputs, checked.inputs) == "none"
    found = refreshed(provider, found)
    assert provider.diff(found.id, found.outputs, checked.inputs) == "none"
    assert plain(found.inputs) == plain(checked.inputs)

    changed = STRIPE | {"name": "Renamed", "tags": ["c"]}
    new = provider.check(changed, checked.inputs)
    assert provider.diff(found.id, found.outputs, new.inputs) == "update"
    updated = provider.update(found, new.inputs)
    assert plain(updated.outputs)["token"] == plain(found.outputs)["token"]
    assert provider.diff(found.id, updated.outputs, new.inputs) == "none"
    live = emulator.call("GET", f"/instances/{found.id}").json()
    assert (live["name"], live["tags"]) == ("Renamed", ["c"])

    provider.delete(updated)
    assert emulator.call("GET", f"/instances/{found.id}").status_code == 404
    path = f"/instances/{found.id}"
    # The last but two asks who has it now: nothing here says which stack's listing would tell.
    assert [method for method, _ in sent(emulator, path)] == ["GET", "GET", "PUT", "GET", "GET", "DELETE", "GET"]


def test_the_outputs_are_what_is_declared_and_what_the_platform_adds(provider: Provider) -> None:
    found = created(provider)
    outputs = plain(found.outputs)
    assert outputs.keys() == STRIPE.keys() | {
        "__account",
        "enabled",
        "externalAuthentication",
        "token",
        "elementId",
        "hub",
        "valid",
        "createdDate",
    }
    assert {name: outputs[name] for name in STRIPE} == STRIPE
    assert (outputs["elementId"], outputs["hub"], outputs["valid"]) == (483, "payment", True)
    assert found.id.isdigit()


def test_secrets_are_marked_in_every_answer(provider: Provider) -> None:
    checked = provider.check(STRIPE)
    assert secrets(checked.inputs) == {API_KEY, SIGNATURE_KEY}
    found = provider.create(checked.inputs)
    assert secrets(found.outputs) == {"/token", API_KEY, SIGNATURE_KEY}
    read = refreshed(provider, found)
    assert secrets(read.outputs) == {"/token", API_KEY, SIGNATURE_KEY}
    assert secrets(read.inputs) == {API_KEY, SIGNATURE_KEY}
    updated = provider.update(found, provider.check(STRIPE | {"name": "Renamed"}, checked.inputs).inputs)
    assert secrets(updated.outputs) == {"/token", API_KEY, SIGNATURE_KEY}


def test_a_secret_without_a_telling_name_is_marked_by_its_element(provider: Provider) -> None:
    configuration = {"username": "api_key_of_closeio", "password": "x"}
    checked = provider.check({"element": "closeio", "name": "Leads", "configuration": configuration})
    assert secrets(checked.inputs) == {"/configuration/username", "/configuration/password"}


def test_failures_name_no_property_and_repeat_no_value(provider: Provider) -> None:
    checked = provider.check(
        {
            "element": "stripe",
            "name": "Payments",
            "enabled": "canary-5f1d",
            "configuration": {"api.key": "********", "event.vendor.type": "canary-5f1d", "account": 2**53 + 1},
        }
    )
    assert len(checked.failures) == 4
    assert {name for name, _ in checked.failures} == {""}
    reasons = [reason for _, reason in checked.failures]
    assert not any("canary" in reason or "\n" in reason for reason in reasons)
    assert {reason.split(": ")[0] for reason in reasons} == {
        "enabled",
        'configuration["api.key"]',
        'configuration["event.vendor.type"]',
        'configuration["account"]',
    }


@pytest.mark.parametrize(
    "unknown",
    [
        {"element": UNKNOWN},
        {"name": UNKNOWN},
        {"enabled": UNKNOWN},
        {"tags": UNKNOWN},
        {"tags": ["a", UNKNOWN]},
        {"configuration": UNKNOWN},
        {"configuration": {"base.url": UNKNOWN, "event.vendor.type": UNKNOWN}},
        {"configuration": {"event.poller.configuration": {"deep": [{"er": UNKNOWN}]}}},
    ],
    ids=str,
)
def test_unknowns_survive_check_at_any_depth_and_are_a_change(provider: Provider, unknown: dict[str, Any]) -> None:
    base = {"element": "stripe", "name": "Payments", "tags": ["a"], "configuration": {"api.key": "k"}}
    declared = base | unknown
    if isinstance(unknown.get("configuration"), dict):
        declared["configuration"] = {"api.key": "k"} | unknown["configuration"]
    checked = provider.check(declared)
    assert checked.failures == []
    assert {name: plain(checked.inputs)[name] for name in declared} == declared
    known = provider.check(base).inputs
    assert provider.diff("1", known, checked.inputs) == ("replace" if "element" in unknown else "update")


def test_an_unknown_secret_survives_check(provider: Provider) -> None:
    checked = provider.check({"element": "stripe", "name": "Payments", "configuration": {"api.key": UNKNOWN}})
    assert checked.failures == []
    assert plain(checked.inputs)["configuration"] == {"api.key": UNKNOWN}


@pytest.mark.parametrize("change", [{"element": "jira"}, {"externalAuthentication": "initial"}], ids=str)
def test_another_element_is_another_instance(provider: Provider, change: dict[str, str]) -> None:
    old = provider.check(STRIPE).inputs
    assert provider.diff("1", old, provider.check(STRIPE | change).inputs) == "replace"


def test_another_element_wants_its_own_code_though_there_is_an_instance(provider: Provider) -> None:
    assert provider.check(declarations.SALESFORCE, provider.check(declarations.SALESFORCE).inputs).failures == []
    ((_, reason),) = provider.check(declarations.SALESFORCE, provider.check(STRIPE).inputs).failures
    assert reason.startswith("providerData: ")


def test_the_body_on_the_wire_is_the_documented_one_and_integers_stay_integers(
    provider: Provider, emulator: Emulator
) -> None:
    before = len(emulator.requests())
    created(provider)
    (post,) = [entry for entry in emulator.requests()[before:] if entry["method"] == "POST"]
    assert post["authorization"] == "User …, Organization …"
    assert post["body"].keys() == {"element", "name", "configuration", "tags"}
    assert post["body"]["element"] == {"key": "stripe"}
    interval = post["body"]["configuration"]["event.poller.refresh_interval"]
    nested = post["body"]["configuration"]["event.poller.configuration"]["events"]["size"]
    assert (repr(interval), repr(nested)) == ("30", "5")


def test_an_integer_is_not_read_back_as_drift(provider: Provider, emulator: Emulator) -> None:
    found = created(provider)
    live = emulator.call("GET", f"/instances/{found.id}").json()["configuration"]
    assert live["event.poller.refresh_interval"] == "30"
    assert plain(refreshed(provider, found).outputs)["configuration"] == STRIPE["configuration"]


def test_a_disabled_instance_is_created_enabled_and_disabled_without_a_put_of_it(
    provider: Provider, emulator: Emulator
) -> None:
    found = created(provider, STRIPE | {"enabled": False})
    assert emulator.call("GET", f"/instances/{found.id}").json()["disabled"] is True
    found = provider.update(found, provider.check(STRIPE | {"enabled": True}).inputs)
    assert emulator.call("GET", f"/instances/{found.id}").json()["disabled"] is False
    found = provider.update(found, provider.check(STRIPE | {"enabled": False}).inputs)
    assert plain(refreshed(provider, found).outputs)["enabled"] is False
    assert [method for method, _ in sent(emulator, f"/instances/{found.id}/enabled")] == ["DELETE", "PUT", "DELETE"]
    assert "PUT" not in [method for method, _ in sent(emulator, f"/instances/{found.id}")]


@pytest.mark.parametrize(
    ("change", "name", "found"),
    [
        ({"name": "Renamed"}, "name", "Renamed"),
        ({"tags": ["a", "b", "c"]}, "tags", ["a", "b", "c"]),
        (
            {"configuration": {"event.poller.refresh_interval": "45"}},
            "configuration",
            CONFIGURATION | {"event.poller.refresh_interval": "45"},
        ),
    ],
)
def test_drift_shows_in_the_inputs_and_is_repaired(
    provider: Provider, emulator: Emulator, change: dict[str, Any], name: str, found: Any
) -> None:
    checked = provider.check(STRIPE)
    instance = provider.create(checked.inputs)
    assert emulator.call("PATCH", f"/instances/{instance.id}", json=change).status_code == 200
    drifted = refreshed(provider, instance)
    assert plain(drifted.inputs) == plain(checked.inputs) | {name: found}
    assert provider.diff(instance.id, drifted.outputs, checked.inputs) == "update"
    repaired = provider.update(drifted, checked.inputs)
    assert plain(refreshed(provider, repaired).inputs) == plain(checked.inputs)


def test_what_a_program_did_not_declare_is_no_drift(provider: Provider, emulator: Emulator) -> None:
    declared = {name: value for name, value in STRIPE.items() if name != "tags"}
    found = created(provider, declared)
    change = {"tags": ["somebody's"], "configuration": {"pagination.max": "7"}}
    assert emulator.call("PATCH", f"/instances/{found.id}", json=change).status_code == 200
    assert plain(refreshed(provider, found).inputs) == plain(found.inputs)


def test_a_dropped_key_goes_back_to_the_elements_default(provider: Provider, emulator: Emulator) -> None:
    found = created(provider)
    fewer = {key: value for key, value in CONFIGURATION.items() if "interval" not in key}
    checked = provider.check(STRIPE | {"configuration": fewer})
    assert provider.diff(found.id, found.outputs, checked.inputs) == "update"
    provider.update(found, checked.inputs)
    (body,) = [body for method, body in sent(emulator, f"/instances/{found.id}") if method == "PUT"]
    assert body["configuration"] == logged(fewer) | {"event.poller.refresh_interval": "15"}
    live = emulator.call("GET", f"/instances/{found.id}").json()["configuration"]
    assert live["event.poller.refresh_interval"] == "15"


def test_a_dropped_key_without_a_default_is_cleared(provider: Provider, emulator: Emulator) -> None:
    found = created(provider, STRIPE | {"configuration": CONFIGURATION | {"bulk.relations": "x"}})
    updated = provider.update(found, provider.check(STRIPE).inputs)
    (body,) = [body for method, body in sent(emulator, f"/instances/{found.id}") if method == "PUT"]
    assert body["configuration"] == logged(CONFIGURATION) | {"bulk.relations": None}
    assert emulator.call("GET", f"/instances/{found.id}").json()["configuration"]["bulk.relations"] is None
    assert plain(refreshed(provider, updated).inputs)["configuration"] == CONFIGURATION


def test_a_gone_instance_is_gone_and_its_delete_a_success(provider: Provider, emulator: Emulator) -> None:
    found = created(provider)
    assert emulator.call("DELETE", f"/instances/{found.id}").status_code == 200
    assert provider.read(found) is None
    provider.delete(found)


def test_an_update_of_a_gone_instance_fails_and_says_so(provider: Provider, emulator: Emulator) -> None:
    found = created(provider)
    emulator.call("DELETE", f"/instances/{found.id}")
    with pytest.raises(Refused, match=f"PUT /instances/{found.id}: 404 .*run pulumi refresh"):
        provider.update(found, provider.check(STRIPE | {"name": "Renamed"}).inputs)


def test_a_failed_read_does_not_pass_for_gone(provider: Provider, open_provider: Any, account: dict[str, str]) -> None:
    found = created(provider)
    with open_provider(account | {"userSecret": "rotated"}) as stranger, pytest.raises(Refused, match="401"):
        stranger.read(found)


def test_a_secret_that_is_wrapped_stays_what_it_is(provider: Provider) -> None:
    found = created(provider)
    token, key = found.outputs["token"], found.outputs["configuration"]["api.key"]
    assert isinstance(token, Secret)
    assert isinstance(token.value, str)
    assert key == Secret("sk_live_5e1f")
