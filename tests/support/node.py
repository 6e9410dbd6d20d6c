"""A TypeScript project's npm packages: installed once per machine, in the user's cache, and linked by each test."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.support.project import run

INSTALL_SECONDS = 600
FILES = ("package.json", "package-lock.json")


def link_packages(folder: Path) -> None:
    """Give the project in `folder` the packages that its package-lock.json pins.

    Fails the test where they have to be installed and npm is missing or cannot do it.
    """
    lock = hashlib.sha256((folder / FILES[1]).read_bytes()).hexdigest()
    place = cache() / f"npm-{lock[:16]}"
    if not place.exists():
        install(folder, place)
    (folder / "node_modules").symlink_to(place / "node_modules")


def install(folder: Path, place: Path) -> None:
    """Install what `folder` pins as `place`: whole, or not at all. Of two at once the first counts."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("no npm on PATH: install Node.js 20 or later, with npm (https://nodejs.org)", pytrace=False)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as scratch:
        fresh = Path(scratch) / "project"
        fresh.mkdir()
        for name in FILES:
            shutil.copy(folder / name, fresh)
        # No package needs its install script, so none is run.
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        done = run(command, fresh, os.environ, INSTALL_SECONDS)
        if done.code != 0:
            pytest.fail(f"npm ci ended with {done.code}:\n{done.text}", pytrace=False)
        try:
            fresh.rename(place)
        except OSError:
            if not place.exists():
                raise


def cache() -> Path:
    """Where the tools keep what is installed once per machine, outside the checkout."""
    root = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (root if root.is_absolute() else Path.home() / ".cache") / "pulumi-cloudelements"
