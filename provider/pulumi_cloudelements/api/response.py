"""What a response means: whether it is the platform's own, what it holds, and which error it is otherwise.

A success is a 200 with JSON of the promised shape; of a write any 2xx is one, and may be empty. What is not in the
platform's words is an error that says so, and never "deleted". Whatever an error repeats of a response is redacted, on
one line, and short.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from pulumi_cloudelements.api.backoff import seconds_of
from pulumi_cloudelements.api.request import Failure, Request
from pulumi_cloudelements.errors import (
    AmbiguousWrite,
    ApiError,
    BadCredentials,
    Forbidden,
    ForeignAnswer,
    NotFound,
    RateLimited,
    RejectedInput,
    Unavailable,
)

TRANSIENT = frozenset({502, 503, 504})
"""The statuses after which the same request may do better."""

TRANSIENT_TO_READ = TRANSIENT | {500}
"""Those after which the same GET may. A write that fails in the same way may have been half done each time."""

CREATED = frozenset({200, 201})
"""The statuses that answer a POST with what it has made. After any other 2xx it is looked for."""

NOTHING = frozenset({b"", b"{}", b"null"})
"""The bodies that say nothing of what was written."""

LARGEST = 8_000_000
"""Bytes: what is above 8 MB, the request or the response to it, is refused with a 429 for good [D]."""

TOO_LARGE = re.compile(r"\b8 ?MB\b|too large|size limit|maximum (\w+ )?size", re.IGNORECASE)
"""The words of such a refusal where it is the response that was too large, which shows in nothing else [I]."""

ERRORS_BY_STATUS: dict[int, type[ApiError]] = {
    401: BadCredentials,
    403: Forbidden,
    404: NotFound,
}
"""The platform's refusals with an error of their own; any other 4xx is a `RejectedInput`."""


@dataclass(frozen=True)
class Response:
    """What came back for a request, whoever gave it.

    Attributes:
        request: what was asked, with every secret that the response may echo.
        status, reason, content: of the response; the content is decoded, but not yet read.
        headers: by name, in any case, each as Latin-1.
        url: what was asked for.
        sent: the bytes of the request's body.
    """

    request: Request
    status: int
    reason: str
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    url: str
    sent: int = 0

    def json_object(self) -> dict[str, Any]:
        """The JSON object that a success must be.

        Raises:
            AmbiguousWrite: it is another, after a request that may not be repeated.
            ForeignAnswer: it is another, after any other request.
        """
        found = _json(self.content)
        if isinstance(found, dict):
            return found
        lost = ForeignAnswer if self.request.repeatable else AmbiguousWrite
        kind = self.request.quoted(self._header("Content-Type") or "no content type")
        raise lost(str(self.request), f"{self.status}, but not a JSON object ({kind})")

    def says_nothing(self) -> bool:
        """Whether a success is empty, or as good as empty; else it is an object that need not be read.

        Raises:
            AmbiguousWrite, ForeignAnswer: it is neither, as of `json_object`.
        """
        return self.content.strip() in NOTHING or not self.json_object()

    def page(self) -> list[dict[str, Any]]:
        """The instances of one page of a list.

        Raises:
            ForeignAnswer: it is none.
        """
        items = _json(self.content)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ForeignAnswer(str(self.request), "the answer is no list of instances")
        return items

    @property
    def next_page(self) -> str | None:
        """The cursor of the page that follows [D]."""
        return self.headers.get("Elements-Next-Page-Token")

    @cached_property
    def request_id(self) -> str:
        """The platform's name for the request, as an error may repeat it; empty where it gave none."""
        named = _text(self._refusal, "requestId") if self.status >= 400 else ""
        return self.request.quoted(named or self._header("Elements-Request-Id"))

    @cached_property
    def failure(self) -> Failure | None:
        """What is wrong with a response that is no success: of every verb 200 is one [T], of a write any 2xx [I]."""
        if self._is_success:
            return None
        words = " ".join(text for name in ("message", "providerMessage") if (text := _text(self._refusal, name)))
        words = words or self._target() or _utf8(self.reason)
        oversized = self._is_oversized(words)
        transient = TRANSIENT if self.request.is_write else TRANSIENT_TO_READ
        return Failure(
            self._kind(oversized),
            str(self.request),
            f"{self.status} {self.request.quoted(words)}"
            + (f" [request {self.request_id}]" if self.request_id else "")
            + ("; above 8 MB the platform refuses a request, or the response to it, for good" if oversized else ""),
            repeatable=(self.status == 429 and not oversized) or (self.status in transient and self.request.repeatable),
            status=self.status,
            retry_after=seconds_of(self.headers.get("Retry-After", ""), self.headers.get("Date", "")),
        )

    @property
    def _is_success(self) -> bool:
        if self.request.is_write and self.request.repeatable:
            return 200 <= self.status < 300
        return self.status in (CREATED if self.request.is_write else {200})

    def _is_oversized(self, words: str) -> bool:
        """Whether it was refused for its size, which no waiting changes."""
        refused = self.status == 429 and not self.headers.get("Retry-After")
        return refused and (self.sent > LARGEST or bool(TOO_LARGE.search(words)))

    def _kind(self, oversized: bool) -> type[ApiError]:
        """The error that a response is which is no success."""
        if self.status == 429:
            return RejectedInput if oversized else RateLimited
        if self.status >= 500:
            return Unavailable if self.request.repeatable else AmbiguousWrite
        if 200 <= self.status < 300 and not self.request.repeatable:
            return AmbiguousWrite
        # A platform's error is JSON with a request id [D]. Another's 404 must never pass for "deleted".
        if self.status < 400 or not (self._refusal and self.request_id):
            return ForeignAnswer
        return ERRORS_BY_STATUS.get(self.status, RejectedInput)

    @cached_property
    def _refusal(self) -> dict[str, Any]:
        """The object that a refusal is. Its message may have been cut in the middle of a character."""
        found = _json(self.content, halves="surrogatepass")
        return found if isinstance(found, dict) else {}

    def _header(self, name: str) -> str:
        return _utf8(self.headers.get(name, ""))

    def _target(self) -> str:
        """Where a redirect leads, if it is one: the origin alone, and nothing where the rest may hold a secret."""
        location = self._header("Location")
        if not (location and 300 <= self.status < 400):
            return ""
        try:
            parts = urlsplit(urljoin(self.url, location))
            well_formed = parts.hostname and parts.port != 0
        except ValueError:
            return ""
        harmless = well_formed and not (parts.username or parts.password or parts.query or parts.fragment)
        return f"redirect to {parts.scheme}://{parts.netloc}" if harmless else ""


def _json(content: bytes, halves: str = "strict") -> Any:
    """What was read, or None where it is no JSON that could be passed on: no NaN, no infinity, no half of a character.

    `halves` is what to do about the last, as in `str.encode`.
    """
    try:
        found = json.loads(content)
        json.dumps(found, allow_nan=False, ensure_ascii=False).encode(errors=halves)
    except (ValueError, RecursionError):
        return None
    return found


def _text(answer: dict[str, Any], name: str) -> str:
    text = answer.get(name)
    return text if isinstance(text, str) else ""


def _utf8(text: str) -> str:
    """What http.client read as Latin-1, as it was meant: a secret in it would not be recognised otherwise."""
    return text.encode("latin-1", "replace").decode(errors="replace")
