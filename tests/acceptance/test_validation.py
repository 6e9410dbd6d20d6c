"""What a preview tells of declarations before anything is created."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.emulator import Emulator
from tests.support.project import INSTANCE, Outcome, Project, account_of

PROGRAM = """
import pulumi
from pulumi_cloudelements import Instance
Instance("support", {arguments})
"""
NESTED = """
import pulumi
from pulumi_cloudelements import Instance
misspelt = {"api.key": "key-0J4vNq", "pagination.maxx": "5"}
team = pulumi.ComponentResource("test:index:Team", "team")
Instance("alone", "stripe", configuration=misspelt)
Instance("member", "stripe", configuration=misspelt, opts=pulumi.ResourceOptions(parent=team))
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One emulator for all: nothing is ever created in it."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> Project:
    """A stack on the emulator's account; each test writes its program."""
    return Project(tmp_path_factory.mktemp("validation") / "project", config=account_of(emulator))


def preview(project: Project, arguments: str) -> Outcome:
    project.write("__main__.py", PROGRAM.format(arguments=arguments))
    return project.pulumi("preview")


def test_all_that_is_missing_is_named_in_one_preview(project: Project, emulator: Emulator) -> None:
    outcome = preview(project, 'element="jira", configuration={"event.notification.enabled": "canary-5f1d"}')
    assert outcome.code != 0
    assert "Traceback" not in outcome.text
    for reason in (
        'configuration["username"]: is required by jira',
        'configuration["password"]: is required by jira',
        'configuration["base.url"]: is required by jira',
        'configuration["event.notification.enabled"]: must be true or false',
    ):
        assert reason in outcome.text
    assert "canary" not in outcome.text
    assert "POST" not in emulator.counters()["by_method"]


def test_an_unknown_key_is_a_warning_of_its_resource_wherever_that_lies(project: Project) -> None:
    project.write("__main__.py", NESTED)
    outcome = project.must("preview", "--json")
    warnings = [entry for entry in json.loads(outcome.stdout)["diagnostics"] if entry["severity"] == "warning"]
    assert {entry["urn"] for entry in warnings} == {
        f"urn:pulumi:test::test::{INSTANCE}::alone",
        f"urn:pulumi:test::test::test:index:Team${INSTANCE}::member",
    }
    assert {entry["message"].strip() for entry in warnings} == {
        'warning: configuration["pagination.maxx"]: stripe knows no such key; did you mean pagination.max?'
    }


@pytest.mark.parametrize(
    "config",
    [
        {"cloudelements:baseUrl": "http://127.0.0.1:1"},
        {"cloudelements:userSecret": None, "cloudelements:organizationSecret": None},
    ],
    ids=["unreachable", "no credentials"],
)
def test_without_a_platform_a_preview_works_and_says_that_it_checked_less(
    project: Project, config: dict[str, object]
) -> None:
    good = project.stack_file.read_text()
    project.configure(config)
    try:
        outcome = preview(project, 'element="jira", configuration={"username": "canary-5f1d"}')
    finally:
        project.stack_file.write_text(good)
    assert outcome.code == 0, outcome.text
    assert "checked less" in outcome.text
    assert "warning:" in outcome.text
    assert "Traceback" not in outcome.text
