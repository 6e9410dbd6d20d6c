"""The request log: one line per attempt, for whoever asks for it with CLOUDELEMENTS_LOG.

It goes through the standard library's logging, to a logger of its own that hands nothing on, so that no other handler
of the process prints it.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from pathlib import Path

from pulumi_cloudelements.errors import ConfigurationError

STDERR = "debug"
"""The target that is stderr; any other is a file's path."""

LOGGERS = "pulumi_cloudelements.requests"
"""How the names of the loggers begin."""


class _Lines(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


@functools.cache
def opened(target: str) -> Callable[[str], None] | None:
    """Start logging to a target; asked again for the same one, go on with it.

    Parameters:
        target: ``debug``, a path, or nothing. A file is appended to; a new one is its owner's alone.

    Returns:
        What writes a line, after the time; None where nothing is logged.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    if not target:
        return None
    handler = logging.StreamHandler() if target == STDERR else _file(Path(target))
    handler.setFormatter(_Lines("%(asctime)s %(message)s"))
    logger = logging.getLogger(f"{LOGGERS}:{target}")  # one for each target, or they would share lines
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    return functools.partial(logger.debug, "%s")


def _file(path: Path) -> logging.Handler:
    try:
        path.touch(mode=0o600)
        return logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"CLOUDELEMENTS_LOG is {str(path)!r}, which cannot be written: {error.strerror}"
        ) from None
