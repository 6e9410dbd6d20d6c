"""The request log: one line per attempt, for whoever asks for it with CLOUDELEMENTS_LOG.

It goes through the standard library's logging, to a logger of its own that hands nothing on, so that no other handler
of the process prints it. The lines of two targets never mix, and two accounts may share one.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from pulumi_cloudelements.errors import ConfigurationError

STDERR = "debug"
"""The target that is stderr; any other is a file's path."""

LOGGER = "pulumi_cloudelements.requests"
"""How the loggers are named."""

_opened: dict[str, Callable[[str], None]] = {}
"""What writes to each target, a file by its whole path. A file has one writer, whoever asks for it."""

_opening = Lock()


class _Lines(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


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
    place = target if target == STDERR else str(Path(target).absolute())
    with _opening:
        if place not in _opened:
            _opened[place] = _writer(logging.StreamHandler() if place == STDERR else _file(Path(place), target))
        return _opened[place]


def _writer(handler: logging.Handler) -> Callable[[str], None]:
    handler.setFormatter(_Lines("%(asctime)s %(message)s"))
    # None of `logging.getLogger`, which the process shares: an application that configures logging disables those.
    logger = logging.Logger(LOGGER, logging.DEBUG)  # noqa: LOG001
    logger.addHandler(handler)
    return functools.partial(logger.debug, "%s")


def _file(path: Path, target: str) -> logging.Handler:
    try:
        path.touch(mode=0o600)
        return logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"CLOUDELEMENTS_LOG is {target!r}, which cannot be written: {error.strerror}"
        ) from None
