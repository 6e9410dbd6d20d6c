"""A Pulumi project on disk, and the real CLI to run it with: what an acceptance test has in its hands."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support import made_once
from tests.support.emulator import ORGANIZATION, USER, Emulator

CHECKOUT = Path(__file__).resolve().parents[2]
INSTANCE = "pulumi-python:dynamic/cloudelements:Instance"
NATIVE_INSTANCE = "cloudelements:index:Instance"

CREDENTIALS = {
    "cloudelements:userSecret": (USER,),
    "cloudelements:organizationSecret": (ORGANIZATION,),
}

STACK = "test"
STACK_FILE = f"Pulumi.{STACK}.yaml"
FLAGS = ("--non-interactive", "--color=never")

LEFT_OUT = (".*", "tests", "Pulumi.*.yaml", "dist", "node_modules", "venv")
"""What a copy of a project goes without: settings, stacks and installations of the machine that it comes from."""


def checkout_files() -> list[str]:
    """What a clone of the checkout as it stands would hold: paths from its top."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (CHECKOUT / name).exists()]


def clone_checkout(folder: Path) -> Path:
    """Make `folder` a clone of the checkout as it stands, but for git's own files; links stay links."""
    for name in checkout_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, folder / name, follow_symlinks=False)
    return folder


def account_of(emulator: Emulator) -> dict[str, object]:
    """Stack config for the account that an emulator plays."""
    return CREDENTIALS | {"cloudelements:baseUrl": emulator.base_url, "cloudelements:maxRetries": "0"}


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its exit code, and what it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """All that it printed."""
        return self.stdout + self.stderr

    @property
    def errors(self) -> list[str]:
        """The errors of a run, from the diagnostics that end its report."""
        return [line.strip() for line in self.text.splitlines() if line.lstrip().startswith("error: ")]


def run(command: list[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Outcome:
    """Run a command in a folder, without a terminal, and wait for its end."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


class Project:
    """A copy of a project in a folder of its own, with a file backend and a stack ``test`` of its own.

    Parameters:
        folder: where to put it; must not exist yet.
        source: the project to copy, or None for an empty one, to be filled by `write`.
        config: the stack's configuration. A value in a one-tuple is set as a secret.
    """

    stack = STACK

    def __init__(self, folder: Path, source: Path | None = None, config: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        if source:
            shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            folder.mkdir()
            self.write("Pulumi.yaml", "name: test\nruntime: python\n")
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / ".home").mkdir()
        self.environment = _environment(folder)
        self._begin(config or {})

    def _begin(self, config: Mapping[str, Any]) -> None:
        """Give the project a copy of the empty stack with its secrets, selected, and write the other values to it."""
        name = yaml.safe_load((self.folder / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
        plain, secret = _parted(config)
        made = made_once.stack(_make_stack, name, tuple(sorted(secret.items())))
        shutil.copytree(made / ".state", self.folder / ".state")
        settings = yaml.safe_load((made / STACK_FILE).read_text(encoding="utf-8"))
        settings["config"] = settings.get("config", {}) | plain
        self.stack_file.write_text(yaml.safe_dump(settings), encoding="utf-8")
        self.must("stack", "select")

    @property
    def stack_file(self) -> Path:
        """Where the stack's config lies."""
        return self.folder / STACK_FILE

    def write(self, name: str, text: str) -> None:
        """Make or replace a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def configure(self, config: Mapping[str, Any]) -> None:
        """Set values of the stack's config; None removes one, a one-tuple holds a secret."""
        plain, secret = _parted(config)
        if plain or secret:
            self.must("config", "set-all", *_settings(plain, secret))
        for key in config.keys() - plain.keys() - secret.keys():
            self.must("config", "rm", key)

    def pulumi(self, *arguments: str, **environment: str) -> Outcome:
        """Run the CLI on this project's stack, with more environment variables where given."""
        command = ["pulumi", *arguments, *FLAGS, f"--stack={self.stack}"]
        return run(command, self.folder, self.environment | environment, seconds=300)

    def must(self, *arguments: str, **environment: str) -> Outcome:
        """Run the CLI, and fail the test with all that it printed unless it succeeds."""
        outcome = self.pulumi(*arguments, **environment)
        assert outcome.code == 0, f"pulumi {' '.join(arguments)} ended with {outcome.code}:\n{outcome.text}"
        return outcome

    def up(self, *arguments: str, **environment: str) -> Outcome:
        """Deploy, with more environment variables where given."""
        return self.must("up", "--yes", "--skip-preview", *arguments, **environment)

    def expect_no_changes(self) -> None:
        """Preview, and fail the test unless nothing would change."""
        self.must("preview", "--expect-no-changes", "--diff")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets in clear."""
        outputs: dict[str, Any] = json.loads(self.must("stack", "output", "--json", "--show-secrets").stdout)
        return outputs

    def export(self) -> str:
        """The stack's state as `pulumi stack export` gives it, with each pickled provider beside it, decoded."""
        text = self.must("stack", "export").stdout
        pickles = {resource["inputs"]["__provider"] for resource in _resources(text) if resource["type"] == INSTANCE}
        return text + "".join(base64.b64decode(pickle).decode("latin-1") for pickle in pickles)

    def instances(self, *flags: str) -> dict[str, dict[str, Any]]:
        """The instances in state, by resource name, as `pulumi stack export` gives them with `flags`."""
        return {
            resource["urn"].rsplit("::", 1)[1]: resource
            for resource in _resources(self.must("stack", "export", *flags).stdout)
            if resource["type"] in {INSTANCE, NATIVE_INSTANCE}
        }


def _resources(export: str) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = json.loads(export)["deployment"].get("resources", [])
    return resources


def _environment(folder: Path) -> dict[str, str]:
    """The variables of the CLI in a project's folder: none of the user's stacks, a backend and a home of its own."""
    path = (str(made_once.programs()), str(Path(sys.executable).parent), os.environ["PATH"])
    return {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "CLOUDELEMENTS_"))} | {
        "PATH": os.pathsep.join(path),
        "PULUMI_BACKEND_URL": f"file://{folder}/.state",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_HOME": str(folder / ".home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _make_stack(folder: Path, project: str, secrets: made_once.Secrets) -> None:
    """Make the stack of an empty project in `folder`, as a user does."""
    (folder / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n", encoding="utf-8")
    (folder / ".state").mkdir()
    commands = [["stack", "init", STACK]]
    if secrets:
        commands.append(["config", "set-all", f"--stack={STACK}", *_settings({}, dict(secrets))])
    for command in commands:
        done = run(["pulumi", *command, *FLAGS], folder, _environment(folder), seconds=300)
        assert done.code == 0, done.text


def _parted(config: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The plain values, and those in a one-tuple, which are secret."""
    plain = {key: value for key, value in config.items() if isinstance(value, str)}
    return plain, {key: value[0] for key, value in config.items() if isinstance(value, tuple)}


def _settings(plain: Mapping[str, str], secret: Mapping[str, str]) -> list[str]:
    """The arguments of `config set-all`."""
    return [f"--plaintext={key}={value}" for key, value in plain.items()] + [
        f"--secret={key}={value}" for key, value in secret.items()
    ]
