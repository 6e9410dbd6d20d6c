"""What the dynamic provider adds to the core: hidden inputs, for the URN and for which values are secret."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import json
import pulumi
from pulumi.runtime import mocks
from pulumi_cloudelements import Instance

inputs = {}

class Recorded(mocks.Mocks):
    def new_resource(self, args):
        inputs[args.name] = args.inputs
        return "1", args.inputs
    def call(self, args):
        return {}

mocks.set_mocks(Recorded(), project="integrations", stack="staging")
secret, plain = pulumi.Output.secret("s"), pulumi.Output.from_input("p")
configurations = {
    "none": None,
    "plain": {"a": "x", "b": plain, "c": {"d": [plain]}},
    "some": {"z": secret, "b": plain, "a": {"d": [1, secret]}, "c": secret.apply(lambda text: text + "!")},
    "whole": pulumi.Output.secret({"b": "x", "a": "y"}),
    "whole and plain": pulumi.Output.from_input({"b": "x", "a": "y"}),
}

@pulumi.runtime.test
def declared():
    parent = pulumi.ComponentResource("acme:index:Team", "team")
    resources = [
        Instance("größe/☃", "stripe"),
        Instance("below", "stripe", opts=pulumi.ResourceOptions(parent=parent)),
        *(Instance(name, "stripe", configuration=configuration) for name, configuration in configurations.items()),
    ]
    urns = pulumi.Output.all(parent.urn, *(resource.urn for resource in resources))
    return urns.apply(lambda urns: print(json.dumps({"parent": urns[0]} | inputs)))

declared()
"""
"""Prints the URN of a component, and the inputs of what is declared beside it and below it."""


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """What the program prints."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    inputs: dict[str, Any] = json.loads(done.stdout)
    return inputs


def test_a_resource_knows_its_own_urn(printed: dict[str, Any]) -> None:
    own = "pulumi-python:dynamic/cloudelements:Instance"
    assert printed["größe/☃"]["__urn"] == f"urn:pulumi:staging::integrations::{own}::größe/☃"
    parent = printed["parent"].removesuffix("::team")
    assert parent.endswith("acme:index:Team")
    assert printed["below"]["__urn"] == f"{parent}${own}::below"


@pytest.mark.parametrize(
    ("name", "keys"),
    [("none", None), ("plain", None), ("some", ["a", "c", "z"]), ("whole", ["a", "b"]), ("whole and plain", None)],
)
def test_a_resource_knows_which_values_the_program_gave_as_secrets(
    printed: dict[str, Any], name: str, keys: list[str] | None
) -> None:
    assert printed[name].get("__secrets") == keys
