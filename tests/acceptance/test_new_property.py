"""CONTRIBUTING's example of a new property is all that it takes: in a copy of the tree, it reaches the platform."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import PAGES, snippets
from tests.support.edits import apply
from tests.support.emulator import Emulator
from tests.support.project import Outcome, Project, clone_checkout, run

PROGRAM = """
from pulumi_cloudelements import Instance, declarations, native

key = {"api.key": "sk_live_5e1f"}
Instance("dynamic", "stripe", configuration=key, note="Card payments")
native.Instance("native", "stripe", configuration=key, note="Card payments")
declarations.deploy("instances")
"""
DECLARATION = "instances: {declared: {element: stripe, note: Card payments, configuration: {api.key: sk_live_5e1f}}}"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree, with the example's edits made and what follows from the schema generated."""
    folder = clone_checkout(tmp_path_factory.mktemp("new property") / "tree")
    (diff,) = snippets(PAGES["CONTRIBUTING.md"], "diff")
    apply(diff, folder)
    must(folder, "tools/generate.py")
    return folder


def must(folder: Path, *arguments: str) -> Outcome:
    """Run Python there, on the copy's own package."""
    outcome = run([sys.executable, *arguments], folder, os.environ | imports(folder), seconds=300)
    assert outcome.code == 0, outcome.text
    return outcome


def imports(folder: Path) -> dict[str, str]:
    """The variable that puts the copy's package before the installed one."""
    return {"PYTHONPATH": str(folder / "provider")}


def notes(emulator: Emulator, method: str) -> dict[str, Any]:
    """The notes that were sent since the log was cleared, by the instance's name."""
    sent = [entry["body"] for entry in emulator.requests() if entry["method"] == method]
    return {body["name"]: body.get("note") for body in sent}


def test_a_new_input_reaches_the_platform_through_both_providers(
    copy: Path, tmp_path: Path, account: dict[str, object], emulator: Emulator
) -> None:
    project = Project(tmp_path / "project", config=account)
    project.environment.update(imports(copy))
    project.write("instances/declared.yaml", DECLARATION)
    project.write("__main__.py", PROGRAM)
    project.up()
    assert notes(emulator, "POST") == dict.fromkeys(("dynamic", "native", "declared"), "Card payments")
    project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.expect_no_changes()

    emulator.clear()
    project.write("instances/declared.yaml", DECLARATION.replace("Card", "All"))
    project.write("__main__.py", PROGRAM.replace("Card", "All"))
    assert "note" in project.up().text
    assert notes(emulator, "PUT") == dict.fromkeys(("dynamic", "native", "declared"), "All payments")
    assert {resource["outputs"]["note"] for resource in project.instances().values()} == {"All payments"}


def test_a_new_property_drifts_where_it_is_declared_and_nowhere_else(copy: Path) -> None:
    program = """
from pulumi_cloudelements.model.instance import InstanceInputs
from pulumi_cloudelements.resources.diff import overlay
for declared in (None, "Card payments", "Closed"):
    live = InstanceInputs("stripe", "Test", note="Closed")
    print(overlay(InstanceInputs("stripe", "Test", note=declared), live).note)
"""
    assert must(copy, "-c", program).stdout.split() == ["None", "Closed", "Closed"]


def test_with_a_new_property_what_holds_the_code_to_the_schema_still_holds(copy: Path) -> None:
    tests = sorted(str(file) for name in ("schema", "native") for file in copy.glob(f"tests/unit/**/test_{name}.py"))
    assert " passed" in must(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "schema", *tests).stdout


def test_with_a_new_property_nothing_is_left_to_generate(copy: Path) -> None:
    assert must(copy, "tools/generate.py", "--check").text == ""
    for name in ("native.py", "program/dynamic_instance.py", "program/instance_result.py"):
        assert "note: " in (copy / "provider/pulumi_cloudelements" / name).read_text(encoding="utf-8")
    assert "note?: " in (copy / "examples/quickstart-ts/cloudelements.ts").read_text(encoding="utf-8")
