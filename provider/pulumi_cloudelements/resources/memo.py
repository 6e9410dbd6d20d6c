"""A keyed single-flight cache. The first caller computes the value and concurrent callers wait for it.

Results and exceptions are kept for the life of the process.
"""

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
        self._values: dict[K, Future[V]] = {}

    def __call__(self, key: K) -> V:
        """The value of a key."""
        mine: Future[V] = Future()
        first = self._values.setdefault(key, mine)
        if first is mine:
            try:
                mine.set_result(self._make(key))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again for everybody who waits
                mine.set_exception(error)
        return first.result()
