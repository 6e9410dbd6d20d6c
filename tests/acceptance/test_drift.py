"""Drift with the real CLI: refresh shows exactly what changed elsewhere, up puts right exactly that.

An instance that nobody touched stays silent for as long as one looks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.project import Project, account_of

PROGRAM = """
from pulumi_cloudelements import Instance

configuration = {
    "api.key": "key-0J4vNq",
    "base.url": "https://stripe.example/v1",
    "bulk.relations": "customers",
    "event.notification.enabled": True,
    "event.poller.configuration": {"events": {"url": "/a", "size": 5}},
    "event.poller.refresh_interval": 30,
}
for name in NAMES:
    Instance(name, "stripe", name=name, configuration=configuration, tags=["b", "a"])
"""
ELSEWHERE: dict[str, dict[str, Any]] = {
    "renamed": {"name": "Somebody's"},
    "retagged": {"tags": ["a", "c"]},
    "edited": {"configuration": {"event.poller.refresh_interval": "45"}},
    "reset": {"configuration": {"base.url": None}},
    "removed": {"configuration": {"bulk.relations": None}},
    "untouched": {"tags": ["a", "b"]},
}
"""What somebody does to the instance of each name; beside these one is disabled, and one deleted."""

NAMES = [*ELSEWHERE, "disabled", "deleted"]
UNDECLARED = {"configuration": {"pagination.max": "7", "of.somebody": "x"}}
SHOWN = {
    "renamed": "name",
    "retagged": "tags",
    "edited": 'configuration["event.poller.refresh_interval"]',
    "reset": 'configuration["base.url"]',
    "removed": 'configuration["bulk.relations"]',
    "disabled": "enabled",
}
"""What a preview says will change."""


def writes(emulator: Emulator) -> list[str]:
    """What was asked of the platform, look-ups aside, in order of the paths."""
    entries = [entry for entry in emulator.requests() if entry["method"] != "GET"]
    return sorted(f"{entry['method']} {entry['path'].removeprefix('/elements/api-v2')}" for entry in entries)


def call(emulator: Emulator, method: str, path: str, body: Any = None) -> None:
    """Change something behind Pulumi's back."""
    assert emulator.call(method, path, json=body).status_code == 200


def inputs(project: Project) -> dict[str, dict[str, Any]]:
    """The declared inputs in state by resource name, secrets in clear but still in their envelopes."""
    return {
        name: {key: value for key, value in resource["inputs"].items() if not key.startswith("__")}
        for name, resource in project.instances("--show-secrets").items()
    }


