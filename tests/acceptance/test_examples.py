"""Every example, from its first deployment to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.emulator import Emulator
from tests.support.node import link_packages
from tests.support.project import CHECKOUT, Project

EXAMPLES = sorted(path.name for path in (CHECKOUT / "examples").iterdir() if (path / "Pulumi.yaml").exists())

CONFIG = {
    "quickstart-py": {"quickstart-py:stripeApiKey": ("key-0J4vNq",)},
    "quickstart-ts": {"quickstart-ts:stripeApiKey": ("key-0J4vNq",)},
}
"""What an example's own README line tells its user to configure, beside the account."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_lives_from_up_to_destroy(
    example: str, tmp_path: Path, account: dict[str, object], emulator: Emulator
) -> None:
    project = Project(tmp_path / example, CHECKOUT / "examples" / example, account | CONFIG[example])
    if (project.folder / "package.json").exists():
        link_packages(project.folder)
    project.up()
    assert project.instances()
    project.expect_no_changes()
    project.must("refresh", "--yes", "--expect-no-changes")
    project.must("destroy", "--yes", "--skip-preview")
    assert emulator.health()["instances"] == 0
