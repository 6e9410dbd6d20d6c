"""An account on the platform, and all that a provider process does there: the one way in for both providers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from pulumi_cloudelements.api.client import Client, nothing, unheard
from pulumi_cloudelements.api.throttle import Wait
from pulumi_cloudelements.api.transport import CONNECTIONS
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import CloudElementsError
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.model.instance import InstanceState
from pulumi_cloudelements.resources import lookups
from pulumi_cloudelements.resources.catalog import Catalog
from pulumi_cloudelements.resources.instance import InstanceResource
from pulumi_cloudelements.resources.registry import Registry

OPERATION_TIMEOUT = 300.0
"""Seconds that an operation may take where nobody says otherwise, retries and waits included."""

MOST_REQUESTS = CONNECTIONS
"""The most requests that an account has in flight: more operations at a time would wait for each other."""


class Account:
    """One account. Safe to use from several threads.

    Parameters:
        config: the credentials and settings. Nothing is sent yet, and without credentials nothing can be.
        before_write: called right before each attempt to write. What it raises ends the operation, unchanged.
        keeps_half_made: whether the engine can be told of an instance that could not be finished.
        tell: told every few seconds that the platform wants all to wait.
        clock, wait: seconds that only grow, and how to wait for them.

    Attributes:
        instances: the resource type `Instance`.
    """

    def __init__(  # noqa: PLR0913 - what each provider can do, and time for tests
        self,
        config: ProviderConfig,
        before_write: Callable[[], None] = nothing,
        *,
        keeps_half_made: bool = False,
        tell: Callable[[str], None] = unheard,
        clock: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        self._client = Client(config, before_write, tell, clock, wait)
        catalog, registry = Catalog(self._client), Registry(self._client)
        self.instances = InstanceResource(self._client, catalog, registry, config, keeps_half_made)

    def within(self, seconds: float = OPERATION_TIMEOUT) -> AbstractContextManager[None]:
        """Bound what this thread does in the block, retries and waits included, on whichever account."""
        return self._client.within(seconds)

    def stop(self) -> None:
        """End every wait with `errors.Interrupted` and send nothing more. What is in flight goes on."""
        self._client.stop()

    def accepts_credentials(self, seconds: float) -> bool:
        """Whether the platform accepts the credentials; not where it cannot be asked within so many seconds."""
        try:
            with self.within(seconds):
                next(iter(self._client.list_instances()), None)
        except CloudElementsError:
            return False
        return True

    def get_instance(self, id: str) -> InstanceState:
        """Look an instance up by its id; see `lookups.instance`."""
        return lookups.instance(self._client, id)

    def get_instances(
        self, element: str | None = None, tags: Collection[str] = (), text: str | None = None
    ) -> list[InstanceState]:
        """List the instances that fit all that is given; see `lookups.instances`."""
        return lookups.instances(self._client, element, tags, text)

    def get_element(self, key: str) -> Element:
        """Look an element up by its key; see `lookups.element`."""
        return lookups.element(self._client, key)
