"""A folder of YAML files, deployed by the real engine: what is read, what is typed, and what stays secret."""

from __future__ import annotations

from pathlib import Path

from tests.support.emulator import Emulator
from tests.support.project import Project

PROGRAM = "from pulumi_cloudelements.declarations import deploy\n\ndeploy()\n"

PAYMENTS = """
instances:
  payments:
    element: stripe
    enabled: ${config.on}
    configuration:
      api.key: ${config.key}
      event.notification.enabled: ${config.hidden}
      event.poller.refresh_interval: ${config.interval}
      event.vendor.type: polling
"""


def test_a_folder_with_what_editors_and_teams_leave_there_is_deployed(
    tmp_path: Path, account: dict[str, object], emulator: Emulator
) -> None:
    values = {"test:on": "false", "test:interval": "15", "test:key": ("key-0J4vNq",), "test:hidden": ("true",)}
    project = Project(tmp_path / "project", config=account | values)
    project.write("__main__.py", PROGRAM)
    project.write("instances/team/payments.yaml", PAYMENTS)
    project.write("instances/README.md", "# Instances")
    (project.folder / "instances/.#payments.yaml").symlink_to("somebody@host.1234:5678")

    said = project.up().text
    assert "not from instances/.#payments.yaml, instances/README.md" in said
    (made,) = (request["body"] for request in emulator.requests() if request["method"] == "POST")
    assert made["configuration"] == {
        "api.key": "********",
        "event.notification.enabled": True,
        "event.poller.refresh_interval": 15,
        "event.vendor.type": "polling",
    }
    shown = project.instances("--show-secrets")["payments"]["inputs"]
    assert shown["enabled"] is False
    hidden = project.instances()["payments"]["inputs"]["configuration"]
    assert set(hidden["event.notification.enabled"]) == {"4dabf18193072939515e22adb298388d", "ciphertext"}
    assert hidden["event.poller.refresh_interval"] == 15
    project.expect_no_changes()


def test_a_file_that_is_no_longer_read_stops_the_run_before_it_deletes_anything(
    tmp_path: Path, account: dict[str, object], emulator: Emulator
) -> None:
    project = Project(tmp_path / "project", config=account | {"test:key": ("key-0J4vNq",)})
    project.write("__main__.py", PROGRAM)
    for name in ("one", "two"):
        entry = f"instances: {{{name}: {{element: stripe, configuration: {{api.key: '${{config.key}}'}}}}}}"
        project.write(f"instances/{name}.yaml", entry)
    project.up()
    two = project.folder / "instances/two.yaml"
    two.rename(two.with_suffix(".yml"))
    outcome = project.pulumi("up", "--yes", "--skip-preview")
    assert outcome.code != 0
    assert "instances/two.yml: is not read: name it two.yaml" in outcome.text
    assert emulator.health()["instances"] == 2
