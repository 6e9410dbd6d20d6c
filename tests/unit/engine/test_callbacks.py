"""The engine as its provider sees it: it shows messages to the user, and it may be gone."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from pulumi_cloudelements.engine.callbacks import Engine
from pulumi_cloudelements.errors import Abandoned
from pulumi_cloudelements.model.diagnostics import Severity
from tests.support.engine import Diagnostic, listening

URN = "urn:pulumi:staging::integrations::pulumi-python:dynamic/cloudelements:Instance::größe/☃"


@pytest.fixture
def gone() -> Iterator[Engine]:
    """An engine that listened once."""
    with socket.socket() as bound:  # bound, but not listening
        bound.bind(("127.0.0.1", 0))
        yield Engine(f"127.0.0.1:{bound.getsockname()[1]}")


@pytest.mark.parametrize("severity", Severity, ids=lambda severity: severity.value)
def test_a_message_reaches_the_engines_log_as_its_resources(
    severity: Severity, capsys: pytest.CaptureFixture[str]
) -> None:
    with listening() as engine:
        Engine(engine.address).log(severity, "checked less: größe ☃", URN)
        Engine(engine.address).log(severity, "", "")
    assert engine.diagnostics == [
        Diagnostic(severity.value, "checked less: größe ☃", URN),
        Diagnostic(severity.value, "", ""),
    ]
    assert capsys.readouterr() == ("", "")


def test_a_message_goes_to_stderr_where_no_engine_listens(gone: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    gone.log(Severity.WARNING, "checked less", URN)
    assert capsys.readouterr() == ("", "warning: checked less\n")


def test_a_message_goes_to_stderr_where_there_is_no_engine(capsys: pytest.CaptureFixture[str]) -> None:
    Engine("").log(Severity.INFO, "changes name", URN)
    assert capsys.readouterr() == ("", "info: changes name\n")


def test_an_engine_that_listens_is_there() -> None:
    with listening() as engine:
        Engine(engine.address).confirm()


def test_an_engine_that_listens_no_longer_is_gone(gone: Engine) -> None:
    with pytest.raises(Abandoned, match="nothing was sent"):
        gone.confirm()


@pytest.mark.parametrize("address", ["", "nowhere", "127.0.0.1:port"])
def test_where_it_is_not_certain_an_engine_is_taken_to_be_there(address: str) -> None:
    Engine(address).confirm()
