"""HTTP for the platform: routes, authorization, bodies in and JSON out. What a call does is decided in `platform`.

Calls run on the event loop's thread, one at a time and without awaiting: each is one transaction, and no other
request sees half of it. Every success is a 200 [T]; every error is `{"requestId", "message"}` [D].
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from cloudelements_emulator import control, jsontext
from cloudelements_emulator.authorization import Credentials
from cloudelements_emulator.conditions import Conditions, Settings
from cloudelements_emulator.errors import PlatformError
from cloudelements_emulator.faults import Faults
from cloudelements_emulator.platform import Page, Platform
from cloudelements_emulator.requestlog import Recorder, RequestLog
from cloudelements_emulator.responses import json_response, refusal
from cloudelements_emulator.store import Store, StoreError

PREFIX = "/elements/api-v2"
HUB_CALL = "/instance"


@dataclass(frozen=True)
class Call:
    """A request that is authorized: `token` is there in calls addressed by token alone."""

    path: Mapping[str, str]
    query: QueryParams
    content: bytes = field(repr=False)
    token: str | None = field(repr=False)

    def body(self) -> dict[str, Any]:
        """Return the body's JSON object."""
        try:
            return jsontext.parse_object(self.content)
        except jsontext.InvalidJsonError as problem:
            raise PlatformError(400, f"The request body {problem}") from None


Action = Callable[[Call], Any]


def create_app(
    platform: Platform, store: Store, credentials: Credentials, settings: Settings, log: RequestLog
) -> ASGIApp:
    """Return the whole emulator: the platform behind its middleware, and the emulator's own interface beside it."""
    actions = _actions(platform, settings)
    routes = [
        Route(PREFIX + template, _endpoint(template, action, store, credentials), methods=[method])
        for method, template, action in actions
    ]
    faults = Faults([(method, template) for method, template, _ in actions])
    served = Recorder(Conditions(_platform_app(routes), settings, faults), log)
    own = Mount("/emulator", control.create_app(store, settings, log, faults))
    # Not a second Mount: it would not match a path with a newline, and everything else is the platform's to answer.
    return Router(routes=[own], default=_recognised(served, routes), redirect_slashes=False)


def _recognised(app: ASGIApp, routes: Sequence[Route]) -> ASGIApp:
    """Return `app`, told which call a request is before it meets the first condition or fault."""

    async def recognised(scope: Scope, receive: Receive, send: Send) -> None:
        matching = (route.path for route in routes if route.matches(scope)[0] is Match.FULL)
        path = next(matching, None)
        if path is not None:
            scope["path_template"] = path.removeprefix(PREFIX)
        await app(scope, receive, send)

    return recognised


def _platform_app(routes: Sequence[Route]) -> ASGIApp:
    app = Starlette(
        routes=routes, exception_handlers=dict.fromkeys((PlatformError, HTTPException, StoreError), _refused)
    )
    app.router.redirect_slashes = False
    return app


def _actions(platform: Platform, settings: Settings) -> list[tuple[str, str, Action]]:
    def put(call: Call) -> Any:
        reauthenticate = call.query.get("reAuthenticate") == "true"
        body = call.body()
        return platform.update(call.path["id"], body, resets=settings.put_resets, reauthenticate=reauthenticate)

    return [
        ("POST", "/instances", lambda call: platform.create(call.body())),
        ("GET", "/instances", lambda call: _list(platform, call)),
        ("GET", "/instances/{id}", lambda call: platform.read(call.path["id"])),
        ("PUT", "/instances/{id}", put),
        ("PATCH", "/instances/{id}", lambda call: platform.update(call.path["id"], call.body())),
        ("DELETE", "/instances/{id}", lambda call: platform.delete(call.path["id"])),
        ("PUT", "/instances/{id}/enabled", lambda call: platform.enable(call.path["id"], True)),
        ("DELETE", "/instances/{id}/enabled", lambda call: platform.enable(call.path["id"], False)),
        ("GET", HUB_CALL, lambda call: platform.read_by_token(call.token or "")),
        ("GET", "/elements/{key}", lambda call: platform.element(call.path["key"])),
        ("GET", "/elements/{key}/instances", lambda call: _list(platform, call, call.path["key"])),
        ("GET", "/elements/{key}/configuration", lambda call: platform.element_configuration(call.path["key"])),
        ("GET", "/elements/{key}/oauth/url", lambda call: platform.oauth_url(call.path["key"], dict(call.query))),
    ]


def _list(platform: Platform, call: Call, element: str | None = None) -> Page:
    return platform.list(
        element=element,
        tags=call.query.getlist("tags[]"),
        search_text=call.query.get("searchText", ""),
        page_size=call.query.get("pageSize", "200"),
        next_page=call.query.get("nextPage"),
    )


def _endpoint(
    template: str, action: Action, store: Store, credentials: Credentials
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        header = request.headers.get("authorization", "")
        token = credentials.check(header, by_token=template == HUB_CALL)
        call = Call(request.path_params, request.query_params, await request.body(), token)
        with store.transaction():
            result = action(call)
        return _answer(result)

    return endpoint


def _answer(result: Any) -> Response:
    if isinstance(result, Page):
        headers = {"Elements-Total-Count": str(result.total)}
        if result.next_page is not None:
            headers["Elements-Next-Page-Token"] = result.next_page
        return json_response(result.items, headers=headers)
    # A deleted instance is answered with 200 and no body [I].
    return Response() if result is None else json_response(result)


def _refused(request: Request, error: Exception) -> Response:
    status, message = _reason(request, error)
    return refusal(request.scope, status, message)


def _reason(request: Request, error: Exception) -> tuple[int, str]:
    match error:
        case PlatformError():
            return error.status, error.message
        case HTTPException():
            return error.status_code, f"{error.detail}: {request.method} {request.url.path}"
        case _:
            return 500, f"The emulator cannot use its data: {error}"
