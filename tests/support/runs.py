"""A stack on the emulator's account: what its runs do, and what the platform has afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import Interrupted
from pulumi_cloudelements.model.diagnostics import Severity, discard
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.resources import account as accounts
from pulumi_cloudelements.resources.instance import InstanceResource
from tests.support import declarations
from tests.support.emulator import ORGANIZATION, USER, Emulator

PROJECT = "integrations"

STRIPE = InstanceInputs.from_properties(declarations.STRIPE)
"""An instance as programs declare it."""

LIST, POST = "GET /instances", "POST /instances"
GET, PUT, DELETE = "GET /instances/{id}", "PUT /instances/{id}", "DELETE /instances/{id}"


def gone() -> None:
    """The engine of a killed run."""
    raise Interrupted("the engine is gone")


@dataclass
class Run:
    """One run of the engine: a provider process's core, and what it has told the user."""

    core: InstanceResource
    stack: str
    told: list[str] = field(default_factory=list)

    def owner(self, name: str) -> Owner:
        """The resource of this stack with this name."""
        return Owner(PROJECT, self.stack, name)

    def create(self, name: str = "payments", inputs: InstanceInputs = STRIPE) -> InstanceState:
        """Check and create, or adopt."""
        self.core.check(inputs.to_properties(), discard, {}, self.owner(name))
        return self.core.create(inputs, self.owner(name), self.tell)

    def diff(self, last: InstanceState, inputs: InstanceInputs = STRIPE, name: str = "payments") -> list[str]:
        """The paths of what has changed."""
        old, new = last.to_properties(), inputs.to_properties()
        changes = self.core.diff(last.id, old, new, self.owner(name), self.tell)
        return [change.path for change in changes]

    def read(self, last: InstanceState, name: str = "payments") -> InstanceState:
        """Refresh what is there."""
        state = self.core.read(last, self.owner(name), self.tell)
        assert state
        return state

    def update(self, last: InstanceState, inputs: InstanceInputs, name: str = "payments") -> InstanceState:
        """Change in place."""
        return self.core.update(last, inputs, self.owner(name), self.tell)

    def delete(self, last: InstanceState) -> None:
        """Delete what the state has."""
        self.core.delete(last, self.tell)

    def tell(self, severity: Severity, message: str) -> None:
        """Hear a message for the user."""
        assert "\n" not in message
        self.told.append(f"{severity.value}: {message}")


@dataclass
class Account:
    """The emulator's account, as one stack sees it."""

    emulator: Emulator
    stack: str

    def run(self, confirm: Callable[[], None] = lambda: None, **config: Any) -> Run:
        """Begin a run; `config` are fields of the provider's configuration, `confirm` asks whether its engine lives."""
        base = ProviderConfig(USER, ORGANIZATION, self.emulator.base_url, request_timeout=20, max_retries=2)
        whole = replace(base, **config)
        return Run(accounts.Account(whole, confirm).instances, self.stack)

    def other(self, stack: str) -> Account:
        """Another stack on the same account."""
        return Account(self.emulator, stack)

    def instances(self) -> list[dict[str, Any]]:
        """What the platform has of this stack, by ascending id."""
        tag = f"pulumi:{PROJECT}/{self.stack}"
        answer = self.emulator.call("GET", "/instances", params={"tags[]": tag})
        found: list[dict[str, Any]] = answer.json() if answer.ok else []
        return found

    def ids(self) -> list[str]:
        """Their ids."""
        return [str(instance["id"]) for instance in self.instances()]

    def live(self, id: str) -> dict[str, Any] | None:
        """One instance as the platform has it, None where it is gone."""
        answer = self.emulator.call("GET", f"/instances/{id}")
        live: dict[str, Any] | None = answer.json() if answer.ok else None
        return live

    def calls(self, call: str) -> int:
        """How often a call was made since the request log was cleared, such as ``POST /instances``."""
        count: int = self.emulator.counters()["by_call"].get(call, 0)
        return count
