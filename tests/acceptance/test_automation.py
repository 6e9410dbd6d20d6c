"""Several stacks in one process, by Pulumi's Automation API: each run asks its own account, and leaves nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.project import STACK, Project, account_of

APPLICATION = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pulumi import automation

hook = sys.excepthook

def program():
    import pulumi
    from pulumi_cloudelements import Instance, get_instances
    name = pulumi.Config().require("name")
    Instance(name, "stripe", name=name, configuration={"api.key": "key-0J4vNq"})
    pulumi.export("found", [found.name for found in get_instances()])
    pulumi.export("again", pulumi.Output.from_input("").apply(lambda _: [found.name for found in get_instances()]))

def stack(folder):
    options = automation.LocalWorkspaceOptions(
        work_dir=folder, pulumi_home=f"{folder}/.home", env_vars={
            "PULUMI_BACKEND_URL": f"file://{folder}/.state", "CLOUDELEMENTS_LOG": f"{folder}/requests.log"})
    return automation.select_stack(STACK, "test", program, opts=options)

def up(stack):
    outputs = stack.up().outputs
    return {name: outputs[name].value for name in ("found", "again")}

stacks = [stack(folder) for folder in sys.argv[1:]]
told = {"first": [up(one) for one in stacks], "second": [up(one) for one in stacks]}
with ThreadPoolExecutor() as threads:
    told["at a time"] = list(threads.map(up, stacks))
told["hook kept"] = sys.excepthook is hook
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the stacks lie."""
    return tmp_path_factory.mktemp("automation")


@pytest.fixture(scope="module")
def told(folder: Path) -> Iterator[dict[str, Any]]:
    """What an application saw that has deployed two stacks on two accounts: twice in turn, then both at a time."""
    names = ("one", "two")
    with Emulator().start() as first, Emulator().start() as second:
        projects = [
            Project(folder / name, config=account_of(emulator) | {"test:name": name})
            for name, emulator in zip(names, (first, second), strict=True)
        ]
        done = subprocess.run(
            [sys.executable, "-c", f"STACK = {STACK!r}{APPLICATION}", *(str(project.folder) for project in projects)],
            env=projects[0].environment | {"CLOUDELEMENTS_LOG": str(folder / "application.log")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        yield told | {"instances": [emulator.health()["instances"] for emulator in (first, second)]}


def test_each_run_looks_up_what_its_own_account_has(told: dict[str, Any]) -> None:
    assert told["first"][0]["found"] == []
    assert told["first"][1]["found"] == []
    own = [{"found": [name], "again": [name]} for name in ("one", "two")]
    assert told["second"] == own
    assert told["at a time"] == own
    assert told["instances"] == [1, 1]


@pytest.mark.usefixtures("told")
def test_each_provider_writes_the_log_of_its_own_stack(folder: Path) -> None:
    for name in ("one", "two"):
        lines = (folder / name / "requests.log").read_text().splitlines()
        assert len([line for line in lines if "POST /instances 200" in line]) == 1
    looked_up = (folder / "application.log").read_text().splitlines()
    assert looked_up
    assert len(set(looked_up)) == len(looked_up)
    assert all("GET /instances " in line for line in looked_up)


def test_the_application_keeps_its_exception_hook(told: dict[str, Any]) -> None:
    assert told["hook kept"]
