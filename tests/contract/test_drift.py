"""Drift, through every provider and on every way: what changed elsewhere is found as exactly that property.

It is put right by one request, which touches nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.contract.ways import Way
from tests.support import declarations
from tests.support.provider import Found, plain, secrets

CONFIGURATION: dict[str, Any] = {
    "api.key": "sk_live_5e1f",
    "base.url": "https://stripe.example/v1",
    "bulk.relations": "customers",
    "event.notification.enabled": True,
    "event.notification.signature.key": "signature-77aa",
    "event.poller.configuration": {"events": {"url": "/a", "size": 5}},
    "event.poller.refresh_interval": 30,
    "event.vendor.type": "polling",
}
STRIPE = declarations.STRIPE | {"configuration": CONFIGURATION, "tags": ["a", "b"]}


@dataclass(frozen=True)
class Drift:
    """What somebody does elsewhere, and what a refresh must find.

    Attributes:
        body: of a PATCH of the instance.
        found: the inputs that are found changed; of `configuration`, only the keys that are.
        gone: the configuration key that is found to be there no longer.
    """

    body: dict[str, Any]
    found: dict[str, Any] = field(default_factory=dict)
    gone: str | None = None

    def __str__(self) -> str:
        return str(self.body)

    def upon(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs as a refresh must find them."""
        configuration = inputs["configuration"] | self.found.get("configuration", {})
        if self.gone:
            del configuration[self.gone]
        return inputs | self.found | {"configuration": configuration}


def configured(key: str, value: Any, found: Any = None) -> Drift:
    """A configuration key set to another value, which is found so unless something else is."""
    return Drift({"configuration": {key: value}}, {"configuration": {key: value if found is None else found}})


DRIFTS = [
    Drift({"name": "Renamed"}, {"name": "Renamed"}),
    Drift({"name": "payments"}, {"name": "payments"}),
    Drift({"tags": ["a", "b", "c"]}, {"tags": ["a", "b", "c"]}),
    Drift({"tags": ["a"]}, {"tags": ["a"]}),
    Drift({"tags": ["a", "B"]}, {"tags": ["a", "B"]}),
    Drift({"tags": []}, {"tags": []}),
    configured("base.url", "https://stripe.example/v2"),
    configured("base.url", ""),
    configured("event.notification.enabled", False, "false"),
    configured("event.poller.refresh_interval", 31, "31"),
    configured("event.poller.refresh_interval", "30.5"),
    configured("event.vendor.type", "webhook"),
    configured("event.vendor.type", "webhooks"),
    configured("event.poller.configuration", {"events": {"url": "/a", "size": 6}}, '{"events":{"url":"/a","size":6}}'),
    configured("event.poller.configuration", "{not json"),
    configured("event.notification.signature.key", "signature-of-somebody"),
    configured("base.url", None, "https://api.stripe.com/v1"),
    configured("event.poller.refresh_interval", None, "15"),
    Drift({"configuration": {"bulk.relations": None}}, gone="bulk.relations"),
]
"""The last three remove a key: it goes back to the element's default, or is gone where there is none."""


def undeclared(way: Way, id: str) -> dict[str, Any]:
    """What lives on the platform beside the declaration."""
    live = way.live(id)["configuration"]
    return {key: value for key, value in live.items() if key not in CONFIGURATION}


def only(way: Way) -> tuple[str, Any]:
    """The one request that changed something."""
    (write,) = way.writes()
    return write


@pytest.mark.parametrize("drift", DRIFTS, ids=str)
def test_a_change_elsewhere_is_found_as_that_property_and_put_right_by_one_request(way: Way, drift: Drift) -> None:
    made = way.create(STRIPE)
    way.call("PATCH", f"/instances/{made.id}", {"configuration": {"pagination.max": "7", "of.somebody": "x"}})
    beside = undeclared(way, made.id)
    way.call("PATCH", f"/instances/{made.id}", drift.body)

    drifted = way.refresh(made)
    assert plain(drifted.inputs) == drift.upon(plain(made.inputs))
    assert {name: plain(drifted.outputs)[name] for name in plain(made.inputs)} == plain(drifted.inputs)
    assert secrets(drifted.inputs) == secrets(made.inputs)
    assert secrets(drifted.outputs) == secrets(made.outputs)

    assert way.provider.diff(made.id, drifted.outputs, made.inputs) == "update"
    repaired = way.provider.update(drifted, made.inputs)
    call, body = only(way)
    assert call == f"{way.course.method} /instances/{made.id}"
    if way.course.method == "PATCH":
        assert body.keys() == drift.body.keys()
        assert body.get("configuration", {}).keys() == drift.body.get("configuration", {}).keys()
    else:
        assert body.keys() == {"name", "tags", "configuration"}
        assert body["configuration"].keys() == CONFIGURATION.keys()

    assert plain(way.refresh(repaired).inputs) == plain(made.inputs)
    assert way.provider.diff(made.id, repaired.outputs, made.inputs) == "none"
    if way.keeps:
        assert undeclared(way, made.id) == beside


