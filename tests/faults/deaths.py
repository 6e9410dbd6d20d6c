"""Process deaths: a real run of the CLI on thirty instances, killed in its middle, and recovered as documented."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.matrix import Tally
from tests.support.documents import snippet
from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.project import CREDENTIALS, INSTANCE, Project, run

COUNT = 30
LATENCY = 0.2
"""Seconds that each request takes, so that a run lasts long enough to be hit in its middle."""

LOG = "killed.log"
"""What the killed run printed."""

PATIENCE = 120
"""Seconds that a process may take to do what a test waits for."""

PROGRAM = """
from pulumi_cloudelements import Instance

for number in range({count}):
    Instance(
        f"i{{number:02}}",
        "stripe",
        configuration={{"api.key": f"sk_live_{{number:02}}", "pagination.max": {pages}}},
        external_authentication="{authentication}",
    )
"""


@dataclass(frozen=True)
class Operation:
    """What the killed run was doing: the program that it ran, and the call in whose midst it dies."""

    before: str
    after: str
    call: str


def program(count: int = COUNT, pages: int = 1, authentication: str = "none") -> str:
    """A program that declares so many instances."""
    return PROGRAM.format(count=count, pages=pages, authentication=authentication)


OPERATIONS = {
    "create": Operation(program(0), program(), "POST /instances"),
    "update": Operation(program(), program(pages=2), "PUT /instances/{id}"),
    "replace": Operation(program(), program(authentication="initial"), "POST /instances"),
    "delete": Operation(program(), program(0), "DELETE /instances/{id}"),
}

VICTIMS = ("CLI", "provider")
SIGNALS = (signal.SIGINT, signal.SIGKILL)


@dataclass(frozen=True)
class Death:
    """Who is killed in the middle of what, and how."""

    operation: str
    victim: str
    signal: signal.Signals

    def __str__(self) -> str:
        return f"{self.signal.name} of the {self.victim} during {self.operation}"


DEATHS = [Death(operation, victim, how) for operation in OPERATIONS for victim in VICTIMS for how in SIGNALS]


def suffer(death: Death, folder: Path, emulator: Emulator, hits: int = COUNT // 3) -> Project:
    """Run the operation, kill the victim after so many of its calls have arrived, wait for its end; then recover."""
    operation = OPERATIONS[death.operation]
    project = Project(folder, config=config(emulator))
    project.write("__main__.py", operation.before)
    project.up()
    project.write("__main__.py", operation.after)
    emulator.clear()
    emulator.settings(latency=LATENCY)
    survivors = kill(
        project, death.victim, death.signal, lambda: emulator.counters()["by_call"].get(operation.call, 0) >= hits
    )
    emulator.settings(latency=0)
    try:
        recover(project)
    finally:
        end(survivors)
    return project


def config(emulator: Emulator) -> dict[str, object]:
    """Stack config for the emulator's account."""
    return CREDENTIALS | {"cloudelements:baseUrl": emulator.base_url}


def recover(project: Project) -> None:
    """What docs/pipelines.md tells a pipeline to do after a killed run, with a file backend."""
    script = snippet("sh", "find ") + snippet("sh", "pulumi cancel")
    where = {"BACKEND_FOLDER": str(project.folder / ".state")}
    done = run(["sh", "-eu", "-c", script], project.folder, project.environment | where, seconds=300)
    assert done.code == 0, done.text


def die(death: Death, folder: Path, emulator: Emulator) -> Tally:
    """Kill a run and recover; count what there is."""
    project = suffer(death, folder, emulator)
    return verdict(project, emulator, declared=0 if death.operation == "delete" else COUNT)


def verdict(project: Project, emulator: Emulator, declared: int) -> Tally:
    """Count what the platform and the state have against what was declared.

    Lost is an instance that is declared and not there, or not in state with its token, or of which something is
    still pending; twice is one that is there and not in state. Another change that a preview shows is lost as well.
    """
    exported = json.loads(project.must("stack", "export", "--show-secrets").stdout)["deployment"]
    in_state = [resource for resource in exported.get("resources", []) if resource["type"] == INSTANCE]
    unfinished = [resource for resource in in_state if resource.get("delete")]
    unfinished += exported.get("pending_operations") or []
    live = {str(instance["id"]): instance["token"] for instance in _all(emulator)}
    whole = {resource["id"] for resource in in_state if live.get(resource["id"]) == _token(resource)}
    unchanged = project.pulumi("preview", "--expect-no-changes").code == 0
    log = project.folder / LOG
    told = log.read_text(encoding="utf-8") if log.exists() else ""
    return Tally(
        tried=declared or COUNT,
        lost=declared - len(whole) + len(unfinished) + (not unchanged),
        twice=len(live) - len(whole),
        leaked=sum(secret in told for secret in (USER, ORGANIZATION, "sk_live_")),
    )


def _token(resource: dict[str, Any]) -> Any:
    return json.loads(resource["outputs"]["token"]["plaintext"])


def _all(emulator: Emulator) -> list[dict[str, Any]]:
    answer = emulator.call("GET", "/instances", params={"pageSize": "1000"})
    instances: list[dict[str, Any]] = answer.json() if answer.ok else []
    return instances


def kill(
    project: Project, victim: str, how: signal.Signals, due: Callable[[], bool], *flags: str, **environment: str
) -> list[int]:
    """Begin an `up`, kill the victim once that is `due`, and wait for the CLI's end.

    Returns the processes that the CLI had started, which may outlive it.
    """
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", f"--stack={project.stack}", *flags]
    log = project.folder / LOG
    with log.open("w") as output:
        cli = subprocess.Popen(
            command,
            cwd=project.folder,
            env=project.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while not due():
            assert cli.poll() is None, f"ended before it could be killed: {log.read_text()}"
            assert time.monotonic() < until, f"never got so far: {log.read_text()}"
            time.sleep(0.02)
        started = descendants(cli.pid)
        [provider] = [pid for pid, command_line in started.items() if "pulumi.dynamic" in command_line]
        os.kill({"CLI": cli.pid, "provider": provider}[victim], how)
        assert cli.wait(PATIENCE) != 0, log.read_text()
    return list(started)


def descendants(pid: int) -> dict[int, str]:
    """The processes that a process has started, and those that they have: process ids, and command lines."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    found: dict[int, str] = {}
    parents = {pid}
    while parents:
        children = {int(row[0]): row[2] for row in rows if int(row[1]) in parents and len(row) == 3}
        parents = set(children) - set(found)
        found |= children
    return found


def end(pids: list[int]) -> None:
    """Kill what still runs of these processes."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
