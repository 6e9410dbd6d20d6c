"""The emulator's own interface under `/emulator`: health, the request log, counters and settings.

It needs no authorization, because only this machine reaches it; it is neither logged nor slowed down.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cloudelements_emulator import jsontext
from cloudelements_emulator.conditions import SettingError, Settings
from cloudelements_emulator.requestlog import RequestLog
from cloudelements_emulator.store import Store


def json_response(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `value` as a JSON answer."""
    return Response(jsontext.dump(value), status, headers, media_type="application/json")


class Control:
    """The endpoints of the interface."""

    def __init__(self, store: Store, settings: Settings, log: RequestLog) -> None:
        """Show and change these."""
        self._store = store
        self._settings = settings
        self._log = log

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
        return json_response(vars(self._settings))

    async def change_settings(self, request: Request) -> Response:
        """Change some settings and return them all; 400 for what is no setting."""
        try:
            self._settings.change(jsontext.parse_object(await request.body()))
        except jsontext.InvalidJsonError as problem:
            return json_response({"message": f"The request body {problem}"}, status=400)
        except SettingError as error:
            return json_response({"message": str(error)}, status=400)
        return json_response(vars(self._settings))


def create_app(store: Store, settings: Settings, log: RequestLog) -> Starlette:
    """Return the interface as an app to mount."""
    control = Control(store, settings, log)
    routes = [
        Route("/health", control.health, methods=["GET"]),
        Route("/requests", control.requests, methods=["GET"]),
        Route("/requests", control.clear, methods=["DELETE"]),
        Route("/counters", control.counters, methods=["GET"]),
        Route("/settings", control.settings, methods=["GET"]),
        Route("/settings", control.change_settings, methods=["PATCH"]),
    ]
    return Starlette(routes=routes)
