"""The values that the core works on, and the engine's form of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.model import (
    UNKNOWN,
    InstanceInputs,
    InstanceState,
    configuration_path,
    property_name,
    whole_numbers,
)
from tests.unit import strategies


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


def test_empty_tags_are_declared() -> None:
    assert InstanceInputs("stripe", "Test", tags=()).to_properties()["tags"] == []


def test_inputs_are_picked_out_of_outputs() -> None:
    inputs = InstanceInputs("stripe", "Test", {"a": 1}, ("x",))
    state = InstanceState("1", inputs, "token", 483, "payment", True, "2018")
    assert InstanceInputs.from_properties(state.to_properties()) == inputs


def test_the_id_travels_beside_the_outputs() -> None:
    assert "id" not in InstanceState("1", InstanceInputs("stripe", "Test")).to_properties()


def test_no_repr_holds_a_configuration_value_or_a_token() -> None:
    inputs = InstanceInputs("stripe", "Test", {"api.key": "hunter22"})
    assert "hunter" not in repr(inputs)
    assert "hunter" not in repr(InstanceState("1", inputs, "hunter33"))


def test_an_unknown_says_so() -> None:
    assert repr(UNKNOWN) == "UNKNOWN"
