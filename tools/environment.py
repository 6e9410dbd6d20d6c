"""The variables that make's commands see: this checkout decides them, whatever the user has exported for other stacks.

Every PULUMI_* and CLOUDELEMENTS_* variable of the user is dropped: backend, stack, passphrase, flags, interpreter and
credentials can all be set by one, and each engine release adds more. What stack `local` needs is then set again.
PULUMI_VERSION stays: it is make's own, and a make that a test runs must take the same engine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from layout import CLI, PULUMI_HOME, STATE, VENV

if TYPE_CHECKING:
    from collections.abc import Mapping

STACK = "local"
PASSPHRASE = "local"  # noqa: S105 (public: stack local holds the emulator's made-up credentials alone)
DROPPED = re.compile(r"PULUMI_(?!VERSION$).*|CLOUDELEMENTS_.*|PYTHONHOME|PYTHONPATH")
LOOPBACK = ("127.0.0.1", "localhost")


def checkout(base: Mapping[str, str]) -> dict[str, str]:
    """`base` with this checkout's programs first on PATH, and nothing of the user's stacks: for tests and linters."""
    kept = {name: value for name, value in base.items() if not DROPPED.fullmatch(name)}
    direct = _no_proxy(base)
    return {
        **kept,
        "PATH": _path(base.get("PATH", "")),
        "VIRTUAL_ENV": str(VENV),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # requests reads the lower-case name first, Go the upper-case one.
        "no_proxy": direct,
        "NO_PROXY": direct,
    }


def local_stack(base: Mapping[str, str]) -> dict[str, str]:
    """`checkout(base)`, and stack `local` with its state inside the checkout."""
    return {
        **checkout(base),
        # The engine parses it as a URL: a blank, % or ? in the path would end or change it.
        "PULUMI_BACKEND_URL": f"file://{quote(str(STATE))}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        # The selected stack is remembered there: the user's own selection for this project stays.
        "PULUMI_HOME": str(PULUMI_HOME),
        "PULUMI_STACK": STACK,
    }


def shell_lines(before: Mapping[str, str]) -> list[str]:
    """Lines that turn a POSIX shell with the variables `before` into `local_stack`, for `eval $(make env)`."""
    after = local_stack(before)
    unset = [f"unset {name};" for name in sorted(before) if name not in after]
    export = [f"export {name}={_quoted(after[name])};" for name in sorted(after) if after[name] != before.get(name)]
    return unset + export


def _path(path: str) -> str:
    first = [str(VENV / "bin"), str(CLI)]
    return ":".join(first + [entry for entry in path.split(":") if entry and entry not in first])


def _no_proxy(base: Mapping[str, str]) -> str:
    hosts = [host.strip() for name in ("no_proxy", "NO_PROXY") for host in base.get(name, "").split(",")]
    return "*" if "*" in hosts else ",".join(dict.fromkeys([host for host in hosts if host] + [*LOOPBACK]))


def _quoted(value: str) -> str:
    """`value` as a shell word that survives the splitting and globbing of an unquoted `$(make env)`."""
    if re.fullmatch(r"[\w@%+=:,./-]+", value, re.ASCII):
        return value
    safe = (
        chr(byte) if re.fullmatch(r"[\w@+=:,./-]", chr(byte), re.ASCII) else f"\\0{byte:03o}" for byte in _bytes(value)
    )
    return f"\"$(printf %b '{''.join(safe)}')\""


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")
