"""One emulator per module: tests share it and tell their instances apart by name, tag or id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
import requests

from tests.support.emulator import ORGANIZATION, USER, Emulator

Create = Callable[..., dict[str, Any]]

MINIMAL: dict[str, dict[str, Any]] = {
    "stripe": {"configuration": {"api.key": "sk_test"}},
    "jira": {"configuration": {"username": "ada", "password": "pw", "base.url": "https://jira.example"}},
    "closeio": {"configuration": {"username": "api-key", "password": "pw"}},
    "bigcommerce": {"configuration": {"username": "ada", "password": "pw", "store.url": "https://shop.example"}},
    "sfdc": {
        "configuration": {
            "oauth.api.key": "id",
            "oauth.api.secret": "secret",
            "oauth.callback.url": "https://app.example",
        }
    },
}
MINIMAL["slack"] = MINIMAL["sfdc"]

codes = count(1)


def give_up(emulator: Emulator, body: dict[str, Any]) -> None:
    """Ask for an instance and hang up without the answer, which must not come soon."""
    headers = {"Authorization": f"User {USER}, Organization {ORGANIZATION}"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{emulator.base_url}/instances", json=body, headers=headers, timeout=(30, 0.3))


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator().start() as running:
        yield running


@pytest.fixture
def body() -> Create:
    """A function that returns a POST body that is accepted for an element."""

    def build(element: str = "stripe", **fields: Any) -> dict[str, Any]:
        code = {"providerData": {"code": f"code-{next(codes)}"}} if element in ("sfdc", "slack") else {}
        return {"element": {"key": element}, "name": "An instance", **MINIMAL[element], **code, **fields}

    return build


@pytest.fixture
def create(emulator: Emulator, body: Create) -> Create:
    """A function that creates an instance and returns the answer."""

    def post(element: str = "stripe", **fields: Any) -> dict[str, Any]:
        response = emulator.call("POST", "/instances", json=body(element, **fields))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    return post
