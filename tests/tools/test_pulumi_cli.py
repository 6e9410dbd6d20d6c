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

import engines
from go_modules import oldest_go
from tests.tools.checkout import Checkout, write_program

OLDEST, NEWEST = engines.oldest(), engines.newest()
ENGINE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
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
        """Where the CLI lies that is installed unless another is named."""
        return self.cache_of(NEWEST)

    def cache_of(self, version: str) -> Path:
        """Where an installed CLI lies."""
        return self.caches / "pulumi-cloudelements" / f"pulumi-{version}"

    @property
    def linked(self) -> Path:
        """The folder that was decided on."""
        return (self.checkout.root / ".local" / "cli").readlink()

    def built(self) -> str:
        """The pulumi that was decided on, as `put_go` builds it."""
        return (self.linked / "pulumi").read_text(encoding="utf-8")

    def find(self, installer: str = NOBODY, version: str | None = None) -> CompletedProcess[str]:
        """Run the search, with the official installer at that address; `version` is what the user names."""
        if version is not None:
            self.checkout.environment["PULUMI_VERSION"] = version
        return self.checkout.run(sys.executable, "tools/pulumi_cli.py", "--installer", installer)


@pytest.fixture
def machine(checkout: Checkout, tmp_path: Path) -> Machine:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "mkdir", "chmod", "cp"):
        (programs / name).symlink_to(shutil.which(name) or name)
    caches = tmp_path / "caches"
    checkout.environment |= {"PATH": str(programs), "XDG_CACHE_HOME": str(caches)}
    checkout.environment.pop("PULUMI_VERSION", None)
    return Machine(checkout, programs, caches)


def put_pulumi(folder: Path, version: str = f"v{NEWEST}", helpers: tuple[str, ...] = HELPERS) -> None:
    write_program(folder / "pulumi", f"echo {version}")
    for helper in helpers:
        write_program(folder / helper, "exit 0")


