"""Records the state of a program as this version of the provider leaves it: `python -m tests.acceptance.states.record`.

Run it once per version, from the top of the checkout and with the finished code, on a copy of the newest folder beside
this file that is named for the version (`... record 0.2.0`). It deploys the folder's program to an emulator with the
real CLI, under the public passphrase `test`, and keeps the stack's file and its export. What tells of the machine is
taken out of the export: stack traces, source positions and times. A recording is never changed once its version is
out: it is what users have.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.project import Project

STATES = Path(__file__).parent
STATE = "state.json"
OF_THE_MACHINE = frozenset({"stackTrace", "sourcePosition", "time", "created", "modified"})
ADOPTED = {
    "element": {"key": "jira"},
    "name": "Made by hand",
    "configuration": {"username": "u", "password": "p", "base.url": "https://example.com"},
}


def credentials(emulator: Emulator) -> dict[str, str]:
    """The account as environment variables, which leave no trace in a state."""
    return {
        "CLOUDELEMENTS_BASE_URL": emulator.base_url,
        "CLOUDELEMENTS_USER_SECRET": USER,
        "CLOUDELEMENTS_ORGANIZATION_SECRET": ORGANIZATION,
    }


def record(folder: Path) -> None:
    """Deploy the program in `folder`, and put the stack's file and its export beside it."""
    with TemporaryDirectory() as scratch, Emulator().start() as emulator:
        assert emulator.call("POST", "/instances", json=ADOPTED).json()["id"] == 1
        project = Project(Path(scratch) / "project", folder, {"test:vendorSecret": ("vendor-secret-5e1f",)})
        project.environment |= credentials(emulator)
        project.up()
        state = _without_the_machine(json.loads(project.must("stack", "export").stdout))
        (folder / STATE).write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
        (folder / project.stack_file.name).write_text(project.stack_file.read_text(), encoding="utf-8")


def _without_the_machine(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_the_machine(item) for key, item in value.items() if key not in OF_THE_MACHINE}
    return [_without_the_machine(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    record(STATES / sys.argv[1])
