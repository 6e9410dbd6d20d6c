"""The emulator as a background process of this checkout: one at most, and ended by its process id alone.

The process id file is a hint. Who listens is asked over HTTP: nothing is stopped unless its health answer names that
id, so a recycled id and another checkout's emulator are both safe.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from typing import NamedTuple
from urllib.parse import urlsplit

import click
import yaml

from layout import CONFIG, LOCAL, ROOT
from process import alive

NAME = "cloudelements-emulator"
HOST = "127.0.0.1"
DATA = LOCAL / "emulator.db"
LOG = LOCAL / "emulator.log"
PID_FILE = LOCAL / "emulator.pid"
PORT_FILE = LOCAL / "emulator.port"  # where that process listens, which Pulumi.local.yaml may have changed since
SETTING = f"cloudelements:baseUrl in {CONFIG.name}"
START_SECONDS = 30.0
STOP_SECONDS = 10.0


class Running(NamedTuple):
    """An emulator that has answered."""

    pid: int
    port: int


def base_url() -> str:
    """The platform's address that stack `local` names; raises ClickException when there is none."""
    try:
        return str(yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["config"]["cloudelements:baseUrl"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as problem:
        raise click.ClickException(f"{SETTING} cannot be read ({type(problem).__name__}): restore the file") from None


def start() -> None:
    """Make this checkout's emulator listen where `base_url` says; raises ClickException in one line when it can't."""
    port = _configured_port()
    ours = running()
    if ours and ours.port == port:
        return
    if ours:
        stop()
    if other := health(port):
        raise click.ClickException(
            f"an emulator started elsewhere or with other data (pid {other.pid}) answers on port {port}: "
            f"end it, or change {SETTING}"
        )
    if _taken(port):
        raise click.ClickException(f"port {port} is taken by another program: change {SETTING}")
    _launch(port)


def stop() -> None:
    """End this checkout's emulator, where one runs, and wait until it is gone."""
    if ours := running():
        _end(ours.pid)
    PID_FILE.unlink(missing_ok=True)
    PORT_FILE.unlink(missing_ok=True)


def drop_data() -> None:
    """Remove what the emulator has stored, side files of its database included. It must not be running."""
    for file in LOCAL.glob("emulator.*"):
        file.unlink()


def running() -> Running | None:
    """This checkout's emulator, when it is the one that answers under the id that was noted."""
    try:
        noted = Running(int(PID_FILE.read_text()), int(PORT_FILE.read_text()))
    except (FileNotFoundError, ValueError):
        return None
    return noted if health(noted.port) == noted else None


def health(port: int) -> Running | None:
    """The emulator that listens on `port` of this machine; None for any other program, or none."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{HOST}:{port}/emulator/health", timeout=2) as answer:
            body = json.loads(answer.read(65536))
        return Running(int(body["pid"]), port) if body["name"] == NAME else None
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return None


def _configured_port() -> int:
    url = base_url()
    try:
        host, port = urlsplit(url).hostname, urlsplit(url).port
    except ValueError:
        host = port = None
    if host not in (HOST, "localhost") or not port:
        raise click.ClickException(f"{SETTING} must be http://{HOST}:PORT/…, the bundled emulator; it is {url}")
    return port


def _taken(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    return True


def _launch(port: int) -> None:
    LOCAL.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "cloudelements_emulator", "--port", str(port), "--data", str(DATA)]
    with LOG.open("ab") as log:
        begin = log.tell()
        # A session of its own: Ctrl-C in make's terminal, and make's end, are not the emulator's.
        child = subprocess.Popen(  # noqa: S603 (this interpreter)
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _await_health(child, port, begin)
    except BaseException:
        child.kill()
        child.wait()
        raise
    PORT_FILE.write_text(f"{port}\n", encoding="utf-8")
    PID_FILE.write_text(f"{child.pid}\n", encoding="utf-8")


def _await_health(child: subprocess.Popen[bytes], port: int, begin: int) -> None:
    """Return when `child` answers; raise with the end of its log since `begin` when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while health(port) != Running(child.pid, port):
        if child.poll() is not None:
            raise click.ClickException(f"the emulator ended as it started (exit code {child.returncode}){_said(begin)}")
        if time.monotonic() > deadline:
            raise click.ClickException(f"the emulator has not answered within {START_SECONDS:.0f} s{_said(begin)}")
        time.sleep(0.05)


def _said(begin: int) -> str:
    lines = LOG.read_bytes()[begin:].decode("utf-8", "replace").splitlines()
    return "\n".join([f"; the end of {LOG.relative_to(ROOT)}:", *lines[-10:]])


def _end(pid: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    with contextlib.suppress(ProcessLookupError):  # it may go at any moment, which is what is asked of it
        os.kill(pid, signal.SIGTERM)
        while alive(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
