"""Input that cannot work: one clear line that says where and what to do, a failing exit code, nothing created."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.support.emulator import Emulator
from tests.support.project import Project, account_of

PROGRAM = """
import pulumi
from pulumi_cloudelements import Instance
Instance("payments", {arguments})
"""
# What is added to an error: that the run has failed and, where a newer engine ends its resource monitor before it ends
# the program, what the SDK says of that.
ADDED = {"error: update failed", "error: Resource monitor has terminated, shutting down"}
GOOD = 'element="stripe", configuration={"api.key": "key-0J4vNq"}'


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One emulator for all: nothing is ever created in it."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> Project:
    """A stack that could be deployed, if it were not for what a test does to it."""
    project = Project(tmp_path_factory.mktemp("bad input") / "project", config=account_of(emulator))
    project.write("__main__.py", PROGRAM.format(arguments=GOOD))
    return project


def failed_up(project: Project, problems: int = 1) -> str:
    """What a deployment says that must fail, without a traceback and with one line for each problem."""
    outcome = project.pulumi("up", "--yes", "--skip-preview")
    assert outcome.code != 0
    assert "Traceback" not in outcome.text
    lines = set(outcome.errors) - ADDED
    assert len(lines) == problems, lines
    return "\n".join(sorted(lines))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            {"cloudelements:userSecret": None, "cloudelements:organizationSecret": None},
            ["cloudelements:userSecret or CLOUDELEMENTS_USER_SECRET is not set", "cloudelements:organizationSecret"],
        ),
        ({"cloudelements:userSecret": ("not-the-secret",)}, ["GET /instances: 401", "check cloudelements:userSecret"]),
        ({"cloudelements:baseUrl": "http://127.0.0.1:1/elements/api-v2"}, ["127.0.0.1:1", "Connection refused"]),
        ({"cloudelements:baseUrl": "http://example.com"}, ["cloudelements:baseUrl", "https"]),
        ({"cloudelements:requestTimeout": "soon"}, ["cloudelements:requestTimeout", "'soon'", "number"]),
    ],
    ids=["no credentials", "wrong credentials", "unreachable", "http without loopback", "not a number"],
)
def test_a_bad_provider_configuration(
    declared: Project, emulator: Emulator, config: dict[str, object], words: list[str]
) -> None:
    good = declared.stack_file.read_text()
    declared.configure(config)
    try:
        line = failed_up(declared)
    finally:
        declared.stack_file.write_text(good)
    assert all(word in line for word in words), line
    assert "not-the-secret" not in line
    assert emulator.health()["instances"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('element="strpie"', ["element: the platform knows no element strpie"]),
        (
            'element="jira", configuration={"username": "me"}',
            ['configuration["password"]: is required by jira', 'configuration["base.url"]: is required by jira'],
        ),
        (
            'element="stripe", configuration={"api.key": "key-0J4vNq", "event.notification.enabled": "maybe"}',
            ['configuration["event.notification.enabled"]: must be true or false'],
        ),
        (GOOD + ', tags=["a", 5]', ["tags: must be a list of strings"]),
        (GOOD + ', enabled="no"', ["enabled: must be true or false"]),
        (GOOD + ', external_authentication="later"', ["externalAuthentication: must be none or initial"]),
        ('element=""', ["element: must not be empty"]),
    ],
    ids=["unknown element", "missing configuration", "common property", "tags", "enabled", "enumeration", "empty"],
)
def test_a_bad_declaration(declared: Project, emulator: Emulator, arguments: str, words: list[str]) -> None:
    declared.write("__main__.py", PROGRAM.format(arguments=arguments))
    try:
        line = failed_up(declared, problems=len(words))
    finally:
        declared.write("__main__.py", PROGRAM.format(arguments=GOOD))
    assert all(word in line for word in words), line
    assert "key-0J4vNq" not in line
    assert emulator.health()["instances"] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("instances:\n  payments: {element: stripe\n", ["broken.yaml:3:1: is not YAML: "]),
        ("", ["broken.yaml:1:1: ", "instances:"]),
        (
            "instances:\n  payments: {elment: stripe}\n",
            ["broken.yaml:2:14: instances.payments.elment: ", "did you mean element?"],
        ),
        ("instances:\n  payments: {element: stripe, enabled: no}\n", ["broken.yaml:2:31: ", "`no` is a text here"]),
        ("instances: {a: {element: stripe, name: '${config.none}'}}", ["broken.yaml:1:34: ", "test:none is not set"]),
        (None, ["broken.yaml", "cannot be read"]),
    ],
    ids=["truncated", "empty", "unknown key", "text for a boolean", "no such config", "unreadable"],
)
def test_a_bad_declaration_file(declared: Project, emulator: Emulator, text: str | None, words: list[str]) -> None:
    declared.write("__main__.py", "from pulumi_cloudelements.declarations import deploy\n\ndeploy('instances')\n")
    broken = declared.folder / "instances/broken.yaml"
    if text is None:
        broken.mkdir(parents=True)
    else:
        declared.write("instances/broken.yaml", text)
    try:
        outcome = declared.pulumi("up", "--yes", "--skip-preview")
    finally:
        shutil.rmtree(broken.parent)
        declared.write("__main__.py", PROGRAM.format(arguments=GOOD))
    assert outcome.code != 0
    assert "Traceback" not in outcome.text
    assert any(all(word in line for word in words) for line in outcome.text.splitlines()), outcome.text
    assert emulator.health()["instances"] == 0
