"""The README's table of supported versions, and the data that it is made of."""

from __future__ import annotations

import json
import re

import pytest

import engines
from go_modules import oldest_go
from tests.support.documents import README
from tests.support.project import CHECKOUT

ENGINE = "github.com/pulumi/pulumi/pkg/v3"


def row(name: str) -> tuple[str, list[str]]:
    """The oldest version that the table says is supported, and those that CI runs."""
    (found,) = re.findall(rf"^\| {name}[^|]* \| (\S+) or later \| ([^|]+) \|$", README, re.MULTILINE)
    return found[0], found[1].split(", ")


def in_project(pattern: str) -> list[str]:
    """What `pattern` finds in pyproject.toml."""
    return re.findall(pattern, (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_table_has_the_python_versions_of_the_package() -> None:
    supported, run = row("Python")
    assert in_project(r'^requires-python = ">=(\S+)"$') == [supported] == run[:1]
    named = in_project(r'"Programming Language :: Python :: (3\.\d+)"')
    assert named in ([], run)


def test_the_table_has_the_pinned_engines() -> None:
    supported, run = row("Pulumi, the engine")
    assert run == engines.supported()
    assert supported == engines.oldest()
    assert f"[Pulumi](https://www.pulumi.com/docs/install/) {supported.rpartition('.')[0]} or later" in README


def test_the_table_has_the_locked_sdks() -> None:
    supported, run = row("Pulumi's SDK for Python")
    locks = [CHECKOUT / name for name in ("requirements-oldest-sdk.lock", "requirements.lock")]
    text = "\n".join(lock.read_text(encoding="utf-8") for lock in locks if lock.exists())
    locked = re.findall(r"^pulumi==(\S+)", text, re.MULTILINE)
    assert locked
    assert run[-len(locked) :] == locked
    assert run[0] == supported


def test_the_table_has_the_node_of_the_example() -> None:
    supported, run = row("Node.js")
    packages = list((CHECKOUT / "examples").glob("*/package.json"))
    assert {json.loads(file.read_text())["engines"]["node"] for file in packages} == {f">={supported}"}
    assert run[0] == supported.partition(".")[0]


def test_the_go_that_the_newest_engine_wants_is_said() -> None:
    said = re.compile(r"the network or Go (\S+)\+;")
    for name in ("README.md", ".ci/run"):
        assert said.findall((CHECKOUT / name).read_text(encoding="utf-8")) == [
            oldest_go(engines.module(engines.newest()))
        ]


@pytest.mark.parametrize("version", engines.supported())
def test_a_folder_pins_the_engine_that_it_is_named_for(version: str) -> None:
    module = engines.module(version)
    pinned = (module / "go.mod").read_text(encoding="utf-8")
    assert pinned.startswith(f"module pulumi-cloudelements/tools/engines/{version}\n")
    assert f"tool {ENGINE}/cmd/pulumi\n" in pinned
    assert re.findall(rf"^\s+{re.escape(ENGINE)} v(\S+)", pinned, re.MULTILINE) == [version]
    assert f"{ENGINE} v{version} h1:" in (module / "go.sum").read_text(encoding="utf-8")


def test_the_oldest_engine_comes_first_by_its_numbers() -> None:
    versions = ["3.217.10", "3.1000.0", "3.99.9", "3.217.2"]
    assert sorted(versions, key=engines.numbers) == ["3.99.9", "3.217.2", "3.217.10", "3.1000.0"]
    assert engines.numbers("go1.26") == engines.numbers("v1.26.0")
    assert engines.numbers("no version") < engines.numbers("0.0.0")
