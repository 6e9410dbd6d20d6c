"""A secret of every shape, however it became one, through both providers: nowhere in clear.

This is the first thing that CI tells of a new engine. Engines differ in which marks of a secret they keep.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import canary, leaks
from tests.support.emulator import ORGANIZATION, USER
from tests.support.project import Project
from tests.support.server import Answer, Request, ScriptedServer, answer, refusal

CIPHERTEXT = "4dabf18193072939515e22adb298388d"
"""The key that marks a secret in a state."""

SCALARS = ("text", "number", "boolean")
SHAPES = (*SCALARS, "list", "map", "maps")
WAYS = ("given", "deep", "token", "defined")
"""How a value is secret: given as one, with secrets deep inside it, by its key, by the element's definition."""

KEYS = sorted({f"{shape}.{way}" for way in WAYS for shape in SHAPES} - {f"{shape}.deep" for shape in SCALARS})

PROGRAM = """
import json, pulumi
from {module} import Instance
values, secret = json.loads(open("values.json").read()), pulumi.Output.secret

def deeply(value):
    if isinstance(value, dict):
        return {{key: deeply(item) for key, item in value.items()}}
    return [deeply(item) for item in value] if isinstance(value, list) else secret(value)

def as_it_is(value):
    return value

ways = {{"given": secret, "deep": deeply, "token": as_it_is, "defined": as_it_is}}
configuration = {{key: ways[key.partition(".")[2]](value) for key, value in values["configuration"].items()}}
Instance("vault", "vault", configuration=configuration | {{"limits": values["limits"]}},
         provider_data=values["provider_data"], provider_data_version=values["version"])
"""


class Vault:
    """A platform that shows all that it was sent, and has one element. Some of its keys are passwords by definition."""

    ELEMENT: Mapping[str, Any] = {"id": 7, "key": "vault", "hub": "general"}

    def __init__(self) -> None:
        self.live: dict[str, Any] = {}

    def play(self, request: Request) -> Answer:
        """Answer as the platform would."""
        if request.line.startswith("GET /elements/vault") and not request.path.endswith("/instances"):
            entries = [{"key": key, "type": "PASSWORD" if key.endswith("defined") else "TEXT"} for key in KEYS]
            return answer({**self.ELEMENT, "configuration": [*entries, {"key": "limits", "type": "TEXT"}]})
        if request.method == "DELETE":
            self.live = {}
            return answer({})
        if request.body:
            sent = request.json
            configuration = self.live.get("configuration", {}) | sent.pop("configuration", {})
            self.live = {"id": 1, "token": "t-0000"} | self.live | sent
            self.live |= {"configuration": configuration, "element": dict(self.ELEMENT)}
        if not self.live:
            return refusal(404)
        return answer(self.live if "/instances/" in request.path or request.method == "POST" else [self.live])


@pytest.mark.parametrize("module", ["pulumi_cloudelements", "pulumi_cloudelements.native"])
def test_no_secret_of_any_shape_is_in_clear_from_the_first_preview_to_the_end(tmp_path: Path, module: str) -> None:
    first, second, drifted = map(declared, ("first", "second", "drifted"))
    drifted["limits"] = {"auth": [{"password": canary("met in a list")}], "password": canary("met in a map")}
    secrets = traces([first, second, drifted])
    seen: dict[str, str] = {}
    with ScriptedServer(beyond=(vault := Vault()).play) as server:
        project = Project(tmp_path / "project", config=account(server))
        project.write("__main__.py", PROGRAM.format(module=module))

        def preview(name: str) -> None:
            seen[name] = project.must("preview", "--diff", f"--save-plan={name}.plan.json").text
            seen[f"{name} as JSON"] = project.must("preview", "--json").stdout
            assert clear_in_preview(seen[f"{name} as JSON"]) == {}

        def run(name: str, command: str) -> None:
            options = ("--yes", "--diff", f"--event-log={name}.events.json", "--logtostderr", "-v=6")
            seen[name] = project.must(command, *options, PULUMI_DEBUG_COMMANDS="true").text
            seen[f"state after {name}"] = project.export()
            assert clear_in_state(project) == {}

        project.write("values.json", json.dumps(first))
        preview("new")
        run("create", "up")
        project.write("values.json", json.dumps(second))
        preview("changed")
        run("update", "up")
        vault.live["configuration"] = drifted["configuration"] | {"limits": drifted["limits"]}
        run("refresh", "refresh")
        assert set(found(project.must("stack", "export", "--show-secrets").stdout, secrets)) >= {canary("met in a map")}
        preview("drift")
        run("repair", "up")
        run("end", "destroy")

    project.write("values.json", "{}")
    seen |= {str(file.relative_to(project.folder)): file.read_text(errors="replace") for file in files(project)}
    assert {"new.plan.json", "create.events.json", ".state/.pulumi/stacks/test/test.json"} <= seen.keys()
    assert {name: found(text, secrets) for name, text in seen.items()} == {name: [] for name in seen}


