"""What the dynamic provider adds to the core: hidden inputs, for the URN and for which values are secret."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.mocked_engine import record, run

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


REPLACES = """
def given(args):
    if args.name == "transformed":
        opts = pulumi.ResourceOptions(replace_on_changes=["tags"])
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, opts))
pulumi.runtime.register_stack_transformation(given)
class Payments(Instance):
    def __init__(self, name, opts=None):
        super().__init__(name, "stripe", opts=opts)
Instance("plain", "stripe")
Instance("replacing", "stripe", opts=pulumi.ResourceOptions(replace_on_changes=["*"]))
Instance("transformed", "stripe")
Payments("payments")
class Special(Payments):
    pass
Special("special")
"""


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    """What an engine is told of instances with options, and of those that subclasses declare."""
    resources: dict[str, Any] = record("from pulumi_cloudelements import Instance\n" + REPLACES)["resources"]
    return resources


@pytest.mark.parametrize(("name", "paths"), [("plain", None), ("replacing", ["*"]), ("transformed", ["tags"])])
def test_a_resource_knows_what_replaces_it_since_the_engine_cannot(
    declared: dict[str, Any], name: str, paths: list[str] | None
) -> None:
    assert declared[name]["inputs"].get("__replaceOnChanges") == paths


@pytest.mark.parametrize("name", ["payments", "special"])
def test_a_subclass_keeps_the_type(declared: dict[str, Any], name: str) -> None:
    assert declared[name]["type"] == "pulumi-python:dynamic/cloudelements:Instance"
    assert declared[name]["inputs"]["__urn"].endswith(f"::pulumi-python:dynamic/cloudelements:Instance::{name}")


INHERITING = """
given = pulumi.ResourceOptions(providers=[native.Provider("account")])
group = pulumi.ComponentResource("x:y:Group", "group", None, given)
Instance("a", "stripe", opts=pulumi.ResourceOptions(parent=group))
"""

IMPORTING = """
def importing(args):
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(import_="1"))
    return pulumi.ResourceTransformationResult(args.props, opts)
pulumi.runtime.register_stack_transformation(importing)
Instance("a", "stripe", configuration={"b": secret("c")})
"""


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('Instance("a", "stripe", opts=pulumi.ResourceOptions(import_="1"))', "a: import_ has no effect"),
        ('Instance.get("a", "1")', "Instance.get has no effect in the dynamic provider: use get_instance"),
        (IMPORTING, "a: import_ has no effect"),
        ("class Own(Instance, module='own', name='Own'): pass", "Own: leave out module and name"),
        (INHERITING, "a: a provider of cloudelements, given or inherited, has no effect"),
    ],
    ids=["option", "get", "transformation", "type of its own", "component"],
)
def test_what_cannot_be_kept_ends_the_program_and_nothing_is_declared(lines: str, words: str) -> None:
    done = run(f"from pulumi_cloudelements import Instance\n{lines}")
    assert done.returncode != 0
    assert words in done.stderr
    assert "never awaited" not in done.stderr


AT_A_TIME = """
import asyncio, contextvars, pickle, sys, threading
from pulumi.runtime import settings
from pulumi_cloudelements import Instance

pickler = pickle.Pickler
sys.setswitchinterval(1e-6)

async def declared():
    settings.configure(settings.Settings("integrations", "staging"))
    for number in range(200):
        Instance(f"payments-{number}", "stripe")

def program():
    contextvars.copy_context().run(asyncio.run, declared())

programs = [threading.Thread(target=program) for _ in range(4)]
for thread in programs:
    thread.start()
for thread in programs:
    thread.join()
print(pickle.Pickler is pickler)
"""


def test_programs_that_declare_instances_at_a_time_leave_the_process_its_pickler() -> None:
    done = subprocess.run([sys.executable, "-c", AT_A_TIME], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["True"], done.stderr
