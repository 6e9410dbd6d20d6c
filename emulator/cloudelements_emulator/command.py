"""The `cloudelements-emulator` command: reads options, opens the data, binds the socket, says where, and serves.

It listens on 127.0.0.1 alone. The one line on stdout comes after the socket is listening, so whoever reads it can
connect at once. What stops it from starting is one line on stderr and exit code 1; SIGINT and SIGTERM end it with 0.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path

import click
import uvicorn
from starlette.types import ASGIApp

from cloudelements_emulator import catalog
from cloudelements_emulator.app import PREFIX, create_app
from cloudelements_emulator.authorization import Credentials
from cloudelements_emulator.conditions import Settings
from cloudelements_emulator.connection import Connection
from cloudelements_emulator.platform import Platform
from cloudelements_emulator.requestlog import RequestLog
from cloudelements_emulator.store import Store, StoreError

HOST = "127.0.0.1"
GRACE_SECONDS = 2


def _secret(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[!-+\--~]+", value):  # what fits between the commas of the Authorization header
        raise click.BadParameter("must be printable ASCII without spaces and commas, and not empty")
    return value


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free port.")
@click.option("--data", type=click.Path(path_type=Path), help="SQLite file of the instances. [default: in memory]")
@click.option(
    "--user-secret",
    envvar="CLOUDELEMENTS_EMULATOR_USER_SECRET",
    default="emulator-user",
    show_default=True,
    callback=_secret,
    help="The user secret to accept; the default is public.",
)
@click.option(
    "--organization-secret",
    envvar="CLOUDELEMENTS_EMULATOR_ORGANIZATION_SECRET",
    default="emulator-organization",
    show_default=True,
    callback=_secret,
    help="The organization secret to accept; the default is public.",
)
@click.option("--put-resets", is_flag=True, help="PUT resets the configuration keys that it leaves out.")
def command(port: int, data: Path | None, user_secret: str, organization_secret: str, put_resets: bool) -> None:
    """Emulate the Cloud Elements platform API on this machine."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: sys.exit(0))
    os.umask(0o077)  # the data holds secrets in clear
    with closing(_open(data)) as store, closing(_listen(port)) as listener:
        elements = catalog.load()
        log = RequestLog(elements.secret_keys(), _write_line)
        credentials = Credentials(user_secret, organization_secret)
        settings = Settings(put_resets=put_resets)
        platform = Platform(store, elements, lambda: settings.visible_after)
        app = create_app(platform, store, credentials, settings, log)
        _write_line(f"cloudelements-emulator: listening on http://{HOST}:{listener.getsockname()[1]}{PREFIX}")
        _server(app).run(sockets=[listener])


def _open(data: Path | None) -> Store:
    try:
        return Store(data)
    except StoreError as error:
        hint = "name an emulator's file, or a new one in an existing folder"
        raise click.ClickException(f"cannot use --data {data}: {error}; {hint}") from None


def _listen(port: int) -> socket.socket:
    # With the protocol named, asyncio sends small answers at once; else each waits 40 ms for an acknowledgement.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere the option lets two processes share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        hint = "choose another with --port, or 0 for any free one"
        raise click.ClickException(f"cannot listen on {HOST}:{port}: {error.strerror}; {hint}") from None
    return listener


def _server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            lifespan="off",
            ws="none",
            access_log=False,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


def _write_line(line: str) -> None:
    try:
        click.echo(line)
    except BrokenPipeError:
        # Whoever read the lines is gone; the clients are not, so go on without them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
