"""Indexes and triggers, taken off the large tables while these are filled and made at once after.

Filling a million customers row by row through eleven indexes and two searches would take
three times as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from models.schema import bring_up
from odata.sql.dialects import dialect_of
from odata.sql.text_indexes import drop_text_indexes

Cursor = Any  # of one driver or the other

# What fills them asks no index of these but that of their key.
_TABLES = ("customer", "default_dimension", "customer_search")
_ALL = ", ".join(f"'{table}'" for table in _TABLES)
_SQLITE = (
    "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') "  # noqa: S608 - own names
    f"AND tbl_name IN ({_ALL}) AND sql IS NOT NULL ORDER BY type"
)
# Those that are no part of a constraint; its triggers stay, as none of them sees an INSERT.
_POSTGRESQL = (
    "SELECT 'index', indexname, indexdef FROM pg_indexes "  # noqa: S608 - own names
    f"WHERE schemaname = current_schema() AND tablename IN ({_ALL}) "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"
)
# FTS5 reads its entries once instead of being told of each, and is one piece then.
_TELL = "INSERT INTO customer_search_words (customer_search_words) VALUES ('{}')"


@contextmanager
def indexed_afterwards(database: peewee.Database) -> Iterator[None]:
    """Tables that are fast to fill; as they were, and with fresh statistics, at the end."""
    is_sqlite = isinstance(database, peewee.SqliteDatabase)
    with database.atomic():
        drop_text_indexes(database, dialect_of(database))
        found = _execute(database, _SQLITE if is_sqlite else _POSTGRESQL).fetchall()
        for kind, name, _ in found:
            _execute(database, f'DROP {kind} "{name}"')
    yield
    with database.atomic():
        for _, _, statement in found:
            _execute(database, statement)
        if is_sqlite:
            _execute(database, _TELL.format("rebuild"))
            _execute(database, _TELL.format("optimize"))
    bring_up(database)
    for table in _TABLES:
        # SQLite has no statistics of a search index: its words are merged faster without.
        if not (is_sqlite and table.endswith("_search")):
            _execute(database, f"ANALYZE {table}")


def _execute(database: peewee.Database, statement: str) -> Cursor:
    return database.execute_sql(statement)  # type: ignore[no-untyped-call]  # Peewee's gap
