"""The command: starting, stopping, remembering, and what it says when it cannot start."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.emulator.conftest import Create
from tests.support.emulator import Emulator


def failure(*args: str) -> list[str]:
    """Run the command, which must fail with exit code 1 and nothing on stdout, and return the lines of stderr."""
    command = [sys.executable, "-m", "cloudelements_emulator", *args]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr.splitlines()


def test_it_listens_on_loopback_and_says_where(emulator: Emulator) -> None:
    assert emulator.origin.startswith("http://127.0.0.1:")
    assert emulator.base_url.endswith("/elements/api-v2")
    assert not emulator.origin.endswith(":0")


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        (line,) = failure("--port", str(port))
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in line


def test_a_data_file_that_is_no_database_is_said_in_one_line_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but long enough to be looked at " * 50)
    before = file.read_bytes()
    (line,) = failure("--port", "0", "--data", str(file))
    assert (str(file) in line, "not a database" in line) == (True, True)
    assert file.read_bytes() == before


def test_a_database_of_another_program_is_said_in_one_line_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE instances (name TEXT)")
    before = file.read_bytes()
    (line,) = failure("--port", "0", "--data", str(file))
    assert "another program" in line
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["", "missing/data.db"])
def test_a_data_file_that_cannot_be_opened_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    (line,) = failure("--port", "0", "--data", str(tmp_path / name))
    assert "unable to open database file" in line


@pytest.mark.parametrize("library", ["click", "starlette", "uvicorn", "yaml"])
def test_a_missing_extra_is_said_in_one_line(library: str) -> None:
    program = f"import sys; sys.modules[{library!r}] = None; from cloudelements_emulator.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f'{library} is missing: pip install "pulumi-cloudelements[emulator]"\n'


@pytest.mark.parametrize("secret", ["", "two words", "a,b", "\u00fc"])
def test_a_secret_that_no_header_can_carry_is_refused(secret: str) -> None:
    command = [sys.executable, "-m", "cloudelements_emulator", "--port", "0", "--user-secret", secret]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "--user-secret" in done.stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_even_with_a_client_connected(ending: signal.Signals) -> None:
    emulator = Emulator().start()
    with requests.Session() as client:
        client.get(f"{emulator.origin}/emulator/health", timeout=30)
        assert emulator.interrupt(ending) == 0
    assert emulator.errors == []


def test_a_request_that_waits_when_it_ends_gets_an_answer_and_has_no_effect(tmp_path: Path, body: Create) -> None:
    data = str(tmp_path / "data.db")
    emulator = Emulator().start("--data", data)
    emulator.settings(latency=600)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(emulator.call, "POST", "/instances", json=body())
        while emulator.counters()["most_in_flight"] == 0:
            pass
        assert emulator.stop() == 0
        assert waiting.result().status_code == 503
    assert "Traceback" not in "\n".join(emulator.errors)
    with Emulator().start("--data", data) as again:
        assert again.call("GET", "/instances").status_code == 404


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_was_answered_survives_a_restart_and_a_crash(tmp_path: Path, body: Create, end: str) -> None:
    data = str(tmp_path / "data.db")
    emulator = Emulator().start("--data", data)
    kept, gone = (emulator.call("POST", "/instances", json=body("sfdc")).json() for _ in range(2))
    spent = body("sfdc")
    last = emulator.call("POST", "/instances", json=spent).json()
    changed = emulator.call("PATCH", f"/instances/{kept['id']}", json={"tags": ["changed"]}).json()
    for instance in (gone, last):
        emulator.call("DELETE", f"/instances/{instance['id']}")
    assert getattr(emulator, end)() == (0 if end == "stop" else -signal.SIGKILL)
    with Emulator().start("--data", data) as again:
        assert again.call("GET", f"/instances/{kept['id']}").json() == changed
        assert again.call("GET", f"/instances/{gone['id']}").status_code == 404
        assert again.call("POST", "/instances", json=spent).status_code == 400
        assert again.call("POST", "/instances", json=body()).json()["id"] > last["id"]


def test_without_a_data_file_nothing_is_kept(create: Create) -> None:
    create()
    with Emulator().start() as other:
        assert other.call("GET", "/instances").status_code == 404


def test_it_goes_on_serving_when_nobody_reads_its_lines_any_more(body: Create) -> None:
    command = [sys.executable, "-m", "cloudelements_emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().split()[-1]
        process.stdout.close()
        headers = {"Authorization": "User emulator-user, Organization emulator-organization"}
        statuses = [
            requests.post(f"{base_url}/instances", json=body(), headers=headers, timeout=30).status_code
            for _ in range(3)
        ]
        process.terminate()
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait(timeout=30)) == ("", 0)
    assert statuses == [200, 200, 200]
