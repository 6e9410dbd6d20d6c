"""A run with the credentials of another account, as a pipeline may have them: refused, and nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.documents import snippet
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.project import Project, run

MODULES = {"dynamic": "pulumi_cloudelements", "native": "pulumi_cloudelements.native"}

PROGRAM = """
from {module} import Instance
Instance("payments", "stripe", configuration={{"api.key": "sk_live_5e1f"}})
"""


def credentials(emulator: Emulator, user: str = USER, organization: str = ORGANIZATION) -> dict[str, str]:
    """An account, by the environment."""
    return {
        "CLOUDELEMENTS_BASE_URL": emulator.base_url,
        "CLOUDELEMENTS_USER_SECRET": user,
        "CLOUDELEMENTS_ORGANIZATION_SECRET": organization,
        "CLOUDELEMENTS_MAX_RETRIES": "0",
    }


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES.keys())
def test_it_is_refused_until_the_stack_config_says_that_the_stack_has_moved(
    module: str, tmp_path: Path, emulator: Emulator
) -> None:
    project = Project(tmp_path / "project")
    project.write("__main__.py", PROGRAM.format(module=module))
    home = credentials(emulator)
    project.up(**home)
    made = project.instances()["payments"]["id"]
    with Emulator().start("--user-secret", "other-user", "--organization-secret", "other-organization") as running:
        abroad = credentials(running, "other-user", "other-organization")
        for command in (
            ("preview",),
            ("up", "--yes", "--skip-preview"),
            ("refresh", "--yes", "--skip-preview"),
            ("destroy", "--yes", "--skip-preview"),
        ):
            refused = project.pulumi(*command, **abroad)
            assert refused.code != 0
            assert running.base_url in refused.text
            assert project.instances()["payments"]["id"] == made
        assert running.health()["instances"] == 0
        assert emulator.health()["instances"] == 1
        project.must("preview", "--expect-no-changes", **home)
        project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes", **home)

        (told,) = set(re.findall(r"pulumi config set cloudelements:account (acct-[0-9a-f]{12})", refused.text))
        documented = snippet("sh", "pulumi config set cloudelements:account")
        moved = run(
            ["sh", "-euc", documented.replace("acct-0123456789ab", told)],
            project.folder,
            project.environment | abroad,
            60,
        )
        assert moved.code == 0, moved.text
        project.up(**abroad)
        assert running.health()["instances"] == 1
        project.must("destroy", "--yes", "--skip-preview", **abroad)
        assert running.health()["instances"] == 0
