"""A run that the platform slows down: the user hears of it, and everything is done."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.support.emulator import Emulator
from tests.support.engine import Diagnostic
from tests.support.providers import Open

STRIPE = {"element": "stripe", "name": "Payments", "configuration": {"api.key": "sk_live_5e1f"}}


def test_a_throttled_run_says_what_it_waits_for(
    open_provider: Open, account: Mapping[str, str], emulator: Emulator
) -> None:
    with open_provider({**account, "maxRetries": "5"}) as provider:
        inputs = provider.check(STRIPE).inputs
        emulator.fault("status", status=429, method="POST", call="/instances", retry_after=1)
        assert provider.create(inputs).id
        (told,) = provider.diagnostics
    assert re.fullmatch(
        r"POST /instances: the platform asks to wait 1 s \(429\), attempt 2, giving up in \d+ s", told.message
    )
    assert told == Diagnostic("info", told.message, "")
