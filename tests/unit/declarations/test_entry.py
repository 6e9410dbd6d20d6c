"""What is wrong with an entry, and what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_cloudelements.declarations import entry
from pulumi_cloudelements.declarations.strict_yaml import Path
from pulumi_cloudelements.model.properties import UNKNOWN
from tests.support.yaml_folder import resolve

GOOD: dict[str, Any] = {"element": "stripe"}


def told(content: Any) -> list[tuple[Path, str]]:
    return entry.read(content, resolve).problems


@pytest.mark.parametrize("word", ["no", "No", "off", "n", "false", "yes", "ON", "y", "true"])
@pytest.mark.parametrize("where", ["enabled", "filter.response.nulls"])
def test_a_text_in_place_of_a_boolean_is_told_what_to_write(word: str, where: str) -> None:
    boolean = "false" if word.lower() in ("no", "off", "n", "false") else "true"
    hint = f"must be true or false; `{word}` is a text here: write `{boolean}`, without quotes"
    if where == "enabled":
        assert told(GOOD | {"enabled": word}) == [(("enabled",), hint)]
    elif word not in ("false", "true"):  # which a configuration may hold as texts
        assert told(GOOD | {"configuration": {where: word}}) == [(("configuration", where), hint)]


def test_no_other_text_is_repeated() -> None:
    assert told(GOOD | {"enabled": "hunter22"}) == [(("enabled",), "must be true or false")]


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("nmae", "did you mean name?"),
        ("elements", "did you mean element?"),
        ("externalAuthentication", "did you mean external_authentication?"),
        ("config", "did you mean configuration?"),
        ("tag", "did you mean tags?"),
        ("zzz", "there are element, name, configuration, "),
    ],
)
def test_a_misspelt_property_is_told_its_nearest(key: str, near: str) -> None:
    ((path, what),) = told(GOOD | {key: "x"})
    assert path == (key,)
    assert what.startswith(f"no such property; {near}")


@pytest.mark.parametrize(
    ("content", "path", "what"),
    [
        ({"element": ""}, ("element",), "must not be empty"),
        ({"element": None}, ("element",), "is required"),
        ({"element": 5}, ("element",), "must be a string; put it in quotes"),
        (GOOD | {"adopt": 1234}, ("adopt",), "must be a string; put it in quotes"),
        (GOOD | {"name": True}, ("name",), "must be a string; put it in quotes"),
        (GOOD | {"tags": "a"}, ("tags",), "must be a list of strings"),
        (GOOD | {"tags": ["pulumi:x"]}, ("tags",), "must not begin with pulumi:, which tells who manages an instance"),
        (GOOD | {"configuration": []}, ("configuration",), "must be a map"),
        (
            GOOD | {"configuration": {"a: b": "********"}},
            ("configuration", "a: b"),
            "is the platform's mask; give the value itself",
        ),
        (
            GOOD | {"configuration": {"event.vendor.type": "pull"}},
            ("configuration", "event.vendor.type"),
            "must be webhook or polling",
        ),
    ],
)
def test_what_the_provider_would_refuse_is_told_before_anything_is_declared(
    content: dict[str, Any], path: Path, what: str
) -> None:
    assert told(content) == [(path, what)]


def test_what_the_document_could_not_give_is_told_once() -> None:
    assert told(UNKNOWN) == []
    assert told({"element": UNKNOWN, "enabled": UNKNOWN, "tags": UNKNOWN, "configuration": {"a": UNKNOWN}}) == []


def test_all_problems_of_an_entry_are_told() -> None:
    assert len(told({"nmae": "x", "name": "${none}", "enabled": "no", "tags": 5})) == 5
