"""Values as the engine brings them, and how they are named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_cloudelements.model.properties import (
    UNKNOWN,
    configuration_path,
    covers,
    json_value,
    parsed_path,
    whole_numbers,
)


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        (30.0, "30"),
        (-2.0, "-2"),
        (0.5, "0.5"),
        (9007199254740991.0, "9007199254740991"),
        ("30.0", '"30.0"'),
        (True, "true"),
        (None, "null"),
        ({"a": [1.0, {"b": 2.0}], "c": 1.5}, '{"a": [1, {"b": 2}], "c": 1.5}'),
    ],
)
def test_a_double_without_a_fraction_is_an_integer_again(given: Any, whole: str) -> None:
    assert json.dumps(whole_numbers(given)) == whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}),
        (' \n{ "a" : 1 } ', {"a": 1}),
        ("[1, 2]", [1, 2]),
        ("{}", {}),
    ],
)
def test_the_json_of_an_object_or_a_list_is_what_it_stands_for(text: str, value: Any) -> None:
    assert json_value(text) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "text",
        "15",
        "true",
        "null",
        '"text"',
        "{",
        "{not json",
        '{"a": 1} x',
        "[1,",
        15,
        True,
        None,
        ["[1]"],
        UNKNOWN,
    ],
)
def test_any_other_value_stands_for_itself(value: Any) -> None:
    assert json_value(value) is value


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("api.key", 'configuration["api.key"]'),
        ('say "hi"', 'configuration["say \\"hi\\""]'),
        ("schlüssel", 'configuration["schlüssel"]'),
        ("two\nlines", 'configuration["two\\nlines"]'),
    ],
)
def test_a_configuration_path_is_one_line_as_pulumi_writes_it(key: str, path: str) -> None:
    assert configuration_path(key) == path


def test_an_unknown_says_so() -> None:
    assert repr(UNKNOWN) == "UNKNOWN"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("name", ("name",)),
        ('configuration["api.key"]', ("configuration", "api.key")),
        ('configuration["a \\"b\\" \\\\"]', ("configuration", 'a "b" \\')),
        ('configuration[""]', ("configuration", "")),
        ("configuration.username", ("configuration", "username")),
        ("tags[0]", ("tags", "0")),
        ('["configuration"].*', ("configuration", "*")),
        ("configuration[*]", ("configuration", "*")),
        ("", None),
        ("configuration[", None),
        ('configuration["a', None),
        ("tags[x]", None),
    ],
)
def test_a_path_is_read_as_pulumi_writes_it(text: str, path: Any) -> None:
    assert parsed_path(text) == path


@pytest.mark.parametrize("key", ["api.key", 'a "b" \\', "größe", ""])
def test_a_configuration_path_is_read_back(key: str) -> None:
    assert parsed_path(configuration_path(key)) == ("configuration", key)


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        (("configuration",), ("configuration", "a"), True),
        (("configuration", "a"), ("configuration", "a"), True),
        (("configuration", "*"), ("configuration", "a"), True),
        (("*",), ("tags",), True),
        (("configuration", "b"), ("configuration", "a"), False),
        (("configuration", "*"), ("configuration",), False),
    ],
)
def test_a_pattern_covers_a_value_and_what_it_is_part_of(pattern: Any, path: Any, covered: bool) -> None:
    assert covers(pattern, path) is covered
