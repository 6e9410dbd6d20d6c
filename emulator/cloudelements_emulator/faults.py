"""The faults that are in force: which request is struck, how often, and on which side of its effect.

The first rule that matches a request and has strikes left takes it; those after it do not see the request. Rules are
kept in memory, so that none survives a restart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from cloudelements_emulator import fields
from cloudelements_emulator.exchange import Exchange
from cloudelements_emulator.kinds import KINDS

Call = tuple[str, str]
"""A method and the template of a path, such as `("GET", "/instances/{id}")`."""


@dataclass
class Rule:
    """One fault. `method`, `call` and `times` are None for any and for ever; `struck` counts what has happened."""

    id: int
    fault: str
    method: str | None
    call: str | None
    when: str
    skip: int
    times: int | None
    own: dict[str, Any]
    struck: int = 0

    def __post_init__(self) -> None:
        self._to_pass = self.skip
        self._left = self.times

    def takes(self, method: str, call: str | None) -> bool:
        """Whether this request is to be struck; it then counts as one of the rule's strikes, else maybe as skipped."""
        if self._left == 0 or self.method not in (None, method) or self.call not in (None, call):
            return False
        if self._to_pass > 0:
            self._to_pass -= 1
            return False
        if self._left is not None:
            self._left -= 1
        return True

    async def strike(self, exchange: Exchange) -> None:
        """Do what the rule says to a request that it took."""
        if self.when == "after":
            await exchange.take_effect()
        self.struck += 1
        exchange.scope["fault"] = {"kind": self.fault, "when": self.when}
        await KINDS[self.fault].play(exchange, **self.own)

    def shown(self) -> dict[str, Any]:
        """Return the rule as JSON, with its strikes so far and those left, null when they have no end."""
        names = ("id", "fault", "method", "call", "when", "skip", "times")
        return {name: getattr(self, name) for name in names} | self.own | {"struck": self.struck, "left": self._left}


class Faults:
    """The rules, in the order in which they were added."""

    def __init__(self, calls: Collection[Call]) -> None:
        """Start without rules; `calls` are those that the platform knows."""
        self._calls = calls
        self._ids = count(1)
        self._rules: list[Rule] = []

    def add(self, wanted: Mapping[str, Any]) -> Rule:
        """Add the rule in `wanted`, as `jsontext` parsed it, and return it.

        Raises:
            FieldError: Something in it is missing, unknown or not allowed; nothing was added.
        """
        name = fields.read_all({"fault": fields.choice(KINDS)}, {"fault": wanted.get("fault")}, "field")["fault"]
        values = fields.read_all(self._common(name) | KINDS[name].fields, wanted, f"field of {name}")
        self._must_exist(values["method"], values["call"])
        own = {field: values.pop(field) for field in KINDS[name].fields}
        rule = Rule(id=next(self._ids), own=own, **values)
        self._rules.append(rule)
        return rule

    def take(self, method: str, call: str | None) -> Rule | None:
        """Return the rule that strikes this request, if any does; `call` is None for a path that no call has."""
        return next((rule for rule in self._rules if rule.takes(method, call)), None)

    def rules(self) -> list[dict[str, Any]]:
        """Return all rules as JSON, those without strikes left included."""
        return [rule.shown() for rule in self._rules]

    def clear(self) -> None:
        """Remove all rules."""
        self._rules.clear()

    def remove(self, rule_id: int) -> bool:
        """Remove one rule, and return whether it was there."""
        kept = [rule for rule in self._rules if rule.id != rule_id]
        removed = len(kept) < len(self._rules)
        self._rules = kept
        return removed

    def _common(self, fault: str) -> dict[str, fields.Field]:
        methods, templates = ({call[part]: None for call in self._calls} for part in (0, 1))
        sides = KINDS[fault].sides
        return {
            "fault": fields.choice(KINDS),
            "method": fields.choice(methods).or_null(),
            "call": fields.choice(templates).or_null(),
            "when": fields.choice(sides).otherwise(sides[0]),
            "skip": fields.whole(0).otherwise(0),
            "times": fields.whole(1).or_null().otherwise(1),
        }

    def _must_exist(self, method: str | None, call: str | None) -> None:
        if None not in (method, call) and (method, call) not in self._calls:
            known = ", ".join(name for name, template in self._calls if template == call)
            raise fields.FieldError(f"call {call} has no method {method}; there are {known}")
