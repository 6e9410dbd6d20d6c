"""Which Pulumi CLI is taken, and what is said when there is none."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.tools.checkout import Checkout, write_program

NODEJS = "pulumi-language-nodejs"
HELPERS = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python", NODEJS)
NOBODY = "http://127.0.0.1:1/"  # port 1 refuses


@dataclass
class Machine:
    """A checkout on a machine of its own: the programs on its PATH, and its cache."""

    checkout: Checkout
    programs: Path
    caches: Path

    @property
    def cache(self) -> Path:
        """Where an installed CLI lies."""
        return self.caches / "pulumi-cloudelements" / "pulumi-3.217.0"

    @property
    def linked(self) -> Path:
        """The folder that was decided on."""
        return (self.checkout.root / ".local" / "cli").readlink()

    def find(self, installer: str = NOBODY) -> CompletedProcess[str]:
        """Run the search, with the official installer at that address."""
        return self.checkout.run(sys.executable, "tools/pulumi_cli.py", "--installer", installer)


@pytest.fixture
def machine(checkout: Checkout, tmp_path: Path) -> Machine:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "mkdir", "chmod", "cp"):
        (programs / name).symlink_to(shutil.which(name) or name)
    caches = tmp_path / "caches"
    checkout.environment |= {"PATH": str(programs), "XDG_CACHE_HOME": str(caches)}
    return Machine(checkout, programs, caches)


def put_pulumi(folder: Path, version: str = "v3.300.0", helpers: tuple[str, ...] = HELPERS) -> None:
    write_program(folder / "pulumi", f"echo {version}")
    for helper in helpers:
        write_program(folder / helper, "exit 0")


def put_go(folder: Path) -> None:
    """A Go that builds, into the file that its option -o names, a program that says which package it was built from."""
    write_program(
        folder / "go",
        """
        [ "$1" = env ] && echo go1.26.8 && exit
        while [ "$1" != -o ]; do shift; done
        echo "built from $3" > "$2" && chmod +x "$2"
        """,
    )


@contextmanager
def served(script: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(script.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: pytest's output is for failures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def installer(version: str) -> str:
    """A script that takes the official one's options, and installs a pulumi that says `version`."""
    return f"""
    [ "$1 $2 $3 $5" = "--version 3.217.0 --install-root --no-edit-path" ] || exit 9
    mkdir "$4/bin" && cd "$4/bin"
    for name in pulumi {" ".join(HELPERS)}; do
        echo '#!/bin/sh' > $name; echo 'echo {version}' >> $name; chmod +x $name
    done
    """


def test_a_recent_pulumi_on_path_is_taken(machine: Machine) -> None:
    put_pulumi(machine.programs, "v3.200.0")
    assert machine.find().returncode == 0
    assert machine.linked == machine.programs
    assert not machine.caches.exists()


def test_helpers_may_lie_elsewhere_on_path(machine: Machine, tmp_path: Path) -> None:
    put_pulumi(tmp_path / "own", helpers=())
    put_pulumi(machine.programs, "v3.1.0")
    machine.checkout.environment["PATH"] = os.pathsep.join([str(tmp_path / "own"), str(machine.programs)])
    assert machine.find().returncode == 0
    assert machine.linked == tmp_path / "own"


@pytest.mark.parametrize(
    ("version", "helpers", "reason"),
    [
        ("v3.199.9", HELPERS, "v3.199.9, too old: 3.200 or later is needed"),
        ("v2.300.0", HELPERS, "v2.300.0, too old"),
        ("no version", HELPERS, "no version, too old"),
        ("v3.300.0", HELPERS[1:], "lacks pulumi-language-python beside it or on PATH"),
    ],
)
def test_an_unfit_pulumi_on_path_is_passed_over(
    machine: Machine, version: str, helpers: tuple[str, ...], reason: str
) -> None:
    put_pulumi(machine.programs, version, helpers)
    put_pulumi(machine.cache)
    assert machine.find().returncode == 0
    assert machine.linked == machine.cache
    shutil.rmtree(machine.cache)
    assert reason in machine.find().stderr


def test_what_an_earlier_checkout_has_installed_is_taken(machine: Machine) -> None:
    put_pulumi(machine.cache)
    assert machine.find().returncode == 0
    assert machine.linked == machine.cache


