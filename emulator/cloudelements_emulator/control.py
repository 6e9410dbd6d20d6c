"""The emulator's own interface under `/emulator`: health, the request log, counters, settings and faults.

It needs no authorization, because only this machine reaches it; it is neither logged nor slowed down, and no fault
or limit meets it.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cloudelements_emulator import jsontext
from cloudelements_emulator.conditions import Settings
from cloudelements_emulator.faults import Faults
from cloudelements_emulator.fields import FieldError
from cloudelements_emulator.requestlog import RequestLog
from cloudelements_emulator.responses import json_response
from cloudelements_emulator.store import Store

Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints of the interface."""

    def __init__(self, store: Store, settings: Settings, log: RequestLog, faults: Faults) -> None:
        """Show and change these."""
        self._store = store
        self._settings = settings
        self._log = log
        self._faults = faults

    async def health(self, _: Request) -> Response:
        """Say who answers here."""
        name = "cloudelements-emulator"
        return json_response({"name": name, "pid": os.getpid(), "instances": self._store.count()})

    async def requests(self, _: Request) -> Response:
        """Return the request log, newest last."""
        return json_response(self._log.entries())

    async def clear(self, _: Request) -> Response:
        """Clear the request log and the counters."""
        self._log.clear()
        return json_response({})

    async def counters(self, _: Request) -> Response:
        """Return the counters."""
        return json_response(self._log.counters())

    async def settings(self, _: Request) -> Response:
        """Return the settings."""
        return json_response(self._settings.shown())

    async def change_settings(self, request: Request) -> Response:
        """Change some settings and return them all; 400 for what is no setting."""
        self._settings.change(jsontext.parse_object(await request.body()))
        return json_response(self._settings.shown())

    async def faults(self, _: Request) -> Response:
        """Return the rules, in the order in which they are asked."""
        return json_response(self._faults.rules())

    async def add_fault(self, request: Request) -> Response:
        """Add one rule and return it with its id; 400 for what is no rule."""
        return json_response(self._faults.add(jsontext.parse_object(await request.body())).shown())

    async def clear_faults(self, _: Request) -> Response:
        """Remove all rules."""
        self._faults.clear()
        return json_response({})

    async def remove_fault(self, request: Request) -> Response:
        """Remove one rule; 404 when there is none with this id."""
        rule_id = request.path_params["id"]
        if not self._faults.remove(rule_id):
            return json_response({"message": f"There is no fault {rule_id}"}, status=404)
        return json_response({})


def create_app(store: Store, settings: Settings, log: RequestLog, faults: Faults) -> Starlette:
    """Return the interface as an app to mount."""
    control = Control(store, settings, log, faults)
    endpoints: list[tuple[str, str, Endpoint]] = [
        ("GET", "/health", control.health),
        ("GET", "/requests", control.requests),
        ("DELETE", "/requests", control.clear),
        ("GET", "/counters", control.counters),
        ("GET", "/settings", control.settings),
        ("PATCH", "/settings", control.change_settings),
        ("GET", "/faults", control.faults),
        ("POST", "/faults", control.add_fault),
        ("DELETE", "/faults", control.clear_faults),
        ("DELETE", "/faults/{id:int}", control.remove_fault),
    ]
    routes = [Route(path, endpoint, methods=[method]) for method, path, endpoint in endpoints]
    return Starlette(routes=routes, exception_handlers=dict.fromkeys((jsontext.InvalidJsonError, FieldError), _refused))


def _refused(_: Request, error: Exception) -> Response:
    message = f"The request body {error}" if isinstance(error, jsontext.InvalidJsonError) else str(error)
    return json_response({"message": message}, status=400)
