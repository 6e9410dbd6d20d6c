"""Pulumi's host for dynamic providers, which runs `dynamic.InstanceProvider` beside other people's providers.

To the host an exception is a crash: it prints where it came from. `print_plainly` has it print one line for the
errors of this package, and leaves every other provider's as they are. Its command line is the engine's, and the only
place that names the engine's address.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

from pulumi_cloudelements.engine.callbacks import Engine
from pulumi_cloudelements.errors import CloudElementsError

HOST = "pulumi.dynamic.__main__"
"""The module that the host's process runs."""

VALUED = ("--tracing", "-v")
"""Flags of an engine that may have their value as the next argument."""


def engine() -> Engine:
    """The engine of this process: its address is the argument that belongs to no flag."""
    arguments = iter(sys.argv[1:])
    for argument in arguments:
        if argument in VALUED:
            next(arguments, None)
        elif not argument.startswith("-"):
            return Engine(argument)
    return Engine("")


class _Traceback:
    """The module `traceback`, as the host since SDK 3.272 uses it: our errors have no lines but their own."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def format_exc(self, *args: Any, **kwargs: Any) -> str:
        """The text of the exception that is being handled."""
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, CloudElementsError) else traceback.format_exc(*args, **kwargs)


def print_plainly() -> None:
    """Have the host of this process, if it is one, print errors of this package in one line.

    Hosts before SDK 3.272 print an exception's text alone. Where one prints in another way, nothing breaks: what it
    prints then has the frames above the line as well, and no cause, since ours leave without one.
    """
    host = sys.modules["__main__"]
    if host.__spec__ and host.__spec__.name == HOST and getattr(host, "traceback", None) is traceback:
        host.traceback = _Traceback()  # type: ignore[attr-defined]
