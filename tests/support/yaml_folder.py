"""A folder with declarations, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_cloudelements.declarations import Declaration, DeclarationError, load
from pulumi_cloudelements.declarations.placeholders import Resolve, Secret

SECRET = "sk_live_5e1f"
"""What no message holds in clear."""

VALUES: dict[str, str | Secret] = {
    "config.key": Secret(SECRET),
    "config.yes": "true",
    "config.no": "false",
    "config.number": "15",
    "config.word": "maybe",
    "config.hidden": Secret("false"),
    "stack": "staging",
    "project": "integrations",
}


def resolve(name: str) -> str | Secret:
    """A stack with these values."""
    try:
        return VALUES[name]
    except KeyError:
        raise LookupError(f"${{{name}}} has no value") from None


def written(folder: Path, **files: str | bytes) -> Path:
    """A folder with YAML files."""
    for name, content in files.items():
        (folder / f"{name}.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def loaded(folder: Path, resolve: Resolve = resolve) -> list[Declaration]:
    """The declarations of a folder in which there is nothing but declarations."""
    notes: list[str] = []
    declarations = load(folder, resolve, notes.append)
    assert notes == []
    return declarations


def problems(folder: Path) -> list[str]:
    """The lines with which a folder is refused, each beginning with the path inside the folder."""
    with pytest.raises(DeclarationError) as caught:
        load(folder, resolve, pytest.fail)
    lines = str(caught.value).split("\n")
    assert all(line.isprintable() and line.startswith(str(folder)) for line in lines), lines
    return [line.removeprefix(f"{folder}/").removeprefix(str(folder)) for line in lines]
