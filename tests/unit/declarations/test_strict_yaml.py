"""The YAML of declarations: what a value is, and what is said of a text that cannot be read or sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]

from pulumi_cloudelements.declarations.strict_yaml import DEEPEST, Place, UnreadableError, load
from pulumi_cloudelements.model.properties import UNKNOWN
from tests.support.yaml_folder import problems, written


@pytest.mark.parametrize("text", ["no", "on", "01234", "12:30", "2024-01-01", "0x1F", "1_000", ".inf", ".nan", "1e5"])
def test_what_is_a_text_in_json_is_one_in_a_declaration(text: str) -> None:
    assert load(f"a: {text}".encode()).value == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("False", False), ("-12", -12), ("0", 0), ("1.5", 1.5), ("~", None), ("", None),
        ("!!str 12", "12"), ("'12'", "12"), ("!!int '12'", 12), ("9007199254740991", 2**53 - 1),
    ],
)  # fmt: skip
def test_what_json_has_a_value_for_is_that_value(text: str, value: object) -> None:
    document = load(f"a: {text}".encode())
    assert document.value == {"a": value}
    assert document.problems == []


def test_a_map_that_is_merged_in_gives_what_is_not_declared() -> None:
    text = b"a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 5\nd: {<<: *c}\n"
    document = load(text.replace(b"c:\n", b"c: &c\n"))
    assert document.value["c"] == document.value["d"] == {"x": 5, "y": 2, "z": 4}
    assert document.places["c", "x"] == Place(5, 3)
    assert document.places["c", "y"] == Place(1, 14)


def test_the_mark_at_the_beginning_of_a_file_is_no_text() -> None:
    assert load(b"\xef\xbb\xbfa: b").value == {"a": "b"}


UNSENDABLE = {
    "a lone surrogate": (r'"\ud800"', "holds half a character (a lone surrogate): write the character itself"),
    "a pair of surrogates": (
        r'"\ud83d\ude00"',
        "holds half a character (a lone surrogate): write the character itself",
    ),
    "400 digits": ("9" * 400, "is a number that does not arrive as it is written: put it in quotes"),
    "5000 digits": ("9" * 5000, "is a number that does not arrive as it is written: put it in quotes"),
    "2**53": (str(2**53), "is a number that does not arrive as it is written: put it in quotes"),
    "infinity": ("1.0e400", "is a number that does not arrive as it is written: put it in quotes"),
    "digits lost": ("0.12345678901234567890", "is a number that does not arrive as it is written: put it in quotes"),
    "a zero lost": ("1.10", "is a number that does not arrive as it is written: put it in quotes"),
    "a point lost": ("1.0", "is a number that does not arrive as it is written: put it in quotes"),
    "a plus lost": ("+491234", "is a number that does not arrive as it is written: put it in quotes"),
    "not a number": ("!!float .nan", "is marked as a number, and is none"),
    "an integer that is none": ("!!int 0x1F", "is marked as a whole number, and is none"),
    "a boolean that is none": ("!!bool no", "is marked as true or false, and is none"),
    "a null that is none": ("!!null x", "is marked as null, and is none"),
    "a date": ("!!timestamp 2024-01-01", "has a tag for what JSON has no value for"),
    "bytes": ("!!binary aGVsbG8=", "has a tag for what JSON has no value for"),
    "a set": ("!!set {x}", "has a tag for what JSON has no value for"),
    "pairs": ("!!omap [x: y]", "has a tag for what JSON has no value for"),
    "an object": ("!!python/object:os.system {}", "has a tag for what JSON has no value for"),
    "an own tag": ("!vault x", "has a tag for what JSON has no value for; a text that begins with ! wants quotes"),
    "a list as a map": ("!!map [x]", "has a tag for what JSON has no value for"),
    "an alias of itself": ("&a [*a]", "is an alias of what it stands in, and so has no end"),
    "an alias of what it is merged into": ("&a {<<: *a}", "is an alias of what it stands in, and so has no end"),
    "two merges": ("{<<: {a: b}, <<: {c: d}}", "the key stands there twice, first in line 4"),
    "a merge of nothing": ("{<<: 5}", "<< wants a map, or a list of maps"),
    "a merge in place of a value": ("<<", "has a tag for what JSON has no value for"),
    "a number for a key": ("{1: a}", "has a key that is no text: put it in quotes"),
    "null for a key": ("{~: a}", "has a key that is no text: put it in quotes"),
    "true for a key": ("{true: a}", "has a key that is no text: put it in quotes"),
    "a list for a key": ("{? [x] : a}", "has a key that is no text: put it in quotes"),
    "half a character for a key": (r'{"\udc00": a}', "the key holds half a character (a lone surrogate)"),
    "a key twice": ("{x: 1, x: 2}", "the key stands there twice, first in line 4"),
    "the engine's unknown": ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "is a text that Pulumi uses itself"),
    "the engine's secret": ("{4dabf18193072939515e22adb298388d: x}", "the key is a text that Pulumi uses itself"),
    "too deep": ("[" * 30 + "]" * 30, "is nested too deeply: 24 levels can be sent"),
}


@pytest.mark.parametrize(("value", "words"), UNSENDABLE.values(), ids=UNSENDABLE.keys())
def test_what_is_yaml_and_cannot_be_sent_is_one_line_with_its_place_and_path(
    tmp_path: Path, value: str, words: str
) -> None:
    (problem,) = problems(
        written(tmp_path, one=f"instances:\n  x:\n    element: a\n    provider_data: {{v: {value}}}\n")
    )
    assert problem.startswith("one.yaml:4:")
    assert ": instances.x.provider_data.v" in problem
    assert words in problem
    assert "not YAML" not in problem


def test_every_problem_of_a_document_is_told() -> None:
    document = load(rb'{a: 1.10, b: [1.10, "\ud800"], c: {1: x}}')
    assert [problem.path for problem in document.problems] == [("a",), ("b", 0), ("b", 1), ("c",)]
    assert document.value == {"a": UNKNOWN, "b": [UNKNOWN, UNKNOWN], "c": {}}


def test_the_deepest_nesting_that_is_read_can_be_sent() -> None:
    for opening, closing in (("[", "]"), ("{a: ", "}")):
        text = opening * DEEPEST + closing * DEEPEST
        value = load(text.replace("{a: }", "{}").encode()).value
        assert value is not UNKNOWN
        struct = Struct()
        struct.update({"state": {"inputs": value}})
        Struct.FromString(struct.SerializeToString())


def test_aliases_that_stand_for_more_than_any_memory_holds_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(UnreadableError, match="stands for more than 100000 values"):
        load("\n".join(lines).encode())
    merged = ["m0: &m0 {x: y}"] + [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    with pytest.raises(UnreadableError, match="stands for more than 100000 values"):
        load("\n".join(merged).encode())


UNREADABLE = {
    "truncated": ('instances:\n  one:\n    element: "str', "3:18: is not YAML: "),
    "truncated flow": ("instances: {one: {element: stripe", "1:34: is not YAML: "),
    "tab": ("instances:\n\tone: {}\n", "2:1: is not YAML: "),
    "two documents": ("instances: {}\n---\ninstances: {}\n", "2:1: is not YAML: it holds a second document"),
    "alias": ("instances: *nothing\n", "1:12: is not YAML: found undefined alias … (a text that begins with ! or *"),
    "an escape of no character": (r'instances: {x: {element: "\U00110000"}}', "1:29: is not YAML: an escape that"),
    "a version of YAML": (f"%YAML 1.{'9' * 5000}\n---\na: b", "1:9: is not YAML: "),
    "too deep": ("instances: " + "[" * 5000, " is nested too deeply"),
    "nul": (b"instances: \x00", "1:12: holds a character that YAML cannot have"),
    "a control character": (b"instances:\n  a: \x07", "2:6: holds a character that YAML cannot have"),
    "latin-1": ("instances:\n  größe: {}".encode("latin-1"), "2:5: is in another encoding: save it as UTF-8"),
    "windows": ("instances: {a: “x”}".encode("cp1252"), "1:16: is in another encoding: save it as UTF-8"),
    "utf-16": ("instances: {}".encode("utf-16"), "1:1: is in UTF-16: save it as UTF-8"),
    "utf-16 big-endian": ("instances: {}".encode("utf-16-be"), "1:1: is in UTF-16: save it as UTF-8"),
    "utf-16 little-endian": ("instances: {}".encode("utf-16-le"), "1:1: is in UTF-16: save it as UTF-8"),
    "utf-32": ("instances: {}".encode("utf-32"), "1:1: is in UTF-16: save it as UTF-8"),
    "binary": (bytes(range(1, 256)), "is in another encoding: save it as UTF-8"),
}


@pytest.mark.parametrize(("content", "words"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_one_line_with_its_place(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    (problem,) = problems(written(tmp_path, one=content))
    assert words in problem


def test_a_broken_file_says_where_and_repeats_none_of_its_text(tmp_path: Path) -> None:
    text = 'instances:\n  one:\n    element: stripe\n    configuration: {api.key: "sk_live_5e1f" "x"}\n'
    (problem,) = problems(written(tmp_path, one=text))
    assert problem.startswith("one.yaml:4:45: is not YAML: ")
    assert "sk_live_5e1f" not in problem


@pytest.mark.parametrize(
    "value",
    [
        "!hunter2SECRET",
        "*hunter2SECRET",
        "'hunter2SECRET",
        "[hunter2SECRET",
        "a: hunter2SECRET: b",
        "!!int hunter2SECRET",
    ],
)
def test_what_is_wrong_with_a_value_is_said_without_quoting_it(tmp_path: Path, value: str) -> None:
    text = f"instances:\n  one:\n    element: jira\n    configuration:\n      password: {value}\n"
    (problem,) = problems(written(tmp_path, one=text))
    assert problem.startswith(("one.yaml:5:", "one.yaml:6:"))
    assert "hunter2" not in problem
