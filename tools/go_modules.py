"""Builds Pulumi's programs from Go modules: those that the go.mod files of this folder pin, and any other engine."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import click

import engines
from commands import Unfit, output

TOOLS = Path(__file__).resolve().parent
PYTHON_HOST = TOOLS / "language-python"
NODEJS_HOST = TOOLS / "language-nodejs"
ENGINE = "github.com/pulumi/pulumi/pkg/v3"
SDK = "github.com/pulumi/pulumi/sdk/v3"
OLDEST_GO = "1.25"  # what an engine wants beyond that, its go.mod says


def engine(version: str, scratch: Path) -> Path:
    """The folder of a go.mod that pins this engine: one of ours, or else one that Go writes in `scratch`.

    The engine's own go.mod says which modules it is made of, and Go checks each against the checksum database.
    """
    if engines.module(version).exists():
        return engines.module(version)
    module = scratch / "engine"
    module.mkdir()
    (module / "go.mod").write_text(f"module engine\n\ngo {OLDEST_GO}\n", encoding="utf-8")
    check_go(module)
    go(module, "get", "-tool", f"{ENGINE}/cmd/pulumi@v{version}")
    return module


def check_go(module: Path) -> None:
    """Raise Unfit where no Go can build `module`. A Go since 1.21 may fetch a newer one for a module by itself."""
    oldest = oldest_go(module)
    if not shutil.which("go"):
        raise Unfit(f"no go on PATH; {oldest} or later is needed")
    version = go(module, "env", "GOVERSION")
    if engines.numbers(version) < engines.numbers(oldest):
        raise Unfit(f"{version} is too old: {oldest} or later is needed")


def oldest_go(module: Path) -> str:
    """The oldest Go that can build `module`."""
    return pinned(module, r"^go (\S+)$")


def build(module: Path, folder: Path, version: str = "") -> None:
    """Build the one program that `module`'s go.mod names as its tool into `folder`; an engine tells `version`."""
    package = pinned(module, r"^tool (\S+)$")
    flags = "-s -w" + (f" -X {SDK}/go/common/version.Version={version}" if version else "")
    target = str(folder / package.rpartition("/")[2])
    go(module, "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", target, package)


def build_hosts(folder: Path) -> None:
    """Build the hosts of Python and of TypeScript programs into `folder`, and put the Python host's scripts there."""
    build(PYTHON_HOST, folder)
    build(NODEJS_HOST, folder)
    sdk = Path(go(PYTHON_HOST, "list", "-m", "-f", "{{.Dir}}", SDK))
    for script in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
        shutil.copyfile(sdk / "python" / script, folder / Path(script).name)
        (folder / Path(script).name).chmod(0o755)


def go(module: Path, *arguments: str) -> str:
    """What `go` prints in `module`, for this machine, whatever workspace, flags or target the user has set."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOARM", "GOEXPERIMENT"}
    }
    # Without cgo no C compiler is needed.
    settings = {"GOWORK": "off", "GO111MODULE": "on", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    return output(["go", *arguments], cwd=module, variables={**kept, **settings})


def pinned(module: Path, pattern: str) -> str:
    """The first group of `pattern` in `module`'s go.mod."""
    found = re.search(pattern, (module / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise click.ClickException(f"{module / 'go.mod'} has no line {pattern}: restore the file")
    return found[1]
