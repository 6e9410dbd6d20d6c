"""The account's element definitions, each fetched once per process, whatever comes of it."""

from __future__ import annotations

from concurrent.futures import Future

from pulumi_cloudelements import wire
from pulumi_cloudelements.client import Client
from pulumi_cloudelements.elements import Element
from pulumi_cloudelements.errors import CloudElementsError


class Catalog:
    """Definitions by element key. Safe to use from several threads, which wait for one fetch together."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._fetched: dict[str, Future[Element]] = {}

    def find(self, key: str) -> Element:
        """The definition of an element.

        Raises:
            NotFound: there is no such element.
            CloudElementsError: it cannot be fetched; the same error at every call, without another request.
        """
        mine: Future[Element] = Future()
        first = self._fetched.setdefault(key, mine)
        if first is mine:
            try:
                mine.set_result(wire.element_from_wire(self._client.get_element(key)))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again for everybody who waits
                mine.set_exception(error)
        return first.result()

    def find_or_none(self, key: object) -> Element | None:
        """The definition of an element, or None where it cannot be had, for whatever reason."""
        try:
            return self.find(key) if isinstance(key, str) else None
        except CloudElementsError:
            return None
