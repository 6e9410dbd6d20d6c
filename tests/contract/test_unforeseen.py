"""An error that nobody foresaw leaves a provider as one line, and no text of it or of its causes leaves with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import canary, header_canary, leaks
from tests.support.provider import Found, Provider, Refused
from tests.support.providers import Open

USER_SECRET = header_canary("user")
SECRET, SHORT, NUMBER, DEEP = canary("in a chained cause"), "k-7Q", 73519204, canary("deep")
DECLARED = {
    "element": "stripe",
    "name": "Payments",
    "configuration": {"api.key": SECRET, "pin": SHORT, "number": NUMBER, "event.poller.configuration": [{"a": DEEP}]},
}
FOUND = Found("1", DECLARED | {"token": canary("token")}, DECLARED)
SECRETS = [USER_SECRET, SECRET, DEEP, canary("token")]

SITE = """
from pulumi_cloudelements import errors
from pulumi_cloudelements.resources import instance

def fail(self, *arguments, **options):
    try:
        try:
            raise ValueError(repr((arguments, self.__dict__)))
        except ValueError:
            raise errors.ApiError("POST /instances", "400 no such thing")
    except errors.ApiError as cause:
        raise KeyError(repr(arguments)) from cause

for name in ("check", "diff", "create", "read", "update", "delete"):
    setattr(instance.InstanceResource, name, fail)
"""
"""Python runs it as each process begins: every operation has a fault that carries what it was handed."""

CALLS: dict[str, Callable[[Provider], Any]] = {
    "check": lambda provider: provider.check(DECLARED),
    "diff": lambda provider: provider.diff("1", FOUND.outputs, DECLARED),
    "create": lambda provider: provider.create(DECLARED),
    "read": lambda provider: provider.read(FOUND),
    "update": lambda provider: provider.update(FOUND, DECLARED),
    "delete": lambda provider: provider.delete(FOUND),
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that CLOUDELEMENTS_LOG names."""
    return tmp_path_factory.mktemp("unforeseen") / "requests.log"


@pytest.fixture(scope="module")
def faulty(open_provider: Open, account: dict[str, str], log: Path) -> Iterator[Provider]:
    """Every provider in turn, with the fault."""
    (log.parent / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    variables = {"PYTHONPATH": str(log.parent), "CLOUDELEMENTS_LOG": str(log)}
    with open_provider(account | {"userSecret": USER_SECRET}, variables) as provider:
        yield provider


@pytest.mark.parametrize("call", CALLS)
def test_an_unforeseen_error_is_one_line_without_its_text(faulty: Provider, call: str) -> None:
    with pytest.raises(Refused) as caught:
        CALLS[call](faulty)
    line = str(caught.value).removeprefix("Exception calling application: ")
    assert re.fullmatch(
        rf"{call}: an unforeseen KeyError at sitecustomize.py:\d+: this is a fault of the provider, please report it "
        "with the traceback that CLOUDELEMENTS_LOG=<file> writes",
        line,
        re.IGNORECASE,
    )


@pytest.mark.parametrize("call", CALLS)
def test_the_log_has_its_whole_traceback_and_no_value(faulty: Provider, log: Path, call: str) -> None:
    before = len(log.read_text(encoding="utf-8")) if log.exists() else 0
    with pytest.raises(Refused):
        CALLS[call](faulty)
    told = log.read_text(encoding="utf-8")[before:]
    assert re.search(rf"{call} failed\nKeyError: \(its text", told, re.IGNORECASE)
    assert "\ncaused by ApiError: POST /instances: 400 no such thing\n" in told
    assert "\ncaused by ValueError: (its text" in told
    assert told.count("in fail\n") == 3
    assert leaks(told, SECRETS) == []
    assert [text for text in (SHORT, str(NUMBER)) if text in told] == []
