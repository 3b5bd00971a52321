"""The database-wide counter from which every written row draws its entity tag.

A tag is never used twice: not after a delete, not after a restart.
"""

from __future__ import annotations

from typing import Protocol

import peewee

from odata.sql.execution import run

_COUNT = "UPDATE row_version SET value = value + 1 RETURNING value"
_DRAW = "SELECT nextval('row_version')"


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
        return int(run(self._database, _COUNT, []).fetchone()[0])


class SequenceCounter:
    """A sequence: writers do not wait for each other."""

    def __init__(self, database: peewee.Database) -> None:
        self._database = database

    def next(self) -> int:
        """The next number."""
        return int(run(self._database, _DRAW, []).fetchone()[0])
