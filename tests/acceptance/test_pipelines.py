"""The documented pipelines, run as they stand: none goes on after a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.documents import rows, section, snippet
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.project import Outcome, Project, run

PROGRAM = """
import pulumi
from pulumi_cloudelements import Instance

if {broken} and pulumi.runtime.is_dry_run():
    raise pulumi.RunError("this preview fails")
Instance("payments", element="stripe", name="{name}", configuration={{"api.key": "key-0J4vNq"}})
"""


@pytest.fixture
def staging(tmp_path: Path, emulator: Emulator) -> Project:
    """A project with a stack `staging`, to whose account a pipeline brings the credentials."""
    project = Project(tmp_path / "project")
    project.write("__main__.py", PROGRAM.format(broken=False, name="Payments"))
    project.write("Pulumi.staging.yaml", f"config:\n  cloudelements:baseUrl: {emulator.base_url}\n")
    assert as_it_stands("pulumi stack init staging", project).code == 0
    return project


def as_it_stands(script: str, project: Project) -> Outcome:
    """Run a script in a shell that goes on after a failure, unless the script says otherwise."""
    account = {"MY_USER_SECRET": USER, "MY_ORGANIZATION_SECRET": ORGANIZATION}
    account |= {"CLOUDELEMENTS_USER_SECRET": USER, "CLOUDELEMENTS_ORGANIZATION_SECRET": ORGANIZATION}
    return run(["sh", "-c", script], project.folder, project.environment | account, seconds=300)


def writes(emulator: Emulator) -> dict[str, int]:
    """How many requests an account has had that may change something."""
    return {method: count for method, count in emulator.counters()["by_method"].items() if method != "GET"}


def test_a_pipeline_deploys_changes_and_stops_at_a_preview_that_fails(staging: Project, emulator: Emulator) -> None:
    pipeline = snippet("sh", "set -eu    # whatever fails ends the pipeline")
    assert as_it_stands(pipeline, staging).code == 0
    assert writes(emulator) == {"POST": 1}
    staging.write("__main__.py", PROGRAM.format(broken=True, name="Card payments"))
    without_refresh = pipeline.replace("pulumi refresh", "true pulumi refresh")  # which is a dry run as well
    failed = as_it_stands(without_refresh, staging)
    assert failed.code != 0
    assert "this preview fails" in failed.text
    assert writes(emulator) == {"POST": 1}
    staging.write("__main__.py", PROGRAM.format(broken=False, name="Card payments"))
    assert as_it_stands(pipeline, staging).code == 0
    assert writes(emulator) == {"POST": 1, "PUT": 1}


def test_a_pipeline_stops_at_a_refresh_that_fails(staging: Project, emulator: Emulator) -> None:
    pipeline = snippet("sh", "set -eu    # whatever fails ends the pipeline")
    assert as_it_stands(pipeline, staging).code == 0
    staging.write("__main__.py", PROGRAM.format(broken=False, name="Card payments"))
    emulator.fault("status", status=403, method="GET", call="/instances/{id}", times=None)
    assert as_it_stands(pipeline, staging).code != 0
    assert writes(emulator) == {"POST": 1}


def test_a_job_tells_changes_from_none_and_from_a_preview_that_fails(staging: Project) -> None:
    job = snippet("sh", "set -eu    # a preview that fails ends the job")
    changed = as_it_stands(job, staging)
    assert (changed.code, changed.stdout.splitlines()[-1]) == (0, "changes wait for approval")
    assert as_it_stands("pulumi up --yes --skip-preview", staging).code == 0
    unchanged = as_it_stands(job, staging)
    assert (unchanged.code, unchanged.stdout.splitlines()[-1]) == (0, "nothing to deploy")
    staging.write("__main__.py", PROGRAM.format(broken=True, name="Payments"))
    failed = as_it_stands(job, staging)
    assert failed.code != 0
    assert not {"nothing to deploy", "changes wait for approval"} & set(failed.stdout.splitlines())


def test_what_this_engine_ends_with_is_what_the_documents_say(staging: Project) -> None:
    text = section("docs/pipelines.md", "One stack per environment")
    (head,) = [line for line in text.splitlines() if line.startswith("| `pulumi preview --expect-no-changes`")]
    engine = as_it_stands("pulumi version", staging).stdout.strip().removeprefix("v")
    documented = [cell.strip() for cell in head.strip("|").split("|")]
    assert engine in documented, f"{engine} is no engine of the table: run it on one of {documented[1:]}"
    codes = {row[0]: row[documented.index(engine)] for row in rows(text)}
    assert str(as_it_stands("pulumi preview --expect-no-changes", staging).code) == codes["something would change"]
    staging.write("__main__.py", PROGRAM.format(broken=True, name="Payments"))
    failed = str(as_it_stands("pulumi preview --expect-no-changes", staging).code)
    assert codes["the preview failed"].startswith(failed) or codes["the preview failed"].endswith(failed)


def test_a_recovery_stops_at_a_failure(staging: Project, emulator: Emulator) -> None:
    staging.write("__main__.py", "raise SystemExit(3)")
    failed = as_it_stands(snippet("sh", "pulumi cancel"), staging)
    assert failed.code != 0
    assert "pending" not in failed.text
    assert emulator.requests() == []
