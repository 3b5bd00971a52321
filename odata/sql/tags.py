"""The database-wide counter from which every written row draws its entity tag.

A tag is never used twice: not after a delete, not after a restart. Numbers are drawn ahead, in a
transaction of their own, and kept in this process: what a change that fails has taken of them
is lost, and so is the rest when the process ends.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol
from weakref import WeakKeyDictionary, proxy

import peewee

from odata.sql.execution import run

DatabaseProxy = Any  # stands for a database, without its type

_COUNT = "UPDATE row_version SET value = value + {} RETURNING value"
_DRAW = "SELECT nextval('row_version') FROM generate_series(1, {})"
_CREATE_TABLE = (
    "CREATE TABLE IF NOT EXISTS row_version (id INTEGER PRIMARY KEY, value BIGINT NOT NULL)",
    "INSERT INTO row_version (id, value) VALUES (1, 0) ON CONFLICT DO NOTHING",
)
_CREATE_SEQUENCE = ("CREATE SEQUENCE IF NOT EXISTS row_version",)
# How many numbers are drawn ahead, and with how many left a change draws more before it begins.
_AHEAD = 512
_FEW = 32


class TagCounter(Protocol):
    """Gives a number that was never given before."""

    def create(self) -> None:
        """Make what the counter is kept in, where it is missing."""

    def next(self) -> int:
        """The next number: one that was drawn ahead, or one that is drawn inside the
        transaction of the change."""

    @property
    def is_short(self) -> bool:
        """Whether more numbers should be drawn ahead."""

    def draw_ahead(self) -> Iterable[int]:
        """Numbers to keep, once the transaction in which they are drawn is committed."""

    def keep(self, numbers: Iterable[int]) -> None:
        """Give these numbers next."""

    def forget(self) -> None:
        """Keep none of the numbers that were drawn ahead."""


class _Stock:
    """The numbers of one database that were drawn ahead, for all threads of the process."""

    def __init__(self, database: peewee.Database, creation: tuple[str, ...]) -> None:
        # Not kept alive: what is kept for a database goes with it.
        self._database: DatabaseProxy = proxy(database)
        self._creation = creation
        self._kept: deque[int] = deque()
        self._is_used = False

    def create(self) -> None:
        """Make what the counter is kept in, where it is missing."""
        for statement in self._creation:
            run(self._database, statement, [])

    @property
    def is_short(self) -> bool:
        """Whether more numbers should be drawn ahead: not before one was asked for, as many
        databases never need any."""
        return self._is_used and len(self._kept) < _FEW

    def keep(self, numbers: Iterable[int]) -> None:
        """Give these numbers next."""
        self._kept.extend(numbers)

    def forget(self) -> None:
        """Leave what was drawn ahead to the process from which this one was forked."""
        self._kept.clear()

    def _taken(self) -> int | None:
        self._is_used = True
        try:
            return self._kept.popleft()
        except IndexError:
            return None


class TableCounter(_Stock):
    """A table of one row: on SQLite there is one writer at a time anyway."""

    def __init__(self, database: peewee.Database) -> None:
        super().__init__(database, _CREATE_TABLE)

    def next(self) -> int:
        """The next number."""
        taken = self._taken()
        return self._count(1) if taken is None else taken

    def draw_ahead(self) -> Iterable[int]:
        """The next numbers; a rollback would give them to somebody else."""
        last = self._count(_AHEAD)
        return range(last - _AHEAD + 1, last + 1)

    def _count(self, how_many: int) -> int:
        return int(run(self._database, _COUNT.format(how_many), []).fetchone()[0])


class SequenceCounter(_Stock):
    """A sequence: writers do not wait for each other."""

    def __init__(self, database: peewee.Database) -> None:
        super().__init__(database, _CREATE_SEQUENCE)

    def next(self) -> int:
        """The next number."""
        taken = self._taken()
        return self._draw(1)[0] if taken is None else taken

    def draw_ahead(self) -> Iterable[int]:
        """The next numbers, which no rollback takes back."""
        return self._draw(_AHEAD)

    def _draw(self, how_many: int) -> list[int]:
        rows = run(self._database, _DRAW.format(how_many), []).fetchall()
        return [int(row[0]) for row in rows]


def counter_of(
    database: peewee.Database, make: Callable[[peewee.Database], TagCounter]
) -> TagCounter:
    """The one counter of a database; ``make`` makes it where nobody has asked for it."""
    found = _COUNTERS.get(database)
    if found is None:
        found = _COUNTERS.setdefault(database, make(database))
    return found


# A counter for each database that is open: whoever writes to it shares what was drawn ahead.
_COUNTERS: WeakKeyDictionary[peewee.Database, TagCounter] = WeakKeyDictionary()


def _forget_all() -> None:
    for counter in tuple(_COUNTERS.values()):
        counter.forget()


os.register_at_fork(after_in_child=_forget_all)
