"""The platform's API: one method per endpoint, and every outcome a response or an error of `errors`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from pulumi_cloudelements.api.request import Request
from pulumi_cloudelements.api.retrying import Retrying
from pulumi_cloudelements.api.throttle import Wait
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import ForeignAnswer, NotFound


def nothing() -> None:
    """What precedes a write where nobody asked for more."""


def unheard(_message: str) -> None:
    """Who is told that the platform wants all to wait, where nobody asked."""


class Client:
    """The platform's API for one account. Safe to use from several threads.

    Every method raises an `errors.ApiError` where the request fails, and `errors.ConfigurationError` where no
    credentials are set. `secrets` are texts of the request that no error may repeat.

    Attributes:
        before_write: as given.
        repeats: whether anything is asked a second time.
    """

    def __init__(
        self,
        config: ProviderConfig,
        before_write: Callable[[], None] = nothing,
        tell: Callable[[str], None] = unheard,
        clock: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        """Prepare a client; nothing is sent.

        Parameters:
            before_write: called right before each attempt to write. What it raises ends the request, unchanged.
            tell: told every few seconds that the platform wants all to wait.
            clock, wait: seconds that only grow, and how to wait for them.
        """
        self.before_write = before_write
        self.repeats = config.max_retries > 0
        self._retrying = Retrying(config, before_write, tell, clock, wait)

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """Bound what this thread asks in the block, retries and waits included. Of nested bounds the earlier holds."""
        return self._retrying.within(seconds)

    def time_left(self) -> float:
        """The seconds that this thread has left; infinity where nothing bounds it."""
        return self._retrying.time_left()

    def pause(self, seconds: float) -> bool:
        """Let the time pass, where it is not bounded before; False, and at once, where it is.

        Raises:
            Interrupted: `stop` was called.
        """
        return self._retrying.pause(seconds)

    def remember(self, secrets: Collection[str]) -> None:
        """Repeat none of these in any error from now on."""
        self._retrying.remember(secrets)

    def stop(self) -> None:
        """End every wait with `errors.Interrupted` and send nothing more. What is in flight goes on."""
        self._retrying.stop()

    def create_instance(self, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``POST /instances``: provision an instance; seen to take half a minute [T]."""
        return self._ask(Request("POST", "/instances", body, secrets=secrets))

    def get_instance(self, id: str, secrets: Collection[str] = ()) -> dict[str, Any]:
        """``GET /instances/{id}``: the whole instance, secrets masked."""
        return self._ask(Request("GET", _instance(id), secrets=secrets))

    def put_instance(self, id: str, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``PUT /instances/{id}``: whether it resets configuration that is left out is unknown."""
        return self._change(id, Request("PUT", _instance(id), body, secrets=secrets))

    def patch_instance(self, id: str, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``PATCH /instances/{id}``: what is left out stays [T]."""
        return self._change(id, Request("PATCH", _instance(id), body, secrets=secrets))

    def reauthenticate(self, id: str, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``PUT /instances/{id}?reAuthenticate=true``: exchange new credentials [D]."""
        return self._change(id, Request("PUT", _instance(id), body, (("reAuthenticate", "true"),), secrets))

    def delete_instance(self, id: str, secrets: Collection[str] = (), unattended: bool = False) -> bool:
        """``DELETE /instances/{id}``: permanent. One that is `unattended` takes back what nobody will record.

        False where the response says something, which the platform's need not be [I]: then see that it is deleted.
        """
        return self._tell(Request("DELETE", _instance(id), secrets=secrets, unattended=unattended))

    def set_enabled(self, id: str, enabled: bool, secrets: Collection[str] = ()) -> None:
        """``PUT`` or ``DELETE /instances/{id}/enabled``: id, token and configuration are kept [T]."""
        self._tell(Request("PUT" if enabled else "DELETE", _instance(id) + "/enabled", secrets=secrets))

    def get_element(self, key: str, brief: bool = False) -> dict[str, Any]:
        """``GET /elements/{key}``: the element with its configuration definitions [T].

        Where they only make a preview better it is `brief`: without the network nobody is kept waiting for them.
        """
        return self._ask(Request("GET", f"/elements/{quote(key, safe='')}", brief=brief))

    def list_instances(
        self, element: str | None = None, tags: Collection[str] = (), search_text: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """``GET /instances`` or ``GET /elements/{key}/instances``, page by page.

        What the platform makes of several tags is unknown, so filter what comes. An empty list is a 404 [T].
        """
        path = f"/elements/{quote(element, safe='')}/instances" if element else "/instances"
        query = (*(("tags[]", tag) for tag in tags), *((("searchText", search_text),) if search_text else ()))
        cursors: list[str] = []
        while True:
            request = Request("GET", path, query=(*query, *(("nextPage", cursor) for cursor in cursors[-1:])))
            try:
                response = self._retrying.response_to(request)
            except NotFound:
                return
            yield from response.page()
            if not response.next_page:
                return
            if response.next_page in cursors:
                raise ForeignAnswer(str(request), "the next page is one that was read already")
            cursors.append(response.next_page)

    def _ask(self, request: Request) -> dict[str, Any]:
        """Make a request whose response must be a JSON object."""
        return self._retrying.response_to(request).json_object()

    def _change(self, id: str, request: Request) -> dict[str, Any]:
        """Make a request that changes an instance. Where the response is empty, what became of it is read."""
        response = self._retrying.response_to(request)
        return self.get_instance(id, request.secrets) if response.says_nothing() else response.json_object()

    def _tell(self, request: Request) -> bool:
        """Make a request whose response may be empty. True where it is; else it is JSON that need not be read."""
        response = self._retrying.response_to(request)
        response.says_nothing()
        return not response.content.strip()


def _instance(id: str) -> str:
    return f"/instances/{quote(id, safe='')}"
