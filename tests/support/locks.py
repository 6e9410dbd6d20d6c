"""What a lock file pins: read as pip reads it, for one version of Python."""

from __future__ import annotations

from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COMMENT, OPTION = "#", "--"


def requirements(lock: Path) -> list[Requirement]:
    """The requirements of a lock file, in its order, whichever Python they are for."""
    lines = [line.strip() for line in lock.read_text(encoding="utf-8").splitlines()]
    return [Requirement(line.rstrip("\\")) for line in lines if line and not line.startswith((COMMENT, OPTION))]


def pins(lock: Path, python: str) -> dict[str, str]:
    """The versions that a lock file pins for a Python such as 3.12.1 on this machine, by canonical name."""
    where = {"python_full_version": python, "python_version": ".".join(python.split(".")[:2])}
    return {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement in requirements(lock)
        if requirement.marker is None or requirement.marker.evaluate(where)
    }
