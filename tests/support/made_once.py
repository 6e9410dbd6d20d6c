"""What the runs of the CLI have in common, made once per process: an empty stack, and the list of what is installed."""

from __future__ import annotations

import atexit
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

LISTING = ("-m", "pip", "list", "-v", "--format", "json")
"""What Pulumi's language host asks of Python before each run, which takes as long as a short run itself."""

Secrets = tuple[tuple[str, str], ...]


@cache
def programs() -> Path:
    """A folder for the beginning of PATH, whose python3 knows the answer to `LISTING` and leaves all else to this one.

    A run with a PYTHONPATH of its own has other packages, and asks for itself.
    """
    folder = _folder()
    listed = subprocess.run([sys.executable, *LISTING], stdout=subprocess.PIPE, check=True).stdout
    (folder / "listed.json").write_bytes(listed)
    python, answer = shlex.quote(sys.executable), shlex.quote(str(folder / "listed.json"))
    (folder / "python3").write_text(
        f'#!/bin/sh\n[ "$*" = "{" ".join(LISTING)}" ] && [ -z "$PYTHONPATH" ] && exec cat {answer}\n'
        f'exec {python} "$@"\n',
        encoding="utf-8",
    )
    (folder / "python3").chmod(0o755)
    return folder


@cache
def stack(make: Callable[[Path, str, Secrets], None], project: str, secrets: Secrets) -> Path:
    """A folder in which `make` has put an empty stack of a project of this name, with these secrets in its config."""
    folder = _folder()
    make(folder, project, secrets)
    return folder


def _folder() -> Path:
    """A folder that ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix="made-once-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
