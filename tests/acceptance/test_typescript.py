"""A TypeScript program on the plugin, beyond the life that every example lives: what it changes, hides and refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.canary import canary, leaks
from tests.support.emulator import Emulator
from tests.support.node import link_packages
from tests.support.project import CHECKOUT, NATIVE_INSTANCE, Project, account_of, run

EXAMPLE = CHECKOUT / "examples/quickstart-ts"
PROGRAM = (EXAMPLE / "index.ts").read_text(encoding="utf-8")
API_KEY = "quickstart-ts:stripeApiKey"
KEY, ROTATED = canary("stripe key"), canary("rotated stripe key")


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One emulator for the stack that the tests share."""
    with Emulator().start() as running:
        yield running


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> Project:
    """The example, deployed."""
    folder = tmp_path_factory.mktemp("typescript") / "project"
    project = Project(folder, EXAMPLE, account_of(emulator) | {API_KEY: (KEY,)})
    link_packages(folder)
    project.up()
    return project


def test_the_token_is_a_secret_output_and_secret_in_state(stack: Project) -> None:
    outputs, shown = stack.outputs(), json.loads(stack.must("stack", "output", "--json").stdout)
    assert list(stack.instances()) == ["payments"]
    assert outputs["token"]
    assert shown == outputs | {"token": "[secret]"}
    assert shown["hub"] == "payment"
    export = stack.export()
    assert outputs["id"] in export
    assert outputs["token"] not in export
    assert leaks(export, [KEY, ROTATED]) == []


def test_a_change_is_shown_key_by_key_and_is_one_update_of_the_same_instance(
    stack: Project, emulator: Emulator
) -> None:
    before = stack.outputs()
    emulator.clear()
    stack.configure({API_KEY: (ROTATED,)})
    stack.write("index.ts", PROGRAM.replace('["quickstart"]', '["quickstart", "rotated"]'))
    preview = stack.must("preview", "--diff").text
    assert "api.key" in preview
    assert '"rotated"' in preview
    assert "base.url" not in preview
    up = stack.up().text
    assert leaks(preview + up, [KEY, ROTATED]) == []
    assert [entry["method"] for entry in emulator.requests() if entry["method"] != "GET"] == ["PUT"]
    assert stack.outputs() == before
    assert "rotated" in emulator.call("GET", f"/instances/{before['id']}").json()["tags"]
    stack.expect_no_changes()
    stack.must("refresh", "--yes", "--expect-no-changes")


def test_a_refused_declaration_is_one_line_without_a_stack_trace(stack: Project) -> None:
    stack.write("index.ts", PROGRAM.replace('"api.key"', '"api.kye"'))
    outcome = stack.pulumi("preview")
    stack.write("index.ts", PROGRAM)
    assert outcome.code != 0
    assert 'configuration["api.key"]: is required by stripe' in outcome.text
    assert not re.search(r"^\s+at ", outcome.text, re.MULTILINE), outcome.text


def test_the_program_and_the_class_are_well_typed(stack: Project) -> None:
    compiled = run(
        [str(stack.folder / "node_modules/.bin/tsc"), "--project", "."], stack.folder, stack.environment, 120
    )
    assert compiled.code == 0, compiled.text


def test_the_class_has_the_properties_of_the_schema() -> None:
    schema = json.loads((CHECKOUT / "schema.json").read_text(encoding="utf-8"))
    resource = schema["resources"][NATIVE_INSTANCE]
    source = (EXAMPLE / "cloudelements.ts").read_text(encoding="utf-8")
    arguments = source.partition("interface InstanceArgs {")[2].partition("}")[0]
    assert re.findall(r"^    (\w+)\??:", arguments, re.MULTILINE) == list(resource["inputProperties"])
    assert re.findall(r"^    (\w+):", arguments, re.MULTILINE) == resource["requiredInputs"]
    assert re.findall(r"declare readonly (\w+):", source) == list(resource["properties"])


def test_a_missing_npm_is_a_failure_that_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match=r"^no npm on PATH: install Node.js 20 or later, .*$"):
        link_packages(EXAMPLE)
    assert list(tmp_path.iterdir()) == []
