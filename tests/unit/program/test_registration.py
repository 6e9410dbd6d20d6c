"""What the program's side of the dynamic provider refuses: what JSON has no value for, before the SDK prints it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pulumi
import pytest

from pulumi_cloudelements.program.registration import refuse_foreign_values, urn

SECRET = "hunter2-5e1f"


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"name": date(2024, 1, 1)}, "name: a date"),
        ({"configuration": {"password": SECRET, "since": date(2024, 1, 1)}}, 'configuration["since"]: a date'),
        ({"configuration": {"a": {"b": [SECRET, {1}]}}}, 'configuration["a"].b[1]: a set'),
        ({"providerData": {"code": SECRET, "raw": b"x"}}, "providerData.raw: a bytes"),
        ({"configuration": {5: SECRET}}, "configuration: has a key that is no text"),
    ],
)
def test_what_cannot_be_sent_is_named_without_what_stands_beside_it(properties: dict[str, Any], path: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        refuse_foreign_values("payments", properties)
    assert str(refused.value).startswith(f"payments: {path}")
    assert SECRET not in str(refused.value)


def test_what_can_be_sent_is_let_through() -> None:
    async def declare() -> None:
        output = pulumi.Output.secret("x")
        values = {"a": "text", "b": 1, "c": 1.5, "d": True, "e": None, "f": [{"g": ("h",)}], "i": output}
        refuse_foreign_values("payments", {"name": "Payments", "tags": ["a", output], "configuration": values})

    asyncio.run(declare())


@pytest.mark.parametrize(
    ("parent", "own"),
    [
        ("pulumi:pulumi:Stack::p-s", "t:m:Instance::one"),
        ("my:m:Component::group", "my:m:Component$t:m:Instance::one"),
        ("my:m:Outer$my:m:Inner::a::b", "my:m:Outer$my:m:Inner$t:m:Instance::one"),
    ],
    ids=["stack", "component", "a name with colons"],
)
def test_a_resource_knows_its_urn_below_its_parent(parent: str, own: str) -> None:
    class Group(pulumi.Resource):
        def __init__(self) -> None:
            self.__dict__["urn"] = pulumi.Output.from_input(f"urn:pulumi:s::p::{parent}")

    async def known() -> str | None:
        return await pulumi.Output.from_input(urn("t:m:Instance", "one", Group())).future()

    assert asyncio.run(known()) == f"urn:pulumi:s::p::{own}"
