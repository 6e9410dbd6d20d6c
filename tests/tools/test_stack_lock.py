"""What a killed engine leaves of stack local: its lock, and a note beside the state that is cut off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.waiting import until
from tests.tools.checkout import Checkout

ENDLESS = """
import os, pathlib, threading
pathlib.Path("processes").write_text(f"{os.getpid()} {os.getppid()} end")
threading.Event().wait()
"""


@pytest.fixture
def stack(checkout: Checkout) -> Checkout:
    checkout.environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), checkout.environment["PATH"]])
    selected = checkout.local("pulumi", "stack", "select", "--create", "local", "--non-interactive")
    assert selected.returncode == 0, selected.stderr
    return checkout


def locks(checkout: Checkout) -> list[Path]:
    return list((checkout.root / ".local" / "state" / ".pulumi" / "locks").rglob("*.json"))


def processes(checkout: Checkout) -> list[str]:
    """The ids of the running program and its language host, then the word "end"; empty until it runs."""
    file = checkout.root / "processes"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def test_a_running_update_is_respected_and_a_killed_ones_lock_is_cleared(stack: Checkout) -> None:
    (stack.root / "__main__.py").write_text(ENDLESS, encoding="utf-8")
    command = [sys.executable, "tools/local.py", "pulumi", "up", "--skip-preview", "--yes", "--non-interactive"]
    engine = subprocess.Popen(command, cwd=stack.root, env=stack.environment, stdout=subprocess.DEVNULL)
    try:
        until(lambda: "end" in processes(stack))
        for refused in (stack.local("unlock"), stack.local("reset")):
            assert refused.returncode == 1
            assert f"stack local is locked by running pid {engine.pid}: wait for it" in refused.stderr
    finally:
        engine.kill()
        engine.wait()
        # The program and its language host outlive a killed engine, the host at times not its program.
        for pid in processes(stack)[:2]:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
    cleared = stack.local("unlock")
    assert cleared.returncode == 0, cleared.stderr
    assert cleared.stdout.splitlines() == [
        f"stack local was left locked by a pulumi that is gone (pid {engine.pid}): cancelling that run"
    ]
    assert locks(stack) == []
    assert stack.local("unlock").stdout == ""


def test_a_lock_of_another_host_is_named_and_kept(checkout: Checkout) -> None:
    folder = checkout.root / ".local" / "state" / ".pulumi" / "locks" / "organization" / "miniature" / "local"
    folder.mkdir(parents=True)
    (folder / "some.json").write_text(json.dumps({"pid": 1, "hostname": "elsewhere"}), encoding="utf-8")
    refused = checkout.local("unlock")
    assert refused.returncode == 1
    assert "stack local is locked by pid 1 on elsewhere" in refused.stderr
    assert locks(checkout)


def test_a_note_that_was_cut_off_is_dropped_so_that_the_state_can_be_read(stack: Checkout) -> None:
    (note,) = (stack.root / ".local/state/.pulumi/stacks").glob("*/local.json.attrs")
    note.write_bytes(b"")
    export = ("pulumi", "stack", "export", "--non-interactive")
    assert "failed to load checkpoint: EOF" in stack.local(*export).stderr
    dropped = stack.local("unlock")
    assert "local.json.attrs was cut off by the end of its process" in dropped.stdout
    assert stack.local(*export).returncode == 0
    assert stack.local("unlock").stdout == ""
