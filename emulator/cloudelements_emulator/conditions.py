"""The conditions under which the emulator serves: how slow, how patient and how consistent it is, and its faults.

`Conditions` stands between the request log and the platform and sees every request before it takes effect and every
answer after: it turns away what exceeds the rate, lets the latency pass, and then a fault strikes, or none does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cloudelements_emulator import fields
from cloudelements_emulator.bucket import Bucket
from cloudelements_emulator.exchange import Exchange, StoppingError
from cloudelements_emulator.faults import Faults
from cloudelements_emulator.responses import refusal

SETTINGS: dict[str, fields.Field] = {
    "latency": fields.number("seconds"),
    "put_resets": fields.flag(),
    "visible_after": fields.number("seconds"),
    "rate": fields.number("requests per second", least=0.001).or_null(),
}


@dataclass
class Settings:
    """What can be set while the emulator runs.

    Attributes:
        latency: Seconds that every request to the platform waits before it takes effect.
        put_resets: Whether PUT resets what it leaves out.
        visible_after: Seconds after its creation during which an instance is found neither by id nor in a list.
        rate: Requests per second that are served; None for all.
    """

    latency: float = 0.0
    put_resets: bool = False
    visible_after: float = 0.0
    rate: float | None = None

    def __post_init__(self) -> None:
        self.bucket = Bucket(self.rate)

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Change all settings in `wanted`, as `jsontext` parsed it, or none. Whenever the rate is set, it begins anew.

        Raises:
            FieldError: A setting does not exist, or its value is of the wrong type or out of range.
        """
        values = fields.read_given(SETTINGS, wanted, "setting")
        for name, value in values.items():
            setattr(self, name, value)
        if "rate" in values:
            self.bucket = Bucket(self.rate)

    def shown(self) -> dict[str, Any]:
        """Return the settings as JSON."""
        return asdict(self)


class Conditions:
    """ASGI middleware that lays settings and faults upon `app`."""

    def __init__(self, app: ASGIApp, settings: Settings, faults: Faults) -> None:
        """Look both up again for each request."""
        self._app = app
        self._settings = settings
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, strike it, or let it pass."""
        exchange = Exchange(self._app, scope, receive, send)
        too_soon = self._settings.bucket.take()
        if too_soon:
            await _refuse(exchange, too_soon)
            return
        try:
            await self._serve(exchange)
        except StoppingError:
            # A request that has had no effect will have none, and its client is told so.
            await (exchange.deliver() if exchange.answer else exchange.reply(Response(status_code=503)))

    async def _serve(self, exchange: Exchange) -> None:
        # The rule is chosen on arrival, so that skips and strikes follow the order of the requests.
        rule = self._faults.take(exchange.scope["method"], exchange.scope.get("path_template"))
        await exchange.wait(self._settings.latency)
        await (rule.strike(exchange) if rule else exchange.deliver())


async def _refuse(exchange: Exchange, seconds: int) -> None:
    exchange.scope["refused"] = True
    message = f"Too many requests: wait {seconds} s"
    await exchange.reply(refusal(exchange.scope, 429, message, headers={"Retry-After": str(seconds)}))
