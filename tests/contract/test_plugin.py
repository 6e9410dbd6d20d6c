"""The plugin as a program: however it is started, it serves the schema, and ends with its engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.support.engine import listening
from tests.support.native_provider import NativeProvider, served
from tests.support.project import CHECKOUT, Outcome, run

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
        assert stub.GetPluginInfo(Empty(), timeout=30).version == told["version"]
    assert told == json.loads((CHECKOUT / "schema.json").read_text())


def test_the_plugin_ends_when_its_engine_is_gone() -> None:
    with listening() as engine:
        address = engine.address
        process = subprocess.Popen([*PROGRAMS["module"], address], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert int(process.stdout.readline())
    with process:
        assert process.wait(timeout=60) == 0


def ask(program: str, *arguments: str) -> Outcome:
    return run([*PROGRAMS[program], *arguments], CHECKOUT, os.environ, 60)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_plugin_tells_its_version_and_how_it_is_used(program: str) -> None:
    schema = json.loads((CHECKOUT / "schema.json").read_text())
    assert ask(program, "--version") == Outcome(0, f"{schema['version']}\n", "")
    told = ask(program, "--help")
    assert (told.code, told.stderr) == (0, "")
    assert told.stdout.startswith("usage: pulumi-resource-cloudelements ")
    assert "pulumi up" in told.stdout


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Pulumi starts this program by itself: run `pulumi up`"),
        (("--tracing", "127.0.0.1:1"), "Pulumi starts this program by itself: run `pulumi up`"),
        (("--verison",), "unrecognized arguments: --verison"),
        (("127.0.0.1:1", "--log"), "unrecognized arguments: --log"),
        (("127.0.0.1:1", "127.0.0.1:2"), "unrecognized arguments: 127.0.0.1:2"),
        (("nowhere",), "nowhere is no engine's address, which is HOST:PORT"),
        (("127.0.0.1:port",), "127.0.0.1:port is no engine's address, which is HOST:PORT"),
        (("127.0.0.1:65536",), "127.0.0.1:65536 is no engine's address, which is HOST:PORT"),
        (("127.0.0.1:1", "-v=all"), "argument -v: invalid int value: 'all'"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, tuple) else "",
)
def test_what_the_plugin_does_not_know_is_one_line(program: str, arguments: tuple[str, ...], said: str) -> None:
    done = ask(program, *arguments)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"pulumi-resource-cloudelements: {said}")
    assert done.stderr.count("\n") == 1


def test_the_plugin_takes_what_an_engine_passes_and_finds_the_engine_behind_it() -> None:
    flags = ("--logtostderr", "-v=9", "--tracing", "127.0.0.1:1")
    nowhere = {"userSecret": "u", "organizationSecret": "o", "baseUrl": "http://127.0.0.1:1", "maxRetries": "0"}
    with listening() as engine, served(engine.address, *PROGRAMS["module"], *flags) as channel:
        provider = NativeProvider(channel, nowhere, engine.diagnostics)
        provider.urn = "urn:pulumi:test::test::cloudelements:index:Instance::payments"
        provider.check({"element": "stripe"})
    assert ["checked less" in diagnostic.message for diagnostic in engine.diagnostics] == [True, False]
