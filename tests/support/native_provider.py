"""The native provider: the gRPC surface of ``pulumi-resource-cloudelements``, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.support.engine import Diagnostic, listening
from tests.support.provider import (
    SECRET_MARK,
    SIGNATURE,
    START_SECONDS,
    Checked,
    Found,
    Properties,
    Refused,
    Secret,
    end,
    foreign_to_accounts,
    properties_of,
    struct_of,
)


class NativeProvider:
    """The plugin, as the engine speaks to it. `opened` starts one and ends it.

    Attributes:
        urn: the resource that all calls are about.
        stub: the service itself, for what `Provider` has no word for.
    """

    def __init__(self, channel: grpc.Channel, config: Mapping[str, str], diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        self.urn = ""
        self.stub = provider_pb2_grpc.ResourceProviderStub(channel)
        self.call("Configure", provider_pb2.ConfigureRequest(args=struct_of(config), acceptSecrets=True))

    def check(self, inputs: Properties, old: Properties | None = None) -> Checked:
        """See `Provider`."""
        request = provider_pb2.CheckRequest(urn=self.urn, olds=_struct(old or {}), news=_struct(inputs))
        response = self.call("Check", request)
        failures = [(failure.property, failure.reason) for failure in response.failures]
        return Checked(properties_of(response.inputs), failures)

    def diff(self, id: str, outputs: Properties, inputs: Properties) -> str:
        """See `Provider`."""
        response = self.difference(id, outputs, inputs)
        if response.replaces:
            return "replace"
        return {response.DIFF_NONE: "none", response.DIFF_SOME: "update"}[response.changes]

    def difference(self, id: str, outputs: Properties, inputs: Properties) -> provider_pb2.DiffResponse:
        """The whole answer of a diff."""
        request = provider_pb2.DiffRequest(id=id, urn=self.urn, olds=_struct(outputs), news=_struct(inputs))
        response: provider_pb2.DiffResponse = self.call("Diff", request)
        return response

    def create(self, inputs: Properties) -> Found:
        """See `Provider`."""
        request = provider_pb2.CreateRequest(urn=self.urn, properties=_struct(inputs))
        response = self.call("Create", request)
        return Found(response.id, properties_of(response.properties), dict(inputs))

    def read(self, found: Found) -> Found | None:
        """See `Provider`."""
        request = provider_pb2.ReadRequest(
            id=found.id, urn=self.urn, properties=_struct(found.outputs), inputs=_struct(found.inputs)
        )
        response = self.call("Read", request)
        if not response.id:
            return None
        return Found(response.id, properties_of(response.properties), properties_of(response.inputs))

    def update(self, found: Found, inputs: Properties) -> Found:
        """See `Provider`."""
        request = provider_pb2.UpdateRequest(
            id=found.id, urn=self.urn, olds=_struct(found.outputs), news=_struct(inputs)
        )
        response = self.call("Update", request)
        return Found(found.id, properties_of(response.properties), dict(inputs))

    def delete(self, found: Found) -> None:
        """See `Provider`."""
        self.call("Delete", provider_pb2.DeleteRequest(id=found.id, urn=self.urn, properties=_struct(found.outputs)))

    def call(self, method: str, request: Any) -> Any:
        """Call the service; raises `Refused` where it fails the call."""
        try:
            return getattr(self.stub, method)(request, timeout=START_SECONDS)
        except grpc.RpcError as error:
            raise Refused((error.details() or "").rstrip("\n")) from error


@contextmanager
def opened(config: Mapping[str, str], variables: Mapping[str, str] | None = None) -> Iterator[NativeProvider]:
    """A plugin of its own, with its configuration by bare keys and `variables` more, ended with its block."""
    with listening() as log, served(log.address, variables=variables) as channel:
        yield NativeProvider(channel, config, log.diagnostics)


@contextmanager
def served(engine: str, *program: str, variables: Mapping[str, str] | None = None) -> Iterator[grpc.Channel]:
    """A plugin that reports to an engine's address, run by its module or by another `program`: a channel to it."""
    environment = foreign_to_accounts(os.environ) | dict(variables or {})
    command = [*(program or (sys.executable, "-m", "pulumi_cloudelements.plugin")), engine]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                yield channel
        finally:
            end(process)


def _struct(properties: Properties) -> Struct:
    """A message as the engine makes it for a provider that accepts secrets."""
    return struct_of({name: _sent(value) for name, value in properties.items()})


def _sent(value: Any) -> Any:
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_MARK, "value": _sent(value.value)}
    if isinstance(value, Mapping):
        return {key: _sent(item) for key, item in value.items()}
    return [_sent(item) for item in value] if isinstance(value, list) else value
