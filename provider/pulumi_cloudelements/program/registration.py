"""The program's side of both providers: what a resource must find out while it is declared.

A dynamic provider is told neither the resource's URN nor which values are secret, and no provider can refuse what
never reaches it. To import this module keeps the traceback of an interrupted program off the screen.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any

import pulumi

from pulumi_cloudelements.model.properties import configuration_path
from pulumi_cloudelements.model.secrets import SECRET_WORDS

ROOT = "pulumi:pulumi:Stack"
"""The type of what all resources lie below, which no URN repeats."""


PICKLING = RLock()
"""Held while a dynamic resource is constructed. The SDK then exchanges `pickle.Pickler` for another, for the process:
two programs that did so at a time, in threads, would leave the other behind, or fail."""

PROGRAM_HOST = "pulumi-language-python-exec"
"""The script by which Pulumi's CLI runs a Python program in a process of its own."""


def refuse_foreign_values(name: str, properties: Mapping[str, Any]) -> None:
    """Refuse values that JSON has none of, such as a date. The SDK would print the map around it, secrets included.

    Raises:
        pulumi.RunError: names the resource and the path of each, and no value.
    """
    foreign = [f"{name}: {path}: {what}" for key, value in properties.items() for path, what in _foreign(value, key)]
    if foreign:
        raise pulumi.RunError("\n".join(foreign))


def _foreign(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield path, "has a key that is no text; put it in quotes"
            else:
                yield from _foreign(item, configuration_path(key) if path == "configuration" else f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _foreign(item, f"{path}[{index}]")
    elif not (value is None or isinstance(value, str | int | float | pulumi.Output) or inspect.isawaitable(value)):
        yield path, f"a {type(value).__name__} cannot be sent; write it as a text"


def urn(type_: str, name: str, parent: pulumi.Resource | None) -> pulumi.Input[str]:
    """The resource's own URN, which a dynamic provider is not told and needs for messages to the user.

    The parent's part comes by its bare value: an output would make the resource depend on its parent, and so on
    itself.
    """
    own = f"{type_}::{name}"
    if parent is None:
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{own}"

    async def below(parent: pulumi.Resource) -> str:
        # A name may hold any number of colons; what stands before it may not.
        stack, project, types, _ = str(await parent.urn.future()).split("::", 3)
        parents = "" if types == ROOT else f"{types}$"
        return f"{stack}::{project}::{parents}{own}"

    return pulumi.Output.from_input(below(parent))


async def secret_keys(configuration: pulumi.Input[Mapping[str, Any]] | None) -> list[str] | None:
    """The configuration keys that do not look secret and whose values are secret outputs, None where there are none."""
    given: list[str] = []
    if isinstance(configuration, pulumi.Output):
        given = list(await configuration.future() or ()) if await configuration.is_secret() else []
    elif isinstance(configuration, Mapping):
        given = [key for key, value in configuration.items() if await _holds_secret(value)]
    return sorted(key for key in given if not SECRET_WORDS.search(key)) or None


async def _holds_secret(value: Any) -> bool:
    if isinstance(value, pulumi.Output):
        return bool(await value.is_secret())
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any([await _holds_secret(item) for item in items])


def _end_quietly_when_interrupted() -> None:
    """Keep the traceback of an interruption of a Pulumi program off the user's screen.

    Once a resource has failed, the engine interrupts the program. What Python would print then is where the SDK
    was waiting, many lines long, beside the one line that matters. Every other exception is printed as ever.

    That is so in the process that Pulumi starts for one program. Any other keeps its hook: a provider, and an
    application that runs programs of several stacks with the Automation API.
    """
    if not any(Path(argument).name == PROGRAM_HOST for argument in sys.orig_argv):
        return
    print_exception = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            print_exception(kind, error, traceback)

    sys.excepthook = hook


# Not in a constructor: a program that declares nothing any more is interrupted too, when a delete fails.
_end_quietly_when_interrupted()
