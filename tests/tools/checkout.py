"""A checkout in miniature: the real Makefile and tools, a stack file with a port of its own, no project around them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 60
# A make around the tests, and the user's stacks, are none of the miniature's business; but its engine is theirs.
KEPT = "PULUMI_VERSION"
FOREIGN = (
    "PULUMI_",
    "CLOUDELEMENTS_",
    "MAKE",
    "MFLAGS",
    "XDG_CACHE_HOME",
    "http_proxy",
    "HTTP_PROXY",
    "no_proxy",
    "NO_PROXY",
)


@dataclass
class Checkout:
    """Where it lies, and the variables that its commands are given."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run `command` there to its end, with what it prints kept."""
        return subprocess.run(
            command,
            cwd=cwd or self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def local(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run tools/local.py."""
        return self.run(sys.executable, "tools/local.py", *arguments)

    def listen_on(self, url: str) -> None:
        """Make `url` the platform's address of stack local."""
        text = f"config:\n  cloudelements:baseUrl: {url}\n"
        (self.root / "Pulumi.local.yaml").write_text(text, encoding="utf-8")

    def emulator_pid(self) -> int:
        """The process id that the checkout has noted."""
        return int((self.root / ".local" / "emulator.pid").read_text(encoding="utf-8"))


def make_checkout(source: Path, root: Path) -> Checkout:
    """Copy what is under test from `source` to `root`; its .venv runs this interpreter, and counts as installed."""
    for file in [source / "Makefile", *(source / "tools").glob("*.py"), *(source / "tools").rglob("go.mod")]:
        (root / file.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, root / file.relative_to(source))
    for name in ("requirements.lock", "pyproject.toml"):
        (root / name).touch()
    write_program(root / ".venv" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    (root / ".venv" / "installed").touch()
    (root / "Pulumi.yaml").write_text("name: miniature\nruntime: python\n", encoding="utf-8")
    (root / "__main__.py").write_text("", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name == KEPT or not name.startswith(FOREIGN)}
    checkout = Checkout(root, environment)
    checkout.listen_on(url_of(free_port()))
    return checkout


def write_program(file: Path, script: str) -> None:
    """Make `file` an executable shell script."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def url_of(port: int) -> str:
    """The platform's address on `port` of this machine."""
    return f"http://127.0.0.1:{port}/elements/api-v2"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
