"""The emulator of a checkout: started once, stopped by its process id, and never mistaken for another."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from tests.tools.checkout import Checkout, free_port, url_of


def health(port: int) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/emulator/health", timeout=10) as answer:
        body: dict[str, object] = json.load(answer)
    return body


def quiet(done: CompletedProcess[str]) -> bool:
    return (done.returncode, done.stdout, done.stderr) == (0, "", "")


def only_line(done: CompletedProcess[str]) -> str:
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    return line


def test_it_outlives_the_command_that_started_it(checkout: Checkout) -> None:
    port = free_port()
    checkout.listen_on(url_of(port))
    assert quiet(checkout.local("start"))
    assert health(port)["pid"] == checkout.emulator_pid()
    assert (checkout.root / ".local" / "emulator.db").exists()
    assert "listening" in (checkout.root / ".local" / "emulator.log").read_text(encoding="utf-8")


def test_a_second_start_keeps_the_process(checkout: Checkout) -> None:
    checkout.local("start")
    pid = checkout.emulator_pid()
    assert quiet(checkout.local("start"))
    assert checkout.emulator_pid() == pid


def test_stop_ends_it_and_keeps_its_data(checkout: Checkout) -> None:
    port = free_port()
    checkout.listen_on(url_of(port))
    checkout.local("start")
    assert quiet(checkout.local("stop"))
    assert not answers(port)
    assert (checkout.root / ".local" / "emulator.db").exists()
    assert quiet(checkout.local("stop"))


def test_reset_drops_data_and_state_together_and_may_be_repeated(checkout: Checkout) -> None:
    port = free_port()
    checkout.listen_on(url_of(port))
    checkout.local("start")
    (checkout.root / ".local" / "state" / ".pulumi").mkdir(parents=True)
    assert quiet(checkout.local("reset"))
    assert not answers(port)
    assert list((checkout.root / ".local").iterdir()) == []
    assert quiet(checkout.local("reset"))


def test_a_changed_address_moves_it(checkout: Checkout) -> None:
    old, new = free_port(), free_port()
    checkout.listen_on(url_of(old))
    checkout.local("start")
    checkout.listen_on(url_of(new))
    assert quiet(checkout.local("start"))
    assert health(new)["pid"] == checkout.emulator_pid()
    assert not answers(old)


def test_a_port_taken_by_another_program_names_the_setting(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        checkout.listen_on(url_of(port))
        line = only_line(checkout.local("start"))
    expected = f"port {port} is taken by another program: change cloudelements:baseUrl in Pulumi.local.yaml"
    assert line == f"Error: {expected}"


def test_another_checkouts_emulator_is_named_and_left_alone(new_checkout: Callable[[str], Checkout]) -> None:
    first, second = new_checkout("first"), new_checkout("second")
    port = free_port()
    for checkout in (first, second):
        checkout.listen_on(url_of(port))
    first.local("start")
    line = only_line(second.local("start"))
    assert f"started elsewhere or with other data (pid {first.emulator_pid()}) answers on port {port}" in line
    assert quiet(second.local("stop"))
    assert quiet(second.local("reset"))
    assert health(port)["pid"] == first.emulator_pid()


def test_a_stale_process_id_file_is_passed_over(checkout: Checkout) -> None:
    port = free_port()
    checkout.listen_on(url_of(port))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    note(checkout, gone.pid, port)
    assert quiet(checkout.local("start"))
    assert health(port)["pid"] == checkout.emulator_pid() != gone.pid


def test_a_recycled_process_id_is_never_killed(checkout: Checkout) -> None:
    port = free_port()
    checkout.listen_on(url_of(port))
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as other:
        for command in ("stop", "reset", "start"):
            note(checkout, other.pid, port)
            assert quiet(checkout.local(command))
        assert other.poll() is None
        other.communicate(b"\n")
    assert other.returncode == 0


def test_one_that_ends_as_it_starts_shows_the_end_of_its_log(checkout: Checkout) -> None:
    (checkout.root / ".local" / "emulator.db").mkdir(parents=True)
    failed = checkout.local("start")
    assert failed.returncode == 1
    first, *log = failed.stderr.splitlines()
    assert first.startswith("Error: the emulator ended as it started (exit code 1); the end of .local/emulator.log:")
    assert log
    assert not (checkout.root / ".local" / "emulator.pid").exists()


@pytest.mark.parametrize(
    "url", ["https://api.cloud-elements.com/elements/api-v2", "http://127.0.0.1/x", "http://127.0.0.1:99999/"]
)
def test_an_address_that_is_no_emulator_starts_none(checkout: Checkout, url: str) -> None:
    checkout.listen_on(url)
    line = only_line(checkout.local("start"))
    assert line.startswith("Error: cloudelements:baseUrl in Pulumi.local.yaml must be http://127.0.0.1:PORT/")
    assert url in line


@pytest.mark.parametrize("text", ["", "config: {}\n", "config: [\n"])
def test_a_stack_file_without_address_is_one_line(checkout: Checkout, text: str) -> None:
    (checkout.root / "Pulumi.local.yaml").write_text(text, encoding="utf-8")
    assert "cloudelements:baseUrl in Pulumi.local.yaml cannot be read" in only_line(checkout.local("start"))


def note(checkout: Checkout, pid: int, port: int) -> None:
    local = checkout.root / ".local"
    local.mkdir(exist_ok=True)
    (local / "emulator.pid").write_text(f"{pid}\n", encoding="utf-8")
    (local / "emulator.port").write_text(f"{port}\n", encoding="utf-8")


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
