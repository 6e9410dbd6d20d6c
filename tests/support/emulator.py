"""Runs the real `cloudelements-emulator` as a process, on an ephemeral port, and ends it by its handle."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from requests import Response, request

if TYPE_CHECKING:
    from typing_extensions import Self

START_SECONDS = 30
CALL_SECONDS = 30
USER = "emulator-user"
ORGANIZATION = "emulator-organization"
READY = "cloudelements-emulator: listening on "


class Emulator:
    """One emulator process. `with Emulator().start() as emulator: ...` ends it whatever happens."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[str] | None = None
        self._drains: list[threading.Thread] = []
        self._first_line: queue.Queue[str] = queue.Queue()
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.base_url = ""

    def start(self, *args: str) -> Emulator:
        """Start it with `args`, wait until it listens, and return it; raises RuntimeError when it ends instead."""
        port = () if "--port" in args else ("--port", "0")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cloudelements_emulator", *port, *args],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # Both streams are read all the time: a full pipe would stop the emulator.
        self._drain(self._process.stdout, self.lines)
        self._drain(self._process.stderr, self.errors)
        try:
            line = self._first_line.get(timeout=START_SECONDS)
        except queue.Empty:
            line = f"(nothing said in {START_SECONDS} s)"
        if not line.startswith(READY):
            self.kill()
            raise RuntimeError(f"the emulator did not start: {line} {' '.join(self.errors)}")
        self.base_url = line.removeprefix(READY)
        return self

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return self.base_url.removesuffix("/elements/api-v2")

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running().pid

    def stop(self) -> int:
        """End it with SIGTERM if it still runs, and return its exit code."""
        return self._end(self._running().terminate)

    def kill(self) -> int:
        """End it with SIGKILL, as a crash would, and return its exit code."""
        return self._end(self._running().kill)

    def interrupt(self, signal_number: int) -> int:
        """Send it a signal that ends it, and return its exit code."""
        process = self._running()
        return self._end(lambda: process.send_signal(signal_number))

    def requests(self) -> list[dict[str, Any]]:
        """The request log, newest last."""
        log: list[dict[str, Any]] = self._own("GET", "requests").json()
        return log

    def clear(self) -> None:
        """Clear the request log and the counters."""
        self._own("DELETE", "requests")

    def counters(self) -> dict[str, Any]:
        """`by_method`, `by_call` (such as `POST /instances`), `most_in_flight`, and `refused` by the rate."""
        counters: dict[str, Any] = self._own("GET", "counters").json()
        return counters

    def health(self) -> dict[str, Any]:
        """`name`, `pid`, and the number of `instances`."""
        health: dict[str, Any] = self._own("GET", "health").json()
        return health

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings (`latency` and `visible_after` in seconds, `put_resets`, `rate`) and return all of them."""
        settings: dict[str, Any] = self._own("PATCH", "settings", json=changes).json()
        return settings

    def fault(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Add a fault; `fields` are `method`, `call`, `when`, `skip`, `times` and the kind's own. Returns the rule."""
        rule: dict[str, Any] = self._own("POST", "faults", json={"fault": kind, **fields}).json()
        return rule

    def faults(self) -> list[dict[str, Any]]:
        """The rules, each with the number of strikes that it `struck` and has `left` (None: no end)."""
        rules: list[dict[str, Any]] = self._own("GET", "faults").json()
        return rules

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._own("DELETE", "faults")

    def call(self, method: str, path: str, **options: Any) -> Response:
        """Call the platform API with the default credentials; `options` are those of `requests.request`."""
        headers = {"Authorization": f"User {USER}, Organization {ORGANIZATION}", **options.pop("headers", {})}
        return request(method, self.base_url + path, headers=headers, timeout=CALL_SECONDS, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _own(self, method: str, name: str, **options: Any) -> Response:
        response = request(method, f"{self.origin}/emulator/{name}", timeout=CALL_SECONDS, **options)
        response.raise_for_status()
        return response

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the emulator was not started")
        return self._process

    def _end(self, end: Any) -> int:
        process = self._running()
        if process.poll() is None:
            end()
        code = process.wait(timeout=START_SECONDS)
        for thread in self._drains:
            thread.join(timeout=START_SECONDS)
        return code

    def _drain(self, stream: IO[str] | None, lines: list[str]) -> None:
        if stream is None:
            raise RuntimeError("the emulator's output is not captured")

        def read() -> None:
            with stream:
                for line in stream:
                    lines.append(line.rstrip("\n"))
                    if lines is self.lines and len(lines) == 1:
                        self._first_line.put(lines[0])
            if lines is self.lines and not lines:
                self._first_line.put("(it ended without a word)")

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        self._drains.append(thread)
