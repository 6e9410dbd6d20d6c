"""What a test run says of itself: the versions that it runs on."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib.metadata import version


def pytest_report_header() -> str:
    """The line that tells one run's log from another's."""
    return f"Pulumi engine {engine()}, SDK {version('pulumi')}, Python {platform.python_version()}"


def engine() -> str:
    """The version of the CLI on PATH."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        return "none"
    told = subprocess.run([pulumi, "version"], capture_output=True, text=True, check=False)
    return told.stdout.strip().removeprefix("v") or f"without a version ({pulumi})"
