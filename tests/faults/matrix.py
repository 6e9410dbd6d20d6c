"""The matrix of trouble: each fault in the midst of each operation, once now and then and once until the run is over.

A trial is a run of the provider's real host on ten instances while the fault strikes, then the next run, without it, of
whatever failed. What is counted at the end is what the platform has, against what was declared.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.emulator import ORGANIZATION, USER, Emulator
from tests.support.provider import DynamicProvider, Found, Refused, opened, plain

COUNT = 10
PROJECT = "integrations"
TYPE = "pulumi-python:dynamic/cloudelements:Instance"
CONFIG = {"userSecret": USER, "organizationSecret": ORGANIZATION, "requestTimeout": "2", "maxRetries": "1"}


@dataclass(frozen=True)
class Fault:
    """Trouble, by the words of the table in docs/reliability.md and as the emulator makes it."""

    label: str
    kind: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def _status(status: int, label: str, **fields: Any) -> Fault:
    return Fault(f"{status} {label}", "status", {"status": status, **fields})


FAULTS = (
    _status(429, "with `Retry-After` in seconds", retry_after=1),
    _status(429, "with `Retry-After` as a date", retry_after=1, retry_after_form="date"),
    _status(429, "without `Retry-After`"),
    *(
        _status(status, f"{when} it took effect", when=when)
        for status in (500, 502, 503, 504)
        for when in ("before", "after")
    ),
    _status(503, "with an HTML body", body="html"),
    _status(401, "for a while"),
    _status(403, "for a while"),
    _status(404, "of a gateway, in HTML", body="html"),
    Fault("connection reset before it took effect", "reset", {"when": "before"}),
    Fault("connection reset after it took effect", "reset", {"when": "after"}),
    Fault("no answer in time, no effect", "hang", {"when": "before"}),
    Fault("no answer in time, with effect", "hang", {"when": "after"}),
    Fault("answer and effect come late", "delay", {"when": "before", "seconds": 3}),
    Fault("truncated JSON", "truncate"),
    Fault("login page before it took effect", "login_page", {"when": "before"}),
    Fault("login page after it took effect", "login_page", {"when": "after"}),
    Fault("foreign JSON before it took effect", "foreign_json", {"when": "before"}),
    Fault("foreign JSON after it took effect", "foreign_json", {"when": "after"}),
    Fault("redirect to another host", "redirect", {"location": "http://127.0.0.2:9/"}),
    Fault(
        "reset, and the instance is not to be seen for a second",
        "reset",
        {"when": "after"},
        {"visible_after": 1},
    ),
    Fault("five requests a second", settings={"rate": 5}),
    Fault("`PUT` resets what it leaves out", settings={"put_resets": True}),
)
"""Every fault that is tried."""

ABROAD = Fault("credentials of another account")
"""No fault of the platform: the credentials of the run are valid on another account, which has instances of its own."""

OTHER = {"userSecret": "other-user", "organizationSecret": "other-organization"}

PASSING = (
    _status(500, "before it took effect"),
    _status(503, "before it took effect"),
    _status(429, "without `Retry-After`"),
    _status(404, "of a gateway, in HTML", body="html"),
    Fault("connection reset", "reset"),
    Fault("no answer in time", "hang"),
    Fault("truncated JSON", "truncate"),
    Fault("login page", "login_page"),
    Fault("foreign JSON", "foreign_json"),
)
"""What need not happen to the next request: one such answer to a request that a run shares may harm nobody."""

CALLS = {
    "create": ("POST", "/instances"),
    "look-up": ("GET", "/instances"),
    "refresh": ("GET", "/instances/{id}"),
    "update": ("PUT", "/instances/{id}"),
    "replace": ("POST", "/instances"),
    "delete": ("DELETE", "/instances/{id}"),
}
"""Each operation, and the call in whose midst the fault strikes."""

SHARED = {"the listing": ("GET", "/instances"), "the definitions": ("GET", "/elements/{key}")}
"""The requests that one resource makes for all, in the midst of a create."""

STRIKES = {"now and then": 5, "all the time": None, "once": 1}


@dataclass(frozen=True)
class Trial:
    """One cell of the matrix."""

    fault: Fault
    operation: str
    strikes: str

    @property
    def row(self) -> str:
        """The row of the table that it counts for."""
        return f"{self.fault.label}, once, on {self.operation}" if self.is_shared else self.fault.label

    @property
    def is_shared(self) -> bool:
        """Whether the fault strikes what all operations of a run share."""
        return self.operation in SHARED

    def __str__(self) -> str:
        return self.row if self.is_shared else f"{self.fault.label}, {self.strikes}, during {self.operation}"


TRIALS = [
    *(
        Trial(fault, operation, strikes)
        for fault in FAULTS
        for operation in CALLS
        for strikes in ("now and then", "all the time")
    ),
    *(Trial(fault, shared, "once") for shared in SHARED for fault in PASSING),
    *(Trial(ABROAD, operation, "all the time") for operation in ("refresh", "update", "replace", "delete")),
]


@dataclass
class Tally:
    """What came of a trial: instances lost, made twice, and texts in which a secret stood.

    `shaken` counts the operations that failed, and the doubts that were told, where nobody was to notice anything.
    """

    tried: int = 0
    lost: int = 0
    twice: int = 0
    leaked: int = 0
    retried: int = 0
    shaken: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{name: value + getattr(other, name) for name, value in vars(self).items()})

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong for good."""
        return not (self.lost or self.twice or self.leaked or self.shaken)


