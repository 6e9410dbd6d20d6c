"""One request on its way to the platform: it can be kept waiting, take effect unanswered, or be answered otherwise.

A client that hangs up stops none of it: uvicorn does not cancel a request whose client is gone, so what it would have
done is still done, as on a real server. Only the end of the emulator cuts a wait short.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloudelements_emulator.connection import Connection


class StoppingError(Exception):
    """The emulator is being stopped while the request waits."""


@dataclass
class Exchange:
    """A request to `app`, and, once it has taken effect, the answer that is held back."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    answer: list[Message] | None = None

    @property
    def connection(self) -> Connection:
        """What the request came in by."""
        connection: Connection = self.scope["state"]["connection"]
        return connection

    async def wait(self, seconds: float) -> None:
        """Do nothing for a while; raises StoppingError when the emulator ends meanwhile."""
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            raise StoppingError from None

    async def take_effect(self) -> list[Message]:
        """Let `app` act upon the request, hold its answer back and return it."""
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self.app(self.scope, self.receive, hold)
        self.answer = held
        return held

    async def deliver(self) -> None:
        """Send the answer of `app`, upon which the request takes effect where it has not yet."""
        for message in self.answer or await self.take_effect():
            await self.send(message)

    async def reply(self, response: Response) -> None:
        """Answer as the platform, with something else."""
        await response(self.scope, self.receive, self.send)

    async def reply_as_stranger(self, response: Response) -> None:
        """Answer as what stands between client and platform: without the platform's request id."""
        self.scope["foreign"] = True
        await self.reply(response)

    async def client_gone(self) -> None:
        """Wait until the connection has ended, by whichever side."""
        while (await self.receive())["type"] != "http.disconnect":
            pass
