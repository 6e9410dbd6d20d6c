"""The native provider in Python says what schema.json says."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from pulumi_cloudelements import Element, InstanceResult, native
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Entry
from pulumi_cloudelements.model.instance import property_name

RESOURCE = schema.package()["resources"][schema.INSTANCE]
PROVIDER = schema.package()["provider"]
FUNCTIONS = schema.package()["functions"]
PLAIN = {"string": "str", "boolean": "bool", "integer": "int", "number": "float"}
LOOK_UPS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    schema.GET_INSTANCE: (native.get_instance, native.get_instance_output),
    schema.GET_INSTANCES: (native.get_instances, native.get_instances_output),
    schema.GET_ELEMENT: (native.get_element, native.get_element_output),
}


def kind(spec: Mapping[str, Any], item: str = "{}") -> str:
    """The Python type that a schema's property has, with `item` around the items of a list."""
    reference = spec.get("$ref", "")
    if reference == schema.ANY:
        return "Any"
    if spec.get("type") == "array":
        return f"Sequence[{item.format(kind(spec['items']))}]"
    return "Mapping[str, Any]" if spec.get("type") == "object" else PLAIN[spec.get("type", "string")]


def input_type(spec: Mapping[str, Any], required: bool) -> str:
    """The annotation of an input."""
    return f"pulumi.Input[{kind(spec, 'pulumi.Input[{}]')}]" + ("" if required else " | None")


def annotated(function: Callable[..., Any]) -> dict[str, str]:
    """The annotations of a function's own parameters, by the schema's names."""
    parameters = inspect.signature(function).parameters.values()
    beside = ("self", "resource_name", "opts")
    return {property_name(given.name): given.annotation for given in parameters if given.name not in beside}


def optional(function: Callable[..., Any]) -> set[str]:
    """The parameters that may be left out, by the schema's names."""
    parameters = inspect.signature(function).parameters.values()
    return {property_name(given.name) for given in parameters if given.default is None and given.name != "opts"}


def flat(text: str | None) -> str:
    """A description on one line, with the schema's names for Python's."""
    line = " ".join((text or "").split()).replace("`None`", "null")
    return re.sub(r"`(\w+)`", lambda match: f"`{property_name(match[1])}`", line)


def described(function: Callable[..., Any]) -> dict[str, str]:
    """What a docstring says of a function's own parameters, by the schema's names."""
    _, _, section = (inspect.getdoc(function) or "").partition("Parameters:\n")
    entries = re.findall(r"^    (\w+): ((?:.|\n     +)+)", section.partition("\n\n")[0], re.MULTILINE)
    return {property_name(name): flat(text) for name, text in entries if name not in ("resource_name", "opts")}


def descriptions(properties: Mapping[str, Any]) -> dict[str, str]:
    return {name: spec["description"] for name, spec in properties.items()}


def test_inputs_have_the_schemas_names_and_types() -> None:
    required = set(RESOURCE["requiredInputs"])
    expected = {name: input_type(spec, name in required) for name, spec in RESOURCE["inputProperties"].items()}
    assert annotated(native.InstanceArgs.__init__) == expected
    assert optional(native.InstanceArgs.__init__) == expected.keys() - required
    attributes = {property_name(name): kind for name, kind in inspect.get_annotations(native.InstanceArgs).items()}
    assert attributes == expected


