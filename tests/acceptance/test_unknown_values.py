"""Values that a first preview cannot know, with the real CLI, at any depth: they arrive as what they became."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_cloudelements.model.owner import without_owner
from tests.support.emulator import Emulator
from tests.support.project import Project, account_of

PROGRAM = """
import pulumi
from pulumi_cloudelements import Instance

source = Instance("source", "stripe", name="SOURCE", configuration={"api.key": "key-0J4vNq"})
named = source.name.apply(lambda name: name.lower())
Instance(
    "listener",
    "jira",
    name=pulumi.Output.concat("Listener of ", source.id),
    tags=["fixed", source.id],
    configuration={
        "username": named,
        "password": source.token,
        "base.url": "https://jira.example",
        "event.notification.enabled": source.enabled,
        "event.vendor.type": source.enabled.apply(lambda enabled: "webhook"),
        "event.notification.callback.url": pulumi.Output.concat("https://app.example/hooks?token=", source.token),
        "event.poller.configuration": {"of": {"deep": [source.id, {"er": source.element_id}]}, "fixed": 5},
    },
)
Instance("whole", "jira", configuration=pulumi.Output.all(source.id, source.token).apply(
    lambda args: {"username": args[0], "password": args[1], "base.url": "https://jira.example"}))
Instance("chosen", source.element, configuration={"api.key": pulumi.Output.secret("key-1K5wOr")},
         tags=source.id.apply(lambda id: [id]))
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="module")
def undeployed(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> Project:
    project = Project(tmp_path_factory.mktemp("unknown") / "project", config=account_of(emulator))
    project.write("__main__.py", PROGRAM.replace("SOURCE", "Source"))
    return project


@pytest.fixture(scope="module")
def first_preview(undeployed: Project, emulator: Emulator) -> str:
    """What is shown of the program before any of it exists."""
    preview = undeployed.must("preview", "--diff").text
    assert emulator.health()["instances"] == 0
    return preview


@pytest.fixture(scope="module")
def project(undeployed: Project, first_preview: str) -> Project:
    """The program, deployed after its `first_preview`."""
    assert first_preview
    undeployed.up()
    return undeployed


def live(emulator: Emulator, project: Project, name: str) -> dict[str, Any]:
    """What the platform says of an instance, by its resource's name."""
    answer: dict[str, Any] = emulator.call("GET", f"/instances/{project.instances()[name]['id']}").json()
    return answer


def test_a_first_preview_passes_over_what_it_cannot_know(first_preview: str) -> None:
    assert "+ 5 to create" in first_preview
    assert "warning" not in first_preview
    assert "error" not in first_preview


def test_outputs_of_one_instance_arrive_in_another_at_any_depth(project: Project, emulator: Emulator) -> None:
    source, listener = live(emulator, project, "source"), live(emulator, project, "listener")
    assert listener["name"] == f"Listener of {source['id']}"
    assert without_owner(listener["tags"]) == ("fixed", str(source["id"]))
    configuration = listener["configuration"]
    assert configuration["username"] == "source"
    assert configuration["event.notification.callback.url"] == f"https://app.example/hooks?token={source['token']}"
    assert configuration["event.vendor.type"] == "webhook"
    deep = [str(source["id"]), {"er": source["elementId"]}]
    assert json.loads(configuration["event.poller.configuration"]) == {"of": {"deep": deep}, "fixed": 5}
    assert live(emulator, project, "whole")["configuration"]["username"] == str(source["id"])
    assert without_owner(live(emulator, project, "chosen")["tags"]) == (str(source["id"]),)


def test_a_token_in_another_instances_configuration_stays_secret_before_and_after_a_refresh(
    project: Project, emulator: Emulator
) -> None:
    token = live(emulator, project, "source")["token"]
    assert token not in project.export()
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert token not in project.export()
    shown = project.must("preview", "--diff", "--expect-no-changes").text
    assert token not in shown


def test_a_change_of_the_source_reaches_what_hangs_on_it_and_nothing_else(project: Project, emulator: Emulator) -> None:
    project.write("__main__.py", PROGRAM.replace("SOURCE", "Renamed"))
    (said,) = [
        line for line in project.must("preview", "--diff").text.splitlines() if 'configuration["username"]' in line
    ]
    assert "changes " in said
    assert "base.url" not in said
    emulator.clear()
    try:
        project.up()
        bodies = [entry["body"] for entry in emulator.requests() if entry["method"] != "GET"]
        assert len(bodies) == 2
        assert bodies[0]["name"] == "Renamed"
        assert "username" in bodies[1]["configuration"]
        assert live(emulator, project, "listener")["configuration"]["username"] == "renamed"
        assert project.instances().keys() == {"source", "listener", "whole", "chosen"}
    finally:
        project.write("__main__.py", PROGRAM.replace("SOURCE", "Source"))
        project.up()
