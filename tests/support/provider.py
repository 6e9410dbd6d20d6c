"""How a scenario speaks to a provider, in plain Python values, whichever of the two it is.

`DynamicProvider` is the gRPC surface as the engine's dynamic host serves it, in a process of its own. Values stay
visible as they cross: a secret is a `Secret`, what a preview cannot know is `UNKNOWN`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_cloudelements.dynamic import InstanceProvider
from tests.support.engine import Diagnostic, listening

Properties = Mapping[str, Any]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's word for a value that a preview cannot know."""

NOBODY = ("__urn", "")
"""What the provider adds where a scenario says nothing of whose the instance is: no SDK leaves the property out."""

START_SECONDS = 60

END_SECONDS = 10
"""Seconds to follow an interrupt."""


@dataclass(frozen=True)
class Secret:
    """A value that the provider marked as a secret."""

    value: Any


@dataclass(frozen=True)
class Checked:
    """An answer of check: inputs, and failures as pairs of property and reason."""

    inputs: dict[str, Any]
    failures: list[tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """An answer of create or read; `inputs` where the call gives them."""

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any]


class Refused(Exception):  # noqa: N818 - the provider's word, not a fault of the test's
    """The provider failed a call. The text is what the engine would print."""


class Provider(Protocol):
    """What scenarios need of a provider. Every method raises `Refused` where the provider fails the call.

    `diagnostics` is what it has told the user in the engine's log so far, oldest first. `urn` is the resource that all
    calls are about; with none, nobody owns what they make.
    """

    diagnostics: list[Diagnostic]
    urn: str

    def check(self, inputs: Properties, old: Properties | None = None) -> Checked:
        """Validate declared inputs; `old` are the inputs of the last operation."""

    def diff(self, id: str, outputs: Properties, inputs: Properties) -> str:
        """Compare with the last outputs: ``none``, ``update`` or ``replace``."""

    def create(self, inputs: Properties) -> Found:
        """Create what was checked."""

    def read(self, found: Found) -> Found | None:
        """Refresh; None where the resource is gone."""

    def update(self, found: Found, inputs: Properties) -> Found:
        """Update in place."""

    def delete(self, found: Found) -> None:
        """Delete."""


class DynamicProvider:
    """The provider behind ``python -m pulumi.dynamic``. `opened` starts one and ends it."""

    def __init__(self, channel: grpc.Channel, config: Mapping[str, str], diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        self.urn = ""
        self._stub = provider_pb2_grpc.ResourceProviderStub(channel)
        self._pickle = serialize_provider(InstanceProvider())
        self.call("Configure", provider_pb2.ConfigureRequest(args=struct_of(config)))

    def check(self, inputs: Properties, old: Properties | None = None) -> Checked:
        """See `Provider`."""
        request = provider_pb2.CheckRequest(olds=self._struct(old or {}), news=self._struct(inputs))
        response = self.call("Check", request)
        failures = [(failure.property, failure.reason) for failure in response.failures]
        return Checked(properties_of(response.inputs), failures)

    def diff(self, id: str, outputs: Properties, inputs: Properties) -> str:
        """See `Provider`."""
        request = provider_pb2.DiffRequest(id=id, olds=self._struct(outputs), news=self._struct(inputs))
        response = self.call("Diff", request)
        if response.replaces:
            return "replace"
        return {response.DIFF_NONE: "none", response.DIFF_SOME: "update"}[response.changes]

    def create(self, inputs: Properties) -> Found:
        """See `Provider`."""
        response = self.call("Create", provider_pb2.CreateRequest(properties=self._struct(inputs)))
        return Found(response.id, properties_of(response.properties), dict(inputs))

    def read(self, found: Found) -> Found | None:
        """See `Provider`."""
        request = provider_pb2.ReadRequest(
            id=found.id, properties=self._struct(found.outputs), inputs=self._struct(found.inputs)
        )
        response = self.call("Read", request)
        if not response.id:
            return None
        return Found(response.id, properties_of(response.properties), properties_of(response.inputs))

    def update(self, found: Found, inputs: Properties) -> Found:
        """See `Provider`."""
        request = provider_pb2.UpdateRequest(id=found.id, olds=self._struct(found.outputs), news=self._struct(inputs))
        response = self.call("Update", request)
        return Found(found.id, properties_of(response.properties), dict(inputs))

    def delete(self, found: Found) -> None:
        """See `Provider`."""
        self.call("Delete", provider_pb2.DeleteRequest(id=found.id, properties=self._struct(found.outputs)))

    def _struct(self, properties: Properties) -> Struct:
        # The host accepts no secrets, so the engine sends them plain. A scenario may bring its own pickle.
        hidden = {"__provider": self._pickle, "__urn": self.urn}
        return struct_of(hidden | plain(properties))

    def call(self, method: str, request: Any) -> Any:
        """Call the service; raises `Refused` where it fails the call."""
        try:
            return getattr(self._stub, method)(request, timeout=START_SECONDS)
        except grpc.RpcError as error:
            raise Refused((error.details() or "").rstrip("\n")) from None


@contextmanager
def opened(config: Mapping[str, str], variables: Mapping[str, str] | None = None) -> Iterator[DynamicProvider]:
    """A dynamic host of its own, with its stack config by bare keys and `variables` more, ended with its block."""
    environment = foreign_to_accounts(os.environ) | dict(variables or {})
    with (
        listening() as log,
        _host(log.address, environment | {"PULUMI_PROJECT": "integrations"}) as port,
        grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stack_config = {f"cloudelements:{key}": value for key, value in config.items()}
        yield DynamicProvider(channel, stack_config, log.diagnostics)


def foreign_to_accounts(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that point at no account."""
    return {name: value for name, value in environment.items() if not name.startswith("CLOUDELEMENTS_")}


@contextmanager
def _host(engine: str, environment: Mapping[str, str]) -> Iterator[int]:
    """A dynamic host that reports to an engine's address: the port where it listens."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.dynamic", engine],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """End a provider as an engine does: it interrupts, and kills what does not follow."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def plain(value: Any) -> Any:
    """The value with every secret in clear."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def secrets(value: Any, path: str = "") -> set[str]:
    """The paths of all secrets in a value."""
    if isinstance(value, Secret):
        return {path}
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return {found for key, item in items for found in secrets(item, f"{path}/{key}")}


def in_clear(properties: Properties, path: str) -> list[Any]:
    """What no mark covers of the value at a path, which must be there. A map is marked as a whole or leaf by leaf."""
    value: Any = properties
    for key in path.strip("/").split("/"):
        if isinstance(value, Secret):
            return []
        value = value[key]
    return list(_leaves(value))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
    elif not isinstance(value, Secret):
        yield value


def struct_of(properties: Properties) -> Struct:
    """A message of plain properties."""
    return ParseDict(dict(properties), Struct())


def properties_of(struct: Struct) -> dict[str, Any]:
    """The properties as plain values, without the host's own."""
    values = {name: _shown(value) for name, value in MessageToDict(struct).items()}
    return {name: value for name, value in values.items() if name != "__provider" and (name, value) != NOBODY}


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_MARK:
            return Secret(_shown(value["value"]))
        return {key: _shown(item) for key, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list) else value
