"""HTTP: one method per endpoint, one pooled session per process, every outcome an answer or an error of `errors`.

A request that may be repeated is, after a lost connection or a 429, 502, 503 or 504, with growing and jittered
pauses or as `Retry-After` asks. A POST is repeated only where it surely did not arrive: no idempotency key exists,
and names are not unique [T].
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
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

ERRORS_BY_STATUS: dict[int, type[ApiError]] = {
    401: BadCredentials,
    403: Forbidden,
    404: NotFound,
    429: RateLimited,
}
"""The statuses with an error of their own; any other 4xx is a `RejectedInput`, any 5xx an `Unavailable`."""


class Client:
    """The platform's API for one account. Safe to use from several threads.

    Every method raises an `errors.ApiError` where the call fails, and `errors.ConfigurationError` where no
    credentials are set. `secrets` are texts of the request that no error may repeat.
    """

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        self._session = requests.Session()
        # As `auth`, not as a header: requests would let an entry of ~/.netrc overwrite a header.
        self._session.auth = self._authorize
        adapter = HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=_retries(config.max_retries))
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def create_instance(self, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``POST /instances``: provision an instance; seen to take half a minute [T]."""
        return self._call("POST", "/instances", body, secrets)

    def get_instance(self, id: str, secrets: Collection[str] = ()) -> dict[str, Any]:
        """``GET /instances/{id}``: the whole instance, secrets masked."""
        return self._call("GET", f"/instances/{quote(id, safe='')}", secrets=secrets)

    def update_instance(self, id: str, body: dict[str, Any], secrets: Collection[str] = ()) -> dict[str, Any]:
        """``PUT /instances/{id}``."""
        return self._call("PUT", f"/instances/{quote(id, safe='')}", body, secrets)

    def delete_instance(self, id: str) -> None:
        """``DELETE /instances/{id}``: permanent."""
        self._call("DELETE", f"/instances/{quote(id, safe='')}", may_be_empty=True)

    def set_enabled(self, id: str, enabled: bool) -> None:
        """``PUT`` or ``DELETE /instances/{id}/enabled``: id, token and configuration are kept [T]."""
        self._call("PUT" if enabled else "DELETE", f"/instances/{quote(id, safe='')}/enabled", may_be_empty=True)

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        secrets: Collection[str] = (),
        *,
        may_be_empty: bool = False,
    ) -> dict[str, Any]:
        """Send a request whose answer must be a JSON object, or nothing where that says enough."""
        response = self._send(method, path, body, secrets)
        answer = {} if may_be_empty and not response.content else _json_object(response)
        if answer is None:
            kind = one_line(response.headers.get("Content-Type", "no content type"), self._config.secrets())
            lost = AmbiguousWrite if method == "POST" else ForeignAnswer
            raise lost(f"{method} {path}", f"{response.status_code}, but not a JSON object ({kind})")
        return answer

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None = None, secrets: Collection[str] = ()
    ) -> requests.Response:
        try:
            response = self._session.request(
                method,
                self._config.base_url + path,
                json=body,
                timeout=(CONNECT_TIMEOUT, self._config.request_timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._lost(method, path, error, secrets) from None
        if response.status_code != 200:
            raise self._refused(method, path, response, secrets)
        return response

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._config.authorization()
        return request

    def _lost(self, method: str, path: str, error: requests.RequestException, secrets: Collection[str]) -> ApiError:
        """The error for a request that got no answer."""
        causes = list(_causes(error))
        reason = one_line(_words(causes[-1]), (*self._config.secrets(), *secrets))
        unsent = any(
            isinstance(cause, NewConnectionError | ConnectTimeoutError | InvalidURL | InvalidJSONError)
            for cause in causes
        )
        kind = Unavailable if unsent or method in REPEATABLE else AmbiguousWrite
        return kind(f"{method} {path}", f"no answer from {self._config.base_url}: {reason}")

    def _refused(self, method: str, path: str, response: requests.Response, secrets: Collection[str]) -> ApiError:
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
            kind = Unavailable if method in REPEATABLE else AmbiguousWrite
        else:
            kind = RejectedInput
        words = " ".join(str(answer[field]) for field in ("message", "providerMessage") if answer.get(field))
        hidden = (*self._config.secrets(), *secrets)
        outcome = f"{status} {one_line(words or response.reason, hidden)}"
        return kind(f"{method} {path}", outcome + (f" [request {one_line(request_id, hidden)}]" if request_id else ""))


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


def _json_object(response: requests.Response) -> dict[str, Any] | None:
    try:
        answer = response.json()
    except ValueError:
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
