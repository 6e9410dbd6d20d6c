"""Inputs and state of an instance, and the engine's form of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState, attribute_name, property_name
from tests.support import strategies


@pytest.mark.parametrize(
    ("attribute", "name"),
    [("name", "name"), ("created_date", "createdDate"), ("external_authentication", "externalAuthentication")],
)
def test_a_property_has_the_schemas_name(attribute: str, name: str) -> None:
    assert property_name(attribute) == name
    assert attribute_name(name) == attribute


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


def test_a_state_that_lacks_what_is_required_can_still_be_deleted() -> None:
    state = InstanceState.from_properties("1234", {"token": "t"})
    assert (state.id, state.inputs.element) == ("1234", "")
