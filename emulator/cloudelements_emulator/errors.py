"""How a call is refused: one exception, raised anywhere behind the routes and answered in `app`."""

from __future__ import annotations


class PlatformError(Exception):
    """A refused call: the HTTP status and the message that the client gets."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def unauthorized() -> PlatformError:
    """Return the refusal of any wrong or missing authorization; which part was wrong is told to nobody [D]."""
    return PlatformError(401, "Invalid Organization or User secret, or invalid Element token provided.")
