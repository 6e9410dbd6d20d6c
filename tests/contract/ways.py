"""The ways that a change can travel: sent by PUT or by PATCH, to a platform whose PUT merges or resets.

Which of the two a real PUT does is unknown, so what a provider promises must hold on all four ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.emulator import Emulator
from tests.support.provider import Found, Provider

PREFIX = "/elements/api-v2"


@dataclass(frozen=True)
class Course:
    """An `updateMethod`, and whether the platform's PUT resets the configuration that it leaves out."""

    method: str
    resets: bool

    def __str__(self) -> str:
        return f"{self.method} where PUT {'resets' if self.resets else 'merges'}"


By = Callable[[str], Provider]
"""The provider that is open with an `updateMethod`."""

COURSES = [Course(method, resets) for method in ("PUT", "PATCH") for resets in (False, True)]


@dataclass(frozen=True)
class Way:
    """A provider and a platform, set to one course."""

    provider: Provider
    emulator: Emulator
    course: Course

    @property
    def keeps(self) -> bool:
        """Whether configuration that nobody declared survives an update."""
        return self.course.method == "PATCH" or not self.course.resets

    def create(self, declared: Mapping[str, Any]) -> Found:
        """An instance, checked and created, with its checked inputs."""
        checked = self.provider.check(declared)
        assert checked.failures == []
        return self.provider.create(checked.inputs)

    def refresh(self, found: Found) -> Found:
        """The instance, which must be there, as a read finds it."""
        read = self.provider.read(found)
        assert read is not None
        return read

    def live(self, id: str) -> dict[str, Any]:
        """What the platform says of an instance."""
        answer: dict[str, Any] = self.call("GET", f"/instances/{id}")
        return answer

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the platform behind the provider's back; the request log begins anew."""
        response = self.emulator.call(method, path, json=body)
        assert response.status_code == 200, response.text
        self.emulator.clear()
        return response.json() if response.content else None

    def writes(self) -> list[tuple[str, Any]]:
        """What was asked since the last `call`, reads aside: ``METHOD /path?query`` and body, oldest first.

        A way begins with nothing asked.
        """
        return [
            (f"{entry['method']} {entry['path'].removeprefix(PREFIX)}{entry['query'] and '?'}{entry['query']}", body)
            for entry in self.emulator.requests()
            for body in [entry["body"]]
            if entry["method"] != "GET"
        ]


@contextmanager
def travelled(course: Course, provider_by: By, emulator: Emulator) -> Iterator[Way]:
    """A provider with the course's `updateMethod`, while the platform follows the course and its log is new."""
    emulator.settings(put_resets=course.resets)
    emulator.clear()
    try:
        yield Way(provider_by(course.method), emulator, course)
    finally:
        emulator.settings(put_resets=False)
