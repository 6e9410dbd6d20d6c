"""What the emulator remembers: instances and redeemed OAuth codes, in one SQLite database.

There is one connection, used by the event loop's thread alone (sqlite3 itself refuses any other thread), so that
access is serialised and a request is one transaction. A write is committed before it is answered and then survives
the death of the process. Ids grow and are never used again, over restarts too (AUTOINCREMENT).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path

APPLICATION_ID = 0x434C4F45  # "CLOE": tells a file of the emulator from any other program's database
VERSION = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS instances (
    id INTEGER PRIMARY KEY AUTOINCREMENT, element TEXT NOT NULL, token TEXT NOT NULL UNIQUE, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS redeemed_codes (digest TEXT PRIMARY KEY);
"""


class StoreError(Exception):
    """The database cannot be opened, read or written; the message says why, in one line."""


@dataclass(frozen=True)
class Instance:
    """An element instance, its configuration in clear; `id` is 0 until it is stored."""

    element: str
    name: str
    token: str = field(repr=False)
    tags: list[str]
    configuration: dict[str, str | None] = field(repr=False)
    external_authentication: str
    created_date: str
    disabled: bool = False
    id: int = 0


class Store:
    """The instances and redeemed codes of one emulator; use it inside `transaction()`."""

    def __init__(self, path: Path | None) -> None:
        """Open the database at `path`, or one in memory when there is none.

        Raises:
            StoreError: `path` cannot be opened or written, or holds something else.
        """
        with _explained():
            self._connection = sqlite3.connect(path or ":memory:")
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if tables and (application, version) != (APPLICATION_ID, VERSION):
            raise StoreError("it is a database of another program or version")
        # NORMAL loses nothing when the process dies; only a power cut can undo the last writes.
        self._connection.executescript(
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}"
            f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION};"
        )

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block wrote; undo it when the block raises.

        Raises:
            StoreError: The database cannot be read or written.
        """
        with _explained(), self._connection:
            yield

    def add(self, instance: Instance) -> Instance:
        """Store a new instance and return it with its id."""
        cursor = self._connection.execute(
            "INSERT INTO instances (element, token, document) VALUES (?, ?, ?)",
            (instance.element, instance.token, _document(instance)),
        )
        return replace(instance, id=cursor.lastrowid or 0)

    def save(self, instance: Instance) -> None:
        """Store a changed instance."""
        self._connection.execute("UPDATE instances SET document = ? WHERE id = ?", (_document(instance), instance.id))

    def remove(self, instance: Instance) -> None:
        """Forget an instance for good."""
        self._connection.execute("DELETE FROM instances WHERE id = ?", (instance.id,))

    def find(self, instance_id: int) -> Instance | None:
        """Return the instance with this id, if there is one."""
        return next(self._select("SELECT id, document FROM instances WHERE id = ?", instance_id), None)

    def find_by_token(self, token: str) -> Instance | None:
        """Return the instance with this element token, if there is one."""
        return next(self._select("SELECT id, document FROM instances WHERE token = ?", token), None)

    def instances(self) -> Iterator[Instance]:
        """Return all instances by ascending id."""
        return self._select("SELECT id, document FROM instances ORDER BY id")

    def count(self) -> int:
        """Return how many instances there are."""
        return int(self._connection.execute("SELECT count(*) FROM instances").fetchone()[0])

    def redeem(self, code: str) -> bool:
        """Mark an OAuth code as used; return False when it was already. Only a digest is kept."""
        digest = sha256(json.dumps(code).encode()).hexdigest()
        cursor = self._connection.execute("INSERT OR IGNORE INTO redeemed_codes VALUES (?)", (digest,))
        return cursor.rowcount == 1

    def _select(self, query: str, *parameters: int | str) -> Iterator[Instance]:
        for row_id, document in self._connection.execute(query, parameters):
            yield Instance(**json.loads(document), id=row_id)


def _document(instance: Instance) -> str:
    fields = asdict(instance)
    del fields["id"]
    return json.dumps(fields)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(str(error)) from error
