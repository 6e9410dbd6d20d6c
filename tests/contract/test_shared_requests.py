"""What one resource asks for all: a passing fault harms nobody, and a failure is nobody's for good."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.emulator import Emulator
from tests.support.provider import Provider, Refused
from tests.support.providers import Open

STRIPE = {"element": "stripe", "name": "Payments", "configuration": {"api.key": "sk_live_5e1f"}}
PASSING = ({"kind": "status", "status": 500}, {"kind": "login_page"}, {"kind": "reset"})
LISTING, DEFINITIONS = "/instances", "/elements/{key}"


def checked(provider: Provider) -> dict[str, Any]:
    """The inputs of a resource of a stack of its own; the provider's calls are about it from now on."""
    provider.urn = f"urn:pulumi:s{uuid.uuid4().hex[:8]}::integrations::cloudelements:index:Instance::payments"
    found = provider.check(STRIPE)
    assert found.failures == []
    return found.inputs


@pytest.mark.parametrize("call", [LISTING, DEFINITIONS])
@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_one_bad_answer_to_a_shared_request_is_not_noticed(
    open_provider: Open, account: Mapping[str, str], emulator: Emulator, call: str, fault: Mapping[str, Any]
) -> None:
    emulator.fault(**fault, method="GET", call=call)
    with open_provider({**account, "maxRetries": "2"}) as provider:
        assert provider.create(checked(provider)).id
        assert provider.diagnostics == []
    assert [rule["left"] for rule in emulator.faults()] == [0]
    emulator.clear_faults()


def test_after_a_failed_listing_the_next_create_lists_again(
    open_provider: Open, account: Mapping[str, str], emulator: Emulator
) -> None:
    with open_provider({**account, "maxRetries": "0"}) as provider:
        emulator.fault("status", status=503, method="GET", call=LISTING, times=2)
        inputs = checked(provider)  # which lists as well, to say what the create adopts
        with pytest.raises(Refused, match="GET /instances: 503"):
            provider.create(inputs)
        assert provider.create(inputs).id


def test_after_failed_definitions_the_next_check_knows_them(
    open_provider: Open, account: Mapping[str, str], emulator: Emulator
) -> None:
    wrong = STRIPE | {"configuration": {}}
    with open_provider({**account, "maxRetries": "0"}) as provider:
        emulator.fault("status", status=503, method="GET", call=DEFINITIONS, times=None)
        assert provider.check(wrong).failures == []
        emulator.clear_faults()
        ((_, reason),) = provider.check(wrong).failures
    assert reason == 'configuration["api.key"]: is required by stripe'


def test_a_request_above_8_mb_is_refused_at_once(
    open_provider: Open, account: Mapping[str, str], emulator: Emulator
) -> None:
    large = STRIPE | {"configuration": {"api.key": "sk_live_5e1f", "filter": "x" * 8_400_000}}
    with open_provider({**account, "maxRetries": "5"}) as provider:
        emulator.fault("status", status=429, method="POST", call=LISTING, times=2)
        with pytest.raises(Refused, match="above 8 MB"):
            provider.create(large | {"name": "Large", "enabled": True, "externalAuthentication": "none"})
    emulator.clear_faults()
