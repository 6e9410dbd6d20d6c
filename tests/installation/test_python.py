"""`make venv` on each supported Python, with the pip that comes with it, while newer releases of everything are out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.installation import decoys
from tests.installation.conftest import INSTALLED
from tests.support.locks import pins
from tests.support.project import CHECKOUT, clone_checkout, run
from tests.support.pythons import SUPPORTED, find, full_version

SECONDS = 900
LOCK = CHECKOUT / "requirements.lock"
BROUGHT_BY_VENV = {"pip", "setuptools"}
CHECKOUTS_OWN = "pulumi-cloudelements"


@dataclass(frozen=True)
class Machine:
    """A machine that has one Python, an empty package cache, and newer releases of everything."""

    python: Path
    clone: Path
    environment: dict[str, str]

    def must(self, *command: str) -> str:
        """Run a command in the clone, and fail the test with all that it printed unless it succeeds."""
        outcome = run(list(command), self.clone, self.environment, SECONDS)
        assert outcome.code == 0, f"{' '.join(command)} ended with {outcome.code}:\n{outcome.text}"
        return outcome.stdout


@pytest.fixture
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    """The machine with the Python that the test's parameter names; a skip where that is not here."""
    python = find(request.param)
    if python is None:
        pytest.skip(f"Python {request.param}: not on this machine")
    clone = clone_checkout(tmp_path / "clone")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    settings = decoys.settings(decoys.make(tmp_path / "decoys", LOCK), tmp_path / "cache")
    return Machine(python, clone, kept | settings)


@pytest.mark.parametrize("machine", SUPPORTED, indirect=True)
def test_what_is_locked_is_installed_and_runs(machine: Machine, record_property: Callable[[str, object], None]) -> None:
    machine.must("make", "venv", f"PYTHON={machine.python}")
    machine.must(".venv/bin/python", "-m", "pip", "check")
    listed = json.loads(machine.must(".venv/bin/python", "-m", "pip", "list", "--format=json"))
    installed = {package["name"].lower().replace("_", "-"): package["version"] for package in listed}
    version = full_version(machine.python)
    assert {name: installed[name] for name in installed.keys() - BROUGHT_BY_VENV - {CHECKOUTS_OWN}} == pins(
        LOCK, version
    )
    machine.must(".venv/bin/python", "-c", "import pulumi_cloudelements, pulumi_cloudelements.native")
    assert machine.must(".venv/bin/pulumi-resource-cloudelements", "--version").strip() == installed[CHECKOUTS_OWN]
    machine.must(".venv/bin/cloudelements-emulator", "--help")
    record_property(INSTALLED, f"Python {version}: requirements.lock installed by pip {installed['pip']}")
