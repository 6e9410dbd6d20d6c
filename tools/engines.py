"""The engines that this checkout is tested on: a folder each beside this file, whose go.mod builds it.

A folder's name is its engine's version, and no other place says which versions these are.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "engines"


def module(version: str) -> Path:
    """The folder of the go.mod that builds this version, whether or not there is one."""
    return FOLDER / version


def supported() -> list[str]:
    """The versions, the oldest first."""
    return sorted((folder.parent.name for folder in FOLDER.glob("*/go.mod")), key=numbers)


def oldest() -> str:
    """The oldest engine that is supported."""
    return supported()[0]


def newest() -> str:
    """The newest engine that is tested, which is the one that `make` installs."""
    return supported()[-1]


def numbers(version: str) -> tuple[int, ...]:
    """The three numbers of a version such as v3.217.0 or go1.26; empty, and so below all, where there are none."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(number or 0) for number in found.groups()) if found else ()
