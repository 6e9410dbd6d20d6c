"""What the platform makes of a value, as its answer to our own write shows, is no drift; what it becomes later is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.provider import Found, Provider, in_clear, plain
from tests.support.providers import Open, open_provider
from tests.support.server import Answer, Request, ScriptedServer, answer, refusal

__all__ = ["open_provider"]

ELEMENT = {"id": 7, "key": "vault", "hub": "general"}
DECLARED: dict[str, Any] = {
    "element": "vault",
    "name": "  Payments EU  ",
    "tags": ["Shop", "DEV"],
    "configuration": {
        "url": "HTTPS://Example.com/",
        "region": "EU ",
        "secret.word": " Top Secret ",
        "kept": "As It Is",
    },
}

MAKES: dict[str, Callable[[str], str]] = {
    "trimmed": str.strip,
    "lower case": str.lower,
    "cut off": lambda text: text[:5],
}
"""What a platform may make of a text."""


class Platform:
    """A platform that makes something of every text but one, and shows everything."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self.make = make
        self.live: dict[str, Any] = {}

    def play(self, request: Request) -> Answer:
        """Answer as the platform would."""
        if request.line.startswith("GET /elements/vault"):
            return answer({"key": "vault", "authentication": {"type": "custom"}, "configuration": []})
        if request.method in ("POST", "PUT", "PATCH"):
            self.write(request.json)
        if request.method == "GET" and request.path.endswith("/instances"):
            return answer([])
        return answer(self.live) if self.live else refusal(404)

    def write(self, body: Mapping[str, Any]) -> None:
        """Store what is sent, as the platform makes it."""
        configuration = {
            key: value if key == "kept" else self.make(value) for key, value in body["configuration"].items()
        }
        made = {"configuration": self.live.get("configuration", {}) | configuration}
        made |= {"name": self.make(body["name"])} if "name" in body else {}
        made |= {"tags": [self.make(tag) for tag in reversed(body["tags"])]} if "tags" in body else {}
        self.live = {"id": 1, "token": "token-1", "element": ELEMENT, "disabled": False} | self.live | made


@contextmanager
def deployed(
    open_provider: Open, make: Callable[[str], str], method: str
) -> Iterator[tuple[Provider, Platform, Found, dict[str, Any]]]:
    """An instance on such a platform, and its checked inputs."""
    platform = Platform(make)
    with ScriptedServer(beyond=platform.play) as server:
        config = {"userSecret": "u", "organizationSecret": "o", "baseUrl": server.base_url, "updateMethod": method}
        with open_provider(config | {"maxRetries": "0"}) as provider:
            inputs = provider.check(DECLARED).inputs
            yield provider, platform, provider.create(inputs), inputs


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES.keys())
def test_what_the_platform_makes_of_a_value_is_no_drift(
    open_provider: Open, make: Callable[[str], str], method: str
) -> None:
    with deployed(open_provider, make, method) as (provider, _, found, inputs):
        for _ in range(2):
            read = provider.read(found)
            assert read
            assert provider.diff(read.id, read.outputs, inputs) == "none"
            assert plain(read.inputs)["name"] == DECLARED["name"]
            found = Found(read.id, read.outputs, found.inputs)  # noqa: PLW2901 - the state of the next round


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES.keys())
def test_an_update_learns_it_again(open_provider: Open, make: Callable[[str], str], method: str) -> None:
    with deployed(open_provider, make, method) as (provider, _, found, _inputs):
        changed = {**DECLARED, "name": " Another NAME ", "configuration": DECLARED["configuration"] | {"region": " US"}}
        inputs = provider.check(changed, found.inputs).inputs
        updated = provider.update(found, inputs)
        read = provider.read(updated)
        assert read
        assert provider.diff(read.id, read.outputs, inputs) == "none"


@pytest.mark.parametrize(
    "drift",
    [{"name": "theirs"}, {"tags": ["theirs"]}, {"configuration": {"url": "https://theirs.example"}}],
    ids=["name", "tags", "configuration"],
)
def test_what_it_becomes_later_is_drift(open_provider: Open, drift: dict[str, Any]) -> None:
    with deployed(open_provider, str.lower, "PUT") as (provider, platform, found, inputs):
        platform.live |= drift
        read = provider.read(found)
        assert read
        assert provider.diff(read.id, read.outputs, inputs) == "update"


def test_what_it_makes_of_a_secret_is_secret(open_provider: Open) -> None:
    with deployed(open_provider, str.strip, "PUT") as (provider, _, found, _inputs):
        assert plain(found.outputs["__answered"])['configuration["secret.word"]'] == "Top Secret"
        assert in_clear(found.outputs, '__answered/configuration["secret.word"]') == []
        read = provider.read(found)
        assert read
        assert in_clear(read.outputs, '__answered/configuration["secret.word"]') == []


def test_where_it_makes_nothing_of_them_nothing_is_kept(open_provider: Open) -> None:
    with deployed(open_provider, str, "PUT") as (_, _, found, _inputs):
        assert "__answered" not in found.outputs
