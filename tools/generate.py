"""Writes what is made of schema.json, or says which file differs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generators import dynamic_instance, instance_result, native, python, typescript
from generators.package import Package
from layout import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; say which file differs, and fail if one does.")
def main(check: bool) -> None:
    """Write the files that are generated from schema.json."""
    differing = {name: text for name, text in generated().items() if _text(ROOT / name) != text}
    for name, text in differing.items():
        if check:
            click.echo(f"{name} is not what schema.json makes of it: run make generate", err=True)
        else:
            (ROOT / name).write_text(text, encoding="utf-8")
            click.echo(f"{name} is written")
    if check and differing:
        raise SystemExit(1)


def generated() -> dict[str, str]:
    """What the files are to hold, by their paths below the checkout."""
    package = Package(ROOT / "schema.json")
    modules = {module.FILE: module.generated(package) for module in (native, dynamic_instance, instance_result)}
    formatted = {name: python.formatted(code, str(ROOT / name)) for name, code in modules.items()}
    return formatted | {typescript.FILE: typescript.generated(package)}


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


if __name__ == "__main__":
    main()
