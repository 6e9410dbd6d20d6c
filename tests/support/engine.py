"""The one part of an engine that a provider calls: its log, on loopback, kept for a test to read."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


@dataclass(frozen=True)
class Diagnostic:
    """A message for the user: its severity in lower case, its text, and the resource that it is about."""

    severity: str
    message: str
    urn: str


class EngineLog(engine_pb2_grpc.EngineServicer):
    """Keeps what is diagnostics, in `diagnostics`, oldest first."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.address = ""

    def Log(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802 - the service's own names
        """Keep one message; its call returns once it is kept."""
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        self.diagnostics.append(Diagnostic(severity, request.message, request.urn))
        return Empty()


@contextmanager
def listening() -> Iterator[EngineLog]:
    """A log at an `address` of its own, which ends with its block."""
    log = EngineLog()
    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    engine_pb2_grpc.add_EngineServicer_to_server(log, server)
    log.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield log
    finally:
        server.stop(grace=None).wait()
