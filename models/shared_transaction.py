"""Changes that follow each other in one transaction of PostgreSQL.

A commit waits for the disk, a new customer waits for the one before, which holds the series of its
number until then, and threads that take turns cost as much as what they do. A server that keeps
answers back (``odata.commits``) has one thread make several of them: the first leaves its
transaction open, each further one is a part of it that can be undone alone, and one commit ends
all. What a part is refused by itself it is undone for alone. What is sent of it is not waited for:
where the database refuses that, later, all of them are made again, each alone.

Only what is made at one place goes on so: new records, while they hold nothing but new rows and
number series that they have drawn from before, so that those with the same unique values come one
after the other; and updates (``commits.UpdatesAt``), while they write to nothing but rows that
they have found. A further one waits for no row that somebody else may keep, since all before would
wait with it: it is made again by itself. So sharing has no two transactions wait for each other
both ways.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import peewee

from models.availability import discard_broken
from odata import commits
from odata.sql.execution import busy

if TYPE_CHECKING:
    from models.prepared_statements import PreparedStatements

# Records that one commit may end: the first of them waits for all the others.
_MOST_TOGETHER = 8
# Records that share no transaction behind one that has held rows, and places of such ones.
_UNTRIED = 32
_MOST_APART = 1000
# What is done now and then, whatever is made.
_PRUNING = "DELETE FROM change_log"
_HOLDING = re.compile(r"\b(?:UPDATE|DELETE|LOCK|SHARE|MERGE)\b|advisory", re.IGNORECASE)
_LOCKING = re.compile(r' FOR (?:NO KEY )?UPDATE(?: OF "\w+")?$')
_SERIES = 'UPDATE "number_series"'


class Apart:
    """The records, by what they are like, that have held rows: most of those that follow will do
    so as well, and would share nothing but the thread that makes them."""

    def __init__(self) -> None:
        self._left: dict[object, int] = {}

    def may_share(self, like: object) -> bool:
        """Whether such a record may share a transaction; now and then it is tried again."""
        left = self._left.get(like)
        if left is None:
            return True
        if left > 1:
            self._left[like] = left - 1
        else:
            self._left.pop(like, None)
        return False

    def add(self, like: object) -> None:
        """Such a record has held rows."""
        if len(self._left) >= _MOST_APART:
            self._left.clear()
        self._left[like] = _UNTRIED


class SharingDatabase(Protocol):
    """A database of which each thread knows the transaction that it shares."""

    shared_transaction: SharedTransaction | None
    apart: Apart

    @property
    def is_shortened(self) -> bool:
        """Whether statements of this thread have less time than usual."""

    def statements(self) -> PreparedStatements:
        """What is prepared on the connection of this thread."""

    def is_closed(self) -> bool:
        """Whether this thread has no connection."""

    def connection(self) -> object:
        """The connection of this thread."""

    def begin(self) -> None:
        """Begin a transaction."""

    def settle(self) -> None:
        """Run what waits to be sent."""

    def begin_sending(self) -> None:
        """Have the server go on with what waits to be sent."""

    def commit(self) -> None:
        """End it."""

    def rollback(self) -> None:
        """Undo it."""

    def push_transaction(self, transaction: object) -> None:
        """Peewee's way to know how deep it is."""

    def pop_transaction(self) -> object:
        """The same."""


def draws(sql: str) -> bool:
    """Whether a statement draws from number series."""
    return _SERIES in sql


@lru_cache(maxsize=2000)
def holds_rows(sql: str) -> bool:
    """Whether a statement may keep others from what was there before, number series aside."""
    return _HOLDING.search(sql) is not None and not draws(sql)


@lru_cache(maxsize=2000)
def locks(sql: str) -> bool:
    """Whether a statement reads rows, keeps them, and nothing else."""
    return sql.startswith("SELECT") and _LOCKING.search(sql) is not None


@lru_cache(maxsize=2000)
def _without_waiting(sql: str) -> str:
    return f"{sql} NOWAIT" if locks(sql) else sql


