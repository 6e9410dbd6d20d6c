"""A last word on what was installed: CI's log says which versions it has seen, and which are missing."""

from __future__ import annotations

import pytest

INSTALLED = "installed"
"""The property of a test's report that names the versions which it has installed with."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for each installation, and for each that was not to be had."""
    reports = terminalreporter.stats
    done = [value for report in reports.get("passed", []) for key, value in report.user_properties if key == INSTALLED]
    missing = [report.longrepr[2].removeprefix("Skipped: ") for report in reports.get("skipped", [])]
    terminalreporter.section("installations")
    for line in sorted(set(done)) + sorted(set(missing)):
        terminalreporter.write_line(line)