def try_out(trial: Trial, emulator: Emulator) -> Tally:
    """Run a trial on an emulator without faults, and leave it so."""
    if trial.fault is ABROAD:
        return _try_abroad(trial, emulator)
    stack = Stack(emulator, f"s{uuid.uuid4().hex[:8]}")
    if trial.operation not in ("create", "look-up", *SHARED):
        stack.run(stack.create, stack.names)
        time.sleep(trial.fault.settings.get("visible_after", 0))  # they are from an earlier run
    method, call = (CALLS | SHARED)[trial.operation]
    emulator.clear()
    emulator.settings(**trial.fault.settings)
    if trial.fault.kind:
        times = STRIKES[trial.strikes]
        emulator.fault(trial.fault.kind, method=method, call=call, times=times, **trial.fault.fields)
    creates = trial.operation == "look-up" or trial.is_shared
    operation = stack.create if creates else getattr(stack, trial.operation)
    try:
        failed = stack.run(operation, stack.names)
    finally:
        emulator.clear_faults()
        emulator.settings(latency=0, visible_after=0, rate=None, put_resets=False)
    if trial.is_shared:
        assert any(request["fault"] for request in emulator.requests()), "the fault met nobody"
    shaken = len(failed) + len(stack.doubts) if trial.is_shared else 0
    still = stack.run(operation, failed)
    tally = stack.tally(deleted=trial.operation == "delete", retried=len(failed), failed=still)
    return replace(tally, shaken=shaken)


def _try_abroad(trial: Trial, emulator: Emulator) -> Tally:
    """The operation with credentials of another account, where it must fail and write nothing; then as it should be."""
    stack = Stack(emulator, f"s{uuid.uuid4().hex[:8]}")
    stack.run(stack.create, stack.names)
    operation = getattr(stack, trial.operation)
    with Emulator().start(
        "--user-secret", OTHER["userSecret"], "--organization-secret", OTHER["organizationSecret"]
    ) as other:
        account = OTHER | {"baseUrl": other.base_url}
        theirs = Stack(other, "theirs")
        theirs.run(theirs.create, theirs.names, account)
        other.clear()
        failed = stack.run(operation, stack.names, account)
        assert len(failed) == COUNT, "an operation went on with another account"
        assert set(other.counters()["by_method"]) <= {"GET"}, "something was written to another account"
    still = stack.run(operation, failed)
    return stack.tally(deleted=trial.operation == "delete", retried=len(failed), failed=still)