def test_a_second_run_changes_and_says_nothing(machine: Machine) -> None:
    put_pulumi(machine.cache)
    assert str(machine.cache) in machine.find().stderr
    again = machine.find()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_the_own_link_on_path_is_no_pulumi_of_the_users(machine: Machine) -> None:
    put_pulumi(machine.cache)
    machine.find()
    link = machine.checkout.root / ".local" / "cli"
    machine.checkout.environment["PATH"] = os.pathsep.join([str(link), str(machine.programs)])
    assert machine.find().returncode == 0
    assert machine.linked == machine.cache


def test_the_official_installer_fills_the_cache(machine: Machine) -> None:
    with served(installer("v3.217.0")) as address:
        found = machine.find(address)
    assert found.returncode == 0, found.stderr
    assert "installing pulumi 3.217.0" in found.stderr
    assert machine.linked == machine.cache
    assert sorted(file.name for file in machine.cache.iterdir()) == ["pulumi", *sorted(HELPERS)]
    assert list(machine.cache.parent.iterdir()) == [machine.cache]


def test_a_cache_from_before_typescript_is_completed_and_kept(machine: Machine) -> None:
    put_pulumi(machine.cache, helpers=HELPERS[:-1])
    (machine.cache / "mark").touch()
    put_go(machine.programs)
    found = machine.find()
    assert found.returncode == 0, found.stderr
    assert f"building {NODEJS} from Go modules" in found.stderr
    assert machine.linked == machine.cache
    assert f"/{NODEJS}" in (machine.cache / NODEJS).read_text(encoding="utf-8")
    assert sorted(file.name for file in machine.cache.iterdir()) == ["mark", "pulumi", *sorted(HELPERS)]
    assert list(machine.cache.parent.iterdir()) == [machine.cache]
    assert machine.find().stderr == ""


def test_a_cache_that_cannot_be_completed_is_replaced(machine: Machine) -> None:
    put_pulumi(machine.cache, helpers=HELPERS[:-1])
    (machine.cache / "mark").touch()
    with served(installer("v3.217.0")) as address:
        assert machine.find(address).returncode == 0
    assert sorted(file.name for file in machine.cache.iterdir()) == ["pulumi", *sorted(HELPERS)]
    assert machine.linked == machine.cache


def test_an_unfit_cache_is_replaced(machine: Machine) -> None:
    put_pulumi(machine.cache, "v3.1.0")
    with served(installer("v3.217.0")) as address:
        assert machine.find(address).returncode == 0
    assert "v3.217.0" in (machine.cache / "pulumi").read_text(encoding="utf-8")


def test_of_two_installations_at_once_the_first_counts(machine: Machine) -> None:
    first = f'mkdir -p "{machine.cache}" && cp "$4"/bin/* "{machine.cache}" && echo first > "{machine.cache}/mark"'
    with served(f"{installer('v3.217.0')}\n{first}") as address:
        assert machine.find(address).returncode == 0
    assert machine.linked == machine.cache
    assert (machine.cache / "mark").exists()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'no build for this machine' >&2; exit 3", "sh install.sh failed: no build for this machine"),
        ("exit 4", "sh install.sh failed: exit code 4"),
        (installer("v3.1.0"), "v3.1.0, too old"),
    ],
)
def test_a_failed_installer_leaves_nothing_and_the_go_build_is_next(machine: Machine, script: str, reason: str) -> None:
    with served(script) as address:
        found = machine.find(address)
    assert reason in found.stderr
    assert "build from Go modules: no go on PATH" in found.stderr
    assert list(machine.cache.parent.iterdir()) == []


def test_a_go_that_is_too_old_is_not_tried(machine: Machine) -> None:
    write_program(machine.programs / "go", "echo go1.24.9")
    assert "build from Go modules: go1.24.9 is too old: 1.25 or later is needed" in machine.find().stderr


def test_when_nothing_works_one_message_says_what_was_tried_and_what_to_install(machine: Machine) -> None:
    found = machine.find()
    lines = found.stderr.splitlines()
    assert found.returncode == 1
    assert [line.strip().partition(":")[0] for line in lines[1:5]] == [
        "pulumi on PATH",
        "cache",
        "official installer",
        "build from Go modules",
    ]
    (advice,) = lines[5:]
    assert "Install Pulumi 3.200 or later (https://" in advice
    assert "or Go 1.25 or later (https://" in advice
    assert not (machine.checkout.root / ".local").exists()