@pytest.mark.parametrize(("declared", "elsewhere"), [(True, "DELETE"), (False, "PUT")])
def test_an_instance_switched_elsewhere_is_switched_back_and_not_written(
    way: Way, declared: bool, elsewhere: str
) -> None:
    made = way.create(STRIPE | {"enabled": declared})
    way.call("PATCH", f"/instances/{made.id}", {"configuration": {"pagination.max": "7"}})
    way.call(elsewhere, f"/instances/{made.id}/enabled")

    drifted = way.refresh(made)
    assert plain(drifted.inputs) == plain(made.inputs) | {"enabled": not declared}
    assert way.provider.diff(made.id, drifted.outputs, made.inputs) == "update"
    repaired = way.provider.update(drifted, made.inputs)
    assert only(way) == (f"{'PUT' if declared else 'DELETE'} /instances/{made.id}/enabled", None)
    assert plain(way.refresh(repaired).inputs) == plain(made.inputs)
    live = way.live(made.id)
    assert (live["disabled"], live["configuration"]["pagination.max"]) == (not declared, "7")


def test_several_changes_elsewhere_are_put_right_together(way: Way) -> None:
    made = way.create(STRIPE)
    way.call("PATCH", f"/instances/{made.id}", {"name": "Renamed", "configuration": {"base.url": "https://other"}})
    way.call("DELETE", f"/instances/{made.id}/enabled")
    drifted = way.refresh(made)
    changed = {name for name, value in plain(drifted.inputs).items() if value != plain(made.inputs)[name]}
    assert changed == {"name", "configuration", "enabled"}
    repaired = way.provider.update(drifted, made.inputs)
    calls = [call for call, _ in way.writes()]
    assert calls == [f"{way.course.method} /instances/{made.id}", f"PUT /instances/{made.id}/enabled"]
    assert plain(way.refresh(repaired).inputs) == plain(made.inputs)


def test_tags_of_others_survive_where_none_are_declared(way: Way) -> None:
    untagged = {name: value for name, value in STRIPE.items() if name != "tags"}
    made = way.create(untagged)
    way.call("PATCH", f"/instances/{made.id}", {"tags": ["somebody's"], "name": "Renamed"})
    drifted = way.refresh(made)
    assert plain(drifted.inputs) == plain(made.inputs) | {"name": "Renamed"}
    way.provider.update(drifted, made.inputs)
    assert "tags" not in only(way)[1]
    live = way.live(made.id)
    assert (live["name"], live["tags"]) == ("Payments", ["somebody's"])


def test_what_a_put_elsewhere_has_reset_is_put_right(way: Way) -> None:
    made = way.create(STRIPE)
    way.call("PUT", f"/instances/{made.id}", {"configuration": {"api.key": "sk_live_5e1f"}})
    drifted = way.refresh(made)
    expected = "update" if way.course.resets else "none"
    assert way.provider.diff(made.id, drifted.outputs, made.inputs) == expected
    if way.course.resets:
        found = plain(drifted.inputs)["configuration"]
        assert (found["event.poller.refresh_interval"], found["base.url"]) == ("15", "https://api.stripe.com/v1")
        assert "bulk.relations" not in found
        drifted = way.provider.update(drifted, made.inputs)
        only(way)
    assert plain(way.refresh(drifted).inputs) == plain(made.inputs)


def test_drift_that_nobody_reverts_is_adopted_by_declaring_it(way: Way) -> None:
    made = way.create(STRIPE)
    way.call("PATCH", f"/instances/{made.id}", {"name": "Renamed", "configuration": {"base.url": "https://other"}})
    drifted = way.refresh(made)
    accepted = STRIPE | {"name": "Renamed", "configuration": CONFIGURATION | {"base.url": "https://other"}}
    assert way.provider.diff(made.id, drifted.outputs, way.provider.check(accepted, made.inputs).inputs) == "none"


def test_what_is_gone_elsewhere_is_gone_and_made_anew(way: Way) -> None:
    made = way.create(STRIPE)
    way.call("DELETE", f"/instances/{made.id}")
    assert way.provider.read(made) is None
    again: Found = way.provider.create(made.inputs)
    assert again.id != made.id
    assert plain(way.refresh(again).inputs) == plain(made.inputs)
