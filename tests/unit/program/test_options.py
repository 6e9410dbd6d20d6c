"""Which of Pulumi's resource options are refused, and in what words. No option is without a decision."""

from __future__ import annotations

import inspect
from typing import Any

import pulumi
import pytest

from pulumi_cloudelements.program.options import refuse_misdirected, refuse_unkept
from tests.support.documents import rows, section

KEPT = {
    "additional_secret_outputs", "aliases", "delete_before_replace", "deleted_with", "depends_on", "hide_diffs",
    "hooks", "ignore_changes", "parent", "protect", "provider", "providers", "replace_on_changes", "replace_with",
    "replacement_trigger", "retain_on_delete", "state_migrations", "transformations", "transforms",
}  # fmt: skip
REFUSED = {"id", "import_", "urn", "custom_timeouts", "version", "plugin_download_url", "env_var_mappings"}


class Account(pulumi.ProviderResource):
    """A provider of a package, which no engine knows."""

    def __init__(self, package: str) -> None:
        self.package = package


class Group(pulumi.ComponentResource):
    """A component that has been given providers, which no engine knows."""

    def __init__(self, *packages: str) -> None:
        self._providers = {package: Account(package) for package in packages}


def options(**given: Any) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(**given)


def refusal(opts: Any, refuse: Any = refuse_unkept) -> str:
    with pytest.raises(pulumi.RunError) as refused:
        refuse("payments", opts)
    return str(refused.value)


def test_every_option_of_the_sdk_is_decided_upon_and_stands_in_the_table() -> None:
    assert set(inspect.signature(pulumi.ResourceOptions).parameters) <= KEPT | REFUSED
    table = rows(section("docs/instance.md", "Resource options"))
    listed = {option.strip("` ") for cells in table for option in cells[0].split(",")}
    assert listed >= KEPT | REFUSED


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("id", "1", "get_instance"),
        ("import_", "1", "use adopt"),
        ("urn", "urn:pulumi:s::p::t::n", "use the resource that has this URN"),
        ("custom_timeouts", pulumi.CustomTimeouts(create="2s"), "cloudelements:requestTimeout"),
        ("version", "1.0.0", "the installed Python package"),
        ("plugin_download_url", "https://example.com", "the installed Python package"),
        ("env_var_mappings", {"A": "B"}, "an option of providers"),
    ],
)
def test_what_the_dynamic_provider_cannot_keep_is_refused_with_what_to_use_instead(
    option: str, value: Any, words: str
) -> None:
    refused = refusal(options(**{option: value}))
    assert refused.startswith(f"payments: {option} has no effect in the dynamic provider: ")
    assert words in refused
    assert "\n" not in refused


@pytest.mark.parametrize(
    "opts",
    [
        {"provider": Account("cloudelements")},
        {"providers": [Account("aws"), Account("cloudelements")]},
        {"providers": {"cloudelements": Account("cloudelements")}},
        {"parent": Group("aws", "cloudelements")},
    ],
    ids=["provider", "providers", "providers by name", "parent"],
)
def test_an_account_of_the_native_provider_is_refused_by_the_dynamic_class_alone(opts: dict[str, Any]) -> None:
    assert "use pulumi_cloudelements.native.Instance" in refusal(options(**opts))
    refuse_misdirected("payments", options(**opts))


@pytest.mark.parametrize("refuse", [refuse_unkept, refuse_misdirected])
def test_a_provider_of_another_package_is_refused_and_one_for_children_is_not(refuse: Any) -> None:
    refused = refusal(pulumi.ResourceOptions(provider=Account("aws")), refuse)
    assert refused == "payments: provider is one of aws, which has no element instances: leave it out"
    refuse("payments", pulumi.ResourceOptions(providers=[Account("aws")], parent=Group("aws")))


def test_a_provider_of_the_own_package_is_kept() -> None:
    refuse_unkept("payments", pulumi.ResourceOptions(provider=Account("pulumi-python")))
    refuse_misdirected("payments", pulumi.ResourceOptions(provider=Account("cloudelements")))


NATIVE = "cloudelements:index:Instance"


@pytest.mark.parametrize("alias", [pulumi.Alias(type_=NATIVE), f"urn:pulumi:s::p::x:y:Group${NATIVE}::old::name"])
def test_an_alias_of_the_native_class_is_refused_since_its_state_has_no_provider_to_refresh_with(alias: Any) -> None:
    assert f"aliases: {NATIVE} is no dynamic resource" in refusal(pulumi.ResourceOptions(aliases=[alias]))


def test_other_aliases_are_kept() -> None:
    urn = "urn:pulumi:s::p::pulumi-python:dynamic:Resource::old"
    aliases = [pulumi.Alias(name="old"), pulumi.Alias(parent=None), urn, "no urn"]
    refuse_unkept("payments", options(aliases=aliases))


BOTH = pytest.mark.parametrize("refuse", [refuse_unkept, refuse_misdirected])


@BOTH
@pytest.mark.parametrize(
    ("option", "path", "words"),
    [
        ("ignore_changes", "tag", "no such property; there are element, name, configuration"),
        ("ignore_changes", "token", "no such property"),
        ("ignore_changes", "", "no such property"),
        ("ignore_changes", "configuration.api.key", 'write configuration["api.key"]'),
        ("replace_on_changes", "configuration.api.key", 'write configuration["api.key"]'),
        ("replace_on_changes", "providerData", "no such property"),
        ("replace_on_changes", 'configuration["a.b"].c', 'it is one value: write configuration["a.b"]'),
        ("replace_on_changes", "tags[0]", "it is one value: write tags"),
        ("hide_diffs", "external_authentication", "write externalAuthentication"),
        ("additional_secret_outputs", "adopt", "no such property"),
        ("additional_secret_outputs", 'configuration["a"]', "it is one value: write configuration"),
        ("additional_secret_outputs", "*", "no such property"),
    ],
)
def test_a_path_that_matches_nothing_is_refused(refuse: Any, option: str, path: str, words: str) -> None:
    refused = refusal(options(**{option: ["name", path]}), refuse)
    assert refused.startswith(f"payments: {option}: {path}: ")
    assert words in refused


@BOTH
@pytest.mark.parametrize(
    ("option", "paths"),
    [
        (
            "ignore_changes",
            [
                "*",
                "name",
                "configuration",
                'configuration["api.key"]',
                "configuration.username",
                "tags[0]",
                "providerData",
            ],
        ),
        ("replace_on_changes", ["*", "element", "configuration.*", 'configuration["a.b"]', "externalAuthentication"]),
        ("hide_diffs", ["tags", "createdDate", 'configuration["a"].b']),
        ("additional_secret_outputs", ["hub", "createdDate", "tags"]),
    ],
)
def test_a_path_of_a_property_is_kept(refuse: Any, option: str, paths: list[str]) -> None:
    refuse("payments", options(**{option: paths}))


def test_the_name_of_an_attribute_is_taken_where_the_sdk_translates_it() -> None:
    opts = pulumi.ResourceOptions(ignore_changes=["external_authentication"])
    assert "write externalAuthentication" in refusal(opts)
    refuse_misdirected("payments", opts)


def test_all_that_is_wrong_is_told_at_once_a_line_each() -> None:
    refused = refusal(pulumi.ResourceOptions(version="1", ignore_changes=["tag", "nmae"]))
    assert [line.split(":")[0] for line in refused.splitlines()] == ["payments"] * 3


def test_what_are_no_options_is_left_to_the_sdk_to_refuse() -> None:
    refuse_unkept("payments", None)
    refuse_unkept("payments", {"version": "1"})  # type: ignore[arg-type]
