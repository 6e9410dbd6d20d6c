"""Whatever the platform answers, an operation ends with a state that can be kept or with an error of the tree.

The error is one line without a secret, and "gone" is a 404 of the platform's alone.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import CloudElementsError
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import change_at
from pulumi_cloudelements.resources.account import Account
from pulumi_cloudelements.resources.instance import InstanceResource
from tests.support.clock import Clock
from tests.support.server import REQUEST_ID, Answer, ScriptedServer, answer, html, refusal

USER, ORGANIZATION, API_KEY, TOKEN = "user-secret-7f3a", "organization-secret-91bc", "sk_live_5e1f", "last-token-4c2d"
OWNER = Owner("integrations", "staging", "payments", "0123456789ab")
INPUTS = InstanceInputs("stripe", "Payments", {"api.key": API_KEY}, ("a",), enabled=False)
LAST = InstanceState("1234", INPUTS, TOKEN, owner=OWNER)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
plausible = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from([1234, "1234", 5]) | json_values,
        "name": st.just("Payments") | json_values,
        "token": st.just("live") | json_values,
        "element": st.just({"key": "stripe", "id": 483}) | st.fixed_dictionaries({"key": json_values}) | json_values,
        "key": st.just("stripe") | json_values,
        "configuration": st.dictionaries(st.text(max_size=8), json_values, max_size=3)
        | st.lists(st.fixed_dictionaries({"key": json_values}, optional={"required": json_values}), max_size=2)
        | json_values,
        "tags": st.just(["a", *OWNER.tags]) | json_values,
        "disabled": json_values,
        "valid": json_values,
        "createdDate": json_values,
        "externalAuthentication": json_values,
        "authentication": json_values,
        "requestId": st.just(REQUEST_ID) | json_values,
        "message": st.sampled_from([API_KEY, TOKEN, USER]) | json_values,
    },
)
"""Objects that are nearly an instance, an element or an error."""

bodies = plausible | st.lists(plausible, max_size=3) | json_values
answers = (
    st.builds(answer, bodies, st.sampled_from([200, 200, 200, 201, 400, 401, 403, 404, 409, 429, 500, 503]))
    | st.builds(refusal, st.sampled_from([400, 401, 403, 404, 409, 429, 500, 502, 503, 504]), st.text(max_size=8))
    | st.builds(Answer, st.binary(max_size=16))
    | st.builds(html, st.sampled_from([200, 302, 403, 404, 502]))
)

OPERATIONS: dict[str, Callable[[InstanceResource], object]] = {
    "check": lambda core: core.check(INPUTS.to_properties(), lambda *_: None, {}).inputs,
    "create": lambda core: core.create(INPUTS, OWNER.without_nonce()),
    "adopt": lambda core: core.create(replace(INPUTS, adopt="1234"), OWNER.without_nonce()),
    "read": lambda core: core.read(LAST),
    "update": lambda core: core.update(LAST, replace(INPUTS, name="Other", enabled=True), OWNER.without_nonce()),
    "delete": lambda core: core.delete(LAST),
}


class Rig:
    """A platform that plays drawn answers in turn, and a core for each example."""

    def __init__(self) -> None:
        self.drawn: list[Answer] = []
        self.server = ScriptedServer(beyond=lambda _: self._next())

    def _next(self) -> Answer:
        return self.drawn.pop(0) if self.drawn else html()

    def core(self) -> InstanceResource:
        """A process of its own."""
        clock = Clock()
        config = ProviderConfig(USER, ORGANIZATION, self.server.base_url, max_retries=1)
        return Account(config, clock=clock, wait=clock.wait).instances


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    rig = Rig()
    with rig.server:
        yield rig


def is_gone(given: Answer) -> bool:
    """Whether an answer is the platform's own 404."""
    try:
        body = json.loads(given.body)
    except ValueError:
        return False
    named = isinstance(body, dict) and isinstance(body.get("requestId"), str) and body["requestId"]
    return given.status == 404 and bool(named)


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(drawn=st.lists(answers, min_size=1, max_size=6))
def test_any_answer_ends_in_a_state_or_in_an_error(rig: Rig, operation: str, drawn: list[Answer]) -> None:
    rig.drawn = list(drawn)
    core = rig.core()
    try:
        result = OPERATIONS[operation](core)
    except CloudElementsError as error:
        text = str(error)
        assert "\n" not in text
        told = "".join(traceback.format_exception(error))
        known = {USER, ORGANIZATION, API_KEY} | ({TOKEN} if operation in ("read", "update", "delete") else set())
        assert not [secret for secret in known if secret in told]
        return
    if isinstance(result, InstanceState):
        outputs = result.to_properties()
        kept = change_at(outputs, core.secret_paths(outputs, []), lambda value: {"secret": value})
        assert json.loads(json.dumps(kept, allow_nan=False)) == kept
        assert result.id.isdigit()
    elif operation == "read":
        assert result is None
        assert any(map(is_gone, drawn))
