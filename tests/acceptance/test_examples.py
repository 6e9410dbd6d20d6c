"""Every example, from its first deployment to its end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.emulator import Emulator
from tests.support.node import link_packages
from tests.support.project import CHECKOUT, Project

EXAMPLES = CHECKOUT / "examples"
ACCOUNT = {"userSecret": ("emulator-user",), "organizationSecret": ("emulator-organization",)}


def live_and_end(project: Project) -> None:
    """Deploy, see that nothing more would change, here or there, and destroy."""
    project.up()
    assert project.instances()
    project.expect_no_changes()
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.must("destroy", "--yes", "--skip-preview")


def test_every_example_is_run_here() -> None:
    there = {path.parent.name for path in EXAMPLES.glob("*/Pulumi.yaml")}
    assert there == {"quickstart-py", "quickstart-ts", "two-accounts-py", "import-py"}


@pytest.mark.parametrize("example", ["quickstart-py", "quickstart-ts"])
def test_a_quickstart(example: str, tmp_path: Path, account: dict[str, object], emulator: Emulator) -> None:
    secret = {f"{example}:stripeApiKey": ("key-0J4vNq",)}
    project = Project(tmp_path / example, EXAMPLES / example, account | secret)
    if (project.folder / "package.json").exists():
        link_packages(project.folder)
    live_and_end(project)
    assert emulator.health()["instances"] == 0


def test_one_program_manages_two_accounts(tmp_path: Path, emulator: Emulator) -> None:
    with Emulator().start() as other:
        accounts = {"us": emulator, "eu": other}
        project = Project(tmp_path / "two", EXAMPLES / "two-accounts-py")
        for name, platform in accounts.items():
            settings = ACCOUNT | {"baseUrl": platform.base_url, "stripeApiKey": (f"key-of-{name}",)}
            project.configure({f"{name}:{key}": value for key, value in settings.items()})
        project.up()
        for name, platform in accounts.items():
            (made,) = platform.call("GET", "/instances").json()
            assert (str(made["id"]), made["tags"][0]) == (project.outputs()[name], name)
        live_and_end(project)
        assert [platform.health()["instances"] for platform in accounts.values()] == [0, 0]


@pytest.mark.parametrize("bulk", [False, True], ids=["by id", "in bulk"])
def test_instances_that_exist_are_imported(
    tmp_path: Path, account: dict[str, object], emulator: Emulator, bulk: bool
) -> None:
    vendor = {"username": "robot@example.com", "password": "p-5e1f", "base.url": "https://example.atlassian.net"}
    bodies = {
        "payments": {"element": {"key": "stripe"}, "name": "Payments", "configuration": {"api.key": "key-0J4vNq"}},
        "support": {"element": {"key": "jira"}, "name": "Support", "configuration": vendor},
    }
    ids = {name: emulator.call("POST", "/instances", json=body).json()["id"] for name, body in bodies.items()}
    project = Project(tmp_path / "import", EXAMPLES / "import-py", account)
    flags = ("--yes", "--protect=false", "--generate-code=false")
    if bulk:
        listed = (project.folder / "import.json").read_text().replace("1234", str(ids["payments"]))
        project.write("import.json", listed.replace("1235", str(ids["support"])))
        assert len(json.loads(listed)["resources"]) == len(ids)
        imported = project.must("import", "--file", "import.json", *flags)
        assert 'configuration["password"]' in imported.text
    else:
        for name, made in ids.items():
            project.must("import", "cloudelements:index:Instance", name, str(made), *flags)
    project.configure({"import-py:stripeApiKey": ("key-0J4vNq",), "import-py:jiraPassword": ("p-5e1f",)})
    tokens = {name: resource["id"] for name, resource in project.instances().items()}
    assert tokens == {name: str(made) for name, made in ids.items()}
    emulator.clear()
    live_and_end(project)
    assert emulator.counters()["by_method"].get("POST", 0) == 0
    assert emulator.health()["instances"] == 0
