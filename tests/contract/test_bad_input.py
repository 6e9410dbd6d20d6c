"""What cannot work, through every provider: one clear line that says where and what to do, and nothing is created."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.declarations import API_KEY, STRIPE
from tests.support.emulator import Emulator
from tests.support.provider import Provider, Refused, secrets
from tests.support.providers import Open


def refusal(call: Callable[[], Any]) -> str:
    """The one line with which the provider fails a call."""
    with pytest.raises(Refused) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text
    assert "Traceback" not in text
    assert "File " not in text
    assert API_KEY not in text
    return text


def posts(emulator: Emulator) -> int:
    """How many instances the emulator was asked for."""
    count: int = emulator.counters()["by_method"].get("POST", 0)
    return count


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"baseUrl": "http://api.example"}, ["cloudelements:baseUrl", "https"]),
        ({"baseUrl": "api.example"}, ["cloudelements:baseUrl", "https"]),
        ({"baseUrl": "https://["}, ["cloudelements:baseUrl"]),
        ({"requestTimeout": "soon"}, ["cloudelements:requestTimeout", "number"]),
        ({"userSecret": "hunter\n22"}, ["cloudelements:userSecret"]),
        ({"updateMethod": "POST"}, ["cloudelements:updateMethod", "PUT or PATCH"]),
    ],
    ids=str,
)
def test_a_misconfiguration_is_a_check_failure(
    open_provider: Open, account: dict[str, str], config: dict[str, str], words: list[str]
) -> None:
    with open_provider(account | config) as provider:
        checked = provider.check(STRIPE)
        ((name, reason),) = checked.failures
        assert name == ""
        assert "\n" not in reason
        assert "hunter" not in reason
        for word in words:
            assert word in reason
        text = refusal(lambda: provider.create(STRIPE))
        assert words[0] in text


def test_a_misconfiguration_leaves_secrets_marked(open_provider: Open) -> None:
    with open_provider({"baseUrl": "http://api.example"}) as provider:
        assert secrets(provider.check(STRIPE).inputs) == {"/configuration/api.key"}


def test_without_credentials_a_preview_works_and_a_create_names_all_that_is_missing(
    open_provider: Open, emulator: Emulator
) -> None:
    with open_provider({"baseUrl": emulator.base_url}) as provider:
        checked = provider.check(STRIPE)
        assert checked.failures == []
        (diagnostic,) = provider.diagnostics
        assert diagnostic.severity == "warning"
        assert "checked less" in diagnostic.message
        assert provider.diff("1", checked.inputs, checked.inputs) == "none"
        text = refusal(lambda: provider.create(checked.inputs))
    for word in ("cloudelements:userSecret", "cloudelements:organizationSecret", "pulumi config set --secret"):
        assert word in text


@pytest.mark.parametrize("key", ["userSecret", "organizationSecret"])
def test_wrong_credentials_name_their_keys(open_provider: Open, account: dict[str, str], key: str) -> None:
    with open_provider(account | {key: "hunter22"}) as provider:
        text = refusal(lambda: provider.create(STRIPE))
    assert "hunter22" not in text
    for word in ("POST /instances: 401", "cloudelements:userSecret", "cloudelements:organizationSecret"):
        assert word in text


def test_an_unreachable_server_is_named_with_what_to_do(open_provider: Open, account: dict[str, str]) -> None:
    with socket.socket() as bound:  # bound, but not listening
        bound.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with open_provider(account | {"baseUrl": origin}) as provider:
            text = refusal(lambda: provider.create(STRIPE))
    assert f"no answer from {origin}/elements/api-v2: Connection refused" in text
    assert "cloudelements:baseUrl" in text


def test_an_unknown_element_is_named(provider: Provider) -> None:
    text = refusal(lambda: provider.create(STRIPE | {"element": "strip"}))
    assert "POST /instances: 404" in text
    assert "element" in text
    assert "strip" in text


def test_all_missing_configuration_is_named_in_one_message(provider: Provider) -> None:
    text = refusal(lambda: provider.create({"element": "jira", "name": "Support", "configuration": {}}))
    for word in ("POST /instances: 400", "configuration", "username", "password", "base.url"):
        assert word in text


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"name": "Payments"}, "element: is required"),
        (STRIPE | {"configuration": {"api.key": API_KEY, "event.notification.enabled": "yes"}}, "true or false"),
        (
            STRIPE | {"configuration": {"api.key": API_KEY, "event.notification.callback.url": "hooks"}},
            "http or https URL",
        ),
        (STRIPE | {"element": "strip"}, "element: the platform knows no element strip"),
        (STRIPE | {"configuration": {}}, 'configuration["api.key"]: is required by stripe'),
        (STRIPE | {"adopt": "payments"}, "adopt: must be the number of an instance"),
        (STRIPE | {"providerData": "code"}, "providerData: must be a map"),
        (STRIPE | {"externalAuthentication": "later"}, "none or initial"),
        (STRIPE | {"nmae": "x"}, "nmae: no such property"),
    ],
)
def test_a_bad_declaration_is_a_check_failure(provider: Provider, declared: dict[str, Any], reason: str) -> None:
    ((name, text),) = provider.check(declared).failures
    assert name == ""
    assert reason in text


def test_nothing_that_was_refused_was_created(provider: Provider, emulator: Emulator) -> None:
    before = emulator.health()["instances"]
    refusal(lambda: provider.create({"element": "jira", "name": "Support", "configuration": {}}))
    refusal(lambda: provider.create(STRIPE | {"element": "strip"}))
    assert emulator.health()["instances"] == before


def test_check_and_diff_ask_the_platform_to_create_nothing(provider: Provider, emulator: Emulator) -> None:
    before = posts(emulator)
    checked = provider.check(STRIPE)
    provider.diff("1", checked.inputs, checked.inputs)
    assert posts(emulator) == before
