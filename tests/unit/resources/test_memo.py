"""What a process makes once: by whoever asks first, for everybody. A failure is shared, and not kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from pulumi_cloudelements.errors import ForeignAnswer, Unavailable
from pulumi_cloudelements.resources.memo import SLOW, Memo
from tests.support.waiting import until

GARBLED = ForeignAnswer("GET /instances", "200, but not a JSON object")
DOWN = Unavailable("GET /instances", "no answer")


def made_after(*failures: Exception, took: float = 0) -> tuple[Memo[str, str], list[float]]:
    """A memo whose value fails so before it can be made, each time after so many seconds; and when it was tried."""
    now, tries, coming = [1000.0], [], list(failures)

    def make(key: str) -> str:
        tries.append(now[0])
        now[0] += took
        if coming:
            raise coming.pop(0)
        return key.upper()

    return Memo(make, patient=False, clock=lambda: now[0]), tries


def test_a_value_is_made_once_however_many_ask_at_a_time() -> None:
    made: list[str] = []
    asked = Event()

    def make(key: str) -> str:
        made.append(key)
        assert asked.wait(30)
        return key.upper()

    once = Memo(make, patient=True)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(once, "a") for _ in range(8)]
        asked.set()
    assert {answer.result() for answer in answers} == {"A"}
    assert made == ["a"]


def test_each_key_has_a_value_of_its_own() -> None:
    once = Memo(str.upper, patient=True)
    assert (once("a"), once("b")) == ("A", "B")


def test_whoever_waits_for_a_failure_shares_it() -> None:
    failed, waiting = Event(), []

    def fail(key: str) -> str:
        assert failed.wait(30)
        raise LookupError(key)

    once = Memo(fail, patient=False)

    def ask() -> BaseException | None:
        waiting.append(1)
        with pytest.raises(LookupError) as caught:
            once("a")
        return caught.value

    with ThreadPoolExecutor(8) as pool:
        errors = [pool.submit(ask) for _ in range(8)]
        until(lambda: len(waiting) == 8)
        Event().wait(0.1)  # from there to the memo
        failed.set()
    assert len({id(error.result()) for error in errors}) == 1


@pytest.mark.parametrize("failure", [LookupError("a"), GARBLED, DOWN], ids=lambda error: type(error).__name__)
def test_after_a_failure_the_next_caller_tries_again_and_what_it_makes_is_kept(failure: Exception) -> None:
    once, tries = made_after(failure)
    with pytest.raises(type(failure)):
        once("a")
    assert (once("a"), once("a")) == ("A", "A")
    assert len(tries) == 2


def test_one_keys_failure_is_no_others() -> None:
    once, _ = made_after(DOWN)
    with pytest.raises(Unavailable):
        once("a")
    assert once("b") == "B"


def test_a_silent_platform_is_waited_for_once_and_not_by_each_of_many() -> None:
    once, tries = made_after(*[DOWN] * 3, took=240)
    for _ in range(30):
        with pytest.raises(Unavailable):
            once("a")
    assert tries == [1000]


def test_a_slow_failure_is_believed_for_as_long_as_it_took_to_come() -> None:
    now, tries = [1000.0], []

    def make(key: str) -> str:
        tries.append(now[0])
        now[0] += 2 * SLOW
        if len(tries) == 1:
            raise DOWN
        return key.upper()

    once = Memo(make, patient=False, clock=lambda: now[0])
    for later in (0, 2 * SLOW - 1):
        now[0] += later
        with pytest.raises(Unavailable):
            once("a")
    assert len(tries) == 1
    now[0] += 1
    assert once("a") == "A"


@pytest.mark.parametrize(("patient", "tried"), [(True, 2), (False, 1)])
@pytest.mark.parametrize("twice", [False, True])
def test_a_garbled_answer_is_tried_once_more_where_that_is_wanted(patient: bool, tried: int, twice: bool) -> None:
    tries = []

    def make(key: str) -> str:
        tries.append(key)
        if len(tries) == 1 or twice:
            raise GARBLED
        return key.upper()

    once = Memo(make, patient)
    if patient and not twice:
        assert once("a") == "A"
    else:
        with pytest.raises(ForeignAnswer):
            once("a")
    assert len(tries) == tried


def test_the_end_of_ones_time_is_nobody_elses() -> None:
    asked, ended, tries = Event(), Event(), []

    def make(key: str) -> str:
        tries.append(key)
        if len(tries) > 1:
            return key.upper()
        asked.set()
        assert ended.wait(30)
        error = Unavailable("GET /instances", "not sent: no time is left")
        error.overdue = True
        raise error

    once = Memo(make, patient=True)
    with ThreadPoolExecutor(8) as pool:
        hurried = pool.submit(once, "a")
        assert asked.wait(30)
        others = [pool.submit(once, "a") for _ in range(7)]
        Event().wait(0.1)  # from there to the memo
        ended.set()
        assert isinstance(hurried.exception(), Unavailable)
        assert {other.result() for other in others} == {"A"}
    assert len(tries) == 2


def test_who_has_less_time_waits_no_longer_for_another() -> None:
    asked, over = Event(), Event()

    def make(key: str) -> str:
        asked.set()
        assert over.wait(30)
        return key.upper()

    once = Memo(make, patient=True, time_left=lambda: 0.01)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(once, "a")
        assert asked.wait(30)
        with pytest.raises(Unavailable, match="no time is left") as caught:
            once("a")
        assert caught.value.overdue
        over.set()
        assert first.result() == "A"
    assert once("a") == "A"


def test_nobody_waits_for_ever_for_one_that_was_interrupted() -> None:
    def interrupted(key: str) -> str:
        raise KeyboardInterrupt(key)

    once = Memo(interrupted, patient=True)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            once("a")
