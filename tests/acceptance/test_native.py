"""The native provider with the real CLI: what the dynamic host cannot do."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from tests.support.emulator import Emulator
from tests.support.native_program import STRIPE, declare, project, steps
from tests.support.project import CREDENTIALS, Project

__all__ = ["project"]


def test_a_first_preview_knows_what_is_declared_and_not_what_the_platform_adds(project: Project) -> None:
    told = 'payments.name.apply(lambda name: print(f"known {name}"))\n'
    told += 'payments.hub.apply(lambda hub: print(f"hub {hub}"))\n'
    project.write("__main__.py", (project.folder / "__main__.py").read_text() + told)
    preview = project.must("preview").text
    assert "known Payments" in preview
    assert "hub " not in preview
    assert "hub payment" in project.up().text


def test_a_preview_shows_each_key_that_changes_and_what_it_means(project: Project) -> None:
    project.up()
    declare(project, STRIPE.replace('"Payments"', '"Money"') + ', tags=["a"]', pages=2)
    shown = steps(project)["payments"]["detailedDiff"]
    assert {path: change["kind"] for path, change in shown.items()} == {
        "name": "update",
        'configuration["pagination.max"]': "update",
        "tags": "add",
    }
    declare(project, STRIPE + ', external_authentication="initial"')
    shown = steps(project)["payments"]["detailedDiff"]
    assert shown["externalAuthentication"]["kind"] == "update-replace"


@pytest.mark.parametrize("options", ["", 'replace_on_changes=["configuration"]'], ids=["", "replace_on_changes"])
def test_a_value_that_becomes_a_secret_is_an_update_and_stays_one_until_it_changes(
    project: Project, options: str
) -> None:
    arguments = f"{STRIPE}, opts=pulumi.ResourceOptions({options})"
    declare(project, arguments)
    project.up()
    token = project.instances("--show-secrets")["payments"]["outputs"]["token"]
    declare(project, arguments.replace('"pagination.max": PAGES', '"pagination.max": pulumi.Output.secret(PAGES)'))
    step = steps(project)["payments"]
    assert step["op"] == "update"
    assert not step["detailedDiff"]
    assert 'becomes secret in the state: configuration["pagination.max"]' in project.up().text
    project.expect_no_changes()
    declare(project, arguments)
    project.expect_no_changes()
    assert project.instances("--show-secrets")["payments"]["outputs"]["token"] == token


@pytest.mark.parametrize("options", ["", 'replace_on_changes=["configuration"]'], ids=["", "replace_on_changes"])
def test_nothing_changes_after_an_up_that_could_not_read_the_definitions(
    project: Project, emulator: Emulator, options: str
) -> None:
    declare(project, f"{STRIPE}, opts=pulumi.ResourceOptions({options})")
    emulator.fault("status", method="GET", call="/elements/{key}", status=500, times=None)
    assert "checked less" in project.up().text
    emulator.clear_faults()
    project.expect_no_changes()
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.expect_no_changes()


def test_drift_is_shown_by_refresh_and_repaired(project: Project, emulator: Emulator) -> None:
    project.up()
    made = project.instances()["payments"]["id"]
    emulator.call("PATCH", f"/instances/{made}", json={"configuration": {"pagination.max": "9"}})
    project.must("refresh", "--yes", "--skip-preview")
    assert set(steps(project)["payments"]["detailedDiff"]) == {'configuration["pagination.max"]'}
    project.up()
    live = emulator.call("GET", f"/instances/{made}").json()
    assert live["configuration"]["pagination.max"] == "1"
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_what_the_resource_options_make_secret_is_no_drift(project: Project) -> None:
    options = 'additional_secret_outputs=["name", "configuration", "tags", "enabled", "hub"]'
    declare(project, f'{STRIPE}, tags=["a"], opts=pulumi.ResourceOptions({options})')
    project.up()
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.expect_no_changes()


def test_secrets_are_secret_in_state(project: Project) -> None:
    project.configure({name: value for name, (value,) in CREDENTIALS.items()})  # in clear
    project.up()
    token = project.outputs()["token"]
    export = project.must("stack", "export").stdout
    assert token not in export
    assert "sk_live_5e1f" not in export
    assert "emulator-user" not in export


def test_a_program_that_declares_nothing_any_more_fails_without_a_traceback(
    project: Project, emulator: Emulator
) -> None:
    project.up()
    project.write("__main__.py", "import pulumi\nfrom pulumi_cloudelements import native\n")
    emulator.fault("status", method="DELETE", call="/instances/{id}", status=403)
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "DELETE /instances/1: 403" in failed.text
    assert "Traceback" not in failed.text


def test_an_error_is_one_line(project: Project) -> None:
    declare(project, 'element="strpie"')
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "element: the platform knows no element strpie" in failed.text
    assert "Traceback" not in failed.text


def test_a_half_made_instance_keeps_its_id_and_is_finished_by_the_next_run(
    project: Project, emulator: Emulator
) -> None:
    declare(project, STRIPE + ", enabled=False")
    emulator.fault("status", method="DELETE", call="/instances/{id}/enabled", status=403)
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "instance 1 was created, and the next run finishes it: DELETE /instances/1/enabled: 403" in failed.text
    assert emulator.health()["instances"] == 1
    project.up()
    assert project.instances()["payments"]["id"] == "1"
    live = emulator.call("GET", "/instances/1").json()
    assert live["disabled"] is True
    project.expect_no_changes()


def test_custom_timeouts_bound_an_operation(project: Project, emulator: Emulator) -> None:
    timeouts = 'opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="2s"))'
    declare(project, f"{STRIPE}, {timeouts}")
    emulator.fault("hang", method="POST", call="/instances", when="before")
    began = time.monotonic()
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "POST /instances" in failed.text
    assert time.monotonic() - began < 60  # the request itself would be waited for twice as long


def test_an_interruption_ends_what_waits_and_keeps_what_was_made(project: Project, emulator: Emulator) -> None:
    many = 'from pulumi_cloudelements.native import Instance\nfor n in range(12):\n    Instance(f"i{n}", "stripe"'
    project.write("__main__.py", many + ', configuration={"api.key": "k"})\n')
    emulator.fault("status", method="POST", call="/instances", status=429, retry_after=600, skip=5, times=None)
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", f"--stack={project.stack}"]
    with subprocess.Popen(command, cwd=project.folder, env=project.environment, stdout=subprocess.DEVNULL) as run:
        until = time.monotonic() + 60
        while not emulator.faults()[0]["struck"]:
            assert time.monotonic() < until
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGINT)
        assert run.wait(timeout=60) != 0
    made = emulator.health()["instances"]
    assert {resource["id"] for resource in project.instances().values()} == {
        str(number) for number in range(1, made + 1)
    }
    emulator.clear_faults()
    project.up()
    assert emulator.health()["instances"] == 12
    project.expect_no_changes()
