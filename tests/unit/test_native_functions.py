"""The native provider's functions in a Python program: what they ask for, and what they give."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from pulumi_cloudelements import InstanceResult
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Entry
from tests.support.mocked_engine import ACCOUNT, record, run

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
    # As Python ends, it may find the mocks' event loop unclosed, and says so after the program's own error.
    printed = ended.stderr.partition("Exception ignored in")[0]
    # A failed output is a bare exception in older SDKs (3.235), and as quiet.
    assert printed.splitlines()[-1] in {f"pulumi.errors.RunError: {told}", f"Exception: {told}"}
