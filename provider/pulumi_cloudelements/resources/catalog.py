"""The account's element definitions, each fetched once per process."""

from __future__ import annotations

from pulumi_cloudelements.api.client import Client
from pulumi_cloudelements.errors import CloudElementsError
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.resources import wire
from pulumi_cloudelements.resources.memo import Memo


class Catalog:
    """Definitions by element key. Safe to use from several threads, which wait for one fetch together."""

    def __init__(self, client: Client) -> None:
        self._fetched: Memo[str, Element] = Memo(
            lambda key: wire.element_from_wire(client.get_element(key, brief=True)), client.repeats, client.time_left
        )

    def find(self, key: str) -> Element:
        """The definition of an element.

        Raises:
            NotFound: there is no such element.
            CloudElementsError: it cannot be fetched. Whoever asks meanwhile hears the same, and the next asks again.
        """
        return self._fetched(key)

    def find_or_none(self, key: object) -> Element | None:
        """The definition of an element, or None where it cannot be had, for whatever reason."""
        try:
            return self.find(key) if isinstance(key, str) else None
        except CloudElementsError:
            return None
