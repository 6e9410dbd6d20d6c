"""Finds the files that a folder declares instances with. What is not read is named: a file that is dropped is an
instance that `up` deletes.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ENDING = ".yaml"

NEARLY = (".yaml", ".yml", ".json")
"""How the name of a file ends, in small letters, that was meant to be read."""

EDITORS = (".#", "._", "~$")
"""How the name of a file begins that an editor or an operating system lays beside another one."""


@dataclass(frozen=True)
class Found:
    """What lies in a folder.

    Attributes:
        files: what is to be read, in the order of the paths.
        others: what is not read, with no harm: documents, what editors and version control leave.
        problems: a line for each that cannot be read, or looks as if it were meant to be.
    """

    files: list[Path] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def look(folder: Path) -> Found:
    """Find what lies in a folder and in the folders below it. Links are followed."""
    found = Found()
    waiting, known = [folder], {os.path.realpath(folder): folder}
    while waiting:
        for path in _content(waiting.pop(0), found):
            if not _is_folder(path, found):
                continue
            first = known.setdefault(os.path.realpath(path), path)
            if first is path:
                waiting.append(path)
            else:
                found.problems.append(f"{shown(path)}: is the same folder as {shown(first)}: remove the link")
    found.files.sort(key=lambda path: path.parts)
    found.others.sort()
    found.problems.sort()
    if not found.files and not found.problems:
        found.problems.append(f"{shown(folder)}: holds no *{ENDING} file")
    return found


def shown(text: object) -> str:
    """A path or another text on one line: what cannot be printed is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def reason(error: OSError) -> str:
    """Why a file cannot be read, in the operating system's words."""
    return (error.strerror or type(error).__name__).lower()


def _content(folder: Path, found: Found) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError as error:
        found.problems.append(f"{shown(folder)}: cannot be read: {reason(error)}")


def _is_folder(path: Path, found: Found) -> bool:
    """Whether a path is a folder to look into; if not, it goes where it belongs in `found`."""
    name, problem = path.name, ""
    if name.startswith(EDITORS):
        found.others.append(shown(path))
        return False
    meant = name.lower().endswith(NEARLY)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        problem = "is a link to nothing: mend it, or remove it" if path.is_symlink() else _unreadable(error)
    else:
        if stat.S_ISDIR(mode) and not meant:
            if not name.startswith("."):
                return True
            found.others.append(f"{shown(path)}/")
        elif not meant:
            found.others.append(shown(path))
        elif not stat.S_ISREG(mode):
            problem = f"cannot be read: it is {'a folder' if stat.S_ISDIR(mode) else 'no file'}"
        elif name.endswith(ENDING):
            found.files.append(path)
        else:
            problem = f"is not read: name it {shown(path.stem)}{ENDING}, or move it elsewhere"
    if problem:
        found.problems.append(f"{shown(path)}: {problem}")
    return False


def _unreadable(error: OSError) -> str:
    return f"cannot be read: {reason(error)}"
