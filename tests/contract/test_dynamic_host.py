"""What only the dynamic host has: the pickled provider in every resource, and the text of an exception."""

from __future__ import annotations

import base64
import pickle
from typing import Any

import pytest

from pulumi_cloudelements.dynamic import InstanceProvider
from tests.contract.door import Door, Refused, opened

STRIPE = {"element": "stripe", "name": "Payments", "configuration": {"api.key": "sk_live_5e1f"}}


def pickled(protocol: int) -> dict[str, str]:
    """The provider as an older or a newer Python would have written it into a state."""
    return {"__provider": base64.b64encode(pickle.dumps(InstanceProvider(), protocol)).decode()}


@pytest.mark.parametrize("protocol", [2, 3, 5])
def test_other_bytes_of_the_pickled_provider_are_no_diff(door: Door, protocol: int) -> None:
    checked = door.check(STRIPE)
    found = door.create(checked.inputs)
    assert door.diff(found.id, found.outputs | pickled(protocol), checked.inputs) == "none"
    door.delete(found)


def test_a_state_of_another_python_can_be_read_and_deleted(door: Door) -> None:
    found = door.create(door.check(STRIPE).inputs)
    found.outputs.update(pickled(2))
    assert door.read(found) is not None
    door.delete(found)
    assert door.read(found) is None


def test_an_exception_is_its_own_line(door: Door) -> None:
    with pytest.raises(Refused) as caught:
        door.create({"element": "strip", "name": "Payments"})
    assert str(caught.value).startswith("pulumi_cloudelements.errors.NotFound: POST /instances: 404 ")
    assert "\n" not in str(caught.value)


def test_the_same_misconfiguration_is_the_same_line_every_time() -> None:
    with opened({"baseUrl": "http://api.example"}) as door:
        lines = {_refusal(door) for _ in range(5)}
    (line,) = lines
    assert line.startswith("pulumi_cloudelements.errors.ConfigurationError: cloudelements:baseUrl")
    assert "\n" not in line


def _refusal(door: Any) -> str:
    with pytest.raises(Refused) as caught:
        door.create(STRIPE)
    return str(caught.value)
