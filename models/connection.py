"""A database from its address, with the settings that durability and bounded cost ask for."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from typing import Any

import peewee

Database = peewee.Database
DriverOption = Any  # numbers and texts for libpq
DriverConnection = Any  # of SQLite's driver, which Peewee hands on

_SQLITE = "sqlite:///"
_LOCK_SECONDS = 5
_STATEMENT_SECONDS = 30
# FULL: a change is on the disk before it is acknowledged.
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "temp_store": "memory",
    # For each connection; the system keeps the rest of the file in memory, once for all.
    "cache_size": -2_000,
}
# A server that has vanished is noticed within seconds, not when the kernel gives up.
_POSTGRESQL: Mapping[str, DriverOption] = {
    "connect_timeout": 2,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "client_encoding": "utf8",
    "application_name": "kontor",
}
_OPTIONS = (
    "-c statement_timeout={statement}s -c lock_timeout={lock}s "
    "-c idle_in_transaction_session_timeout={idle}s -c timezone=UTC"
)
# How many of its steps SQLite takes between two looks at the clock: a few milliseconds.
_STEPS = 20_000


class _Operation(threading.local):
    """When the operation of a thread has begun."""

    begun: float = math.inf


_OPERATION = _Operation()


def start_operation() -> None:
    """Begin the time that an operation of this thread may take."""
    _OPERATION.begun = time.monotonic()


class BoundedSqliteDatabase(peewee.SqliteDatabase):
    """A SQLite file whose statements stop when the operation takes too long: SQLite has no
    bound of its own."""

    def __init__(self, path: str, seconds: int) -> None:
        self._seconds = seconds
        super().__init__(path, pragmas=_PRAGMAS, timeout=_LOCK_SECONDS)

    def _connect(self) -> DriverConnection:
        connection = super()._connect()  # type: ignore[misc]  # not in the stub
        connection.set_progress_handler(self._is_over, _STEPS)
        return connection

    def _is_over(self) -> bool:
        return time.monotonic() > _OPERATION.begun + self._seconds


def open_database(url: str, operation_seconds: int = 0) -> peewee.Database:
    """The database at ``sqlite:///path`` or ``postgresql://...``; each thread connects at need.
    An operation may take so many seconds (0: SQLite has no bound, PostgreSQL its usual)."""
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE)
        if operation_seconds:
            return BoundedSqliteDatabase(path, operation_seconds)
        return peewee.SqliteDatabase(path, pragmas=_PRAGMAS, timeout=_LOCK_SECONDS)
    address = "postgresql://" + url.partition("://")[2]
    seconds = operation_seconds or _STATEMENT_SECONDS
    options = _OPTIONS.format(statement=seconds, lock=_LOCK_SECONDS, idle=2 * seconds)
    return peewee.PostgresqlDatabase(address, prefer_psycopg3=True, options=options, **_POSTGRESQL)


def file_of(url: str) -> str | None:
    """The path of a SQLite file; None where the address names a server."""
    return url.removeprefix(_SQLITE) if url.startswith(_SQLITE) else None
