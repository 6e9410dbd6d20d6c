"""What a process makes once: by whoever asks first, for everybody, failures too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from pulumi_cloudelements.resources.memo import Memo


def test_a_value_is_made_once_however_many_ask_at_a_time() -> None:
    made: list[str] = []
    asked = Event()

    def make(key: str) -> str:
        made.append(key)
        assert asked.wait(30)
        return key.upper()

    once = Memo(make)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(once, "a") for _ in range(8)]
        asked.set()
    assert {answer.result() for answer in answers} == {"A"}
    assert made == ["a"]


def test_each_key_has_a_value_of_its_own() -> None:
    once = Memo(str.upper)
    assert (once("a"), once("b")) == ("A", "B")


def test_a_failure_is_remembered() -> None:
    tries: list[str] = []

    def fail(key: str) -> str:
        tries.append(key)
        raise LookupError(key)

    once = Memo(fail)
    for _ in range(2):
        with pytest.raises(LookupError, match="a"):
            once("a")
    assert tries == ["a"]
