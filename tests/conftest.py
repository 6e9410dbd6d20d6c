"""What a test run says of itself, and what its tests need: marks by folder, so that no test bears one."""

from __future__ import annotations

import platform
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

NEEDS = {
    "acceptance": ("engine", "emulator"),
    "contract": ("emulator",),
    "emulator": ("emulator",),
    "faults": ("emulator",),
    "faults/test_deaths.py": ("engine",),
    "faults/test_load.py": ("engine",),
    "installation": ("engine", "emulator"),
    "ownership": ("emulator",),
    "tools/test_emulator_process.py": ("emulator",),
    "tools/test_makefile.py": ("engine",),
    "tools/test_stack_lock.py": ("engine",),
}
"""The marks of each folder's tests, and of each file's beside them; tests/unit has none."""


def pytest_configure() -> None:
    """Let interrupts through to what the tests start: engines end their providers by one, and wait where it is ignored.

    A shell that starts a command in the background has it ignore interrupts, and all that it starts with it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs an engine or an emulator, for `-m "not engine"` and the like."""
    for item in items:
        place = item.path.relative_to(TESTS)
        for part in (place, *place.parents):
            for mark in NEEDS.get(part.as_posix(), ()):
                item.add_marker(mark)


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
