"""What a process makes once and keeps, failures too: whoever asks first makes it, and the others wait for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Values by key. Safe to use from several threads.

    Parameters:
        make: makes the value of a key. What it raises is raised again at every call, without another try.
    """

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make
        self._made: dict[K, Future[V]] = {}

    def __call__(self, key: K) -> V:
        """The value of a key."""
        mine: Future[V] = Future()
        first = self._made.setdefault(key, mine)
        if first is mine:
            try:
                mine.set_result(self._make(key))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again for everybody who waits
                mine.set_exception(error)
        return first.result()