class Stack:
    """Ten declared instances, their state as an engine would keep it, and the operations of a run on each."""

    def __init__(self, emulator: Emulator, name: str) -> None:
        self._emulator = emulator
        self._name = name
        self._state: dict[str, Found] = {}
        self._texts: list[str] = []
        self._pages = "1"
        self.names = [f"i{number}" for number in range(COUNT)]

    def run(
        self,
        operation: Callable[[DynamicProvider, str], None],
        names: list[str],
        account: Mapping[str, str] | None = None,
    ) -> list[str]:
        """One run of the provider's host: the operation on each resource, at once. Returns those where it failed."""
        config = CONFIG | {"baseUrl": self._emulator.base_url} | dict(account or {})
        failed: list[str] = []

        def attempt(name: str) -> None:
            try:
                operation(provider, name)
            except Refused as error:
                self._texts.append(str(error))
                failed.append(name)

        with opened(config) as provider, ThreadPoolExecutor(COUNT) as pool:
            list(pool.map(attempt, names))
            self._texts += [diagnostic.message for diagnostic in provider.diagnostics]
        return sorted(failed)

    @property
    def doubts(self) -> list[str]:
        """What was told so far of definitions that could not be had."""
        return [text for text in self._texts if "checked less" in text]

    def create(self, provider: DynamicProvider, name: str) -> None:
        """A new resource."""
        self._state[name] = provider.create(self._checked(provider, name))

    def refresh(self, provider: DynamicProvider, name: str) -> None:
        """What the resource is now. One that is taken to be gone leaves the state, and so is lost."""
        found = provider.read(self._state[name])
        if found is None:
            del self._state[name]
        else:
            self._state[name] = found

    def update(self, provider: DynamicProvider, name: str) -> None:
        """Another value in its configuration."""
        self._pages = "2"
        last = self._state[name]
        self._state[name] = provider.update(last, self._checked(provider, name, last))

    def replace(self, provider: DynamicProvider, name: str) -> None:
        """Another instance, as an engine does it: diff, create, delete."""
        last = self._state[name]
        inputs = self._checked(provider, name, last, externalAuthentication="initial")
        if last.outputs["externalAuthentication"] == "none":
            assert provider.diff(last.id, last.outputs, inputs) == "replace"
            self._state[name] = provider.create(inputs)
        provider.delete(last)

    def delete(self, provider: DynamicProvider, name: str) -> None:
        """Gone."""
        if name in self._state:
            provider.delete(self._state[name])
            del self._state[name]

    def tally(self, deleted: bool, retried: int, failed: list[str]) -> Tally:
        """Count what the platform has of this stack against what is declared."""
        live = {str(instance["id"]): instance for instance in self._listed()}
        declared = [] if deleted else self.names
        kept = {name for name in declared if name not in failed and self._is_whole(name, live)}
        secrets = (USER, ORGANIZATION, "sk_live_")
        return Tally(
            tried=COUNT,
            lost=len(declared) - len(kept),
            twice=len(live) - len(kept),
            leaked=sum(any(secret in text for secret in secrets) for text in self._texts),
            retried=retried,
        )

    def _is_whole(self, name: str, live: Mapping[str, Mapping[str, Any]]) -> bool:
        found = self._state.get(name)
        if not found or found.id not in live:
            return False
        whole = self._emulator.call("GET", f"/instances/{found.id}").json()
        token = plain(found.outputs["token"])
        return bool(token == whole["token"] and whole["configuration"]["pagination.max"] == self._pages)

    def _listed(self) -> Iterator[dict[str, Any]]:
        answer = self._emulator.call("GET", "/instances", params={"tags[]": f"pulumi:{PROJECT}/{self._name}"})
        yield from answer.json() if answer.ok else []

    def _checked(self, provider: DynamicProvider, name: str, last: Found | None = None, **more: Any) -> dict[str, Any]:
        configuration = {"api.key": f"sk_live_{name}", "pagination.max": self._pages}
        urn = f"urn:pulumi:{self._name}::{PROJECT}::{TYPE}::{name}"
        declared = {"element": "stripe", "name": name, "configuration": configuration, "__urn": urn, **more}
        checked = provider.check(declared, last.inputs if last else None)
        assert not checked.failures, checked.failures
        return checked.inputs
