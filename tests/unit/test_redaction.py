"""What of a foreign text a message may repeat: one short line without a secret."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.redaction import LONGEST_QUOTE, MASK, SHORT, one_line, redact

SECRET = 'a/b+c= "ü\\&~'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
    ids=["raw", "url", "url-whole", "form", "json-ascii", "json", "base64", "base64-url"],
)
def test_a_secret_is_masked_in_every_form(form: str) -> None:
    assert redact(f"<{form}> and <{form}>", [SECRET]) == f"<{MASK}> and <{MASK}>"


def test_a_secret_within_a_secret_leaves_no_tail() -> None:
    assert redact("key=abc-def", ["abc", "abc-def"]) == f"key={MASK}"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("in", "Invalid password in a request for an instance"),
        ("test", "the latest test of a tested contest"),
        ("no", "no answer, and none now"),
        ("a", "a matter of a name"),
        ("é", "é is a letter, café a word"),
        ("1", "10 of 11 requests"),
        ("k-7", "rank-73"),
    ],
)
def test_a_short_secret_masks_no_ordinary_words(secret: str, text: str) -> None:
    assert redact(text, [secret]) == text


@pytest.mark.parametrize("secret", ["in", "pass", "1", "12345", "k-7Q", "=", "+?", "ü", "a b"])
@pytest.mark.parametrize("before", ["password=", "password:", "password: ", "'", '"', "`", '{"password": "'])
def test_a_short_secret_is_masked_where_a_value_stands(secret: str, before: str) -> None:
    assert redact(f"{before}{secret}", [secret]) == f"{before}{MASK}"
    assert redact(f"no {before}{secret}, and more", [secret]) == f"no {before}{MASK}, and more"


@pytest.mark.parametrize("secret", ["1234", "k-7Q", "c7", "a_b", "p4ss"])
def test_a_short_secret_that_is_no_word_is_masked_wherever_it_stands_alone(secret: str) -> None:
    assert redact(f"No such key {secret} here ({secret})", [secret]) == f"No such key {MASK} here ({MASK})"


def test_an_empty_secret_masks_nothing() -> None:
    assert redact("nothing here", ["", ""]) == "nothing here"


WITHOUT_STARS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*"), max_size=20)


@given(before=WITHOUT_STARS, secret=WITHOUT_STARS.filter(lambda text: len(text) >= SHORT), after=WITHOUT_STARS)
def test_no_text_keeps_a_secret_that_is_no_part_of_a_word(before: str, secret: str, after: str) -> None:
    assert secret not in redact(before + secret + after, [secret])


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\r\nb", "a\tb", "a  b", " a b ", "a\x0bb", "a\u2028b", "a\x85b", "a\0b", "a\u200bb", "a\x1b \x7fb"],
)
def test_a_foreign_text_becomes_one_line(text: str) -> None:
    assert one_line(text) == "a b"


def test_a_foreign_text_keeps_its_letters() -> None:
    assert one_line("größe ☃ 日本 👍 «x»") == "größe ☃ 日本 👍 «x»"


def test_a_foreign_text_is_capped() -> None:
    assert LONGEST_QUOTE == 256
    assert one_line("x" * 256) == "x" * 256
    assert one_line("x" * 257) == "x" * 255 + "…"


def test_a_secret_is_masked_before_the_cut_so_that_no_half_of_it_remains() -> None:
    shown = one_line("x" * 250 + "half-a-secret", ["half-a-secret"])
    assert "half" not in shown
    assert len(shown) == 256
