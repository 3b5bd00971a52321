"""The database-wide counter from which every written row draws its entity tag.

A tag is never used twice: not after a delete, not after a restart.
"""

from __future__ import annotations

from typing import Protocol

import peewee

from odata.sql.execution import run

COUNTER = "row_version"


class TagCounter(Protocol):
    """Gives a number that was never given before."""

    def next(self) -> int:
        """The next number, inside the transaction of a change."""


class TableCounter:
    """A table of one row: on SQLite there is one writer at a time anyway."""

    def __init__(self, database: peewee.Database) -> None:
        self._database = database

    def next(self) -> int:
        """The next number."""
        text = f"UPDATE {COUNTER} SET value = value + 1 RETURNING value"
        return int(run(self._database, text, []).fetchone()[0])


class SequenceCounter:
    """A sequence: writers do not wait for each other."""

    def __init__(self, database: peewee.Database) -> None:
        self._database = database

    def next(self) -> int:
        """The next number."""
        return int(run(self._database, f"SELECT nextval('{COUNTER}')", []).fetchone()[0])
