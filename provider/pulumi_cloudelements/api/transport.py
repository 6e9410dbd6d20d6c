"""HTTP: a request is sent once, and is an `Response` then, or a `Failure` that tells whether it can have arrived.

There is one pooled session per client. Proxies and private CAs are found where requests' users expect them; a ~/.netrc
is not read, and no redirect followed.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidJSONError, InvalidProxyURL, InvalidSchema, InvalidURL
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationValueError, NewConnectionError, ProxyError

from pulumi_cloudelements.api.request import Failure, Request
from pulumi_cloudelements.api.response import Response
from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import AmbiguousWrite, Unavailable

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection; the response may take `ProviderConfig.request_timeout`."""

CONNECTIONS = 128
"""The connections that are kept alive, and so the most requests that `attempts` has in flight."""

PART = 65536
"""Bytes: the most of a response that is read at once."""

UNCONNECTED = (NewConnectionError, ConnectTimeoutError)
"""There was no connection, so nothing has left. It may be there the next time."""

NO_TUNNEL = "Tunnel connection failed"
"""How http.client says that a proxy does not reach the platform; it has no type for it."""

UNUSABLE = (InvalidURL, LocationValueError)
"""An address that nothing can be sent to. The base URL was checked before, so it is a proxy's."""

UNSENT = (*UNCONNECTED, *UNUSABLE, InvalidSchema, InvalidJSONError, ssl.SSLCertVerificationError)
"""What is raised before a request has left."""


class Transport:
    """The way to the platform, for one account. Safe to use from several threads."""

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        self._session = _session()
        # As `auth`, not as a header: requests would let an entry of ~/.netrc overwrite a header.
        self._session.auth = self._authorize

    def send(self, request: Request, seconds: float) -> Response | Failure:
        """Send the request once.

        Parameters:
            seconds: until when there must be a connection, the next part of the response, and the whole of its body.

        Returns:
            The response, whoever gave it; a failure without a status where there is none.

        Raises:
            ConfigurationError: no credentials are set.
        """
        request = replace(request, secrets=(*self._config.secrets(), *request.secrets))
        timeout = min(self._config.request_timeout, seconds)
        until = time.monotonic() + timeout
        try:
            response = self._session.request(
                request.method,
                self._config.base_url + request.path,
                params=request.query,
                json=request.body,
                timeout=(min(CONNECT_TIMEOUT, seconds), timeout),
                allow_redirects=False,
                stream=True,
            )
            with response:  # requests would leave a connection open whose response cannot be decoded
                content = _content(response, until)
        except (OSError, HTTPError) as error:  # requests lets some of the system's and of urllib3's pass
            return self._lost(request, list(_causes(error)))
        reason, sent = response.reason or "", len(response.request.body or b"")
        return Response(request, response.status_code, reason, response.headers, content, response.url, sent)

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._config.authorization()
        return request

    def _lost(self, request: Request, causes: list[BaseException]) -> Failure:
        """The failure of a request that got no response, for what the outermost of `causes` and those beneath tell."""
        # What the system says outside of a connection, such as that a file of certificates is missing, it says before.
        early = not isinstance(causes[0], (requests.RequestException, HTTPError))
        unconnected = any(isinstance(cause, UNCONNECTED) for cause in causes) or str(causes[-1]).startswith(NO_TUNNEL)
        unsent = early or unconnected or any(isinstance(cause, UNSENT) for cause in causes)
        return Failure(
            Unavailable if unsent or request.repeatable else AmbiguousWrite,
            str(request),
            f"no answer from {self._config.base_url}: {request.quoted(_words(causes))}",
            repeatable=unconnected or (not unsent and request.repeatable),
            cause=type(causes[-1]).__name__,
        )


def _content(response: requests.Response, until: float) -> bytes:
    """The body, whole. For the socket, time begins again with every byte: one that drips would have no end."""
    parts = []
    while part := response.raw.read1(PART, decode_content=True):
        parts.append(part)
        if time.monotonic() > until:
            raise requests.ReadTimeout("the answer came too slowly to be waited for")
    return b"".join(parts)


class _Session(requests.Session):
    """A session to which no response is a redirect: even unfollowed, requests would read where it leads."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' name
        return None


class _Adapter(HTTPAdapter):
    """An adapter to which a proxy's address that requests stumbles over is one that cannot be used."""

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        try:
            return super().get_connection_with_tls_context(*args, **kwargs)
        except (TypeError, UnicodeError):  # a user without a host, or one that no header can hold
            pass
        raise InvalidProxyURL  # out here, so that it does not carry along what was raised, which holds the password


def _session() -> requests.Session:
    session = _Session()
    adapter = _Adapter(pool_maxsize=CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies beneath it: libraries wrap the operating system's words three deep."""
    beneath: Any = error
    while isinstance(beneath, BaseException):
        yield beneath
        nested = next((arg for arg in beneath.args if isinstance(arg, BaseException)), None)
        beneath = getattr(beneath, "reason", None) or nested or beneath.__cause__ or beneath.__context__


def _words(causes: list[BaseException]) -> str:
    """What the innermost cause says, in the fewest words."""
    if any(isinstance(cause, UNUSABLE) for cause in causes):
        return "a proxy's address cannot be used (HTTPS_PROXY)"  # it may hold a password
    error = causes[-1]
    proxy = any(isinstance(cause, ProxyError) for cause in causes) or str(error).startswith(NO_TUNNEL)
    if isinstance(error, ssl.SSLCertVerificationError):
        whose = "the certificate of the proxy" if proxy else "its certificate"
        words = f"{whose} is not trusted: {error.verify_message} (REQUESTS_CA_BUNDLE names a private CA)"
    else:
        words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"at the proxy that HTTPS_PROXY or HTTP_PROXY names: {words}" if proxy else words
