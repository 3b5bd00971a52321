"""Changes that SQLite commits together, on one connection, which threads lend to each other.

Each but the first is a savepoint of its own: what fails is undone alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import peewee

from odata import commits
from odata.sql.execution import busy, run

Connection = Any  # of SQLite's driver, which Peewee hands on

_BEGIN_PART = "SAVEPOINT kontor_change"
_END_PART = "RELEASE kontor_change"
_UNDO_PART = "ROLLBACK TO kontor_change"


@dataclass(slots=True, eq=False)
class Together:
    """Changes that are committed together, on the connection of the first of them."""

    connection: Connection
    size: int = 1
    # How many of them the thread of that connection has put off.
    put_off: int = 0
    waiting: list[threading.Lock] = field(default_factory=list)
    is_lost: bool = False
    # What the last of them is like, and what it and those like it, just before it, have noted.
    like: object = None
    notes: commits.Notes = field(default_factory=commits.Notes)

    def share_notes(self, like: object) -> None:
        """Have a change know what those before it have noted, where they are like it."""
        if like is None or self.like != like:
            self.pay()
            self.like, self.notes = like, commits.Notes()
        self.notes.begin_change()
        commits.share(None if like is None else self.notes)

    def pay(self) -> None:
        """Write what the changes owe, unless SQLite has undone them; without it they are lost."""
        try:
            if self.connection.in_transaction:
                self.notes.pay()
        except BaseException:
            self.is_lost = True
            raise

    def look(self) -> None:
        """See whether they are lost, as SQLite has undone all of them, on a full disk say, or as
        what they owe could not be written."""
        if self.notes.has_failed or not self.connection.in_transaction:
            self.is_lost = True

    def begin_part(self, database: peewee.Database) -> None:
        """Begin another change; outside of a transaction it would be one of its own."""
        self.look()
        if self.is_lost:
            raise busy()
        run(database, _BEGIN_PART, [])

    def end_part(self, database: peewee.Database) -> None:
        """Leave it to the others."""
        self._run(database, _END_PART)

    def undo_part(self, database: peewee.Database) -> None:
        """Undo the last change alone, unless all are lost."""
        self.notes.undo_change()
        self.look()
        if not self.is_lost:
            self._run(database, _UNDO_PART, _END_PART)

    def _run(self, database: peewee.Database, *statements: str) -> None:
        """Run what nothing may be committed without."""
        try:
            for sql in statements:
                run(database, sql, [])
        except BaseException:
            self.is_lost = True
            raise


@contextmanager
def lent(database: peewee.Database, connection: Connection) -> Iterator[None]:
    """Has this thread use a connection, of another one it may be."""
    state = database._state  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to lend one
    own = (state.conn, state.closed, state.ctx, state.transactions, state.commit_callbacks)
    state.set_connection(connection)
    try:
        yield
    finally:
        state.conn, state.closed, state.ctx, state.transactions, state.commit_callbacks = own


def is_own(database: peewee.Database, together: Together) -> bool:
    """Whether the changes are on the connection of this thread, not on one that is lent."""
    return database._state.conn is together.connection  # type: ignore[attr-defined]  # noqa: SLF001 - as in lent


def end_together(database: peewee.Database, together: Together) -> None:
    """Commit all changes, or leave nothing of them."""
    if is_own(database, together):
        _commit(database, together)
        return
    with lent(database, together.connection):
        _commit(database, together)


def _commit(database: peewee.Database, together: Together) -> None:
    try:
        if not together.is_lost:
            together.pay()
            database.commit()
    except BaseException:
        together.is_lost = True
        raise
    finally:
        if together.connection.in_transaction:
            database.rollback()
