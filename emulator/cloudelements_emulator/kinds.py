"""The kinds of faults: what each does to a request, and the fields that it takes. Another kind is an entry in `KINDS`.

`play` is called with the exchange and the kind's own fields; where the fault strikes after the effect, the exchange
holds the platform's answer by then, and whatever is not delivered is lost.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import responses

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response

from cloudelements_emulator import fields, jsontext
from cloudelements_emulator.exchange import Exchange
from cloudelements_emulator.responses import json_response, refusal

PAGE = '<!DOCTYPE html>\n<html lang="en"><head><title>{title}</title></head><body>{body}</body></html>\n'
LOGIN_FORM = (
    '<h1>Sign in</h1><form method="post" action="/login"><input name="user"><input name="password" type="password">'
    "<button>Sign in</button></form>"
)


@dataclass(frozen=True)
class Kind:
    """A kind of fault; `sides` are the values of `when` that it can have, the default first."""

    play: Callable[..., Awaitable[None]]
    fields: dict[str, fields.Field] = field(default_factory=dict)
    sides: tuple[str, ...] = ("before", "after")


async def _status(
    exchange: Exchange, *, status: int, body: str, retry_after: float | None, retry_after_form: str
) -> None:
    reason = responses.get(status, "Unknown")
    headers = {} if retry_after is None else {"Retry-After": RETRY_AFTER_FORMS[retry_after_form](retry_after)}
    if body == "json":
        await exchange.reply(refusal(exchange.scope, status, f"{reason} (a fault of the emulator)", headers=headers))
    else:
        page = PAGE.format(title=reason, body=f"<h1>{status} {reason}</h1>") if body == "html" else ""
        media_type = "text/html" if page else None
        await exchange.reply_as_stranger(Response(page, status, headers, media_type=media_type))


async def _reset(exchange: Exchange) -> None:
    exchange.connection.reset()
    await exchange.client_gone()


async def _hang(exchange: Exchange) -> None:
    exchange.connection.fall_silent()
    await exchange.client_gone()


async def _delay(exchange: Exchange, *, seconds: float) -> None:
    await exchange.wait(seconds)
    await exchange.deliver()


async def _truncate(exchange: Exchange) -> None:
    await _deliver_changed(exchange, lambda body: body[: len(body) // 2])


async def _empty(exchange: Exchange, *, status: int) -> None:
    start, *_ = exchange.answer or await exchange.take_effect()
    if start["status"] < 400:
        start["status"] = status
        del MutableHeaders(scope=start)["Content-Type"]
        await _deliver_changed(exchange, lambda _: b"")
    else:
        await exchange.deliver()


async def _omit(exchange: Exchange, *, member: str) -> None:
    def without(body: bytes) -> bytes:
        value = jsontext.parse(body) if body else None
        if not isinstance(value, dict):
            return body
        return jsontext.dump({name: item for name, item in value.items() if name != member}).encode()

    await _deliver_changed(exchange, without)


async def _deliver_changed(exchange: Exchange, change: Callable[[bytes], bytes]) -> None:
    """Deliver the platform's answer with another body."""
    start, *parts = exchange.answer or await exchange.take_effect()
    body = change(b"".join(part.get("body", b"") for part in parts))
    MutableHeaders(scope=start)["Content-Length"] = str(len(body))
    exchange.answer = [start, {"type": "http.response.body", "body": body}]
    await exchange.deliver()


async def _login_page(exchange: Exchange) -> None:
    await exchange.reply_as_stranger(HTMLResponse(PAGE.format(title="Sign in", body=LOGIN_FORM)))


async def _foreign_json(exchange: Exchange) -> None:
    await exchange.reply_as_stranger(json_response({"status": "ok"}))


async def _redirect(exchange: Exchange, *, location: str) -> None:
    await exchange.reply_as_stranger(Response(status_code=302, headers={"Location": location}))


def _in_seconds(seconds: float) -> str:
    # A fraction is no valid header, and is sent all the same: whoever asks for one wants to see what becomes of it.
    return str(int(seconds) if seconds.is_integer() else seconds)


def _as_date(seconds: float) -> str:
    return formatdate(math.ceil(time.time() + seconds), usegmt=True)


RETRY_AFTER_FORMS: dict[str, Callable[[float], str]] = {"seconds": _in_seconds, "date": _as_date}

STATUS_FIELDS: dict[str, fields.Field] = {
    "status": fields.whole(400, 599),
    "body": fields.choice(("json", "html", "empty")).otherwise("json"),
    "retry_after": fields.number("seconds").or_null(),
    "retry_after_form": fields.choice(RETRY_AFTER_FORMS).otherwise("seconds"),
}

KINDS: dict[str, Kind] = {
    "status": Kind(_status, STATUS_FIELDS),
    "reset": Kind(_reset),
    "hang": Kind(_hang),
    "delay": Kind(_delay, {"seconds": fields.number("seconds")}),
    "truncate": Kind(_truncate, sides=("after",)),
    "empty": Kind(_empty, {"status": fields.whole(200, 299).otherwise(200)}, sides=("after",)),
    "omit": Kind(_omit, {"member": fields.header_value()}, sides=("after",)),
    "login_page": Kind(_login_page),
    "foreign_json": Kind(_foreign_json),
    "redirect": Kind(_redirect, {"location": fields.header_value()}),
}
