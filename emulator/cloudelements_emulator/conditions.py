"""The conditions under which the emulator serves: how slow it is today, and which reading of PUT holds.

`Conditions` is the seam for trouble on purpose: it stands between the request log and the platform and sees every
request before it takes effect and every answer after, so a fault can strike on either side of a write.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cloudelements_emulator.jsontext import Number


class SettingError(ValueError):
    """A setting that does not exist, or a value that it cannot have."""


@dataclass
class Settings:
    """What can be set while the emulator runs: `latency` in seconds, and whether PUT resets what it leaves out."""

    latency: float = 0.0
    put_resets: bool = False

    def change(self, wanted: dict[str, Any]) -> None:
        """Change all settings in `wanted`, as `jsontext` parsed it, or none.

        Raises:
            SettingError: A setting does not exist, or its value is of the wrong type or out of range.
        """
        read = {name: _reader(name)(value) for name, value in wanted.items()}
        for name, value in read.items():
            setattr(self, name, value)


def _reader(name: str) -> Callable[[Any], Any]:
    readers: dict[str, Callable[[Any], Any]] = {"latency": _seconds, "put_resets": _flag}
    if name not in readers:
        raise SettingError(f"{name} is no setting; there are {', '.join(readers)}")
    return readers[name]


def _seconds(value: Any) -> float:
    if not isinstance(value, Number) or not 0 <= float(value) < math.inf:
        raise SettingError("latency must be a number of seconds, 0 or more")
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingError("put_resets must be true or false")
    return value


class Conditions:
    """ASGI middleware that lays the settings upon `app`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Look up `settings` anew for each request."""
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then pass the request on."""
        try:
            await asyncio.sleep(self._settings.latency)
        except asyncio.CancelledError:
            # The emulator is being stopped: the request has had no effect, and its client is told so.
            await Response(status_code=503)(scope, receive, send)
            return
        await self._app(scope, receive, send)
