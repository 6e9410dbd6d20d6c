"""The native provider in a Python program: what is registered and asked for, and that schema.json says the same."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from pulumi_cloudelements import Element, InstanceResult, native
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Entry
from pulumi_cloudelements.model.instance import property_name

MOCKED = """
import asyncio, json
import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks

SIGNATURE, MARK = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
FOUND = {
    "id": "77", "name": "Payments", "element": "stripe", "tags": ["b", "a"], "enabled": True,
    "externalAuthentication": "none", "configuration": {"api.key": "********", "pagination.max": "50"},
    "token": {SIGNATURE: MARK, "value": "live-token"}, "elementId": 483.0, "hub": "payment",
}
ENTRY = {"key": "api.key", "type": "PASSWORD", "required": True, "internal": False, "active": True, "default": None}
ANSWERS = {
    "getInstance": FOUND,
    "getInstances": {"instances": [FOUND, FOUND | {"id": "78", "configuration": {}}]},
    "getElement": {"key": "stripe", "authentication": "basic", "id": 483.0, "configuration": [ENTRY]},
}
ADDED = {"token": {SIGNATURE: MARK, "value": "live-token"}, "elementId": 483.0, "hub": "payment", "valid": True,
    "createdDate": "2018", "name": "from the plugin", "enabled": True, "externalAuthentication": "none"}
recorded = {"resources": {}, "calls": [], "shown": {}}

def marked(value):
    if isinstance(value, dict):
        return {"secret": marked(value["value"])} if SIGNATURE in value else {k: marked(v) for k, v in value.items()}
    return [marked(item) for item in value] if isinstance(value, list) else value

class Monitor(mocks.MockMonitor):
    def RegisterResource(self, request):
        recorded["resources"][request.name] = {
            "type": request.type, "inputs": marked(MessageToDict(request.object)), "provider": request.provider,
            "version": request.version, "secrets": list(request.additionalSecretOutputs),
        }
        return super().RegisterResource(request)
    def ReadResource(self, request):
        recorded["resources"][request.name] = {
            "type": request.type, "id": request.id, "inputs": MessageToDict(request.properties),
            "provider": request.provider, "secrets": list(request.additionalSecretOutputs),
        }
        return super().ReadResource(request)
    def Invoke(self, request):
        recorded["calls"].append([request.tok, MessageToDict(request.args), request.provider])
        return super().Invoke(request)

class Platform(mocks.Mocks):
    def new_resource(self, args):
        return "1234", ADDED | args.inputs
    def call(self, args):
        if args.args.get("id") == "404":
            return {}, [("id", "no such instance")]
        # What an engine answers in a preview for a provider that is not configured yet.
        return {} if "unconfigured" in args.provider else ANSWERS[args.token.rpartition(":")[2]]

async def plain(value):
    if isinstance(value, pulumi.Output):
        if not await value.is_known():
            return "unknown"
        held = await plain(await value.future())
        return {"secret": held} if await value.is_secret() else held
    if isinstance(value, (InstanceResult, Element)):
        return {name: await plain(item) for name, item in vars(value).items()}
    if isinstance(value, dict):
        return {name: await plain(item) for name, item in value.items()}
    return [await plain(item) for item in value] if isinstance(value, list | tuple) else value

shown = {}
mocks.set_mocks(Platform(), project="integrations", stack="staging", monitor=Monitor(Platform()))
from pulumi_cloudelements import Element, InstanceResult, native
secret = pulumi.Output.secret

@pulumi.runtime.test
def program():
"""
"""What stands around a program's lines: an engine that records what it is told, and answers as a plugin would."""

PRINTED = """
    async def all_shown():
        recorded["shown"] = {name: await plain(value) for name, value in shown.items()}
    return all_shown()

program()
print(json.dumps(recorded, default=vars))
"""


URN = "urn:pulumi:staging::integrations::"

ACCOUNT = f"{URN}pulumi:pulumi:Stack$pulumi:providers:cloudelements::account::1234"
"""The provider that a program calls `account`, as the engine above refers to it."""


def run(lines: str) -> subprocess.CompletedProcess[str]:
    """A program of these lines, ended."""
    program = MOCKED + "".join(f"    {line}\n" for line in lines.strip().splitlines()) + PRINTED
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def record(lines: str) -> dict[str, Any]:
    """What an engine is told by a program of these lines: resources by name, calls, and what the program has shown."""
    done = run(lines)
    assert done.returncode == 0, done.stderr
    # The mocks of older SDKs (3.235) know neither stack nor project.
    recorded: dict[str, Any] = json.loads(done.stdout.replace("urn:pulumi:stack::project::", URN))
    return recorded


