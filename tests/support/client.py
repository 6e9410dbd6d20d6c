"""A client for tests of a scripted server, the calls that it makes, and the one line that a failed call ends in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import ApiError
from tests.support.clock import Clock
from tests.support.server import ScriptedServer

USER, ORGANIZATION, API_KEY = "user/Secret+7f3a=", "organization/Secret+91bc=", 'sk/live+"7Hq=ü'
Ask = Callable[[Client], Any]


def client(
    server: ScriptedServer | str, retries: int = 0, timeout: float = 30, clock: Clock | None = None, **more: Any
) -> Client:
    """A client of the server, to which no time passes but in pauses."""
    base_url = server if isinstance(server, str) else server.base_url
    config = ProviderConfig(USER, ORGANIZATION, base_url, request_timeout=timeout, max_retries=retries)
    clock = clock or Clock()
    return Client(config, clock=clock, wait=clock.wait, **more)


def get(client: Client) -> Any:
    return client.get_instance("1")


def post(client: Client) -> Any:
    return client.create_instance({"name": "Test"})


def put(client: Client) -> Any:
    return client.put_instance("1", {"name": "Test"})


def patch(client: Client) -> Any:
    return client.patch_instance("1", {"name": "Test"})


def reauthenticate(client: Client) -> Any:
    return client.reauthenticate("1", {"providerData": {"code": "c"}})


def get_element(client: Client) -> Any:
    return client.get_element("stripe")


def listed(client: Client) -> Any:
    return list(client.list_instances())


def delete(client: Client) -> Any:
    return client.delete_instance("1")


def disable(client: Client) -> Any:
    return client.set_enabled("1", enabled=False)


def failure(call: Ask, client: Client) -> ApiError:
    """The error of a call that must fail: one line, in the provider's own words."""
    with pytest.raises(ApiError) as caught:
        call(client)
    text = str(caught.value)
    assert "\n" not in text
    assert not re.search(r"0x[0-9a-f]{6}|HTTPS?Connection|Max retries|object at|Error\(|<", text), text
    assert USER not in text
    assert ORGANIZATION not in text
    return caught.value
