"""Makes the edits that a document shows: a diff whose places are told by a line above them, and not by numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

FILE, PLACE = "--- ", "@@ "


def apply(diff: str, folder: Path) -> list[str]:
    """Make the edits of a diff in the files below `folder`; returns their names.

    ``--- NAME`` names a file. ``@@ LINE`` says that the edit is below the next line that begins so, blanks aside; the
    edits of a file go downwards.

    Raises:
        ValueError: a place is not there.
    """
    names = []
    for part in f"\n{diff}".split(f"\n{FILE}")[1:]:
        name, *hunks = part.split(f"\n{PLACE}")
        lines, at = (folder / name).read_text(encoding="utf-8").splitlines(), 0
        for hunk in hunks:
            place, *edit = hunk.rstrip("\n").split("\n")
            old, new = [line[1:] for line in edit if line[0] in " -"], [line[1:] for line in edit if line[0] in " +"]
            at = _below(lines, place, at, name)
            at = _found(lines, old, at, name)
            lines[at : at + len(old)] = new
            at += len(new)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        names.append(name)
    return names


def _below(lines: Sequence[str], place: str, start: int, name: str) -> int:
    for number in range(start, len(lines)):
        if lines[number].strip().startswith(place):
            return number + 1
    raise ValueError(f"{name}: there is no line {place!r} below line {start}")


def _found(lines: Sequence[str], old: list[str], start: int, name: str) -> int:
    for number in range(start, len(lines) - len(old) + 1):
        if list(lines[number : number + len(old)]) == old:
            return number
    raise ValueError(f"{name}: there is no {old} below line {start}")
