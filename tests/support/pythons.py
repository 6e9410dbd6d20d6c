"""The versions of Python that pyproject.toml supports, and where this machine has them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.project import CHECKOUT

PYPROJECT = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")

SUPPORTED = tuple(re.findall(r'"Programming Language :: Python :: (3\.\d+)"', PYPROJECT))
"""Such as 3.12, oldest first."""

PROBE = "import ensurepip, platform, venv; print(platform.python_version())"
"""What a Python that can make a virtual environment runs."""


def find(version: str) -> Path | None:
    """A Python of that version which runs and can make virtual environments; None where the machine has none."""
    return next((python for python in _candidates(version) if full_version(python).startswith(f"{version}.")), None)


def full_version(python: Path) -> str:
    """The version, such as 3.12.1; empty where it does not run, as pyenv's shims for what is not selected do not."""
    done = subprocess.run([python, "-c", PROBE], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() if done.returncode == 0 else ""


def _candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    folders = [Path(sys.base_prefix) / "bin", *map(Path, os.get_exec_path()), *_pyenv_folders(version)]
    return (folder / name for folder in folders if os.access(folder / name, os.X_OK))


def _pyenv_folders(version: str) -> list[Path]:
    if not shutil.which("pyenv"):
        return []
    root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    return sorted(Path(root).glob(f"versions/{version}.*/bin"))