# Instances


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    """What a program registers that declares instances in every way there is."""
    return record("""
whole = dict(name="Payments", tags=("b", "a"), enabled=False, external_authentication="initial",
    configuration={"api.key": secret("key-5e1f"), "pagination.max": 50, "a_b": {"c_d": True, "e": None}},
    provider_data={"code": "code-5e1f"}, provider_data_version={"n_o": 1}, adopt="77")
native.Instance("whole", "stripe", **whole)
args = native.InstanceArgs("stripe", **whole)
native.Instance("args", args)
native.Instance("named args", args=args, opts=pulumi.ResourceOptions(version="0.1.0"))
shown["args"] = vars(args)
bare = native.Instance("bare", element="jira")
provider = native.Provider("account")
native.Instance("elsewhere", "jira", opts=pulumi.ResourceOptions(provider=provider))
class Team(native.Instance):
    pass
for name, instance in {"bare": bare, "known": native.Instance.get("known", "99"), "team": Team("team", "jira")}.items():
    shown[name] = {output: getattr(instance, output) for output in ("id", *native.OUTPUTS)}
shown["own"] = isinstance(Team.get("own", "99"), Team)
""")


def test_an_instance_is_registered_by_the_schemas_names(declared: dict[str, Any]) -> None:
    registered = declared["resources"]["whole"]
    assert registered["type"] == "cloudelements:index:Instance"
    assert registered["inputs"] == {
        "element": "stripe",
        "name": "Payments",
        "configuration": {"api.key": {"secret": "key-5e1f"}, "pagination.max": 50, "a_b": {"c_d": True, "e": None}},
        "tags": ["b", "a"],
        "enabled": False,
        "externalAuthentication": "initial",
        "providerData": {"secret": {"code": "code-5e1f"}},
        "providerDataVersion": {"n_o": 1},
        "adopt": "77",
    }


@pytest.mark.parametrize("name", ["args", "named args"])
def test_one_object_declares_what_single_inputs_do_and_can_be_used_again(declared: dict[str, Any], name: str) -> None:
    assert declared["resources"][name]["inputs"] == declared["resources"]["whole"]["inputs"]
    assert set(declared["shown"]["args"]) == set(inspect.get_annotations(native.InstanceArgs))
    assert declared["shown"]["args"]["provider_data"] == {"code": "code-5e1f"}


def test_defaults_are_left_to_the_plugin(declared: dict[str, Any]) -> None:
    assert declared["resources"]["bare"]["inputs"] == {"element": "jira"}


def test_no_version_of_the_plugin_is_asked_for_but_one_that_the_options_name(declared: dict[str, Any]) -> None:
    assert declared["resources"]["bare"]["version"] == ""
    assert declared["resources"]["named args"]["version"] == "0.1.0"


def test_the_token_is_kept_secret_whatever_the_plugin_says(declared: dict[str, Any]) -> None:
    assert declared["resources"]["bare"]["secrets"] == ["token"]
    assert declared["resources"]["known"]["secrets"] == ["token"]


@pytest.mark.parametrize("name", ["bare", "team", "known"])
def test_outputs_have_the_attributes_names(declared: dict[str, Any], name: str) -> None:
    assert declared["shown"][name] == dict.fromkeys(native.OUTPUTS) | {
        "id": "99" if name == "known" else "1234",
        "element": None if name == "known" else "jira",
        "name": "from the plugin",
        "enabled": True,
        "external_authentication": "none",
        "token": {"secret": "live-token"},
        "element_id": 483,
        "hub": "payment",
        "valid": True,
        "created_date": "2018",
    }


def test_an_existing_instance_is_read_by_its_id_alone(declared: dict[str, Any]) -> None:
    read = declared["resources"]["known"]
    assert (read["type"], read["id"], read["inputs"]) == ("cloudelements:index:Instance", "99", {})


def test_a_subclass_is_read_as_what_it_is(declared: dict[str, Any]) -> None:
    assert declared["shown"]["own"] is True


def test_an_instance_belongs_to_the_account_that_its_options_name(declared: dict[str, Any]) -> None:
    assert declared["resources"]["elsewhere"]["provider"] == ACCOUNT
    assert declared["resources"]["bare"]["provider"] == ""


