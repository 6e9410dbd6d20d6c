"""State outlives the installation that wrote it: another checkout, Python, package form or version changes nothing."""

from __future__ import annotations

import base64
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from pulumi_cloudelements.dynamic import InstanceProvider
from tests.acceptance.states.record import STATE, STATES, credentials
from tests.support.emulator import Emulator
from tests.support.project import CHECKOUT, INSTANCE, Project, account_of

PROGRAM = """
from pulumi_cloudelements import Instance
Instance("payments", "stripe", configuration={"api.key": "key-0J4vNq"}, tags=["a"])
"""
PICKLE = """
from pulumi.dynamic.dynamic import serialize_provider
from pulumi_cloudelements import dynamic
print(dynamic.__file__)
print(serialize_provider(dynamic.InstanceProvider()))
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """The platform of all states."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel's packages lie, as an installation leaves them."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


def pickled(installation: Path, seed: str) -> str:
    """The provider as an interpreter of its own would write it into a state, from one installation of the package."""
    done = subprocess.run(
        [sys.executable, "-c", PICKLE],
        env=os.environ | {"PYTHONPATH": str(installation), "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    file, text = done.stdout.split()
    assert Path(file).is_relative_to(installation)
    return text


def test_the_pickled_provider_is_the_same_from_every_installation(wheel: Path, tmp_path: Path) -> None:
    editable, elsewhere = CHECKOUT / "provider", tmp_path / "another-checkout" / "provider"
    shutil.copytree(editable, elsewhere, ignore=shutil.ignore_patterns("__pycache__"))
    found = {pickled(installation, seed) for installation in (editable, elsewhere, wheel) for seed in ("0", "4242")}
    assert len(found) == 1


def test_another_installation_and_another_pickle_are_no_change(wheel: Path, tmp_path: Path, emulator: Emulator) -> None:
    project = Project(tmp_path / "project", config=account_of(emulator))
    project.write("__main__.py", PROGRAM)
    project.up()
    project.environment |= {"PYTHONPATH": str(wheel), "PYTHONHASHSEED": "4242"}
    project.expect_no_changes()

    state = json.loads(project.must("stack", "export").stdout)
    (resource,) = [entry for entry in state["deployment"]["resources"] if entry["type"] == INSTANCE]
    other = base64.b64encode(pickle.dumps(InstanceProvider(), protocol=2)).decode()
    assert other != resource["inputs"]["__provider"]
    resource["inputs"]["__provider"] = resource["outputs"]["__provider"] = other
    project.write("other.json", json.dumps(state))
    project.must("stack", "import", "--file", "other.json")
    project.expect_no_changes()
    before = emulator.health()["instances"]
    project.must("destroy", "--yes", "--skip-preview")
    assert emulator.health()["instances"] == before - 1


@pytest.mark.parametrize("version", sorted(path.parent.name for path in STATES.glob(f"*/{STATE}")))
def test_a_recorded_state_is_previewed_without_changes_and_can_be_destroyed(
    version: str, tmp_path: Path, emulator: Emulator
) -> None:
    project = Project(tmp_path / "project", STATES / version)
    project.environment |= credentials(emulator)
    shutil.copy(STATES / version / project.stack_file.name, project.stack_file)
    project.must("stack", "import", "--file", STATE)
    recorded = project.instances()
    assert recorded
    project.expect_no_changes()
    project.up("--expect-no-changes")
    assert {name: instance["id"] for name, instance in project.instances().items()} == {
        name: instance["id"] for name, instance in recorded.items()
    }
    # The instances are on no account, and a state from before there were fingerprints tells none.
    refused = project.pulumi("destroy", "--yes", "--skip-preview")
    (account,) = set(re.findall(r"pulumi config set cloudelements:account ([-\w]+)", refused.text))
    project.must("destroy", "--yes", "--skip-preview", CLOUDELEMENTS_ACCOUNT=account)
    assert project.instances() == {}


def test_this_version_is_recorded() -> None:
    assert (STATES / metadata.version("pulumi-cloudelements") / STATE).exists()
