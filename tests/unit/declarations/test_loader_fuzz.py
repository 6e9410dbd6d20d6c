"""Whatever lies in a file, it gives declarations or one clean error."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.declarations import Declaration, DeclarationError, load
from tests.support.yaml_folder import resolve

VALID = b"""# one of each
instances:
  a: &a
    element: stripe
    tags: [x, 'y', "z\\u00e9"]
    enabled: ${config.yes}
    configuration:
      <<: {a: 1.5, b: ~}
      "c.d": |2-
          text
      e: !!str 5
  b: {<<: *a, name: "${stack}"}
"""

PIECES = [
    b"instances:", b"  x:", b"\n", b"  ", b"{", b"}", b"[", b"]", b": ", b"- ", b"&a ", b"*a", b"<<: ", b"!!int ",
    b"!!binary ", b"!x ", b"element: a", b"enabled: ", b"no", b"true", b"1e999", b"1.0e999", b"9" * 400, b"${", b"}",
    b"${config.key}", b'"\\ud800"', b'"\\U00110000"', b"'", b'"', b"\t", b"\0", b"\xff", b"\xfe", b"---\n", b"...\n",
    b"%YAML 1.1\n", b"# c\n", b"| \n", b"? ", b"configuration: ", b"tags: ", b"\r", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
]  # fmt: skip
"""What mistakes are made of."""


def read(content: bytes) -> list[Declaration]:
    """The declarations of a folder with one file, or none where it is refused as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.yaml"
        file.write_bytes(content)
        try:
            return load(Path(folder), resolve, pytest.fail)
        except DeclarationError as error:
            lines = str(error).split("\n")
            assert all(line.startswith(str(file)) and line.isprintable() for line in lines), lines
            return []


@given(st.binary(max_size=200))
def test_any_bytes_give_declarations_or_one_clean_error(content: bytes) -> None:
    read(content)


@given(st.text(max_size=200))
def test_any_text_gives_declarations_or_one_clean_error(text: str) -> None:
    read(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_mixture_of_what_mistakes_are_made_of_gives_declarations_or_one_clean_error(pieces: list[bytes]) -> None:
    read(b"".join(pieces))


@given(st.integers(0, len(VALID)), st.integers(0, 20), st.binary(max_size=6) | st.sampled_from(PIECES))
def test_any_edit_of_a_good_file_gives_declarations_or_one_clean_error(at: int, cut: int, put: bytes) -> None:
    read(VALID[:at] + put + VALID[at + cut :])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_any_value_of_an_entry_gives_declarations_or_one_clean_error(value: object) -> None:
    entry = {"element": "a", "configuration": value, "provider_data": {"x": value}}
    read(json.dumps({"instances": {"x": entry}}).encode())


def test_the_good_file_is_good() -> None:
    assert [declaration.name for declaration in read(VALID)] == ["a", "b"]
