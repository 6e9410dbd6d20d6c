"""The host for dynamic providers knows its engine by the command line, whatever flags the engine passes besides."""

from __future__ import annotations

import sys

import pytest

from pulumi_cloudelements.engine import dynamic_host

ADDRESS = "127.0.0.1:4711"


@pytest.mark.parametrize(
    "arguments",
    [
        [ADDRESS],
        ["--logflow", "-v=3", ADDRESS],
        ["--logtostderr", "-v", "9", "--tracing", "127.0.0.1:1", ADDRESS],
        ["--tracing=127.0.0.1:1", ADDRESS],
    ],
    ids=" ".join,
)
def test_the_engines_address_is_the_argument_that_belongs_to_no_flag(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["-m", *arguments])
    assert dynamic_host.engine().address == ADDRESS


@pytest.mark.parametrize("arguments", [[], ["--tracing", "127.0.0.1:1"]], ids=["nothing", "a flag's value"])
def test_without_an_address_there_is_no_engine_to_tell_anything(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["-m", *arguments])
    assert dynamic_host.engine().address == ""
