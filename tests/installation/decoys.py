"""Packages of a version that nobody pins, for every name in a lock: how it looks when newer releases have appeared."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from tests.support.locks import requirements

NEWEST = "9999"


def make(folder: Path, lock: Path) -> Path:
    """Fill `folder` with a wheel of the newest version for each package of `lock`."""
    folder.mkdir()
    for name in {requirement.name.replace("-", "_") for requirement in requirements(lock)}:
        information = f"{name}-{NEWEST}.dist-info"
        with zipfile.ZipFile(folder / f"{name}-{NEWEST}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {NEWEST}\n")
            wheel.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{information}/RECORD", "")
    return folder


def settings(decoys: Path, cache: Path) -> dict[str, str]:
    """Variables that make pip find the decoys, beside what this machine finds, and nothing that was fetched before."""
    found = [*os.environ.get("PIP_FIND_LINKS", "").split(), decoys.as_uri()]
    return {"PIP_FIND_LINKS": " ".join(found), "PIP_CACHE_DIR": str(cache)}
