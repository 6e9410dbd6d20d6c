"""HTTP: one method per endpoint, one pooled session per process, every outcome an answer or an error of `errors`.

A request that may be repeated is, after a lost connection or a 429, 502, 503 or 504, with growing and jittered
pauses or as `Retry-After` asks. A POST is repeated only where it surely did not arrive: no idempotency key exists,
and names are not unique [T].
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidJSONError, InvalidURL
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util import Retry

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import (
    AmbiguousWrite,
    ApiError,
    BadCredentials,
    Forbidden,
    ForeignAnswer,
    NotFound,
    RateLimited,
    RejectedInput,
    Unavailable,
    one_line,
)

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection; the answer may take `ProviderConfig.request_timeout`."""

CONNECTIONS = 128
"""Kept-alive connections: at least as many as requests are ever in flight."""

REPEATABLE = frozenset({"GET", "PUT", "PATCH", "DELETE"})
TRANSIENT = frozenset({429, 502, 503, 504})

UNSENT = (NewConnectionError, ConnectTimeoutError, InvalidURL, InvalidJSONError)
"""What is raised before a request has left."""

ERRORS_BY_STATUS: dict[int, type[ApiError]] = {
    401: BadCredentials,
    403: Forbidden,
    404: NotFound,
    429: RateLimited,
}
"""The statuses with an error of their own; any other 4xx is a `RejectedInput`, any 5xx an `Unavailable`."""