def account(server: ScriptedServer) -> dict[str, Any]:
    """Stack config for the account on a server."""
    settings: dict[str, Any] = {
        "userSecret": (USER,),
        "organizationSecret": (ORGANIZATION,),
        "baseUrl": server.base_url,
    }
    return {f"cloudelements:{key}": value for key, value in settings.items()} | {"cloudelements:maxRetries": "0"}


def declared(edition: str) -> dict[str, Any]:
    """What the program declares: other secrets in every edition."""
    return {
        "configuration": {key: secret(key.partition(".")[0], f"{edition} {key}") for key in KEYS},
        "limits": {"events": {"url": "/a"}},
        "provider_data": {"code": canary(f"{edition} code")}
        | {shape: secret(shape, f"{edition} data {shape}") for shape in SHAPES},
        "version": edition,
    }


def secret(shape: str, name: str) -> Any:
    """A value of a shape. Its texts and numbers give themselves away."""
    text, number = canary(name), 10**12 + int.from_bytes(name.encode()[-4:], "big")
    shapes: dict[str, Any] = {
        "text": text,
        "number": number,
        "boolean": len(name) % 2 == 0,
        "list": [text, number, True],
        "map": {"deep": {"text": text, "number": number, "boolean": False, "list": [text]}},
        "maps": [{"deep": {"text": text}}, {"number": number}],
    }
    return shapes[shape]


def traces(value: Any) -> list[str]:
    """The canaries inside, and the large numbers in the forms that they are printed in."""
    items = list(leaves(value))
    numbers = [item for item in items if isinstance(item, int) and item > 10**9]
    return [item for item in items if isinstance(item, str) and item.startswith("c/+")] + [
        form for number in numbers for form in (str(number), f"{number:e}")
    ]


def found(text: str, secrets: list[str]) -> list[str]:
    """The secrets that a text gives away."""
    return leaks(text, [item for item in secrets if item.startswith("c/+")]) + [
        item for item in secrets if item[0].isdigit() and item in text
    ]


def files(project: Project) -> list[Path]:
    """Whatever the CLI has written: plans, event logs, the state and its history, logs."""
    places = {".": "*.json", ".state": "**/*", ".home": "**/*"}
    return [file for place, names in places.items() for file in (project.folder / place).glob(names) if file.is_file()]


def leaves(value: Any) -> Iterator[Any]:
    """The values inside, at any depth, that are no ciphertext."""
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    if items is None:
        yield value
    elif not (isinstance(value, Mapping) and CIPHERTEXT in value):
        for item in items:
            yield from leaves(item)


def clear_in_state(project: Project) -> dict[str, list[Any]]:
    """What the state holds in clear of the vault's secrets, by path: booleans too, which no text gives away."""
    vault = project.instances().get("vault", {})
    return _clear({side: vault.get(side, {}) for side in ("inputs", "outputs")})


def clear_in_preview(preview: str) -> dict[str, list[Any]]:
    """What a preview's JSON shows of the vault's secrets, by path."""
    (step,) = [step for step in json.loads(preview)["steps"] if step["urn"].endswith("::vault")]
    sides = [(state, side) for state in ("oldState", "newState") for side in ("inputs", "outputs")]
    return _clear({f"{state} {side}": step.get(state, {}).get(side, {}) for state, side in sides})


def _clear(sides: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Any]]:
    values = {
        f"{side} {key}": value
        for side, properties in sides.items()
        for key, value in {**properties.get("configuration", {}), "data": properties.get("providerData", {})}.items()
        if key != "limits"
    }
    clear = {path: [leaf for leaf in leaves(value) if leaf not in ("[secret]", None)] for path, value in values.items()}
    return {path: values for path, values in clear.items() if values}
