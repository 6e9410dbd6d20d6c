"""Input that cannot work: one clear line that says where and what to do, a failing exit code, nothing created."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.emulator import Emulator
from tests.support.project import Project

PROGRAM = """
import pulumi
from pulumi_cloudelements import Instance
Instance("payments", {arguments})
"""
GOOD = 'element="stripe", configuration={"api.key": "key-0J4vNq"}'


def failed_up(project: Project) -> str:
    """The one line of a deployment that must fail without a traceback."""
    outcome = project.pulumi("up", "--yes", "--skip-preview")
    assert outcome.code != 0
    assert "Traceback" not in outcome.text
    (line,) = set(outcome.errors) - {"error: update failed"}
    return line


def declare(folder: Path, account: dict[str, object], arguments: str = GOOD) -> Project:
    project = Project(folder / "project", config=account)
    project.write("__main__.py", PROGRAM.format(arguments=arguments))
    return project


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            {"cloudelements:userSecret": None, "cloudelements:organizationSecret": None},
            ["cloudelements:userSecret or CLOUDELEMENTS_USER_SECRET is not set", "cloudelements:organizationSecret"],
        ),
        ({"cloudelements:userSecret": ("not-the-secret",)}, ["POST /instances: 401", "check cloudelements:userSecret"]),
        ({"cloudelements:baseUrl": "http://127.0.0.1:1/elements/api-v2"}, ["127.0.0.1:1", "Connection refused"]),
        ({"cloudelements:baseUrl": "http://example.com"}, ["cloudelements:baseUrl", "https"]),
        ({"cloudelements:requestTimeout": "soon"}, ["cloudelements:requestTimeout", "'soon'", "number"]),
    ],
    ids=["no credentials", "wrong credentials", "unreachable", "http without loopback", "not a number"],
)
def test_a_bad_provider_configuration(
    tmp_path: Path, account: dict[str, object], emulator: Emulator, config: dict[str, object], words: list[str]
) -> None:
    project = declare(tmp_path, account)
    project.configure(config)
    line = failed_up(project)
    assert all(word in line for word in words), line
    assert "not-the-secret" not in line
    assert emulator.health()["instances"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('element="strpie"', ["POST /instances: 4", "strpie"]),
        ('element="jira", configuration={"username": "me"}', ["POST /instances: 400", "password", "base.url"]),
        (
            'element="stripe", configuration={"api.key": "key-0J4vNq", "event.notification.enabled": "maybe"}',
            ['configuration["event.notification.enabled"]: must be true or false'],
        ),
        ('element="stripe", tags=["a", 5]', ["tags: must be a list of strings"]),
        ('element="stripe", enabled="no"', ["enabled: must be true or false"]),
        ('element="stripe", external_authentication="later"', ["externalAuthentication: must be none or initial"]),
        ('element=""', ["element: must not be empty"]),
    ],
    ids=["unknown element", "missing configuration", "common property", "tags", "enabled", "enumeration", "empty"],
)
def test_a_bad_declaration(
    tmp_path: Path, account: dict[str, object], emulator: Emulator, arguments: str, words: list[str]
) -> None:
    line = failed_up(declare(tmp_path, account, arguments))
    assert all(word in line for word in words), line
    assert "key-0J4vNq" not in line
    assert emulator.health()["instances"] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("instances:\n  payments: {element: stripe\n", ["broken.yaml", "is not YAML", "line"]),
        ("", ["broken.yaml", "instances:"]),
        ("instances:\n  payments: {elment: stripe}\n", ["broken.yaml: instances.payments", "elment"]),
        (None, ["broken.yaml", "cannot be read"]),
    ],
    ids=["truncated", "empty", "unknown key", "unreadable"],
)
def test_a_bad_declaration_file(
    tmp_path: Path, account: dict[str, object], emulator: Emulator, text: str | None, words: list[str]
) -> None:
    project = declare(tmp_path, account)
    project.write("__main__.py", "from pulumi_cloudelements.declarations import deploy\n\ndeploy('instances')\n")
    if text is None:
        (project.folder / "instances/broken.yaml").mkdir(parents=True)
    else:
        project.write("instances/broken.yaml", text)
    outcome = project.pulumi("up", "--yes", "--skip-preview")
    assert outcome.code != 0
    assert "Traceback" not in outcome.text
    assert any(all(word in line for word in words) for line in outcome.text.splitlines()), outcome.text
    assert emulator.health()["instances"] == 0
