"""A credential that was rotated since the last up: what refresh and destroy say, and that their advice helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.emulator import USER, Emulator
from tests.support.project import Project, account_of

PROGRAM = """
from {module} import Instance

Instance("payments", "stripe", configuration={{"api.key": "key-0J4vNq"}})
"""
ROTATED = "rotated-user"


@pytest.fixture(params=["pulumi_cloudelements", "pulumi_cloudelements.native"])
def module(request: pytest.FixtureRequest) -> str:
    """Where the program takes `Instance` from."""
    return str(request.param)


@contextmanager
def platform(data: Path, user: str, port: str = "0") -> Iterator[Emulator]:
    """A platform whose account has this user secret."""
    with Emulator().start("--data", str(data), "--user-secret", user, "--port", port) as emulator:
        yield emulator


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_after_a_rotation_the_error_names_the_flag_that_brings_the_new_secret(
    tmp_path: Path, module: str, command: str
) -> None:
    data = tmp_path / "account.db"
    with platform(data, USER) as before:
        project = Project(tmp_path / "project", config=account_of(before))
        project.write("__main__.py", PROGRAM.format(module=module))
        project.up()
        port = str(urlsplit(before.base_url).port)
    with platform(data, ROTATED, port) as after:
        project.configure({"cloudelements:userSecret": (ROTATED,)})
        refused = project.pulumi(command, "--yes", "--skip-preview")
        assert refused.code != 0
        (error,) = [line for line in refused.errors if " 401 " in line]
        assert "--run-program" in error
        assert after.health()["instances"] == 1
        project.must(command, "--yes", "--skip-preview", "--run-program")
        assert after.health()["instances"] == (0 if command == "destroy" else 1)
        assert len(project.instances()) == after.health()["instances"]
