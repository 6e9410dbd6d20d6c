"""The entry point: says what to install when the emulator's extra is missing, and hands over to the command."""

from __future__ import annotations

import sys

EXTRA = ("click", "starlette", "uvicorn", "yaml")


def main() -> None:
    """Run the `cloudelements-emulator` command; exits 1 with one line when a library of the extra is missing."""
    try:
        from cloudelements_emulator.command import command  # noqa: PLC0415  (its libraries may be missing)
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library not in EXTRA:
            raise
        sys.exit(f'{library} is missing: pip install "pulumi-cloudelements[emulator]"')
    command(prog_name="cloudelements-emulator")


if __name__ == "__main__":
    main()
