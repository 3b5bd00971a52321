"""The database behind every model of this package; bound once, at start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import peewee

database: peewee.DatabaseProxy = peewee.DatabaseProxy()

# Any number, the same for all who change the schema or fill it.
_ADVISORY_LOCK = 7_320_546_119


def bind(actual: peewee.Database) -> None:
    """Let every model of this package use this database."""
    database.initialize(actual)


def connected(actual: peewee.Database) -> AbstractContextManager[object]:
    """An open connection, closed afterwards if it was not open before."""
    return actual.connection_context() if actual.is_closed() else nullcontext()


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
        peewee.Select(columns=(peewee.fn.pg_advisory_xact_lock(_ADVISORY_LOCK),)).execute(actual)
        yield
