"""The command line of ``pulumi-resource-cloudelements``: what an engine passes, and what a person may ask of it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from pulumi_cloudelements.model import schema

NAME = "pulumi-resource-cloudelements"

BY_HAND = "Pulumi starts this program by itself: run `pulumi up` in a project that declares a cloudelements resource"

ADDRESS = re.compile(r"(\[[0-9A-Fa-f:]+\]|[\w.-]+):(\d{1,5})", re.ASCII)


class _OneLine(argparse.ArgumentParser):
    """A parser whose complaint is one line: usage would hide it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def parse(arguments: Sequence[str]) -> str:
    """The engine's address that the arguments name; ends the process where they ask for help, or are wrong."""
    parser = _OneLine(
        prog=NAME,
        description="The Cloud Elements provider for Pulumi.",
        epilog=f"{BY_HAND}.",
        allow_abbrev=False,
    )
    parser.add_argument("address", nargs="?", help="where the engine listens that starts this program: HOST:PORT")
    parser.add_argument("--version", action="version", version=schema.version())
    passed = parser.add_argument_group("options that an engine passes, and that change nothing here")
    passed.add_argument("--logtostderr", action="store_true")
    passed.add_argument("--logflow", action="store_true")
    passed.add_argument("-v", type=int, metavar="LEVEL")
    passed.add_argument("--tracing", metavar="ADDRESS")
    address: str | None = parser.parse_args(arguments).address
    if address is None:
        parser.error(BY_HAND)
    if not _is_address(address):
        parser.error(f"{address} is no engine's address, which is HOST:PORT. {BY_HAND}")
    return address


def _is_address(text: str) -> bool:
    found = ADDRESS.fullmatch(text)
    return found is not None and 0 < int(found[2]) < 2**16
