"""What nobody foresaw: one line for the user, and the traceback for whoever asks for a log with CLOUDELEMENTS_LOG.

The text of an exception that this package did not raise may hold anything that the process was handed, in forms that
no redaction knows, such as a repr inside a repr. So neither the line nor the log has any of it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pulumi_cloudelements.api import log
from pulumi_cloudelements.config import LOG, log_target
from pulumi_cloudelements.errors import CloudElementsError, ConfigurationError, Unforeseen


def unforeseen(error: Exception, operation: str) -> Unforeseen:
    """The error that the user gets in place of one that nobody foresaw; its traceback goes to the request log.

    Parameters:
        error: what was caught. Nothing of its text, or of its causes', is repeated.
        operation: what was being done, such as ``create``.
    """
    with suppress(ConfigurationError):  # a log that cannot be written is told by whatever needs the configuration
        if write := log.opened(log_target()):
            write(f"{operation} failed\n{'caused by '.join(_described(cause) for cause in _chain(error))}")
    return Unforeseen(
        f"{operation}: an unforeseen {type(error).__name__} {_place(error)}: this is a fault of the provider, "
        f"please report it with the traceback that {LOG}=<file> writes"
    )


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"at {Path(frame.filename).name}:{frame.lineno}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came of, as Python would print them, latest first."""
    while error:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _described(error: BaseException) -> str:
    words = str(error) if isinstance(error, CloudElementsError) else "(its text may hold secrets and is left out)"
    return f"{type(error).__name__}: {words}\n{''.join(traceback.format_tb(error.__traceback__))}"
