"""Finds a Pulumi CLI that runs this project, or installs one; .local/cli then is a link to its folder.

Tried in this order: PATH, the cache, the official installer, a build from Go modules (go_modules.py). Both ways of
installing fill a scratch folder in the cache, which is renamed into place once its `pulumi` has run: an interrupted
one leaves nothing half done, and of two at once the first counts. A cache from before TypeScript programs were run gets
their host built into it, and is kept otherwise.

On PATH any supported engine will do, and what is installed is the newest one that is tested. Where the variable
PULUMI_VERSION names an engine, it is that one and no other.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import click

import engines
import go_modules
from commands import Unfit, output
from layout import CLI

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "PULUMI_VERSION"
# The host of TypeScript programs; what it runs them by comes from npm, with the program's own packages.
NODEJS = "pulumi-language-nodejs"
# That, the host of Python programs, what it runs them by, and the host of dynamic providers.
HELPERS = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python", NODEJS)
OFFICIAL = "https://get.pulumi.com"
FETCH_SECONDS = 10
INSTALL_SECONDS = 900


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
    named()  # before anything is tried, so that a slip is told at once
    refusals = {}
    for name, way in ways.items():
        try:
            folder = way()
        except Unfit as reason:
            refusals[name] = str(reason)
        else:
            return link(folder)
    raise click.ClickException(failure(refusals))


def failure(refusals: dict[str, str]) -> str:
    """What is said when no way has led to a CLI, by the ways' names and why each did not."""
    tried = [f"{name}: {reason}" for name, reason in refusals.items()]
    if version := named():
        return f"pulumi {version}, which {VARIABLE} names, could not be installed: {'; '.join(tried[2:])}"
    oldest_go = go_modules.oldest_go(engines.module(engines.newest()))
    advice = (
        f"Install Pulumi {engines.oldest()} or later (https://www.pulumi.com/docs/install/), "
        f"or Go {oldest_go} or later (https://go.dev/dl/), and run make again."
    )
    return "\n".join(["no Pulumi CLI could be found or installed.", *(f"  {line}" for line in tried), advice])


def named() -> str | None:
    """The version that the user has named, None where any supported one will do; raises ClickException in one line."""
    name = os.environ.get(VARIABLE)
    version = {"oldest": engines.oldest(), "newest": engines.newest()}.get(name or "", name)
    if version and not re.fullmatch(r"3\.[0-9]+\.[0-9]+", version):
        raise click.ClickException(
            f"{VARIABLE} is {name!r}: say oldest, newest, or a version as in {VARIABLE}={engines.oldest()}"
        )
    return version or None


def on_path() -> Path:
    """The folder of the user's own pulumi: a supported one, or the one that the user has named."""
    # After `eval $(make env)` the link itself is on PATH: what it points to is no choice of the user's.
    path = ":".join(entry for entry in os.get_exec_path() if Path(entry) != CLI)
    found = shutil.which("pulumi", path=path)
    if not found:
        raise Unfit("none found")
    return fit(Path(found).absolute().parent, named())


def cached() -> Path:
    """The folder that an earlier run, of any checkout, has installed; a build from before TypeScript is completed."""
    if not cache().exists():
        raise Unfit(f"{cache()} is not there yet")
    if lacking(cache()) == [NODEJS]:
        complete(cache())
    return fit(cache(), engine_version())


def complete(folder: Path) -> None:
    """Build the host of TypeScript programs into `folder`, where it appears at once and whole."""
    go_modules.check_go(go_modules.NODEJS_HOST)
    say(f"building {NODEJS} from Go modules: about half a minute, once per machine")
    with tempfile.TemporaryDirectory(prefix=f".{NODEJS}-", dir=folder.parent) as scratch:
        go_modules.build(go_modules.NODEJS_HOST, Path(scratch))
        (Path(scratch) / NODEJS).replace(folder / NODEJS)


def installed(how: Callable[[Path], None]) -> Path:
    """The cache after `how` has filled the `bin` of the scratch folder it is given."""
    cache().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{cache().name}-", dir=cache().parent) as scratch:
        how(Path(scratch))
        publish(fit(Path(scratch) / "bin", engine_version()))
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
    """Fill `scratch` with a build from Go modules."""
    version = engine_version()
    engine = go_modules.engine(version, scratch)
    go_modules.check_go(engine)
    say(f"building pulumi {version} from Go modules: about 4 minutes, once per machine")
    (scratch / "bin").mkdir()
    go_modules.build(engine, scratch / "bin", version)
    go_modules.build_hosts(scratch / "bin")


def publish(folder: Path) -> None:
    """Rename `folder` to the cache, unless somebody else's fit one has come first."""
    try:
        folder.rename(cache())
    except OSError:
        try:
            fit(cache(), engine_version())
        except Unfit:
            shutil.rmtree(cache())
            folder.rename(cache())


def fit(folder: Path, version: str | None) -> Path:
    """`folder`, when its pulumi runs, is of `version` or supported, and has its helpers; raises Unfit otherwise."""
    pulumi = folder / "pulumi"
    found = output([str(pulumi), "version"], variables={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"})
    if version and found.removeprefix("v") != version:
        raise Unfit(f"{pulumi} is {found}, not {version}")
    if not version and engines.numbers(found) < engines.numbers(engines.oldest()):
        raise Unfit(f"{pulumi} is {found}, too old: {engines.oldest()} or later is needed")
    if missing := lacking(folder):
        raise Unfit(f"{pulumi} lacks {', '.join(missing)} beside it or on PATH")
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
    """The version that is installed where PATH has none that serves, such as 3.217.0."""
    return named() or engines.newest()


def say(line: str) -> None:
    """Tell the user, apart from what a command's output is read for."""
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
