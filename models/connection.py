"""A database from its address, with the settings that durability and bounded cost ask for."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import peewee

from models.checkpoints import Checkpoints
from models.operation import Times, elapsed
from models.postgresql_database import BoundedPostgresqlDatabase
from odata import commits

Database = peewee.Database
DriverOption = Any  # numbers and texts for libpq
DriverCursor = Any
DriverConnection = Any  # of SQLite's driver, which Peewee hands on

_SQLITE = re.compile(
    r"sqlite:///(?P<path>.+?)(?:\?synchronous=(?P<synchronous>full|normal))?", re.IGNORECASE
)
LOCK_SECONDS = 5
_STATEMENT_SECONDS = 30
_PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "temp_store": "memory",
    # For each connection; the system keeps the rest of the file in memory, once for all.
    "cache_size": -2_000,
    # Pages of the log of writes (16 MB) before they are copied into the file: one that many
    # changes have written is copied once. More would need a second index of that log.
    "wal_autocheckpoint": 4_000,
    # A reader that takes long lets that log grow; afterwards it shrinks to this again.
    "journal_size_limit": 64 * 1024 * 1024,
}
# How many of its steps SQLite takes between two looks at the clock: a few milliseconds.
_STEPS = 20_000


class BoundedSqliteDatabase(peewee.SqliteDatabase):
    """A SQLite file whose statements stop when the operation takes too long: SQLite has no
    bound of its own."""

    def __init__(self, path: str, times: Times, synchronous: str) -> None:
        self._seconds = times.operation
        pragmas = {**_PRAGMAS, "synchronous": synchronous}
        # A thread that waits for its commit lends its connection to the next one.
        super().__init__(path, pragmas=pragmas, timeout=times.lock, check_same_thread=False)
        self._checkpoints = Checkpoints(path)

    def begin(self, lock_type: str | None = None) -> None:
        """Begin a transaction, without Peewee's detours; one that is put off ends before."""
        commits.end()
        self._execute_cursor(f"BEGIN {lock_type}" if lock_type else "BEGIN", None)

    def commit(self) -> None:
        """End the transaction, likewise."""
        self._execute_cursor("COMMIT", None)
        self._checkpoints.note_commit()

    def rollback(self) -> None:
        """Undo the transaction; a change that was stopped has undone it already."""
        if self.connection().in_transaction:  # type: ignore[no-untyped-call]  # Peewee's gap
            super().rollback()

    def _execute_cursor(
        self, sql: str, params: DriverOption, **options: DriverOption
    ) -> DriverCursor:
        """The cursor of a statement; Peewee's own way to it costs more than most statements."""
        state = self._state  # type: ignore[attr-defined]  # not in the stub
        if options or state.closed or self.query_hooks:
            return super()._execute_cursor(sql, params, **options)  # type: ignore[misc]  # not in the stub
        try:
            return state.conn.execute(sql, params or ())
        except sqlite3.Error:
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
                raise

    def _connect(self) -> DriverConnection:
        connection = super()._connect()  # type: ignore[misc]  # not in the stub
        connection.set_progress_handler(self._is_over, _STEPS)
        return connection

    def _is_over(self) -> bool:
        return elapsed() > self._seconds


def open_database(
    url: str, operation_seconds: int = _STATEMENT_SECONDS, lock_seconds: int = LOCK_SECONDS
) -> peewee.Database:
    """The database at ``sqlite:///path`` or ``postgresql://...``; each thread connects at need.
    What answers a request may take so many seconds, and waits so many for a lock.

    A change is on the disk before it is acknowledged; ``?synchronous=normal`` behind the path
    gives that up for speed.
    """
    match, times = _SQLITE.fullmatch(url), Times(operation_seconds, lock_seconds)
    if match is not None:
        synchronous = (match["synchronous"] or "full").lower()
        return BoundedSqliteDatabase(match["path"], times, synchronous)
    return BoundedPostgresqlDatabase("postgresql://" + url.partition("://")[2], times)


def file_of(url: str) -> str | None:
    """The path of a SQLite file; None where the address names a server."""
    match = _SQLITE.fullmatch(url)
    return None if match is None else match["path"]
