"""A real HTTP server on loopback that plays back scripted answers, one per request, and keeps the requests.

For what no well-behaved platform does: foreign answers, lost answers, redirects, echoes. A request beyond the script,
or an answer that nobody asked for, fails the test when the server's block ends; `beyond` answers all requests that
the script does not.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal

from typing_extensions import Self

REQUEST_ID = "5f3c1a2b9d8e7f6a5b4c3d2e"
"""The request id of every `refusal`."""

DRIP = 0.02
"""Seconds between two bytes of a body that drips."""


@dataclass(frozen=True)
class Request:
    """What arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def line(self) -> str:
        """Method and path below the API's root, such as ``GET /instances/1``."""
        return f"{self.method} {self.path.removeprefix('/elements/api-v2')}"


@dataclass(frozen=True)
class Answer:
    """What is sent back.

    Attributes:
        ending: ``whole``; or ``lost``: the connection is closed instead; ``cut``: it is closed half-way through the
            body; ``silent``: nothing is sent until the server stops; ``drip``: the body comes byte by byte, with
            `DRIP` seconds between them.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    ending: Literal["whole", "lost", "cut", "silent", "drip"] = "whole"


Script = Answer | Callable[[Request], Answer]
"""An answer, or what makes one of the request."""


def answer(value: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON answer; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(json.dumps(value).encode(), status, headers=named)


def refusal(status: int, message: str = "no", **more: Any) -> Answer:
    """An error in the platform's own form [D]."""
    return answer({"requestId": REQUEST_ID, "message": message} | more, status)


def html(status: int = 200, **headers: str) -> Answer:
    """A page of somebody else's."""
    page = answer("", status, **headers)
    return Answer(b"<html><body>Please sign in</body></html>", status, "text/html", page.headers)


LOST = Answer(ending="lost")
SILENT = Answer(ending="silent")
DRIPPING = Answer(b'{"id": 1}'.ljust(60_000), ending="drip")
DEEP = b"[" * 100_000 + b"]" * 100_000
"""JSON that no parser can follow to its end."""

CUT = Answer(b'{"id": 1234, "name": "Te', ending="cut")


class ScriptedServer:
    """Plays `script` in order, then `beyond` for as long as it is asked. Use as a context manager.

    With `tls`, it is an https server.
    """

    def __init__(self, *script: Script, beyond: Script | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._script = list(script)
        self._for_the_rest = beyond
        self._lock = threading.Lock()
        self._beyond: list[Request] = []
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._scheme = "https" if tls else "http"
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def origin(self) -> str:
        """Its address without a path."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        """Its address as a `baseUrl`."""
        return f"{self.origin}/elements/api-v2"

    @property
    def lines(self) -> list[str]:
        """The requests so far, as ``METHOD /path``."""
        return [request.line for request in self.requests]

    def play(self, request: Request) -> Answer:
        """Keep the request and give the answer that is next."""
        with self._lock:
            self.requests.append(request)
            script = self._script.pop(0) if self._script else self._for_the_rest
            if script is None:
                self._beyond.append(request)
                return refusal(418, "beyond the script")
        return script if isinstance(script, Answer) else script(request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if kind is None:
            assert not self._beyond, f"beyond the script: {[request.line for request in self._beyond]}"
            assert not self._script, f"never asked for: {self._script}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, owner: ScriptedServer, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, unless its client does not trust the certificate."""
        try:
            if isinstance(request, ssl.SSLSocket):
                request.do_handshake()
        except OSError:
            return
        super().finish_request(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _play(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.owner.play(Request(self.command, self.path, dict(self.headers.items()), body))
        if answer.ending == "silent":
            self.server.owner.stopping.wait()
        if answer.ending in ("whole", "cut", "drip"):
            self._send(answer)
        if answer.ending != "whole":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, answer: Answer) -> None:
        if "Date" in answer.headers:
            self.send_response_only(answer.status, answer.reason)
        else:
            self.send_response(answer.status, answer.reason)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body) + (answer.ending == "cut")))
        for name, text in answer.headers.items():
            self.send_header(name, text)
        self.end_headers()
        if answer.ending != "drip":
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            if self.server.owner.stopping.wait(DRIP):
                return

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _play  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the requests are kept."""
