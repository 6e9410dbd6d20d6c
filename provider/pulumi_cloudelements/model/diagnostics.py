"""What the user is told about a resource, beside the result of a call. Each provider brings a way to log it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Severity(Enum):
    """How much a message matters, by the engine's names."""

    INFO = "info"
    WARNING = "warning"


Log = Callable[[Severity, str], None]
"""Tells the user something about the resource at hand."""


def discard(_severity: Severity, _message: str) -> None:
    """Logs to nobody."""
