"""Secrets that give themselves away in whatever form they are printed.

A canary has a core of letters and digits, which URL-encoding and JSON leave as it is however often they are applied,
among characters that every encoding changes: a redaction which overlooks a form leaves the core behind. Base64 alone
changes a core as well, into one of three texts, by where in the encoded text it begins.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable


def canary(name: str) -> str:
    """A secret of its own for each name, such as a vendor may hand out."""
    return f'c/+{_core(name)}"é=\\<&% \n'


def header_canary(name: str) -> str:
    """The same, of characters that a header can carry between its commas."""
    return f'c/+{_core(name)}"=\\<&%'


def leaks(text: str, canaries: Iterable[str]) -> list[str]:
    """The canaries that a text gives away."""
    return [secret for secret in canaries if any(trace in text for trace in _traces(secret))]


def _core(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _traces(secret: str) -> set[str]:
    """What a text that holds the secret in any form must hold."""
    core = max(re.findall("[0-9a-f]+", secret), key=len)
    shifted = {_encoded(core.encode(), before) for before in range(3)}
    return {core} | shifted | {text.translate(str.maketrans("+/", "-_")) for text in shifted}


def _encoded(core: bytes, before: int) -> str:
    """The part of a base64 text that the core alone decides, where so many bytes stand before its last whole group."""
    text = base64.b64encode(bytes(before) + core).decode()
    return text[-(-before * 8 // 6) : (before + len(core)) * 8 // 6]
