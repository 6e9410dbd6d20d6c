"""Nothing that make, tests or examples install is "the newest": each name has its version, where it is asked for."""

from __future__ import annotations

import json
import re

import pytest
from packaging.version import Version

from tests.support.locks import requirements
from tests.support.project import CHECKOUT
from tests.support.pythons import PYPROJECT

OLDEST_SDK = "requirements-oldest-sdk.lock"
PLUGIN = "provider/requirements.txt"
LOCKS = ("requirements.lock", OLDEST_SDK, PLUGIN)
SLOW = "tests/installation"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_versions_and_hashes_and_names_no_address(lock: str) -> None:
    text = (CHECKOUT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^\S+==[^\s*]+(?: ; .+)? \\\n +--hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(requirements(CHECKOUT / lock)) > 0


def test_the_oldest_sdk_is_the_oldest_that_the_package_allows() -> None:
    allowed = re.search(r'"pulumi>=([\d.]+),', PYPROJECT)
    assert allowed
    (sdk,) = (pinned for pinned in requirements(CHECKOUT / OLDEST_SDK) if pinned.name == "pulumi")
    assert Version(str(sdk.specifier).removeprefix("==")) == Version(allowed[1])


def test_the_plugin_folder_takes_what_is_locked_of_what_the_package_depends_on() -> None:
    locked = {str(pinned) for pinned in requirements(CHECKOUT / LOCKS[0])}
    plugins = requirements(CHECKOUT / PLUGIN)
    assert {str(pinned) for pinned in plugins} <= locked
    declared = re.search(r"(?ms)^dependencies = \[\n(.+?)^\]", PYPROJECT)
    assert declared
    assert set(re.findall(r'^ +"([\w-]+)', declared[1], re.MULTILINE)) <= {pinned.name for pinned in plugins}


def test_npms_lock_names_no_address_and_pins_hashes() -> None:
    for file in CHECKOUT.glob("examples/*/package-lock.json"):
        packages = json.loads(file.read_text(encoding="utf-8"))["packages"]
        own = packages.pop("")
        assert all("integrity" in package and "resolved" not in package for package in packages.values())
        for version in (own["dependencies"] | own["devDependencies"]).values():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_the_build_backend_stays_below_its_next_major_version() -> None:
    required = re.search(r"^requires = \[(.+)\]$", PYPROJECT, re.MULTILINE)
    assert required
    assert all("<" in requirement for requirement in required[1].split(", "))


def test_an_example_wants_this_version_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"$', PYPROJECT, re.MULTILINE)
    assert version
    for project in CHECKOUT.glob("examples/*-py"):
        wanted = (project / "requirements.txt").read_text(encoding="utf-8")
        assert wanted == f"pulumi-cloudelements=={version[1]}\n", project.name


def test_make_test_runs_every_folder_of_tests_but_the_slow_one() -> None:
    listed = re.search(r"^testpaths = \[(.+)\]$", PYPROJECT, re.MULTILINE)
    assert listed
    there = {str(folder.relative_to(CHECKOUT)) for folder in CHECKOUT.glob("tests/*") if [*folder.rglob("test_*.py")]}
    assert set(re.findall(r'"(.+?)"', listed[1])) == there - {SLOW}
