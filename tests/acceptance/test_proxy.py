"""Behind a proxy: what the documents say of NO_PROXY is true, and without it the error says that it was the proxy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.emulator import Emulator
from tests.support.project import Project, account_of

PROGRAM = """
from {module} import Instance

Instance("payments", "stripe", configuration={{"api.key": "key-0J4vNq"}})
"""
NOBODY = "http://127.0.0.1:1"
"""A proxy that is not there: whoever is asked by it is not reached."""


@pytest.mark.parametrize("module", ["pulumi_cloudelements", "pulumi_cloudelements.native"])
def test_behind_a_proxy_a_run_needs_no_more_than_that_this_machine_is_excepted(
    tmp_path: Path, emulator: Emulator, module: str
) -> None:
    project = Project(tmp_path / "project", config=account_of(emulator))
    project.write("__main__.py", PROGRAM.format(module=module))
    for name in ("NO_PROXY", "no_proxy"):
        project.environment.pop(name, None)
    refused = project.pulumi("up", "--yes", "--skip-preview", HTTPS_PROXY=NOBODY, HTTP_PROXY=NOBODY)
    assert refused.code != 0
    assert [line for line in refused.errors if "at the proxy that HTTPS_PROXY or HTTP_PROXY names" in line]
    here = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    project.up(HTTPS_PROXY=NOBODY, HTTP_PROXY=NOBODY, https_proxy=NOBODY, http_proxy=NOBODY, **here)
    assert emulator.health()["instances"] == 1
