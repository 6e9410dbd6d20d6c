"""A run that is killed in its middle is recovered unattended: each instance is there once, in state, and known."""

from __future__ import annotations

from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest

from tests.faults.deaths import COUNT, Death, config, die, end, kill, program, recover, verdict
from tests.faults.matrix import Tally
from tests.support.emulator import Emulator
from tests.support.project import INSTANCE, Project


@pytest.mark.parametrize(
    "death",
    [
        Death("create", "CLI", SIGKILL),
        Death("update", "provider", SIGKILL),
        Death("replace", "CLI", SIGKILL),
        Death("delete", "CLI", SIGINT),
    ],
    ids=str,
)
def test_a_killed_run_is_recovered(death: Death, tmp_path: Path, emulator: Emulator) -> None:
    assert die(death, tmp_path / "project", emulator) == Tally(tried=COUNT)


@pytest.mark.parametrize(
    ("flag", "orphans", "hanging"),
    [
        ("--replace", "adopt", {"method": "PUT", "call": "/instances/{id}", "when": "after"}),
        ("--target-replace", "ignore", {"method": "DELETE", "call": "/instances/{id}", "when": "before"}),
    ],
)
def test_a_forced_replacement_that_is_killed_never_deletes_what_the_state_means(
    flag: str, orphans: str, hanging: dict[str, str], tmp_path: Path, emulator: Emulator
) -> None:
    """Killed while it adopts the instance, and between the create of another and the delete of the old one."""
    project = Project(tmp_path / "project", config=config(emulator))
    project.write("__main__.py", program(1))
    project.up()
    before = project.instances()["i00"]["id"]
    emulator.fault("hang", **hanging)
    forced = (flag, f"urn:pulumi:test::test::{INSTANCE}::i00")
    survivors = kill(
        project, "CLI", SIGKILL, lambda: emulator.faults()[0]["left"] == 0, *forced, CLOUDELEMENTS_ORPHANS=orphans
    )
    emulator.clear_faults()
    recover(project)
    end(survivors)
    assert verdict(project, emulator, declared=1).twice == 0
    project.up()
    assert verdict(project, emulator, declared=1) == Tally(tried=1)
    assert (project.instances()["i00"]["id"] == before) is (orphans == "adopt")
    project.must("destroy", "--yes", "--skip-preview")
    assert emulator.health()["instances"] == 0
