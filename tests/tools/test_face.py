"""What the project shows the world is well-formed, and says the same everywhere: license, workflow, form."""

from __future__ import annotations

import json
import re
from importlib.metadata import metadata
from typing import Any

import yaml

from tests.support.project import CHECKOUT
from tests.support.pythons import PYPROJECT, SUPPORTED


def parsed(name: str) -> Any:
    return yaml.safe_load((CHECKOUT / ".github" / name).read_text(encoding="utf-8"))


def test_the_license_is_the_same_everywhere() -> None:
    text = (CHECKOUT / "LICENSE").read_text(encoding="utf-8")
    assert re.match(r"\s+Apache License\n\s+Version 2\.0, January 2004\n", text)
    assert "END OF TERMS AND CONDITIONS" in text
    package = metadata("pulumi-cloudelements")
    assert (package["License-Expression"], package.get_all("License-File")) == ("Apache-2.0", ["LICENSE"])
    assert json.loads((CHECKOUT / "schema.json").read_text(encoding="utf-8"))["license"] == "Apache-2.0"


def test_the_workflow_runs_what_a_change_must_pass_on_each_supported_python() -> None:
    job = parsed("workflows/ci.yml")["jobs"]["ci"]
    assert tuple(job["strategy"]["matrix"]["python"]) == SUPPORTED
    assert f'requires-python = ">={SUPPORTED[0]}"' in PYPROJECT
    assert job["steps"][-1] == {"run": ".ci/run"}
    assert job["timeout-minutes"] == 90


def test_the_workflow_may_read_and_takes_nothing_that_can_move() -> None:
    workflow = parsed("workflows/ci.yml")
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert re.fullmatch(r"ubuntu-\d\d\.\d\d", job["runs-on"])
    for step in job["steps"][:-1]:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"])


def test_the_form_for_bugs_asks_for_versions_what_happened_and_a_request_log() -> None:
    fields = {field["id"]: field for field in parsed("ISSUE_TEMPLATE/bug.yml")["body"] if "id" in field}
    required = {name for name, field in fields.items() if field.get("validations", {}).get("required")}
    assert required == {"pulumi", "sdk", "python", "provider-version", "provider", "happened"}
    assert "CLOUDELEMENTS_LOG" in fields["log"]["attributes"]["description"]