def test_the_constructor_takes_what_the_object_takes() -> None:
    def arguments(method: ast.FunctionDef) -> Iterator[tuple[str, str]]:
        given = [*method.args.args, *method.args.kwonlyargs]
        yield from ((arg.arg, ast.unparse(arg.annotation)) for arg in given if arg.annotation)

    module = ast.parse(Path(native.__file__).read_text())
    classes = {node.name: node.body for node in module.body if isinstance(node, ast.ClassDef)}
    whole, single, _ = (n for n in classes["Instance"] if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    (args,) = (n for n in classes["InstanceArgs"] if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    beside = {"resource_name": "str", "opts": "pulumi.ResourceOptions | None"}
    assert dict(arguments(single)) == dict(arguments(args)) | beside
    assert dict(arguments(whole)) == {"args": "InstanceArgs"} | beside
    assert len(single.args.kw_defaults) == len(args.args.kw_defaults) + 1


def test_inputs_are_described_as_in_the_schema() -> None:
    assert described(native.Instance.__init__) == descriptions(RESOURCE["inputProperties"])


def test_outputs_are_those_of_the_schema() -> None:
    properties = {name: value for name, value in vars(native.Instance).items() if isinstance(value, property)}
    assert tuple(properties) == native.OUTPUTS
    assert [property_name(name) for name in properties] == list(RESOURCE["properties"])
    for name, value in properties.items():
        spec = RESOURCE["properties"][property_name(name)]
        needed = property_name(name) in RESOURCE["required"]
        expected = f"pulumi.Output[{kind(spec)}{'' if needed else ' | None'}]"
        assert inspect.signature(value.fget or str).return_annotation == expected
        assert flat(value.__doc__) == spec["description"]


def test_a_provider_takes_the_configuration_as_the_schema_says_it() -> None:
    properties = PROVIDER["inputProperties"]
    expected = {name: input_type(spec, required=False) for name, spec in properties.items()}
    assert annotated(native.Provider.__init__) == expected
    assert optional(native.Provider.__init__) == set(properties)
    assert described(native.Provider.__init__) == descriptions(properties)


def test_the_classes_are_described_as_in_the_schema() -> None:
    assert native.Instance.__doc__ == RESOURCE["description"]
    assert native.Provider.__doc__ == PROVIDER["description"]


def test_every_function_of_the_schema_is_there() -> None:
    assert set(LOOK_UPS) == set(FUNCTIONS)


@pytest.mark.parametrize("token", LOOK_UPS)
def test_functions_take_what_the_schema_says(token: str) -> None:
    look_up, later = LOOK_UPS[token]
    properties, required = FUNCTIONS[token]["inputs"]["properties"], set(FUNCTIONS[token]["inputs"].get("required", ()))
    rest = {name: "" if name in required else " | None" for name in properties}
    assert annotated(look_up) == {name: kind(spec) + rest[name] for name, spec in properties.items()}
    assert annotated(later) == {name: input_type(spec, name in required) for name, spec in properties.items()}
    assert optional(look_up) == optional(later) == properties.keys() - required


@pytest.mark.parametrize("token", LOOK_UPS)
def test_functions_are_described_as_in_the_schema(token: str) -> None:
    look_up, _ = LOOK_UPS[token]
    assert (look_up.__doc__ or "").splitlines()[0] == FUNCTIONS[token]["description"]
    assert described(look_up) == descriptions(FUNCTIONS[token]["inputs"]["properties"])


@pytest.mark.parametrize(
    ("result", "promised"),
    [
        (InstanceResult, FUNCTIONS[schema.GET_INSTANCE]["outputs"]),
        (InstanceResult, schema.package()["types"]["cloudelements:index:FoundInstance"]),
        (Element, FUNCTIONS[schema.GET_ELEMENT]["outputs"]),
        (Entry, schema.package()["types"]["cloudelements:index:ElementEntry"]),
    ],
    ids=["getInstance", "FoundInstance", "getElement", "ElementEntry"],
)
def test_results_have_the_schemas_names_and_types(result: Any, promised: Mapping[str, Any]) -> None:
    def expected(name: str, spec: Mapping[str, Any]) -> str:
        if spec.get("type") == "array":
            return "tuple[Entry, ...]" if "$ref" in spec["items"] else f"tuple[{kind(spec['items'])}, ...]"
        held = f"pulumi.Output[{kind(spec)}]" if spec.get("secret") else kind(spec)
        return held if name in promised["required"] else f"{held} | None"

    assert {property_name(field.name): field.type for field in fields(result)} == {
        name: expected(name, spec) for name, spec in promised["properties"].items()
    }
