"""The database behind every model of this package; bound once, at start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import peewee

database: peewee.DatabaseProxy = peewee.DatabaseProxy()

# Any number, the same for all who change the schema or fill it.
_ADVISORY_LOCK = 7_320_546_119
_ATTEMPTS = 40
_PAUSE = 0.05


def bind(actual: peewee.Database) -> None:
    """Let every model of this package use this database."""
    database.initialize(actual)


@contextmanager
def connected(actual: peewee.Database) -> Iterator[None]:
    """An open connection, closed afterwards if it was not open before."""
    if not actual.is_closed():
        yield
        return
    _connect(actual)
    try:
        yield
    finally:
        actual.close()


def _connect(actual: peewee.Database) -> None:
    """Connect; while another process turns a new SQLite file to its journal, try again.

    SQLite does not wait by itself then (https://www.sqlite.org/wal.html#busy).
    """
    for _ in range(_ATTEMPTS):
        try:
            actual.connect()
        except peewee.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(_PAUSE)
        else:
            return
    actual.connect()


@contextmanager
def exclusive(actual: peewee.Database) -> Iterator[None]:
    """A transaction in which no other process is at the same time.

    SQLite has one writer; PostgreSQL has an advisory lock that ends with the transaction.
    """
    if isinstance(actual, peewee.SqliteDatabase):
        with actual.atomic("IMMEDIATE"):
            yield
        return
    with actual.atomic():
        # Whoever starts beside others waits until they are done, however long that is.
        actual.execute_sql("SET LOCAL lock_timeout = 0")  # type: ignore[no-untyped-call]  # Peewee's gap
        actual.execute_sql("SET LOCAL statement_timeout = 0")  # type: ignore[no-untyped-call]  # Peewee's gap
        peewee.Select(columns=(peewee.fn.pg_advisory_xact_lock(_ADVISORY_LOCK),)).execute(actual)
        yield
