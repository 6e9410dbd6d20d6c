"""A program that declares one instance of the native provider, and what a preview says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Project

TYPE = "cloudelements:index:Instance"

PROGRAM = """
import pulumi
from pulumi_cloudelements.native import Instance, Provider

payments = Instance("payments", {arguments})
pulumi.export("token", payments.token)
"""
STRIPE = 'element="stripe", name="Payments", configuration={"api.key": "sk_live_5e1f", "pagination.max": PAGES}'


def declare(project: Project, arguments: str = STRIPE, pages: int = 1) -> None:
    """Write the program."""
    project.write("__main__.py", PROGRAM.format(arguments=arguments.replace("PAGES", str(pages))))


@pytest.fixture
def project(tmp_path: Path, account: dict[str, object]) -> Project:
    """A stack with one instance declared."""
    project = Project(tmp_path / "native", config=account)
    declare(project)
    return project


def steps(project: Project) -> dict[str, dict[str, Any]]:
    """What a preview would do, by resource name."""
    report = json.loads(project.must("preview", "--json").stdout)
    return {step["urn"].rpartition("::")[2]: step for step in report["steps"]}