@pytest.mark.parametrize(
    "arguments", ["native.InstanceArgs('stripe'), tags=['a']", "'stripe', args=native.InstanceArgs('jira')"]
)
def test_an_object_and_single_inputs_together_are_refused(arguments: str) -> None:
    ended = run(f"native.Instance('payments', {arguments})")
    assert ended.stderr.splitlines()[-1] == "TypeError: Instance takes either InstanceArgs or single inputs"


def test_an_instance_without_an_element_is_refused() -> None:
    with pytest.raises(TypeError, match="element"):
        native.InstanceArgs()  # type: ignore[call-arg]


def test_what_cannot_be_sent_is_refused_by_its_path_and_without_a_value() -> None:
    ended = run("""
from datetime import date
native.Instance("payments", "stripe", provider_data={"code": "code-5e1f", "since": date(2024, 1, 1)})
""")
    told = "payments: providerData.since: a date cannot be sent; write it as a text"
    # A failed output is a bare exception in older SDKs (3.235), and as quiet.
    assert ended.stderr.splitlines()[-1] in {f"pulumi.errors.RunError: {told}", f"Exception: {told}"}


def test_an_interrupted_program_ends_without_a_traceback() -> None:
    ended = run("""
native.Instance("payments", "stripe")
raise KeyboardInterrupt
""")
    assert ended.returncode != 0
    assert ended.stderr == ""


# Providers


@pytest.fixture(scope="module")
def accounts() -> dict[str, Any]:
    """What a program registers that names accounts."""
    return record("""
later = pulumi.Output.from_input
native.Provider("whole", user_secret="user-5e1f", organization_secret=later("organization-5e1f"),
    base_url="https://api.example.com", update_method="PATCH", request_timeout=2.5, max_retries=later(3),
    orphans="ignore", ownership_tag=False)
native.Provider("bare", user_secret=None, opts=pulumi.ResourceOptions(additional_secret_outputs=["baseUrl"]))
native.Provider("unset", max_retries=later(None))
""")


def test_a_provider_is_told_texts_and_keeps_its_secrets(accounts: dict[str, Any]) -> None:
    registered = accounts["resources"]["whole"]
    assert registered["type"] == "pulumi:providers:cloudelements"
    assert registered["inputs"] == {
        "userSecret": {"secret": "user-5e1f"},
        "organizationSecret": {"secret": "organization-5e1f"},
        "baseUrl": "https://api.example.com",
        "updateMethod": "PATCH",
        "requestTimeout": "2.5",
        "maxRetries": "3",
        "orphans": "ignore",
        "ownershipTag": "false",
    }
    assert registered["secrets"] == ["userSecret", "organizationSecret"]


@pytest.mark.parametrize("name", ["bare", "unset"])
def test_what_a_provider_is_not_told_is_left_to_the_plugins_environment(accounts: dict[str, Any], name: str) -> None:
    assert {key: value for key, value in accounts["resources"][name]["inputs"].items() if value is not None} == {}


def test_the_options_of_a_provider_are_kept(accounts: dict[str, Any]) -> None:
    assert accounts["resources"]["bare"]["secrets"] == ["baseUrl", "userSecret", "organizationSecret"]


# Look-ups

STRIPE: dict[str, Any] = dict.fromkeys(field.name for field in fields(InstanceResult)) | {
    "id": "77",
    "name": "Payments",
    "element": "stripe",
    "tags": ["b", "a"],
    "enabled": True,
    "external_authentication": "none",
    "configuration": {"api.key": {"secret": "********"}, "pagination.max": "50"},
    "token": {"secret": "live-token"},
    "element_id": 483,
    "hub": "payment",
}
"""An instance that is found: its secrets are secret outputs, as those of the dynamic provider's look-ups."""


@pytest.fixture(scope="module")
def looked_up() -> dict[str, Any]:
    """What a program asks for, and what it is given."""
    return record("""
there = pulumi.InvokeOptions(provider=native.Provider("account"))
later = pulumi.Output.from_input
shown["instance"] = native.get_instance("77")
shown["instances"] = native.get_instances(element="stripe", tags=["a", "b"], search_text="pay", opts=there)
shown["all"] = [instance.id for instance in native.get_instances()]
shown["element"] = native.get_element("stripe", there)
shown["instance later"] = native.get_instance_output(later("77"), there)
shown["instances later"] = native.get_instances_output(element=later("stripe"), tags=[later("a")], search_text="pay")
shown["element later"] = native.get_element_output(later("stripe"))
shown["token later"] = native.get_instance_output("77").token
shown["unknown id"] = native.get_instance_output(later(pulumi.UNKNOWN))
unconfigured = pulumi.InvokeOptions(provider=native.Provider("unconfigured"))
shown["unknown account"] = native.get_instance_output("77", unconfigured).name
shown["text"] = repr(native.get_instance("77"))
""")


