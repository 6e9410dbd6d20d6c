"""Stack `local` as the engine keeps it in .local/state: the lock of a run that was killed, and what is deployed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from environment import STACK, local_stack
from layout import PULUMI_HOME, ROOT, STATE
from process import alive

if TYPE_CHECKING:
    from pathlib import Path

TYPE = "pulumi-python:dynamic/cloudelements:Instance"


class Lock(NamedTuple):
    """Who works on the stack, as a file-backend lock says (read from real ones of the oldest and the newest engine)."""

    pid: int
    hostname: str


class Instance(NamedTuple):
    """One deployed element instance: its Pulumi resource name, and what the platform knows it by."""

    resource: str
    element: str
    id: str
    name: str


def environment() -> dict[str, str]:
    """The variables for pulumi on stack `local`, and the folders that the engine expects to find."""
    for folder in (STATE, PULUMI_HOME):
        folder.mkdir(parents=True, exist_ok=True)
    return local_stack(os.environ)


def unlock() -> None:
    """Cancel a run whose process is gone; raises ClickException in one line while a run goes on."""
    refuse_while_running()
    _drop_cut_off_notes()
    if locks := _locks():
        click.echo(f"stack {STACK} was left locked by a pulumi that is gone (pid {locks[0].pid}): cancelling that run")
        _pulumi("cancel", "--yes")


def refuse_while_running() -> None:
    """Raise ClickException in one line while a run goes on, here or (who could tell from here?) on another host."""
    cancel = f"eval $(make env) && pulumi cancel --yes --stack {STACK}"
    for lock in _locks():
        if lock.hostname != socket.gethostname():
            raise click.ClickException(
                f"stack {STACK} is locked by pid {lock.pid} on {lock.hostname}: wait for it; if it is gone, {cancel}"
            )
        if alive(lock.pid):
            raise click.ClickException(
                f"stack {STACK} is locked by running pid {lock.pid}: wait for it; if it is no pulumi, {cancel}"
            )


def instances() -> list[Instance]:
    """What stack `local` holds, sorted by resource name."""
    deployment = json.loads(_pulumi("stack", "export")).get("deployment") or {}
    return sorted(_instance(resource) for resource in deployment.get("resources") or [] if resource["type"] == TYPE)


def _locks() -> list[Lock]:
    return [_read(file) for file in sorted(STATE.glob(f".pulumi/locks/organization/*/{STACK}/*.json"))]


def _drop_cut_off_notes() -> None:
    """Drop what a killed engine was about to write beside its state: empty, it keeps the state from being read."""
    for note in STATE.rglob("*.attrs"):
        if note.stat().st_size == 0:
            click.echo(f"{note.relative_to(ROOT)} was cut off by the end of its process: dropped, nothing is lost")
            note.unlink()


def _read(file: Path) -> Lock:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Lock(int(content["pid"]), str(content["hostname"]))
    except (OSError, ValueError, LookupError, TypeError):
        raise click.ClickException(f"{file.relative_to(ROOT)} is no lock: delete it when no pulumi runs") from None


def _instance(resource: dict[str, Any]) -> Instance:
    outputs = resource.get("outputs") or {}
    return Instance(
        resource=resource["urn"].rpartition("::")[2],
        element=str(outputs.get("element", "")),
        id=str(resource.get("id", "")),
        name=str(outputs.get("name", "")),
    )


def _pulumi(*arguments: str) -> str:
    command = ["pulumi", *arguments, "--stack", STACK, "--non-interactive"]
    # found by the PATH that make's commands have, as everywhere
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{' '.join(command)} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
