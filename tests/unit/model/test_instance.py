"""The values that the core works on, and the engine's form of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState, property_name
from pulumi_cloudelements.model.properties import UNKNOWN, configuration_path, json_value, whole_numbers
from tests.support import strategies


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        (30.0, "30"),
        (-2.0, "-2"),
        (0.5, "0.5"),
        (9007199254740991.0, "9007199254740991"),
        ("30.0", '"30.0"'),
        (True, "true"),
        (None, "null"),
        ({"a": [1.0, {"b": 2.0}], "c": 1.5}, '{"a": [1, {"b": 2}], "c": 1.5}'),
    ],
)
def test_a_double_without_a_fraction_is_an_integer_again(given: Any, whole: str) -> None:
    assert json.dumps(whole_numbers(given)) == whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}),
        (' \n{ "a" : 1 } ', {"a": 1}),
        ("[1, 2]", [1, 2]),
        ("{}", {}),
    ],
)
def test_the_json_of_an_object_or_a_list_is_what_it_stands_for(text: str, value: Any) -> None:
    assert json_value(text) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "text",
        "15",
        "true",
        "null",
        '"text"',
        "{",
        "{not json",
        '{"a": 1} x',
        "[1,",
        15,
        True,
        None,
        ["[1]"],
        UNKNOWN,
    ],
)
def test_any_other_value_stands_for_itself(value: Any) -> None:
    assert json_value(value) is value


@pytest.mark.parametrize(
    ("attribute", "name"),
    [("name", "name"), ("created_date", "createdDate"), ("external_authentication", "externalAuthentication")],
)
def test_a_property_has_the_schemas_name(attribute: str, name: str) -> None:
    assert property_name(attribute) == name


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("api.key", 'configuration["api.key"]'),
        ('say "hi"', 'configuration["say \\"hi\\""]'),
        ("schlüssel", 'configuration["schlüssel"]'),
        ("two\nlines", 'configuration["two\\nlines"]'),
    ],
)
def test_a_configuration_path_is_one_line_as_pulumi_writes_it(key: str, path: str) -> None:
    assert configuration_path(key) == path


@given(strategies.inputs)
def test_inputs_survive_the_engines_form(inputs: InstanceInputs) -> None:
    assert InstanceInputs.from_properties(inputs.to_properties()) == inputs


@given(
    strategies.inputs,
    st.builds(
        dict,
        token=strategies.texts,
        element_id=st.none() | st.integers(0, 2**53 - 1),
        hub=st.none() | strategies.texts,
        valid=st.none() | st.booleans(),
        created_date=st.none() | strategies.texts,
    ),
)
def test_a_state_survives_the_engines_form(inputs: InstanceInputs, more: dict[str, Any]) -> None:
    state = InstanceState("9007199254740993", inputs, **more)
    assert InstanceState.from_properties(state.id, state.to_properties()) == state


def test_what_is_not_declared_is_left_out() -> None:
    assert InstanceInputs("stripe", "Test", {"a": 1}).to_properties() == {
        "element": "stripe",
        "name": "Test",
        "configuration": {"a": 1},
        "enabled": True,
        "externalAuthentication": "none",
    }


def test_what_is_only_ever_written_is_not_kept() -> None:
    inputs = InstanceInputs("sfdc", "Test", provider_data={"code": "c"}, provider_data_version=2, adopt="1234")
    kept = {"element": "sfdc", "name": "Test", "configuration": {}, "enabled": True, "externalAuthentication": "none"}
    assert inputs.to_properties() == kept | {"providerDataVersion": 2}
    assert InstanceState("1234", inputs).to_properties() == kept | {"providerDataVersion": 2, "token": ""}


def test_what_is_only_ever_written_is_taken_from_what_is_declared() -> None:
    declared = {"element": "sfdc", "name": "Test", "providerData": {"code": "c"}, "adopt": "1234"}
    inputs = InstanceInputs.from_properties(declared)
    assert (inputs.provider_data, inputs.adopt) == ({"code": "c"}, "1234")


@pytest.mark.parametrize("version", [2, "2024-05", True, {"of": ["a"]}])
def test_a_version_may_be_any_value_and_is_kept(version: Any) -> None:
    inputs = InstanceInputs("sfdc", "Test", provider_data_version=version)
    assert InstanceInputs.from_properties(inputs.to_properties()) == inputs


def test_empty_tags_are_declared() -> None:
    assert InstanceInputs("stripe", "Test", tags=()).to_properties()["tags"] == []


def test_inputs_are_picked_out_of_outputs() -> None:
    inputs = InstanceInputs("stripe", "Test", {"a": 1}, ("x",))
    state = InstanceState("1", inputs, "token", 483, "payment", True, "2018")
    assert InstanceInputs.from_properties(state.to_properties()) == inputs


def test_the_id_travels_beside_the_outputs() -> None:
    assert "id" not in InstanceState("1", InstanceInputs("stripe", "Test")).to_properties()


def test_no_repr_holds_a_configuration_value_or_a_token() -> None:
    inputs = InstanceInputs("stripe", "Test", {"api.key": "hunter22"}, provider_data={"code": "hunter44"})
    assert "hunter" not in repr(inputs)
    assert "hunter" not in repr(InstanceState("1", inputs, "hunter33"))


def test_an_unknown_says_so() -> None:
    assert repr(UNKNOWN) == "UNKNOWN"


def test_a_state_that_lacks_what_is_required_can_still_be_deleted() -> None:
    state = InstanceState.from_properties("1234", {"token": "t"})
    assert (state.id, state.inputs.element) == ("1234", "")
