"""Finds a Pulumi CLI that runs this project, or installs one; .local/cli then is a link to its folder.

Tried in this order: PATH, the cache, the official installer, a build from the Go modules in this folder. Both ways of
installing fill a scratch folder in the cache, which is renamed into place once its `pulumi` has run: an interrupted
one leaves nothing half done, and of two at once the first counts. A cache from before TypeScript programs were run gets
their host built into it, and is kept otherwise. The versions are those of the go.mod files.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from layout import CLI

if TYPE_CHECKING:
    from collections.abc import Callable

TOOLS = Path(__file__).resolve().parent
ENGINE = TOOLS / "engine"
PYTHON_HOST = TOOLS / "language-python"
NODEJS_HOST = TOOLS / "language-nodejs"
SDK = "github.com/pulumi/pulumi/sdk/v3"
OLDEST = (3, 200)
OLDEST_GO = (1, 25)
# The host of TypeScript programs; what it runs them by comes from npm, with the program's own packages.
NODEJS = "pulumi-language-nodejs"
# That, the host of Python programs, what it runs them by, and the host of dynamic providers.
HELPERS = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python", NODEJS)
OFFICIAL = "https://get.pulumi.com"
FETCH_SECONDS = 10
INSTALL_SECONDS = 900
HOW_TO_INSTALL = (
    f"Install Pulumi {OLDEST[0]}.{OLDEST[1]} or later (https://www.pulumi.com/docs/install/), "
    f"or Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or later (https://go.dev/dl/), and run make again."
)


class Unfit(Exception):  # noqa: N818 (a verdict on one way, not the end)
    """One way to a CLI did not work; the message says why."""


@click.command()
@click.option("--installer", default=OFFICIAL, show_default=True, help="Where the official installer is fetched from.")
def main(installer: str) -> None:
    """Link a fit Pulumi CLI as .local/cli."""
    ways: dict[str, Callable[[], Path]] = {
        "pulumi on PATH": on_path,
        "cache": cached,
        "official installer": lambda: installed(lambda scratch: official(scratch, installer)),
        "build from Go modules": lambda: installed(built),
    }
    refusals = []
    for name, way in ways.items():
        try:
            folder = way()
        except Unfit as reason:
            refusals.append(f"  {name}: {reason}")
        else:
            return link(folder)
    raise click.ClickException("\n".join(["no Pulumi CLI could be found or installed.", *refusals, HOW_TO_INSTALL]))


def on_path() -> Path:
    """The folder of the user's own pulumi."""
    # After `eval $(make env)` the link itself is on PATH: what it points to is no choice of the user's.
    path = ":".join(entry for entry in os.get_exec_path() if Path(entry) != CLI)
    found = shutil.which("pulumi", path=path)
    if not found:
        raise Unfit("none found")
    return fit(Path(found).absolute().parent)


def cached() -> Path:
    """The folder that an earlier run, of any checkout, has installed; a build from before TypeScript is completed."""
    if not cache().exists():
        raise Unfit(f"{cache()} is not there yet")
    if lacking(cache()) == [NODEJS]:
        complete(cache())
    return fit(cache())


def complete(folder: Path) -> None:
    """Build the host of TypeScript programs into `folder`, where it appears at once and whole."""
    check_go()
    say(f"building {NODEJS} from Go modules: about half a minute, once per machine")
    with tempfile.TemporaryDirectory(prefix=f".{NODEJS}-", dir=folder.parent) as scratch:
        go_build(NODEJS_HOST, Path(scratch), "-s -w")
        (Path(scratch) / NODEJS).replace(folder / NODEJS)


def installed(how: Callable[[Path], None]) -> Path:
    """The cache after `how` has filled the `bin` of the scratch folder it is given."""
    cache().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{cache().name}-", dir=cache().parent) as scratch:
        how(Path(scratch))
        publish(fit(Path(scratch) / "bin"))
    return cache()


def official(scratch: Path, address: str) -> None:
    """Fill `scratch` with what the official installer script at `address` installs."""
    version = engine_version()
    try:
        # https unless whoever calls names another address
        with urllib.request.urlopen(address, timeout=FETCH_SECONDS) as answer:  # noqa: S310
            script = answer.read()
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Unfit(f"{address}: {problem}") from None
    say(f"installing pulumi {version} from {address}: about a minute, once per machine")
    (scratch / "install.sh").write_bytes(script)
    options = ["--version", version, "--install-root", str(scratch), "--no-edit-path"]
    output(["sh", "install.sh", *options], cwd=scratch, seconds=INSTALL_SECONDS)


def built(scratch: Path) -> None:
    """Fill `scratch` with a build from the Go modules that this folder pins."""
    check_go()
    version = engine_version()
    (scratch / "bin").mkdir()
    say(f"building pulumi {version} from Go modules: about 3 minutes, once per machine")
    go_build(ENGINE, scratch / "bin", f"-s -w -X {SDK}/go/common/version.Version={version}")
    go_build(PYTHON_HOST, scratch / "bin", "-s -w")
    go_build(NODEJS_HOST, scratch / "bin", "-s -w")
    sdk = Path(go(PYTHON_HOST, "list", "-m", "-f", "{{.Dir}}", SDK))
    for script in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
        shutil.copyfile(sdk / "python" / script, scratch / "bin" / Path(script).name)
        (scratch / "bin" / Path(script).name).chmod(0o755)


