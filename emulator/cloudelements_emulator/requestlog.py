"""What the clients asked: a log without secrets, and counters. Both can be read back over `/emulator`.

`RequestLog` keeps and prints; `Recorder` is the ASGI middleware that feeds it, and as the outermost one it also
gives every answer of the platform its `Elements-Request-Id`. What only the other layers know they leave in the scope:
`path_template`, the `fault` that struck, `refused` by the rate, and `foreign` for an answer that is nobody's here.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloudelements_emulator import authorization, jsontext
from cloudelements_emulator.configuration import MASK

KEPT = 10_000
SECRET_NAME = re.compile(r"passw|secret|token|key$|credential|signature|^code$", re.IGNORECASE)
NO_ROUTE = "(no such route)"


@dataclass(frozen=True)
class Entry:
    """One request. `status` is None when it was never answered; `body` and `fault` are None when there was none."""

    method: str
    path: str
    query: str
    status: int | None
    ms: float
    authorization: str
    body: Any
    fault: dict[str, str] | None

    def line(self) -> str:
        """Return the entry for people: what was asked, how it went, the authorization's shape, the body's JSON."""
        target = f"{self.path}?{self.query}" if self.query else self.path
        body = "" if self.body is None else jsontext.dump(self.body)
        fault = f"[{self.fault['kind']} {self.fault['when']}]" if self.fault else ""
        parts = (self.method, target, str(self.status), f"{self.ms:.0f}ms", fault, self.authorization, body)
        return " ".join(part for part in parts if part)


class RequestLog:
    """The last requests and the counters since the start or the last `clear`."""

    def __init__(self, secret_keys: frozenset[str], write_line: Callable[[str], None]) -> None:
        """Mask the configuration keys in `secret_keys`, and give one line per request to `write_line`."""
        self._secret_keys = secret_keys
        self._write_line = write_line
        self.in_flight = 0
        self.clear()

    def clear(self) -> None:
        """Forget requests and counters; what is in flight stays counted."""
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._by_method: Counter[str] = Counter()
        self._by_call: Counter[str] = Counter()
        self._most_in_flight = self.in_flight
        self._refused = 0

    def begin(self) -> None:
        """Count a request in flight."""
        self.in_flight += 1
        self._most_in_flight = max(self._most_in_flight, self.in_flight)

    def end(self, entry: Entry, template: str, *, refused: bool) -> None:
        """Keep the request that has now ended; `template` is its path with placeholders."""
        self.in_flight -= 1
        self._refused += refused
        self._entries.append(entry)
        self._by_method[entry.method] += 1
        self._by_call[f"{entry.method} {template}"] += 1
        self._write_line(entry.line())

    def entries(self) -> list[dict[str, Any]]:
        """Return the requests, newest last."""
        return [asdict(entry) for entry in self._entries]

    def counters(self) -> dict[str, Any]:
        """Return the ended requests by method and by call, those refused by the rate, and the most in flight at once.

        In flight is every request from its arrival to its end: one that waits, hangs or is about to be refused, too.
        """
        return {
            "by_method": dict(self._by_method),
            "by_call": dict(self._by_call),
            "most_in_flight": self._most_in_flight,
            "refused": self._refused,
        }

    def masked_body(self, body: bytes) -> Any:
        """Return `body` as JSON without secrets; what is no object cannot be masked, and is only measured."""
        if not body:
            return None
        try:
            return self._masked(jsontext.parse_object(body))
        except jsontext.InvalidJsonError as problem:
            return f"({len(body)} bytes; the body {problem})"

    def masked_query(self, query: str) -> str:
        """Return `query` without secrets, OAuth credentials above all."""
        pairs = parse_qsl(query, keep_blank_values=True)
        return urlencode([(name, MASK if self._is_secret(name) else value) for name, value in pairs], safe="*[]:")

    def _is_secret(self, name: str) -> bool:
        return name in self._secret_keys or SECRET_NAME.search(name) is not None

    def _masked(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._masked_member(name, key, child) for key, child in value.items()}
        return [self._masked(child) for child in value] if isinstance(value, list) else value

    def _masked_member(self, parent: str, key: str, value: Any) -> Any:
        names_element = (parent, key) == ("element", "key")
        secret = parent == "providerData" or (self._is_secret(key) and not names_element)
        return MASK if secret and value is not None else self._masked(value, key)


class Recorder:
    """ASGI middleware: request ids on the way out, and one log entry per request."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        """Record what `app` is asked into `log`."""
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, and record how it was answered."""
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        scope["request_id"] = secrets.token_hex(12)
        answer: dict[str, int] = {}

        async def send_identified(message: Message) -> None:
            if message["type"] == "http.response.start":
                if "foreign" not in scope:
                    MutableHeaders(scope=message)["Elements-Request-Id"] = scope["request_id"]
                answer["status"] = message["status"]
            await send(message)

        started = time.perf_counter()
        self._log.begin()
        try:
            await self._app(scope, _replay(body, receive), send_identified)
        finally:
            ms = (time.perf_counter() - started) * 1000
            entry = self._entry(scope, body, answer.get("status"), ms)
            self._log.end(entry, scope.get("path_template", NO_ROUTE), refused="refused" in scope)

    def _entry(self, scope: Scope, body: bytes, status: int | None, ms: float) -> Entry:
        return Entry(
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),  # still encoded, so no path can break the line
            query=self._log.masked_query(scope["query_string"].decode("latin-1")),
            status=status,
            ms=round(ms, 1),
            authorization=authorization.shape(Headers(scope=scope).get("authorization", "")),
            body=self._log.masked_body(body),
            fault=scope.get("fault"),
        )


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