class SharedTransaction:
    """A transaction of records that are made one after the other."""

    def __init__(self, actual: SharingDatabase, like: object) -> None:
        self._database = actual
        self._statements = actual.statements()
        self._like = like
        self._size = 1
        self._put_off = 0
        self._has_drawn = False
        self._holds_rows = False
        self._is_of_updates = isinstance(like, commits.UpdatesAt)
        self.notes = commits.Notes()

    @property
    def _is_open(self) -> bool:
        """Whether it is still there, and has not failed."""
        actual = self._database
        return not actual.is_closed() and self._statements.is_within(actual.connection())

    def can_go_on(self, actual: SharingDatabase, like: object) -> bool:
        """Whether a record may follow."""
        return self._database is actual and self._like == like and self._is_open

    def note(self, sql: str, *, is_held: bool = False) -> None:
        """A statement that is about to be run; raises ``MustBeAloneError`` where all before would
        wait with it. It ``is_held`` where it writes to a row that is kept already."""
        if self._is_of_updates:
            is_harmless = is_held or locks(sql) or not (draws(sql) or holds_rows(sql))
        else:
            is_harmless = not holds_rows(sql)
            self._has_drawn = self._has_drawn or draws(sql)
        if not is_harmless:
            if not sql.startswith(_PRUNING):
                self._database.apart.add(self._like)
            if self._size > 1:
                raise commits.MustBeAloneError
            self._holds_rows = True

    def without_waiting(self, sql: str) -> str:
        """A statement that keeps a row, or fails where somebody else does, if others would wait
        with it."""
        return _without_waiting(sql) if self._is_of_updates and self._size > 1 else sql

    def meet_holder(self) -> None:
        """Somebody else keeps a row; raises ``MustBeAloneError`` where others would wait."""
        if self._is_of_updates and self._size > 1:
            self._database.apart.add(self._like)
            raise commits.MustBeAloneError

    @contextmanager
    def record(self) -> Iterator[None]:
        """What this thread does until the end of it belongs to a record."""
        actual = self._database
        actual.push_transaction(self)
        actual.shared_transaction = self
        self.notes.begin_change()
        commits.share(self.notes)
        try:
            yield
            # What fails of it fails with the next record, or the end: then all are made again.
            actual.begin_sending()
        finally:
            commits.share(None)
            actual.shared_transaction = None
            actual.pop_transaction()

    @contextmanager
    def part(self) -> Iterator[None]:
        """The same of a further record, which is undone alone where it fails."""
        self._size += 1
        self._statements.begin_part(self._size)
        try:
            with self.record():
                yield
        except BaseException:
            self.notes.undo_change()
            with _left_aside():
                self._statements.undo_part(self._size)
            raise

    def end(self) -> None:
        """Commit, or leave that to the next record."""
        if self._may_wait():
            self._put_off += 1
            commits.put_off(self)
            return
        try:
            self.commit()
        except BaseException as error:
            if not self._put_off:
                raise
            # It is answered again as all the others are.
            commits.rest_on(self)
            commits.lose(self)
            raise busy() from error
        if self._put_off:
            commits.note_end()

    def collect(self) -> None:
        """Wait for what is on its way, between two records; where it has failed, nothing of the
        transaction is left."""
        try:
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in its stub
                self._statements.send()
        except Exception:  # noqa: BLE001 - who is to be told asks take_lost
            commits.take()
            self._give_up()
            commits.lose(self)

    def leave(self) -> None:
        """Commit what was made before this record, which goes on in a transaction of its own."""
        try:
            self.commit()
        except Exception:  # noqa: BLE001 - who is to be told asks take_lost
            commits.lose(self)
        commits.note_end()

    def _may_wait(self) -> bool:
        may_follow = self._has_drawn or self._is_of_updates
        is_harmless = may_follow and not self._holds_rows and not self._database.is_shortened
        is_short = is_harmless and self._size < _MOST_TOGETHER
        return is_short and commits.is_offered() and self._is_open

    def commit(self) -> None:
        """End it; raises where that fails, and then nothing of it is left."""
        try:
            self._require_open()
            self._pay()
            self._database.commit()
        except BaseException:
            self._give_up()
            raise

    def _pay(self) -> None:
        """Send what the records owe, with the end."""
        actual = self._database
        actual.push_transaction(self)
        try:
            self.notes.pay()
        finally:
            actual.pop_transaction()

    def _give_up(self) -> None:
        """Leave nothing of it; most of those that follow would fail as well, and all with them."""
        self._database.apart.add(self._like)
        self.undo()

    def _require_open(self) -> None:
        if not self._is_open:
            raise peewee.OperationalError("the transaction of several changes is lost")

    def undo(self) -> None:
        """Leave nothing of it."""
        with _left_aside():
            if not self._database.is_closed():
                self._database.rollback()
        # Who is answered again, before the request of this thread has ended, has another one.
        discard_broken(self._database)


@contextmanager
def _left_aside() -> Iterator[None]:
    """A failure to undo what is lost anyway."""
    lost = contextlib.suppress(peewee.DatabaseError, peewee.InterfaceError)
    with lost, peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in its stub
        yield


@contextmanager
def shared(actual: SharingDatabase, like: object) -> Iterator[None]:
    """A transaction that the next record like this one may go on with, or a part of the one that
    the record before has left open. This thread is in no other one."""
    found = commits.left_open()
    if isinstance(found, SharedTransaction) and found.can_go_on(actual, like):
        commits.take()
        try:
            with found.part():
                yield
        except commits.MustBeAloneError:
            found.leave()
            raise
        except BaseException:
            found.end()
            raise
        found.end()
        return
    commits.end()
    actual.begin()
    own = SharedTransaction(actual, like)
    try:
        with own.record():
            yield
    except BaseException:
        own.undo()
        raise
    own.end()