def check_go() -> None:
    """Raise Unfit where no Go can build the modules. A Go since 1.21 may fetch a newer one for a module by itself."""
    if not shutil.which("go"):
        raise Unfit(f"no go on PATH; {OLDEST_GO[0]}.{OLDEST_GO[1]} or later is needed")
    version = go(ENGINE, "env", "GOVERSION")
    if numbers(version) < OLDEST_GO:
        raise Unfit(f"{version} is too old: {OLDEST_GO[0]}.{OLDEST_GO[1]} or later is needed")


def go_build(module: Path, folder: Path, linker_flags: str) -> None:
    """Build the one program that `module`'s go.mod names as its tool into `folder`."""
    package = pinned(module, r"^tool (\S+)$")
    target = str(folder / package.rpartition("/")[2])
    go(module, "build", "-trimpath", "-buildvcs=false", "-ldflags", linker_flags, "-o", target, package)


def go(module: Path, *arguments: str) -> str:
    """What `go` prints in `module`, for this machine, whatever workspace, flags or target the user has set."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOARM", "GOEXPERIMENT"}
    }
    # Without cgo no C compiler is needed.
    settings = {"GOWORK": "off", "GO111MODULE": "on", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    return output(["go", *arguments], cwd=module, variables={**kept, **settings})


def publish(folder: Path) -> None:
    """Rename `folder` to the cache, unless somebody else's fit one has come first."""
    try:
        folder.rename(cache())
    except OSError:
        try:
            fit(cache())
        except Unfit:
            shutil.rmtree(cache())
            folder.rename(cache())


def fit(folder: Path) -> Path:
    """`folder`, when its pulumi runs, is recent, and has its helpers beside it or on PATH; raises Unfit otherwise."""
    version = output([str(folder / "pulumi"), "version"], variables={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"})
    if numbers(version) < OLDEST:
        raise Unfit(f"{folder / 'pulumi'} is {version}, too old: {OLDEST[0]}.{OLDEST[1]} or later is needed")
    if missing := lacking(folder):
        raise Unfit(f"{folder / 'pulumi'} lacks {', '.join(missing)} beside it or on PATH")
    return folder


def lacking(folder: Path) -> list[str]:
    """The helpers that are neither in `folder` nor on PATH."""
    path = os.pathsep.join([str(folder), *os.get_exec_path()])
    return [helper for helper in HELPERS if not shutil.which(helper, path=path)]


def link(folder: Path) -> None:
    """Make .local/cli a link to `folder`, at once for whoever looks."""
    if CLI.is_symlink() and CLI.readlink() == folder:
        return
    CLI.parent.mkdir(exist_ok=True)
    fresh = CLI.with_name(f"cli.{os.getpid()}")
    fresh.symlink_to(folder)
    fresh.replace(CLI)
    say(f"pulumi: {folder}")


def cache() -> Path:
    """Where the installed CLI lies: outside the checkout, so that the next clone needs no minutes."""
    root = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not root.is_absolute():  # the XDG specification has relative ones ignored
        root = Path.home() / ".cache"
    return root / "pulumi-cloudelements" / f"pulumi-{engine_version()}"


def engine_version() -> str:
    """The engine's version, such as 3.217.0."""
    return pinned(ENGINE, r"^\s*github\.com/pulumi/pulumi/pkg/v3 v(\S+)")


def pinned(module: Path, pattern: str) -> str:
    """The first group of `pattern` in `module`'s go.mod."""
    found = re.search(pattern, (module / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise click.ClickException(f"{module / 'go.mod'} has no line {pattern}: restore the file")
    return found[1]


def numbers(version: str) -> tuple[int, ...]:
    """Major and minor of a version such as v3.217.0 or go1.26.8; empty, and so below all, where there are none."""
    found = re.search(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else ()


def output(
    command: list[str], cwd: Path | None = None, variables: dict[str, str] | None = None, seconds: float | None = None
) -> str:
    """What `command` prints; raises Unfit with the last line of its complaint when it fails or takes too long."""
    # Into files: after a timeout nobody waits for grandchildren that hold a pipe.
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as complained:
        try:
            status = subprocess.run(  # noqa: S603 (go, sh and the pulumi in question)
                command,
                cwd=cwd,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=complained,
                timeout=seconds,
                check=False,
            ).returncode
        except OSError as problem:
            raise Unfit(f"{command[0]}: {problem.strerror}") from None
        except subprocess.TimeoutExpired:
            raise Unfit(f"{command[0]} took longer than {seconds:.0f} s") from None
        if status:
            reason = last_line(complained) or last_line(printed) or f"exit code {status}"
            raise Unfit(f"{' '.join(command[:2])} failed: {reason}")
        return last_line(printed)


def last_line(file: IO[bytes]) -> str:
    """The last line of `file` with something in it, cut at 300 characters."""
    file.seek(0)
    return file.read().decode("utf-8", "replace").strip().rpartition("\n")[2][:300]


def say(line: str) -> None:
    """Tell the user, apart from what a command's output is read for."""
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
