"""What is generated from schema.json: a file that differs is named, and written anew by `make generate` alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.project import CHECKOUT, Outcome, clone_checkout, run

GENERATED = (
    "provider/pulumi_cloudelements/native.py",
    "provider/pulumi_cloudelements/program/dynamic_instance.py",
    "provider/pulumi_cloudelements/program/instance_result.py",
    "examples/quickstart-ts/cloudelements.ts",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree."""
    return clone_checkout(tmp_path_factory.mktemp("generate") / "a tree")


def generate(folder: Path, *arguments: str) -> Outcome:
    """Run the generator there."""
    return run([sys.executable, "tools/generate.py", *arguments], folder, os.environ, seconds=60)


def test_the_files_are_what_the_schema_makes_of_them() -> None:
    outcome = generate(CHECKOUT, "--check")
    assert (outcome.code, outcome.text) == (0, "")


@pytest.mark.parametrize("name", GENERATED)
def test_a_file_that_differs_fails_the_check_in_one_line_and_is_written_anew(copy: Path, name: str) -> None:
    file = copy / name
    wanted = file.read_text(encoding="utf-8")
    file.write_text(f"{wanted}\n", encoding="utf-8")
    checked = generate(copy, "--check")
    assert checked.code == 1
    assert checked.text == f"{name} is not what schema.json makes of it: run make generate\n"
    assert file.read_text(encoding="utf-8") != wanted
    written = generate(copy)
    assert (written.code, written.text) == (0, f"{name} is written\n")
    assert file.read_text(encoding="utf-8") == wanted


def test_a_file_that_is_missing_is_one_that_differs(copy: Path) -> None:
    (copy / GENERATED[0]).unlink()
    assert generate(copy, "--check").text.startswith(f"{GENERATED[0]} is not what schema.json makes of it")
    generate(copy)
    assert (copy / GENERATED[0]).read_bytes() == (CHECKOUT / GENERATED[0]).read_bytes()


def test_each_generated_file_says_so_where_it_begins() -> None:
    told = {name for name in GENERATED if "Generated from schema.json" in (CHECKOUT / name).read_text().splitlines()[0]}
    assert told == set(GENERATED)


def test_lint_fails_on_a_difference() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    assert "python tools/generate.py --check\n" in makefile.partition("\nlint:")[2].partition("\n\n")[0]
