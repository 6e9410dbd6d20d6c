"""The native provider itself: its configuration, its parallel requests, its schema, its credentials."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.emulator import Emulator
from tests.support.native_program import STRIPE, project, steps
from tests.support.project import CHECKOUT, CREDENTIALS, Project, account_of

__all__ = ["project"]


# providers


def test_another_address_means_other_instances_and_a_rotated_secret_does_not(
    project: Project, emulator: Emulator, tmp_path: Path
) -> None:
    provider = 'provider = Provider("account", base_url=pulumi.Config().require("at"), user_secret='
    provider += 'pulumi.Config().require_secret("user"), organization_secret="emulator-organization")\n'
    instance = STRIPE.replace("PAGES", "1") + ", opts=pulumi.ResourceOptions(provider=provider)"
    head = "import pulumi\nfrom pulumi_cloudelements.native import Instance, Provider\n"
    project.write("__main__.py", f'{head}{provider}Instance("payments", {instance})\n')
    data = tmp_path / "moved.db"
    with Emulator().start("--data", str(data)) as first:
        project.configure({"test:at": first.base_url, "test:user": ("emulator-user",)})
        project.up()
        made = project.instances()["payments"]["id"]
    port = str(urlsplit(first.base_url).port)
    with Emulator().start("--data", str(data), "--user-secret", "rotated", "--port", port):
        project.configure({"test:user": ("rotated",)})
        shown = steps(project)
        assert shown["account"]["op"] == "update"
        assert shown.get("payments", {"op": "same"})["op"] == "same"
        project.up()
        assert project.instances()["payments"]["id"] == made
        project.configure({"test:at": emulator.base_url, "test:user": ("emulator-user",)})
        shown = steps(project)
        assert shown["account"]["op"] == "replace"
        assert shown["payments"]["op"] == "replace"
        assert "baseUrl leads to another account: every instance is created there" in project.must("preview").text


def test_a_provider_that_is_replaced_deletes_what_it_had_in_the_same_run(project: Project, emulator: Emulator) -> None:
    """Engines since 3.232 send Cancel to a provider before they replace it, older ones end it without."""
    provider = 'Provider("account", base_url=pulumi.Config().require("at"), user_secret="emulator-user", '
    provider += 'organization_secret="emulator-organization")'
    instance = STRIPE.replace("PAGES", "1") + f", opts=pulumi.ResourceOptions(provider={provider})"
    head = "import pulumi\nfrom pulumi_cloudelements.native import Instance, Provider\n"
    project.write("__main__.py", f'{head}Instance("payments", {instance})\n')
    project.configure({"test:at": emulator.base_url})
    project.up()
    assert emulator.health()["instances"] == 1
    with Emulator().start() as other:
        project.configure({"test:at": other.base_url})
        project.up()
        assert [platform.health()["instances"] for platform in (emulator, other)] == [0, 1]
        project.expect_no_changes()
        project.must("destroy", "--yes", "--skip-preview")
        assert other.health()["instances"] == 0


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"cloudelements:baseUrl": "http://example.com"}, "credentials are sent over https alone"),
        ({"cloudelements:updatemethod": "PUT"}, "updatemethod: no such setting"),
    ],
    ids=["unusable", "misspelt"],
)
def test_a_bad_provider_configuration_is_told_at_preview(project: Project, setting: dict[str, str], words: str) -> None:
    project.configure(setting)
    failed = project.pulumi("preview")
    assert failed.code != 0
    assert words in failed.text
    assert "emulator-user" not in failed.text


# parallel


def test_a_refresh_has_as_many_requests_in_flight_as_parallel_allows(tmp_path: Path, emulator: Emulator) -> None:
    project = Project(tmp_path / "many", config=account_of(emulator))
    program = 'from pulumi_cloudelements.native import Instance\nfor n in range(300):\n    Instance(f"i{n}", "stripe", '
    project.write("__main__.py", program + 'configuration={"api.key": "k"})\n')
    project.must("up", "--yes", "--skip-preview", "--parallel=64", PULUMI_SKIP_CHECKPOINTS="true")
    emulator.clear()
    emulator.settings(latency=0.2)
    project.must("refresh", "--yes", "--skip-preview", "--parallel=64", PULUMI_SKIP_CHECKPOINTS="true")
    assert emulator.counters()["most_in_flight"] >= 48
    assert emulator.counters()["by_call"]["GET /instances/{id}"] == 300


def test_the_plugin_tells_the_schema_that_is_committed(tmp_path: Path) -> None:
    told = subprocess.run(
        ["pulumi", "package", "get-schema", str(Path(sys.executable).parent / "pulumi-resource-cloudelements")],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"PULUMI_HOME": str(tmp_path)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    schema = json.loads((CHECKOUT / "schema.json").read_text())
    assert json.loads(told.stdout)["resources"].keys() == schema["resources"].keys()
    assert json.loads(told.stdout)["functions"].keys() == schema["functions"].keys()


def test_credentials_of_the_environment_are_in_no_state(project: Project, emulator: Emulator) -> None:
    project.configure(dict.fromkeys(CREDENTIALS))
    account = {
        "CLOUDELEMENTS_USER_SECRET": "emulator-user",
        "CLOUDELEMENTS_ORGANIZATION_SECRET": "emulator-organization",
    }
    project.up(**account)
    shown = project.must("stack", "export", "--show-secrets").stdout
    assert "emulator-organization" not in shown
    assert emulator.health()["instances"] == 1
