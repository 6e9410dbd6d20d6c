"""The plugin as a program: however it is started, it serves the schema, and ends with its engine."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.contract.native import served
from tests.support.engine import listening
from tests.support.project import CHECKOUT

PROGRAMS = {
    "console script": (str(Path(sys.executable).parent / "pulumi-resource-cloudelements"),),
    "module": (sys.executable, "-m", "pulumi_cloudelements.plugin"),
    "folder": (sys.executable, str(CHECKOUT / "provider")),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_plugin_serves_its_version_and_schema_however_it_is_started(program: str) -> None:
    with listening() as engine, served(engine.address, *PROGRAMS[program]) as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        told = json.loads(stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=30).schema)
        assert stub.GetPluginInfo(Empty(), timeout=30).version == version("pulumi-cloudelements") == told["version"]
    assert told == json.loads((CHECKOUT / "schema.json").read_text())


def test_the_plugin_ends_when_its_engine_is_gone() -> None:
    with listening() as engine:
        address = engine.address
        process = subprocess.Popen([*PROGRAMS["module"], address], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert int(process.stdout.readline())
    with process:
        assert process.wait(timeout=60) == 0
