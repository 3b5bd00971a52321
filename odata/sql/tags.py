"""The database-wide counter from which every written row draws its entity tag.

A tag is never used twice: not after a delete, not after a restart.
"""

from __future__ import annotations

from typing import Protocol

import peewee

from odata.sql.execution import run

_COUNT = "UPDATE row_version SET value = value + 1 RETURNING value"
_DRAW = "SELECT nextval('row_version')"
_CREATE_TABLE = (
    "CREATE TABLE IF NOT EXISTS row_version (id INTEGER PRIMARY KEY, value BIGINT NOT NULL)",
    "INSERT INTO row_version (id, value) VALUES (1, 0) ON CONFLICT DO NOTHING",
)
_CREATE_SEQUENCE = ("CREATE SEQUENCE IF NOT EXISTS row_version",)


class TagCounter(Protocol):
    """Gives a number that was never given before."""

    def create(self) -> None:
        """Make what the counter is kept in, where it is missing."""

    def next(self) -> int:
        """The next number, inside the transaction of a change."""


class TableCounter:
    """A table of one row: on SQLite there is one writer at a time anyway."""

    def __init__(self, database: peewee.Database) -> None:
        self._database = database

    def create(self) -> None:
        """Make the table and its row, where they are missing."""
        for statement in _CREATE_TABLE:
            run(self._database, statement, [])

    def next(self) -> int:
        """The next number."""
        return int(run(self._database, _COUNT, []).fetchone()[0])


class SequenceCounter:
    """A sequence: writers do not wait for each other."""

    def __init__(self, database: peewee.Database) -> None:
        self._database = database

    def create(self) -> None:
        """Make the sequence, where it is missing."""
        for statement in _CREATE_SEQUENCE:
            run(self._database, statement, [])

    def next(self) -> int:
        """The next number."""
        return int(run(self._database, _DRAW, []).fetchone()[0])