def read_back(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs that a refresh can know: the others are only ever written."""
    return {name: value for name, value in inputs.items() if name not in ("providerData", "adopt")}


@pytest.mark.parametrize(("method", "resets"), [("PUT", False), ("PATCH", True)], ids=["PUT merges", "PUT resets"])
def test_drift_is_shown_and_put_right_property_by_property(
    tmp_path: Path, emulator: Emulator, method: str, resets: bool
) -> None:
    emulator.settings(put_resets=resets)
    project = Project(tmp_path / "drift", config=account_of(emulator) | {"cloudelements:updateMethod": method})
    project.write("__main__.py", PROGRAM.replace("NAMES", json.dumps(NAMES)))
    project.up()
    before, ids = inputs(project), {name: resource["id"] for name, resource in project.instances().items()}
    for name in NAMES:
        call(emulator, "PATCH", f"/instances/{ids[name]}", UNDECLARED)
        call(emulator, "PATCH", f"/instances/{ids[name]}", ELSEWHERE.get(name, {}))
    call(emulator, "DELETE", f"/instances/{ids['disabled']}/enabled")
    call(emulator, "DELETE", f"/instances/{ids['deleted']}")

    project.must("refresh", "--yes", "--skip-preview")
    after = inputs(project)
    assert after.keys() == before.keys() - {"deleted"}
    changes = {name: _changes(before[name], after[name]) for name in after}
    assert changes == {
        "renamed": {"name": "Somebody's"},
        "retagged": {"tags": ["a", "c"]},
        "edited": {"event.poller.refresh_interval": "45"},
        "reset": {"base.url": "https://api.stripe.com/v1"},
        "removed": {"bulk.relations": None},
        "untouched": {},
        "disabled": {"enabled": False},
    }

    preview = project.must("preview", "--diff").text
    said = [line.strip() for line in preview.splitlines() if "changes " in line]
    assert sorted(line[line.index("changes ") :] for line in said) == sorted(
        f"changes {path}" for path in SHOWN.values()
    )

    emulator.clear()
    project.up()
    repaired = [f"{method} /instances/{ids[name]}" for name in SHOWN if name != "disabled"]
    assert writes(emulator) == sorted([*repaired, f"PUT /instances/{ids['disabled']}/enabled", "POST /instances"])
    assert inputs(project) == before
    for name in (*SHOWN, "untouched"):
        live = emulator.call("GET", f"/instances/{ids[name]}").json()["configuration"]
        assert live | UNDECLARED["configuration"] == live
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.expect_no_changes()


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The inputs, and configuration values, that are another than before; None for one that is gone."""
    flat = [inputs | inputs["configuration"] | {"configuration": None} for inputs in (before, after)]
    return {key: flat[1].get(key) for key in flat[0] | flat[1] if flat[0].get(key) != flat[1].get(key)}


EVERYTHING = """
import pulumi
from pulumi_cloudelements import Instance

config = pulumi.Config()
Instance("stripe", "stripe", tags=["b", "a", "<i>c</i>"], name="Payments <b>EU</b> / größe", configuration={
    "api.key": config.require_secret("key"),
    "bulk.relations": "",
    "bulk.add_metadata": None,
    "base.url": "https://api.stripe.com/v1",
    "event.notification.enabled": True,
    "filter.response.nulls": "false",
    "event.notification.signature.key": pulumi.Output.secret("signature-77aa"),
    "event.notification.subscription.id": "1",
    "event.poller.configuration": {"events": {"url": "/a", "size": 5, "part": 0.5, "on": True}},
    "event.poller.refresh_interval": 15,
    "event.vendor.type": "webhooks",
    "pagination.max": 2**53 - 1,
    'of."nobody"/größe': '{"b": 1, "a": [true]}',
})
Instance("bare", "stripe", configuration={"api.key": "key-0J4vNq"})
Instance("untagged", "stripe", tags=[], configuration={"api.key": "key-0J4vNq"})
Instance("disabled", "stripe", enabled=False, configuration={"api.key": "key-0J4vNq"})
Instance("masked", "jira", configuration={"username": "me", "password": "hunter22", "base.url": "https://a.example"})
Instance("adopted", "stripe", adopt=config.require("adopted"), configuration={"api.key": "key-0J4vNq"})
oauth = {
    "oauth.api.key": "consumer-key",
    "oauth.api.secret": "consumer-secret",
    "oauth.callback.url": "https://app.example/callback",
}
Instance("by-code", "sfdc", provider_data={"code": "canary-code"}, provider_data_version=3, configuration=oauth)
Instance("by-token", "sfdc", external_authentication="initial",
         configuration=oauth | {"oauth.user.refresh_token": "refresh-1", "expires_in": 60})
"""
BY_THEMSELVES: dict[str, dict[str, Any]] = {
    "stripe": {
        "tags": ["c", "a", "b"],
        "configuration": {
            "event.vendor.type": "webhook",
            "bulk.relations": None,
            "event.notification.subscription.id": "2",
            "event.poller.configuration": '{"events": {"size": 5, "on": true, "part": 0.5, "url": "/a"}}',
        },
    },
    "bare": {"tags": ["of", "the", "console"], "configuration": {"pagination.max": "7"}},
    "masked": {"configuration": {"password": "rotated elsewhere"}},
    "by-token": {
        "configuration": {
            "oauth.user.token": "token-2",
            "oauth.user.refresh_token": "refresh-2",
            "authentication.time": "2026-01-01T00:00:00Z",
            "expires_in": "7200",
        }
    },
}
"""What becomes of instances without a hand of the program's, and is no drift."""


@pytest.fixture
def everything(tmp_path: Path, emulator: Emulator) -> Project:
    """A stack with one of each kind of value, on a platform where an instance to adopt is there already."""
    by_hand = {"element": {"key": "stripe"}, "name": "By hand", "configuration": {"api.key": "sk_live_0000"}}
    adopted = emulator.call("POST", "/instances", json=by_hand).json()["id"]
    more = {"test:key": ("key-0J4vNq",), "test:adopted": str(adopted)}
    project = Project(tmp_path / "everything", config=account_of(emulator) | more)
    project.write("__main__.py", EVERYTHING)
    return project


def test_ten_rounds_of_up_refresh_and_preview_show_nothing(everything: Project, emulator: Emulator) -> None:
    everything.up()
    ids, before = {name: resource["id"] for name, resource in everything.instances().items()}, inputs(everything)
    emulator.clear()
    for turn in range(10):
        if turn == 1:
            for name, body in BY_THEMSELVES.items():
                call(emulator, "PATCH", f"/instances/{ids[name]}", body)
            emulator.clear()
        emulator.settings(put_resets=bool(turn % 2))
        # One command for the three: it previews, refreshes and deploys.
        outcome = everything.must("up", "--yes", "--refresh", "--diff", "--expect-no-changes")
        assert "changes " not in outcome.text
        assert "drift" not in outcome.text
    everything.expect_no_changes()
    assert writes(emulator) == []
    after = inputs(everything)
    assert {name: read_back(after[name]) for name in after} == {name: read_back(before[name]) for name in before}
    assert "canary-code" not in everything.export()
