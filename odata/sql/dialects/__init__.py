"""The databases that are served; every difference between them lives here."""

from __future__ import annotations

import peewee

from odata.sql.dialects.base import Dialect
from odata.sql.dialects.postgresql import PostgresqlDialect
from odata.sql.dialects.sqlite import SqliteDialect

__all__ = ["Dialect", "PostgresqlDialect", "SqliteDialect", "dialect_of"]


def dialect_of(database: peewee.Database) -> Dialect:
    """The dialect that a database speaks."""
    if isinstance(database, peewee.SqliteDatabase):
        return SqliteDialect()
    return PostgresqlDialect()
