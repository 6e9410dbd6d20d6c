"""The engine that started this provider process, and whose address it passed on the command line.

A provider reports to it beside the results of its calls, and outlives it where it was killed: what is then still
written, nobody records.
"""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from pulumi_cloudelements.errors import Abandoned
from pulumi_cloudelements.model.diagnostics import Severity

LOG_TIMEOUT = 5.0
"""Seconds that a message to the user may take."""

PROBE_TIMEOUT = 1.0
"""Seconds in which an engine that is there accepts a connection; it is on this machine."""

LEVELS = {Severity.INFO: engine_pb2.INFO, Severity.WARNING: engine_pb2.WARNING}


@dataclass(frozen=True)
class Engine:
    """What a provider tells its engine, and asks of it.

    Attributes:
        address: where the engine listens, as ``HOST:PORT``; empty where nobody said so.
    """

    address: str

    def log(self, severity: Severity, message: str, urn: str) -> None:
        """Show the user a message of a resource.

        The message goes to stderr where the engine cannot be reached: it is lost for the user then, and for nobody
        else.
        """
        request = engine_pb2.LogRequest(severity=LEVELS[severity], message=message, urn=urn)
        try:
            with grpc.insecure_channel(self.address) as channel:
                engine_pb2_grpc.EngineStub(channel).Log(request, timeout=LOG_TIMEOUT)
        except grpc.RpcError:
            print(f"{severity.value}: {message}", file=sys.stderr)

    def tell(self, message: str) -> None:
        """Show the user a message of the run, which is no resource's."""
        self.log(Severity.INFO, message, urn="")

    def confirm(self) -> None:
        """Make sure that somebody is there to record what is about to be written.

        Raises:
            Abandoned: the engine is gone. Where that is not certain, it is taken to be there.
        """
        host, _, port = self.address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), PROBE_TIMEOUT).close()
        except ConnectionRefusedError:
            raise Abandoned("the engine that asked for this is gone: nothing was sent") from None
        except (OSError, ValueError):
            return