def test_a_look_up_asks_for_what_is_wanted(looked_up: dict[str, Any]) -> None:
    wanted = {"element": "stripe", "tags": ["a", "b"], "searchText": "pay"}
    assert looked_up["calls"][:4] == [
        ["cloudelements:index:getInstance", {"id": "77"}, ""],
        ["cloudelements:index:getInstances", wanted, ACCOUNT],
        ["cloudelements:index:getInstances", {}, ""],
        ["cloudelements:index:getElement", {"key": "stripe"}, ACCOUNT],
    ]


def test_the_output_forms_ask_for_the_same(looked_up: dict[str, Any]) -> None:
    wanted = {"element": "stripe", "tags": ["a"], "searchText": "pay"}
    for call in (
        ["cloudelements:index:getInstance", {"id": "77"}, ACCOUNT],
        ["cloudelements:index:getInstances", wanted, ""],
        ["cloudelements:index:getElement", {"key": "stripe"}, ""],
    ):
        assert call in looked_up["calls"][4:]


def test_an_instance_is_found_with_its_secrets_secret(looked_up: dict[str, Any]) -> None:
    assert looked_up["shown"]["instance"] == STRIPE


def test_a_found_instance_shows_no_secret_and_cannot_be_changed(looked_up: dict[str, Any]) -> None:
    text = looked_up["shown"]["text"]
    assert "live-token" not in text
    assert "tags=('b', 'a')" in text
    assert "element_id=483," in text


def test_instances_are_found_with_their_secrets_secret(looked_up: dict[str, Any]) -> None:
    assert looked_up["shown"]["instances"] == [STRIPE, STRIPE | {"id": "78", "configuration": {}}]
    assert looked_up["shown"]["all"] == ["77", "78"]


def test_an_element_is_found_with_its_definitions(looked_up: dict[str, Any]) -> None:
    element = looked_up["shown"]["element"]
    assert {name: element[name] for name in ("key", "authentication", "id", "name", "hub")} == {
        "key": "stripe",
        "authentication": "basic",
        "id": 483,
        "name": None,
        "hub": None,
    }
    assert element["configuration"] == [vars(Entry("api.key", "PASSWORD", required=True))]
    assert looked_up["shown"]["element later"] == element


def test_what_is_found_later_is_a_secret_as_a_whole(looked_up: dict[str, Any]) -> None:
    assert looked_up["shown"]["instance later"] == {"secret": STRIPE}
    assert looked_up["shown"]["instances later"] == {"secret": looked_up["shown"]["instances"]}
    assert looked_up["shown"]["token later"] == {"secret": "live-token"}


def test_what_cannot_be_known_yet_is_found_later(looked_up: dict[str, Any]) -> None:
    assert looked_up["shown"]["unknown id"] == looked_up["shown"]["unknown account"] == "unknown"


NOT_YET = "an argument, or the provider, is not known yet: use the function whose name ends with _output"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("native.get_instance('404')", f"invoke of {schema.GET_INSTANCE} failed: no such instance (id)"),
        (
            "pulumi.export('name', native.get_instance_output('404').name)",
            f"invoke of {schema.GET_INSTANCE} failed: no such instance (id)",
        ),
        ("native.get_instance(pulumi.Output.from_input(pulumi.UNKNOWN))", f"{schema.GET_INSTANCE}: {NOT_YET}"),
        (
            "native.get_instances(opts=pulumi.InvokeOptions(provider=native.Provider('unconfigured')))",
            f"{schema.GET_INSTANCES}: {NOT_YET}",
        ),
        ("native.get_instances(tags='a')", "get_instances: tags must be a list of strings"),
    ],
)
def test_a_look_up_that_fails_ends_the_program_as_pulumi_prints_without_a_traceback(lines: str, told: str) -> None:
    ended = run(lines)
    assert ended.returncode != 0
    # A failed output is a bare exception in older SDKs (3.235), and as quiet.
    assert ended.stderr.splitlines()[-1] in {f"pulumi.errors.RunError: {told}", f"Exception: {told}"}


# Equal to schema.json

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