@dataclass(frozen=True)
class Call:
    """One request: what it asks, the texts in it that no error may repeat, and whether it is not worth a long wait."""

    method: str
    path: str
    body: dict[str, Any] | None = field(default=None, repr=False)
    query: tuple[tuple[str, str], ...] = ()
    secrets: Collection[str] = field(default=(), repr=False)
    hasty: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Client:
    """The platform's API for one account. Safe to use from several threads.

    Every method raises an `errors.ApiError` where the call fails, and `errors.ConfigurationError` where no
    credentials are set. `secrets` are texts of the request that no error may repeat.
    """

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        self._patient = self._session(config.max_retries)
        self._hasty = self._session(min(config.max_retries, 1))

    def _session(self, retries: int) -> requests.Session:
        session = requests.Session()
        # As `auth`, not as a header: requests would let an entry of ~/.netrc overwrite a header.
        session.auth = self._authorize
        adapter = HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=_retries(retries))
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    def create_instance(self, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``POST /instances``: provision an instance; seen to take half a minute [T]."""
        return self._ask(Call("POST", "/instances", body, secrets=secrets))

    def get_instance(self, id: str, secrets: Collection[str] = ()) -> dict[str, Any]:
        """``GET /instances/{id}``: the whole instance, secrets masked."""
        return self._ask(Call("GET", _instance(id), secrets=secrets))

    def put_instance(self, id: str, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``PUT /instances/{id}``: whether it resets configuration that is left out is unknown."""
        return self._ask(Call("PUT", _instance(id), body, secrets=secrets))

    def patch_instance(self, id: str, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``PATCH /instances/{id}``: what is left out stays [T]."""
        return self._ask(Call("PATCH", _instance(id), body, secrets=secrets))

    def reauthenticate(self, id: str, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``PUT /instances/{id}?reAuthenticate=true``: exchange new credentials [D]."""
        return self._ask(Call("PUT", _instance(id), body, (("reAuthenticate", "true"),), secrets))

    def delete_instance(self, id: str, secrets: Collection[str] = ()) -> None:
        """``DELETE /instances/{id}``: permanent."""
        self._tell(Call("DELETE", _instance(id), secrets=secrets))

    def set_enabled(self, id: str, enabled: bool, secrets: Collection[str] = ()) -> None:
        """``PUT`` or ``DELETE /instances/{id}/enabled``: id, token and configuration are kept [T]."""
        self._tell(Call("PUT" if enabled else "DELETE", _instance(id) + "/enabled", secrets=secrets))

    def get_element(self, key: str) -> dict[str, Any]:
        """``GET /elements/{key}``: the element with its configuration definitions [T].

        They only make a preview better, so without the network nobody is kept waiting for them.
        """
        return self._ask(Call("GET", f"/elements/{quote(key, safe='')}", hasty=True))

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
            call = Call("GET", path, query=(*query, *(("nextPage", cursor) for cursor in cursors[-1:])))
            try:
                response = self._send(call)
            except NotFound:
                return
            yield from _page(call, response)
            cursor = response.headers.get("Elements-Next-Page-Token")
            if not cursor:
                return
            if cursor in cursors:
                raise ForeignAnswer(str(call), "the next page is one that was read already")
            cursors.append(cursor)

    def _ask(self, call: Call) -> dict[str, Any]:
        """Make a call whose answer must be a JSON object."""
        response = self._send(call)
        answer = _json_object(response)
        if answer is None:
            raise self._unreadable(call, response)
        return answer

    def _tell(self, call: Call) -> None:
        """Make a call that may be answered by an empty body, or by an object that says nothing more."""
        response = self._send(call)
        if response.content and _json_object(response) is None:
            raise self._unreadable(call, response)

    def _send(self, call: Call) -> requests.Response:
        try:
            response = (self._hasty if call.hasty else self._patient).request(
                call.method,
                self._config.base_url + call.path,
                params=call.query,
                json=call.body,
                timeout=(CONNECT_TIMEOUT, self._config.request_timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._lost(call, error) from None
        if response.status_code != 200:
            raise self._refused(call, response)
        return response

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._config.authorization()
        return request

    def _quoted(self, call: Call, text: str) -> str:
        """A foreign text as an error may repeat it."""
        return one_line(text, (*self._config.secrets(), *call.secrets))

    def _unreadable(self, call: Call, response: requests.Response) -> ApiError:
        """The error for a success that is not the platform's."""
        lost = AmbiguousWrite if call.method == "POST" else ForeignAnswer
        kind = self._quoted(call, response.headers.get("Content-Type", "no content type"))
        return lost(str(call), f"{response.status_code}, but not a JSON object ({kind})")

    def _lost(self, call: Call, error: requests.RequestException) -> ApiError:
        """The error for a request that got no answer."""
        causes = list(_causes(error))
        unsent = any(isinstance(cause, UNSENT) for cause in causes)
        kind = Unavailable if unsent or call.method in REPEATABLE else AmbiguousWrite
        reason = self._quoted(call, _words(causes[-1]))
        return kind(str(call), f"no answer from {self._config.base_url}: {reason}")

    def _refused(self, call: Call, response: requests.Response) -> ApiError:
        """The error for an answer other than 200, which is the one success of every verb [T]."""
        status = response.status_code
        answer = _json_object(response) or {}
        request_id = str(answer.get("requestId") or response.headers.get("Elements-Request-Id") or "")
        if not (answer and request_id) and status < 500 and status != 429:
            # A platform's error is JSON with a request id [D]. Another's 404 must never pass for "gone".
            kind: type[ApiError] = ForeignAnswer
        elif status in ERRORS_BY_STATUS:
            kind = ERRORS_BY_STATUS[status]
        elif status >= 500:
            kind = Unavailable if call.method in REPEATABLE else AmbiguousWrite
        else:
            kind = RejectedInput
        words = " ".join(str(answer[field]) for field in ("message", "providerMessage") if answer.get(field))
        outcome = f"{status} {self._quoted(call, words or response.reason)}"
        return kind(str(call), outcome + (f" [request {self._quoted(call, request_id)}]" if request_id else ""))


def _instance(id: str) -> str:
    return f"/instances/{quote(id, safe='')}"


def _retries(total: int) -> Retry:
    return Retry(
        total=total,
        allowed_methods=REPEATABLE,
        status_forcelist=TRANSIENT,
        backoff_factor=0.5,
        backoff_jitter=0.5,
        redirect=False,
        raise_on_status=False,
    )


def _page(call: Call, response: requests.Response) -> list[dict[str, Any]]:
    try:
        items = response.json()
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ForeignAnswer(str(call), "the answer is no list of instances")
    return items


def _json_object(response: requests.Response) -> dict[str, Any] | None:
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies beneath it: libraries wrap the operating system's words three deep."""
    beneath: Any = error
    while isinstance(beneath, BaseException):
        yield beneath
        nested = next((arg for arg in beneath.args if isinstance(arg, BaseException)), None)
        beneath = getattr(beneath, "reason", None) or nested or beneath.__cause__ or beneath.__context__


def _words(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
