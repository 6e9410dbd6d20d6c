"""Placeholders: ``${config.KEY}``, ``${stack}`` and ``${project}`` are filled in; ``$${`` is a literal ``${``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pulumi

from pulumi_cloudelements.declarations.folder import shown
from pulumi_cloudelements.declarations.strict_yaml import number
from pulumi_cloudelements.model.secrets import SECRET_WORDS

PLACEHOLDER = re.compile(r"(?P<literal>\$\$\{)|\$\{(?P<name>[^}]*)(?P<end>\}?)")


@dataclass(frozen=True)
class Secret:
    """A value of the stack's config that is a secret there."""

    value: Any


Resolve = Callable[[str], "str | Secret"]
"""Gives the value of a placeholder's name; raises LookupError, saying why, where there is none."""


def fill(text: str, resolve: Resolve) -> str | Secret:
    """A text with its placeholders filled in, a secret where one of the values is.

    Raises:
        LookupError: the first placeholder that has no value, and why.
    """
    secret = False

    def value(placeholder: re.Match[str]) -> str:
        nonlocal secret
        if placeholder["literal"]:
            return "${"
        if not placeholder["end"]:
            raise LookupError("${ has no end; write $${ for a literal ${")
        found = resolve(placeholder["name"])
        secret |= isinstance(found, Secret)
        return str(found.value) if isinstance(found, Secret) else found

    filled = PLACEHOLDER.sub(value, text)
    return Secret(filled) if secret else filled


def is_whole(text: str) -> bool:
    """Whether a text is one placeholder and nothing else."""
    found = PLACEHOLDER.fullmatch(text)
    return bool(found and found["end"])


def typed(filled: str | Secret, kind: str) -> Any:
    """The boolean or number that a filled text stands for; the text where it stands for none."""
    if isinstance(filled, Secret):
        return replace(filled, value=typed(filled.value, kind))
    if kind == "boolean":
        return {"true": True, "false": False}.get(filled, filled)
    found = number(filled)
    return filled if found is None else found


def stack_values(name: str) -> str | Secret:
    """The values that a stack offers: its own name, its project's, and its config."""
    if name in ("stack", "project"):
        return pulumi.get_stack() if name == "stack" else pulumi.get_project()
    if not name.startswith("config."):
        raise LookupError(f"${{{shown(name)}}} is neither config.KEY, stack nor project; write $${{ for a literal ${{")
    key, config = name.removeprefix("config."), pulumi.Config()
    value = config.get(key)
    if value is None:
        how = f"--secret {key} …" if SECRET_WORDS.search(key) else f"{key} …, with --secret if it is secret"
        raise LookupError(f"{config.name}:{key} is not set for stack {pulumi.get_stack()} (pulumi config set {how})")
    return Secret(value) if pulumi.runtime.is_config_secret(config.full_key(key)) else value
