"""`npm ci` of the TypeScript example, from an empty cache: what its lock pins and nothing else, without any script."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.installation.conftest import INSTALLED
from tests.support.node import FILES
from tests.support.project import CHECKOUT, run

SECONDS = 900
EXAMPLE = CHECKOUT / "examples/quickstart-ts"


def test_npm_installs_what_the_lock_pins(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    for name in FILES:
        shutil.copy(EXAMPLE / name, tmp_path)
    environment = os.environ | {"npm_config_cache": str(tmp_path / "cache")}

    def must(*command: str) -> str:
        outcome = run(list(command), tmp_path, environment, SECONDS)
        assert outcome.code == 0, f"{' '.join(command)} ended with {outcome.code}:\n{outcome.text}"
        return outcome.stdout

    must("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    locked = json.loads((tmp_path / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    del locked[""]
    assert locked
    assert {folder: _version(tmp_path / folder) for folder in locked} == {
        folder: package["version"] for folder, package in locked.items()
    }
    tree = json.loads(must("npm", "ls", "--all", "--json"))
    assert "problems" not in tree
    versions = f"Node.js {must('node', '--version').strip()}: package-lock.json installed by npm"
    record_property(INSTALLED, f"{versions} {must('npm', '--version').strip()}")


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])
