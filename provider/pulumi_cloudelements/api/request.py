"""What is asked of the platform, and what an attempt at it that was no success means.

After a lost response, or one that says "not now", the same request may be sent again. A POST may not, because no
idempotency key exists and names are not unique [T]; but one that was refused with 429, or found no connection, did
nothing, and may be sent again as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pulumi_cloudelements.errors import AmbiguousWrite, ApiError
from pulumi_cloudelements.redaction import one_line

REPEATABLE = frozenset({"GET", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Request:
    """One request: what it asks, and how.

    Attributes:
        method, path, body, query: as sent.
        secrets: texts of the request that no error may repeat.
        brief: whether it is not worth a long wait.
        unattended: whether it is sent even where nobody is left to record what it does.
    """

    method: str
    path: str
    body: dict[str, Any] | None = field(default=None, repr=False)
    query: tuple[tuple[str, str], ...] = ()
    secrets: Collection[str] = field(default=(), repr=False)
    brief: bool = False
    unattended: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again though it may have taken effect."""
        return self.method in REPEATABLE

    @property
    def is_write(self) -> bool:
        """Whether it is to change something."""
        return self.method != "GET"

    def quoted(self, text: str) -> str:
        """A foreign text as an error about the request may repeat it."""
        return one_line(text, self.secrets)


@dataclass(frozen=True)
class Failure:
    """An attempt that was no success.

    Attributes:
        kind, attempt, outcome: the error that it is, unless a later attempt succeeds.
        repeatable: whether the same request may be sent again, and might do better.
        status: of the response; None where there was none.
        retry_after: the seconds that the platform asks to wait, if it does.
        cause: the name of what was raised in place of a response.
    """

    kind: type[ApiError]
    attempt: str
    outcome: str
    repeatable: bool
    status: int | None = None
    retry_after: float | None = None
    cause: str = ""

    @property
    def rate_limited(self) -> bool:
        """Whether it came too soon."""
        return self.status == 429 and self.repeatable

    def error(self, overdue: str = "") -> ApiError:
        """The error; `overdue` says where it is only for want of time that it was not tried again."""
        error = self.kind(self.attempt, f"{self.outcome}; {overdue}" if overdue else self.outcome)
        error.overdue = bool(overdue)
        if isinstance(error, AmbiguousWrite):
            error.not_handled = self.status == 503
        return error
