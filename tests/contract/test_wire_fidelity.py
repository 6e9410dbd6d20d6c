"""What is declared arrives as it is, through every provider: numbers, ids and texts, in POST, PUT and PATCH alike."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.contract.ways import COURSES, Way, travelled
from tests.support.declarations import STRIPE
from tests.support.emulator import Emulator
from tests.support.provider import Provider, Secret, plain
from tests.support.providers import Open

NUMBERS = [
    (30, "30"),
    (0, "0"),
    (-7, "-7"),
    (2**53 - 1, "9007199254740991"),
    (-(2**53) + 1, "-9007199254740991"),
    (1000000, "1000000"),
    (10**15, "1000000000000000"),
    (0.5, "0.5"),
    (1e-7, "1e-07"),
    (True, "true"),
    (False, "false"),
    ("30", '"30"'),
    ("9007199254740993", '"9007199254740993"'),
    ("007", '"007"'),
    ("1.0", '"1.0"'),
    ("true", '"true"'),
    ("null", '"null"'),
    ({"size": 5, "big": 2**53 - 1, "part": 0.5, "on": True}, None),
    ({"deep": [{"size": 5}, [1, 2.5, "3", False]]}, None),
    ([], "[]"),
    ({}, "{}"),
]
"""Values, and their JSON on the wire where it is short."""

TEXTS = [
    "",
    " ",
    "größe ☃ 日本 👍",
    "e\u0301 is not \u00e9",
    "a/b//c/../d",
    "\"'`\\",
    "line\nline\ttab\r\n",
    "%2F%00 &amp; ?a=b#c",
    "${config.x} $${x} {{x}}",
    "\u2028\u200b\ufeff",
    "\x00\x1f\x7f",
    "x" * 10_000,
]

KEYS = ["a.b.c", 'a"b', "a'b", "a[0]", 'a["b"].c', "größe.☃", "a/b", "a b", "a\\b", "", ".", "__defaults", "id", "👍"]

NAMES = [
    "größe ☃ 日本 👍",
    "a/b//c",
    "\"quoted\" 'name' \\",
    " blanks ",
    "1 < 2 & 3 > 2",
    "%2F?a=b#c",
    "x" * 500,
]


def sent_and_kept(way: Way, declared: dict[str, Any]) -> list[Any]:
    """The bodies with which `declared` is first created, then made of another instance; each without drift."""
    way.emulator.clear()
    made = way.create(declared)
    other = way.create(STRIPE | {"name": "Another"})
    inputs = way.provider.check(declared, other.inputs).inputs
    assert plain(inputs) == plain(made.inputs)
    updated = way.provider.update(other, inputs)
    bodies = [body for call, body in way.writes()]
    for found in (made, updated):
        assert plain(found.outputs)["configuration"] == declared["configuration"]
        read = way.refresh(found)
        assert plain(read.inputs) == plain(inputs)
        assert way.provider.diff(found.id, read.outputs, inputs) == "none"
    return [bodies[0], bodies[2]]


@pytest.mark.parametrize(("value", "text"), NUMBERS, ids=str)
def test_a_number_is_the_same_number_on_the_wire(way: Way, value: Any, text: str | None) -> None:
    configuration = STRIPE["configuration"] | {"pagination.max": value}
    for body in sent_and_kept(way, STRIPE | {"configuration": configuration}):
        arrived = json.dumps(body["configuration"]["pagination.max"], sort_keys=True)
        assert arrived == (text or json.dumps(value, sort_keys=True))


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_a_text_is_the_same_text_on_the_wire(way: Way, text: str) -> None:
    configuration = STRIPE["configuration"] | {"bulk.relations": text, "of": {"deep": [text]}}
    made, updated = sent_and_kept(way, STRIPE | {"configuration": configuration})
    for body in (made, updated):
        assert body["configuration"]["bulk.relations"] == text
        assert body["configuration"]["of"] == {"deep": [text]}


def test_a_key_is_the_same_key_on_the_wire(way: Way) -> None:
    configuration = STRIPE["configuration"] | {key: f"value of {key}" for key in KEYS}
    for body in sent_and_kept(way, STRIPE | {"configuration": configuration}):
        assert {key: body["configuration"][key] for key in KEYS} == {key: f"value of {key}" for key in KEYS}


@pytest.mark.parametrize("key", KEYS, ids=ascii)
def test_one_key_of_many_changes_alone(way: Way, key: str) -> None:
    configuration = STRIPE["configuration"] | dict.fromkeys(KEYS, "x")
    made = way.create(STRIPE | {"configuration": configuration})
    way.call("PATCH", f"/instances/{made.id}", {"configuration": {key: "y"}})
    drifted = way.refresh(made)
    assert plain(drifted.inputs)["configuration"] == configuration | {key: "y"}
    way.provider.update(drifted, made.inputs)
    ((_, body),) = way.writes()
    wanted = {key} if way.course.method == "PATCH" else configuration.keys()
    assert body["configuration"].keys() == wanted
    assert body["configuration"][key] == "x"


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_and_a_tag_are_the_same_on_the_wire(way: Way, name: str) -> None:
    made, updated = sent_and_kept(way, STRIPE | {"name": name, "tags": [name, "b"]})
    for body in (made, updated):
        assert (body["name"], body["tags"]) == (name, [name, "b"])


@pytest.mark.parametrize("element", ["größe", "a b", "stripe?x=1", "stripe#x", "%73tripe", "../instances"])
def test_an_elements_key_is_one_step_of_a_path(provider: Provider, emulator: Emulator, element: str) -> None:
    emulator.clear()
    ((_, reason),) = provider.check({"element": element, "name": "Payments"}).failures
    assert reason.startswith("element: ")
    assert element in reason
    paths = [entry["path"] for entry in emulator.requests()]
    assert all(path.startswith("/elements/api-v2/elements/") for path in paths)
    assert {path.count("/") for path in paths} == {4}


@pytest.fixture(scope="module")
def far_along(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A platform whose next id is the first that a double cannot hold."""
    data: Path = tmp_path_factory.mktemp("emulator") / "data"
    with Emulator().start("--data", str(data)):
        pass
    with closing(sqlite3.connect(data)) as database, database:
        database.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('instances', ?)", (2**53,))
    with Emulator().start("--data", str(data)) as emulator:
        yield emulator


def test_an_id_beyond_a_doubles_reach_keeps_its_digits(
    open_provider: Open, account: dict[str, str], far_along: Emulator
) -> None:
    with (
        open_provider(account | {"baseUrl": far_along.base_url}) as provider,
        travelled(COURSES[0], lambda _method: provider, far_along) as way,
    ):
        made = way.create(STRIPE)
        number = int(made.id)
        assert number > 2**53
        updated = way.provider.update(made, way.provider.check(STRIPE | {"name": "Renamed", "enabled": False}).inputs)
        path = f"/instances/{number}"
        assert [call for call, _ in way.writes()] == ["POST /instances", f"PUT {path}", f"DELETE {path}/enabled"]
        assert way.refresh(updated).id == made.id
        way.provider.delete(updated)
        assert far_along.call("GET", path).status_code == 404

        other = way.call("POST", "/instances", STRIPE | {"element": {"key": "stripe"}})
        assert other["id"] == number + 1
        adopted = way.create(STRIPE | {"adopt": str(other["id"])})
        assert adopted.id == str(number + 1)


def test_a_token_is_the_same_text(way: Way) -> None:
    made = way.create(STRIPE)
    assert made.outputs["token"] == Secret(way.live(made.id)["token"])
