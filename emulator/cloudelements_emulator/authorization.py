"""The `Authorization` header: who may call what, and how the header looks in a log.

`User <secret>, Organization <secret>` in either order [D]; calls addressed by token add `, Element <token>`.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from cloudelements_emulator.errors import unauthorized

SCHEMES = ("User", "Organization", "Element")


@dataclass(frozen=True)
class Credentials:
    """The user and organization secrets that the emulator accepts."""

    user: str = field(repr=False)
    organization: str = field(repr=False)

    def check(self, header: str, *, by_token: bool) -> str | None:
        """Return the element token of a call addressed by token, and None for any other call.

        An element token on a call that is not addressed by token is refused: the platform's own tests never send
        one there [T], and a client that does should find out here [I].

        Raises:
            PlatformError: 401; the header does not hold exactly what the call needs.
        """
        parts = _parse(header)
        accepted = _same(parts.get("User"), self.user) & _same(parts.get("Organization"), self.organization)
        if not accepted or ("Element" in parts) != by_token:
            raise unauthorized()
        return parts.get("Element")


def shape(header: str) -> str:
    """Return `header` without its secrets: `User …, Organization …`."""
    return ", ".join(_masked(part) for part in header.split(",")) if header else ""


def _parse(header: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in header.split(","):
        scheme, _, secret = part.strip().partition(" ")
        if scheme not in SCHEMES or scheme in parts or not secret.strip():
            raise unauthorized()
        parts[scheme] = secret.strip()
    return parts


def _same(given: str | None, expected: str) -> bool:
    return hmac.compare_digest((given or "").encode(), expected.encode())


def _masked(part: str) -> str:
    # Only the platform's own schemes are words that may be shown: in "sk_live_1 x" the first word is the secret.
    scheme = part.strip().partition(" ")[0]
    return f"{scheme} …" if scheme in (*SCHEMES, "Basic", "Bearer") else "…"
