"""Other people's programs: what they print, or in one line why they did not work."""

from __future__ import annotations

import re
import subprocess
import tempfile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Unfit(Exception):  # noqa: N818 (a verdict on one way, not the end)
    """One way to a CLI did not work; the message says why, in one line."""


def output(
    command: list[str], cwd: Path | None = None, variables: dict[str, str] | None = None, seconds: float | None = None
) -> str:
    """The last line that `command` prints; raises Unfit with one of its complaint when it fails or takes too long."""
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
            reason = last_line(complained, r"go: .+: ") or last_line(complained) or last_line(printed)
            raise Unfit(f"{' '.join(command[:2])} failed: {reason or f'exit code {status}'}")
        return last_line(printed)


def last_line(file: IO[bytes], beginning: str = "") -> str:
    """The last line of `file` that begins so and has something in it, cut at 300 characters.

    Go's own errors begin with `go:`, and lines of advice may follow.
    """
    file.seek(0)
    lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines()]
    return next((line[:300] for line in reversed(lines) if line and re.match(beginning, line)), "")
