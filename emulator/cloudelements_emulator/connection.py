"""The TCP connection under a request, for what an ASGI application cannot do with it: reset it, or leave it silent.

uvicorn keeps its transport to itself. This is its own protocol, which puts itself into the `state` of each request's
scope as `connection`.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

LINGER = "ii" if os.name == "posix" else "hh"  # the two members of C's struct linger


class Connection(H11Protocol):
    """uvicorn's HTTP/1.1, which can also be reset, and does not keep a stopping server waiting for its silence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app_state = {**self.app_state, "connection": self}
        self._silent = False
        self._stopping = False

    def reset(self) -> None:
        """End it with a RST: with no time to linger, the system drops what is unsent and sends no FIN."""
        connected: socket.socket = self.transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
        self.transport.abort()

    def fall_silent(self) -> None:
        """Promise that the request under way is never answered; it is then dropped when the server stops."""
        self._silent = True
        self._drop_if_vain()

    def shutdown(self) -> None:
        """Begin to stop, as uvicorn asks."""
        super().shutdown()
        self._stopping = True
        self._drop_if_vain()

    def _drop_if_vain(self) -> None:
        if self._silent and self._stopping:
            self.transport.abort()
