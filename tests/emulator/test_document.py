"""What the emulator's page says is true: every snippet is run against a fresh emulator."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cloudelements_emulator.conditions import SETTINGS
from cloudelements_emulator.kinds import KINDS
from tests.emulator.conftest import Create
from tests.support.emulator import Emulator

PAGE = (Path(__file__).parents[2] / "docs/emulator.md").read_text(encoding="utf-8")
DOCUMENTED_ORIGIN = "http://127.0.0.1:8765"

START, SETUP, *EXAMPLES = re.findall(r"```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, re.DOTALL)


def column(table: str, number: int = 1) -> list[str]:
    """The names in one column of the table whose first header is `table`."""
    rows = PAGE.split(f"\n| {table} |")[1].split("\n\n")[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`(.+?)`", row.split("|")[number])]


def test_it_starts_as_documented(tmp_path: Path) -> None:
    command = START[0].replace("8765", "0")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with subprocess.Popen(
        ["sh", "-c", f"exec {command}"],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "listening on http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert (tmp_path / "emulator.db").exists()


@pytest.mark.parametrize(("script", "output"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_works_against_a_fresh_emulator(tmp_path: Path, script: str, output: str) -> None:
    assert shutil.which("curl"), "curl is missing: the examples are written with it"
    assert DOCUMENTED_ORIGIN in SETUP[0]
    with Emulator().start() as emulator:
        setup = SETUP[0].replace(DOCUMENTED_ORIGIN, emulator.origin)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        done = subprocess.run(
            ["sh", "-euc", setup + script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert output in ("", done.stdout)


def test_every_part_of_the_interface_is_documented(emulator: Emulator, create: Create) -> None:
    create()
    assert column("kind") == list(KINDS)
    assert {name for kind in KINDS.values() for name in kind.fields} <= set(column("kind", 2))
    assert column("setting") == list(SETTINGS)
    assert set(column("counter")) == set(emulator.counters())
    assert set(column("field of a request")) == set(emulator.requests()[0])
    rule = emulator.fault("reset")
    assert set(column("field")) == set(rule) - {"id", "struck", "left"}