def put_go(folder: Path) -> None:
    """A Go whose builds tell the version in their linker flags, and hold their package and their go.mod as comments.

    Its `get` adds to the go.mod what `go get -tool` does.
    """
    sources = folder.parent / "sources"
    for script in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
        (sources / "python" / script).parent.mkdir(parents=True)
        (sources / "python" / script).touch()
    write_program(
        folder / "go",
        f"""
        case "$1" in
            env) echo go1.99.0; exit;;
            list) echo '{sources}'; exit;;
            get) [ "$2" = -tool ] && printf 'tool %s\nrequire %s\n' "${{3%@*}}" "$3" >> go.mod; exit;;
        esac
        while [ "$1" != -ldflags ]; do shift; done
        printf '#!/bin/sh\necho v%s\n# built from %s\n' "${{2##*=}}" "$5" > "$4"
        while read -r line; do echo "# $line" >> "$4"; done < go.mod
        chmod +x "$4"
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


def installer(version: str, asked: str = NEWEST) -> str:
    """A script that takes the official one's options, and installs a pulumi that says `version`."""
    return f"""
    [ "$1 $2 $3 $5" = "--version {asked} --install-root --no-edit-path" ] || exit 9
    mkdir "$4/bin" && cd "$4/bin"
    for name in pulumi {" ".join(HELPERS)}; do
        echo '#!/bin/sh' > $name; echo 'echo {version}' >> $name; chmod +x $name
    done
    """


@pytest.mark.parametrize("version", [f"v{OLDEST}", "v3.999.0"])
def test_a_supported_pulumi_on_path_is_taken(machine: Machine, version: str) -> None:
    put_pulumi(machine.programs, version)
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
        ("v3.216.9", HELPERS, f"v3.216.9, too old: {OLDEST} or later is needed"),
        ("v2.300.0", HELPERS, "v2.300.0, too old"),
        ("no version", HELPERS, "no version, too old"),
        ("v3.999.0", HELPERS[1:], "lacks pulumi-language-python beside it or on PATH"),
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
    with served(installer(f"v{NEWEST}")) as address:
        found = machine.find(address)
    assert found.returncode == 0, found.stderr
    assert f"installing pulumi {NEWEST}" in found.stderr
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
    assert f"# built from github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/{NODEJS}\n" in (machine.cache / NODEJS).read_text()
    assert sorted(file.name for file in machine.cache.iterdir()) == ["mark", "pulumi", *sorted(HELPERS)]
    assert list(machine.cache.parent.iterdir()) == [machine.cache]
    assert machine.find().stderr == ""


def test_a_cache_that_cannot_be_completed_is_replaced(machine: Machine) -> None:
    put_pulumi(machine.cache, helpers=HELPERS[:-1])
    (machine.cache / "mark").touch()
    with served(installer(f"v{NEWEST}")) as address:
        assert machine.find(address).returncode == 0
    assert sorted(file.name for file in machine.cache.iterdir()) == ["pulumi", *sorted(HELPERS)]
    assert machine.linked == machine.cache


def test_an_unfit_cache_is_replaced(machine: Machine) -> None:
    put_pulumi(machine.cache, f"v{OLDEST}")
    with served(installer(f"v{NEWEST}")) as address:
        assert machine.find(address).returncode == 0
    assert NEWEST in (machine.cache / "pulumi").read_text(encoding="utf-8")


def test_of_two_installations_at_once_the_first_counts(machine: Machine) -> None:
    first = f'mkdir -p "{machine.cache}" && cp "$4"/bin/* "{machine.cache}" && echo first > "{machine.cache}/mark"'
    with served(f"{installer(f'v{NEWEST}')}\n{first}") as address:
        assert machine.find(address).returncode == 0
    assert machine.linked == machine.cache
    assert (machine.cache / "mark").exists()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'no build for this machine' >&2; exit 3", "sh install.sh failed: no build for this machine"),
        ("exit 4", "sh install.sh failed: exit code 4"),
        (installer(f"v{OLDEST}"), f"is v{OLDEST}, not {NEWEST}"),
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
    needed = oldest_go(engines.module(NEWEST))
    assert f"build from Go modules: go1.24.9 is too old: {needed} or later is needed" in machine.find().stderr


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
    assert f"Install Pulumi {OLDEST} or later (https://" in advice
    assert f"or Go {oldest_go(engines.module(NEWEST))} or later (https://" in advice
    assert not (machine.checkout.root / ".local").exists()


@pytest.mark.parametrize(
    ("named", "version"), [(None, NEWEST), ("newest", NEWEST), ("oldest", OLDEST), (OLDEST, OLDEST)]
)
def test_a_pinned_engine_is_built_from_its_folder(machine: Machine, named: str | None, version: str) -> None:
    put_go(machine.programs)
    found = machine.find(version=named)
    assert found.returncode == 0, found.stderr
    assert f"building pulumi {version} from Go modules" in found.stderr
    assert machine.linked == machine.cache_of(version)
    assert sorted(file.name for file in machine.linked.iterdir()) == ["pulumi", *sorted(HELPERS)]
    assert f"# module pulumi-cloudelements/tools/engines/{version}\n" in machine.built()
    assert list(machine.linked.parent.iterdir()) == [machine.linked]


def test_any_other_is_built_by_its_exact_version(machine: Machine) -> None:
    put_go(machine.programs)
    found = machine.find(version="3.250.0")
    assert found.returncode == 0, found.stderr
    assert machine.linked == machine.cache_of("3.250.0")
    assert f"# require {ENGINE}@v3.250.0\n" in machine.built()
    assert list(machine.linked.parent.iterdir()) == [machine.linked]


@pytest.mark.parametrize("version", [OLDEST, "3.250.0"])
def test_the_engine_that_is_named_is_taken_from_path(machine: Machine, version: str) -> None:
    put_pulumi(machine.programs, f"v{version}")
    put_pulumi(machine.cache)
    assert machine.find(version=version).returncode == 0
    assert machine.linked == machine.programs
    assert machine.find(version="").returncode == 0
    assert machine.linked == machine.programs


@pytest.mark.parametrize("version", [OLDEST, "3.250.0", "3.1.0"])
def test_any_other_on_path_and_in_the_cache_is_passed_over(machine: Machine, version: str) -> None:
    put_pulumi(machine.programs)
    put_pulumi(machine.cache)
    with served(installer(f"v{version}", version)) as address:
        found = machine.find(address, version)
    assert found.returncode == 0, found.stderr
    assert machine.linked == machine.cache_of(version)
    assert machine.find(NOBODY).returncode == 0
    assert machine.linked == machine.cache_of(version)


def test_a_supported_pulumi_on_path_is_passed_over_where_the_newest_tested_is_named(machine: Machine) -> None:
    put_pulumi(machine.programs, "v3.999.0")
    put_pulumi(machine.cache)
    assert machine.find(version="newest").returncode == 0
    assert machine.linked == machine.cache


def test_without_a_name_the_next_run_goes_back_to_the_newest(machine: Machine) -> None:
    put_pulumi(machine.cache)
    put_pulumi(machine.cache_of(OLDEST), OLDEST)
    for version, linked in ((OLDEST, machine.cache_of(OLDEST)), ("", machine.cache)):
        assert machine.find(version=version).returncode == 0
        assert machine.linked == linked


@pytest.mark.parametrize(
    "version", ["latest", "v3.217.0", "3.217", "3.217.0 --help", "4.0.0", "3.217.0-alpha.x", "../3.1.0"]
)
def test_a_name_that_is_no_version_is_one_line(machine: Machine, version: str) -> None:
    put_pulumi(machine.programs)
    found = machine.find(version=version)
    assert found.returncode == 1
    advice = f"say oldest, newest, or a version as in PULUMI_VERSION={OLDEST}"
    assert found.stderr == f"Error: PULUMI_VERSION is {version!r}: {advice}\n"


def test_an_engine_that_is_not_to_be_had_is_one_line(machine: Machine) -> None:
    why = "go: example@v3.998.0: reading it: 404 Not Found"
    complaint = f"printf '%s\\n' 'go: downloading example v3.998.0' '{why}' 'some advice' >&2; exit 1"
    write_program(machine.programs / "go", f'[ "$1" = env ] && echo go1.99.0 && exit; {complaint}')
    found = machine.find(version="3.998.0")
    assert found.returncode == 1
    (line,) = found.stderr.splitlines()
    assert line.startswith(
        "Error: pulumi 3.998.0, which PULUMI_VERSION names, could not be installed: official installer: "
    )
    assert line.endswith(f"; build from Go modules: go get failed: {why}")
    assert list(machine.cache.parent.iterdir()) == []
