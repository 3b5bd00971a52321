"""A database from its address, with the settings that durability and bounded cost ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import peewee

Database = peewee.Database
DriverOption = Any  # numbers and texts for libpq

_SQLITE = "sqlite:///"
_LOCK_SECONDS = 5
_STATEMENT_SECONDS = 30
# FULL: a change is on the disk before it is acknowledged.
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "temp_store": "memory",
    "cache_size": -32_000,
}
# A server that has vanished is noticed within seconds, not when the kernel gives up.
_POSTGRESQL: Mapping[str, DriverOption] = {
    "connect_timeout": 2,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "client_encoding": "utf8",
    "application_name": "kontor",
    "options": (
        f"-c statement_timeout={_STATEMENT_SECONDS}s -c lock_timeout={_LOCK_SECONDS}s "
        f"-c idle_in_transaction_session_timeout={2 * _STATEMENT_SECONDS}s -c timezone=UTC"
    ),
}


def open_database(url: str) -> peewee.Database:
    """The database at ``sqlite:///path`` or ``postgresql://...``; each thread connects at need."""
    if url.startswith(_SQLITE):
        return peewee.SqliteDatabase(
            url.removeprefix(_SQLITE), pragmas=_PRAGMAS, timeout=_LOCK_SECONDS
        )
    address = "postgresql://" + url.partition("://")[2]
    return peewee.PostgresqlDatabase(address, prefer_psycopg3=True, **_POSTGRESQL)


def file_of(url: str) -> str | None:
    """The path of a SQLite file; None where the address names a server."""
    return url.removeprefix(_SQLITE) if url.startswith(_SQLITE) else None
