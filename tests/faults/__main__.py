"""`make faults`: every fault and death of the matrix, and the table of them in docs/reliability.md. Takes minutes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import click

from tests.faults.deaths import DEATHS, die
from tests.faults.load import load
from tests.faults.matrix import TRIALS, Tally, try_out
from tests.support.emulator import Emulator

WORKERS = 4

LOAD = "five requests a second and bursts of 429 and 503, `--parallel 64`"

Job = tuple[str, Callable[[Emulator], Tally]]
"""What is tried on an emulator of its own, and the row of the table that it counts for."""


@click.command()
@click.option("--only", default="", help="Try only the rows that hold this text.")
def main(only: str) -> None:
    """Try every fault and every death; exit 1 where anything was lost, made twice or leaked."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        jobs = [job for job in _jobs(Path(folder)) if only in job[0]]
        rows = {row: Tally() for row in labels() if only in row}
        with click.progressbar(pool.map(_run, jobs), length=len(jobs), file=sys.stderr) as done:
            for row, tally in done:
                rows[row] += tally
    click.echo("\n".join(table(rows)))
    sys.exit(not all(tally.is_clean for tally in rows.values()))


def labels() -> list[str]:
    """The rows of the table."""
    return list(dict.fromkeys([*(trial.row for trial in TRIALS), *map(str, DEATHS), LOAD]))


def table(rows: Mapping[str, Tally]) -> Iterator[str]:
    """The table in Markdown: how many operations met the fault, and what came of their instances."""
    yield "| fault | operations | lost | twice | secrets told |"
    yield "|---|---|---|---|---|"
    for row, tally in rows.items():
        yield f"| {row} | {tally.tried} | {tally.lost} | {tally.twice} | {tally.leaked} |"


def _jobs(folder: Path) -> Iterator[Job]:
    yield LOAD, partial(load, folder / "load", count=300, rate=5)
    for number, death in enumerate(DEATHS):
        yield str(death), partial(die, death, folder / str(number))
    for trial in TRIALS:
        yield trial.row, partial(try_out, trial)


def _run(job: Job) -> tuple[str, Tally]:
    row, attempt = job
    with Emulator().start() as emulator:
        try:
            return row, attempt(emulator)
        except AssertionError as broken:
            click.echo(f"{row}: {broken}", err=True)
            return row, Tally(lost=1)


if __name__ == "__main__":
    main()
