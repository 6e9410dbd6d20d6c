"""The native provider in a Python program: which instances and providers it registers."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from pulumi_cloudelements import native
from tests.support.mocked_engine import ACCOUNT, record, run

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
