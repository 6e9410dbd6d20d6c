"""Keeps what is secret out of messages, in whatever form a foreign text repeats it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "********"
"""What stands in place of a secret; the platform's own mask, eight stars [T]."""

LONGEST_QUOTE = 256
"""The most characters of a foreign text that an error repeats."""


SHORT = 6
"""Characters: what is shorter may be a part of any word."""


def one_line(text: str, secrets: Iterable[str] = ()) -> str:
    """Make a foreign text fit to be part of an error: redacted, on one line, capped at `LONGEST_QUOTE` characters."""
    printable = "".join(character if character.isprintable() else " " for character in redact(text, secrets))
    flat = " ".join(printable.split())
    return flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + "…"


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret in `text` by a mask, also where it is URL-encoded, JSON-escaped or base64.

    The longest forms go first, so that a secret which contains another leaves no tail behind. A short one is replaced
    where it stands alone, and not within a word; one that is a word itself, only where a value stands: between quotes,
    or after an equals sign or a colon. Elsewhere nobody could tell it from the word.
    """
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK) if len(form) >= SHORT else re.sub(_alone(form), MASK, text)
    return text


def _alone(short: str) -> str:
    """The pattern of a short text that is no part of another."""
    before = r"(?:(?<=[\"'`=:])|(?<=[=:]\s))" if short.isalpha() else r"(?<!\w)"
    return f"{before}{re.escape(short)}(?!\\w)"


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    return {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
    }
