"""schema.json is the one source: everything that repeats one of its names says the same."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from pulumi_cloudelements import Instance
from pulumi_cloudelements.config import ENVIRONMENT, ProviderConfig
from pulumi_cloudelements.declarations.entry import PROPERTIES
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.instance import HIDDEN, InstanceInputs, InstanceState, attribute_name, property_name
from pulumi_cloudelements.program.dynamic_instance import DynamicInstance
from pulumi_cloudelements.resources import wire

ROOT = Path(__file__).resolve().parents[2]
INPUTS = {
    "element": "string",
    "name": "string",
    "configuration": "object",
    "tags": "array",
    "enabled": "boolean",
    "externalAuthentication": "string",
    "providerData": "object",
    "providerDataVersion": "any",
    "adopt": "string",
    "takeover": "boolean",
}
"""The inputs that are promised, and their types."""

WRITE_ONLY = {"providerData", "adopt", "takeover"}
KEPT = INPUTS.keys() - WRITE_ONLY
OUTPUTS = KEPT | {"token", "elementId", "hub", "valid", "createdDate"}

WHOLE = InstanceInputs(
    element="stripe",
    name="Test",
    configuration={"api.key": "k"},
    tags=("a",),
    enabled=False,
    external_authentication="initial",
    provider_data={"code": "c"},
    provider_data_version=2,
    adopt="1234",
    takeover=True,
)
ANSWER = {
    "id": 1234,
    "name": "Test",
    "token": "t",
    "element": {"id": 483, "key": "stripe", "hub": "payment"},
    "valid": True,
    "disabled": True,
    "configuration": {"api.key": "k"},
    "tags": ["a"],
    "externalAuthentication": "initial",
    "createdDate": "2018-01-01",
}

FOUND_INSTANCE = schema.package()["types"]["cloudelements:index:FoundInstance"]


def constructor() -> list[inspect.Parameter]:
    """The parameters of `Instance` that declare inputs."""
    parameters = list(inspect.signature(Instance.__init__).parameters.values())
    return [parameter for parameter in parameters if parameter.name not in ("self", "resource_name", "opts")]


def test_the_properties_are_those_that_are_promised() -> None:
    assert set(schema.inputs()) == INPUTS.keys()
    assert set(schema.outputs()) == OUTPUTS


def test_the_model_names_the_same_properties() -> None:
    assert {property_name(f.name) for f in fields(InstanceInputs)} == set(schema.inputs())
    own = {property_name(f.name) for f in fields(InstanceState)} - {"id", "inputs", *HIDDEN.values()}
    assert own == set(schema.outputs()) - set(schema.inputs())


def test_what_is_no_output_is_not_kept() -> None:
    kept = InstanceState("1234", WHOLE, "t", 483, "payment", True, "2018").to_properties()
    assert set(kept) == OUTPUTS
    assert set(schema.inputs()) - set(schema.outputs()) == WRITE_ONLY


def test_the_wire_carries_the_same_properties() -> None:
    assert set(wire.to_wire(WHOLE)) == INPUTS.keys() - {"enabled", "providerDataVersion", "adopt", "takeover"}
    assert set(wire.from_wire(ANSWER).to_properties()) == OUTPUTS - {"providerDataVersion"}


def test_the_constructor_takes_the_inputs() -> None:
    assert [property_name(parameter.name) for parameter in constructor()] == list(schema.inputs())


def test_the_constructor_requires_what_the_schema_requires() -> None:
    required = {parameter.name for parameter in constructor() if parameter.default is inspect.Parameter.empty}
    assert required == {name for name, flags in schema.inputs().items() if flags.required} == {"element"}


def test_the_class_has_a_property_per_output() -> None:
    own = {name for name, value in vars(DynamicInstance).items() if isinstance(value, property)}
    assert issubclass(Instance, DynamicInstance)
    assert {property_name(name) for name in own} == set(schema.outputs())


def test_a_declaration_takes_the_arguments_of_the_constructor() -> None:
    assert list(PROPERTIES) == [parameter.name for parameter in constructor()]


def test_the_flags_are_those_that_are_promised() -> None:
    assert {name for name, flags in schema.outputs().items() if flags.secret} == {"token"}
    assert {name for name, flags in schema.inputs().items() if flags.secret} == {"providerData"}
    assert {name for name, flags in schema.inputs().items() if flags.replaces} == {"element", "externalAuthentication"}
    assert {name: flags.default for name, flags in schema.inputs().items() if flags.default is not None} == {
        "enabled": True,
        "externalAuthentication": "none",
    }
    assert schema.inputs()["externalAuthentication"].choices == ("none", "initial")


def test_the_defaults_are_the_models() -> None:
    declared = InstanceInputs("stripe", "Test").to_properties()
    for name, flags in schema.inputs().items():
        if flags.default is not None:
            assert declared[name] == flags.default


def test_an_output_has_the_type_of_its_input() -> None:
    both = schema.inputs().keys() & schema.outputs().keys()
    assert both == KEPT
    for name in both:
        assert schema.outputs()[name].type == schema.inputs()[name].type


def test_the_types_are_those_that_are_promised() -> None:
    assert {name: flags.type for name, flags in schema.inputs().items()} == INPUTS


def test_the_update_methods_are_those_that_the_configuration_takes() -> None:
    choices = schema.package()["types"]["cloudelements:index:UpdateMethod"]["enum"]
    methods = [choice["value"] for choice in choices]
    assert methods == ["PUT", "PATCH"]
    for method in methods:
        assert ProviderConfig.load({"cloudelements:updateMethod": method}.get, {}).update_method == method


@pytest.mark.parametrize("section", ["config", "provider"])
def test_the_configuration_is_the_providers(section: str) -> None:
    variables: dict[str, Any] = schema.package()[section]["variables" if section == "config" else "inputProperties"]
    assert {key: variable["defaultInfo"]["environment"] for key, variable in variables.items()} == {
        key: [name] for key, name in ENVIRONMENT.items()
    }
    defaults = {property_name(f.name): f.default for f in fields(ProviderConfig) if f.default != ""}
    assert {key: variable["default"] for key, variable in variables.items() if "default" in variable} == defaults
    assert {key for key, variable in variables.items() if variable.get("secret")} == {
        "userSecret",
        "organizationSecret",
    }


def test_the_configuration_is_said_the_same_way_twice() -> None:
    assert schema.package()["config"]["variables"] == schema.package()["provider"]["inputProperties"]


def test_the_configuration_is_read_with_its_flags() -> None:
    assert {key: flags.type for key, flags in schema.configuration().items()} == {
        "userSecret": "string",
        "organizationSecret": "string",
        "baseUrl": "string",
        "updateMethod": "string",
        "requestTimeout": "number",
        "maxRetries": "integer",
        "orphans": "string",
        "ownershipTag": "boolean",
        "account": "string",
    }
    assert {key for key, flags in schema.configuration().items() if flags.secret} == {
        "userSecret",
        "organizationSecret",
    }
    assert schema.configuration()["orphans"].choices == ("adopt", "ignore")


def test_the_configurations_attributes_are_its_keys() -> None:
    assert {f.name for f in fields(ProviderConfig)} - {"log"} == {attribute_name(key) for key in ENVIRONMENT}


def test_what_ships_is_the_root_schema() -> None:
    shipped = files("pulumi_cloudelements.model").joinpath("schema.json").read_bytes()
    assert shipped == (ROOT / "schema.json").read_bytes()
    assert json.loads(shipped) == dict(schema.package())


def test_the_version_is_the_packages() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert schema.version() == version[1]


def test_a_generated_sdk_replaces_no_package_of_ours_or_of_pulumis() -> None:
    languages = schema.package()["language"]
    assert languages["python"]["packageName"] == "pulumi_cloudelements_native"
    assert languages["nodejs"]["packageName"] == "pulumi-cloudelements-native"
    assert languages["go"]["importBasePath"] == "example.com/pulumi-cloudelements-native/go/cloudelements"
    assert languages["csharp"]["rootNamespace"] == "PulumiCloudElements"
    assert not (ROOT / "provider" / languages["python"]["packageName"]).exists()


def test_the_schema_names_no_address_that_the_project_does_not_have() -> None:
    assert not {"homepage", "repository", "pluginDownloadURL"} & schema.package().keys()
    assert schema.package()["license"] == "Apache-2.0"
    assert schema.package()["publisher"] == "The pulumi-cloudelements contributors"


def test_everything_is_described() -> None:
    resource = schema.package()["resources"][schema.INSTANCE]
    for section in ("inputProperties", "properties"):
        for spec in resource[section].values():
            assert spec["description"].endswith(".")


def test_the_functions_are_those_that_are_promised() -> None:
    assert set(schema.package()["functions"]) == {schema.GET_INSTANCE, schema.GET_INSTANCES, schema.GET_ELEMENT}


def test_an_instance_is_found_the_same_way_alone_and_among_others() -> None:
    alone, among = schema.package()["functions"][schema.GET_INSTANCE]["outputs"], FOUND_INSTANCE
    assert (alone["properties"], alone["required"]) == (among["properties"], among["required"])


def test_a_found_instance_is_that_of_the_resource() -> None:
    declared = set(schema.outputs()) - {"providerDataVersion"}
    assert set(FOUND_INSTANCE["properties"]) == declared | {"id"}
    assert {name for name, spec in FOUND_INSTANCE["properties"].items() if spec.get("secret")} == {"token"}
    for name in declared:
        found = FOUND_INSTANCE["properties"][name]
        own = schema.package()["resources"][schema.INSTANCE]["properties"][name]
        assert {key: value for key, value in found.items() if key != "description"} == {
            key: value for key, value in own.items() if key != "description"
        }


def test_every_function_and_type_is_described() -> None:
    functions = schema.package()["functions"].values()
    shapes = [function[side] for function in functions for side in ("inputs", "outputs")]
    types = schema.package()["types"].values()
    described = [*functions, *types, *(function["outputs"] for function in functions)]
    for spec in [*described, *(spec for shape in [*shapes, *types] for spec in shape.get("properties", {}).values())]:
        assert spec["description"].endswith(".")
