"""Whose turn it is to write: SQLite has one writer at a time.

A thread that finds the file locked sleeps for ever longer times before it looks again; in
one process the threads line up instead and are woken when it is their turn. Other processes
wait by SQLite's own means.

A commit waits for the disk, and who is next would wait for it too. So a brief change that
somebody waits behind leaves its transaction open and hands it on, connection and all; the last
of them commits for all of them, and nobody is answered before. A thread whose server keeps
answers back goes on in its own transaction likewise (``odata.commits``). Each is a savepoint of
its own: what fails is undone alone.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import peewee

from odata import commits
from odata.sql.dialects.sqlite_begin import Beginning
from odata.sql.execution import busy, run
from odata.waiting import Waits, closed_gate

Connection = Any  # of SQLite's driver, which Peewee hands on

# Changes that one commit may end: the first of them waits for all the others.
_MOST_TOGETHER = 8
_BEGIN_PART = "SAVEPOINT kontor_change"
_END_PART = "RELEASE kontor_change"
_UNDO_PART = "ROLLBACK TO kontor_change"


@dataclass(slots=True, eq=False)
class _Together:
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


@dataclass(slots=True, eq=False)
class _Place:
    """A place in the line."""

    thread: int
    is_brief: bool
    gate: threading.Lock = field(default_factory=closed_gate)
    has_turn: bool = False
    together: _Together | None = None


class Turns:
    """The line of the threads that want to write."""

    def __init__(self, patience: float = 5.0) -> None:
        self._guard = threading.Lock()
        self._line: deque[_Place] = deque()
        self._holder: int | None = None
        self._patience = patience
        self._commits = Waits()
        self._beginning = Beginning(patience)

    @contextmanager
    def transaction(self, database: peewee.Database) -> Iterator[None]:
        """A transaction that may write; a nested one belongs to the same turn."""
        commits.end()
        if self._holder == threading.get_ident():
            with database.atomic():
                yield
            return
        self.take_turn(is_brief=False)
        if database.transaction_depth():
            # It has begun as one that reads.
            try:
                with database.atomic():
                    yield
            finally:
                self._pass_turn()
            return
        together = self.begin(database)
        try:
            yield
        except BaseException:
            together.is_lost = True
            raise
        finally:
            database.pop_transaction()  # type: ignore[no-untyped-call]  # Peewee's gap
            self.finish(database, together)

    def brief_transaction(
        self, database: peewee.Database, like: object = None
    ) -> AbstractContextManager[None]:
        """The same for a change that is soon over: others may be committed with it, and one that
        is ``like`` the one before may know what that one has noted."""
        # Only connections that one thread may use after the other can be handed on.
        may_share = database.connect_params.get("check_same_thread") is False
        if not may_share or database.transaction_depth():
            return self.transaction(database)
        return _Brief(self, database, like)

    # --- the line ---------------------------------------------------------------------------

    def take_turn(self, *, is_brief: bool) -> _Together | None:
        """Wait in the line; gives the changes that wait for being committed with this one."""
        thread = threading.get_ident()
        with self._guard:
            if self._holder is None:
                self._holder = thread
                return None
            place = _Place(thread, is_brief)
            self._line.append(place)
        self._commits.tell()
        if not place.gate.acquire(timeout=self._patience):
            with self._guard:
                if not place.has_turn:
                    self._line.remove(place)
                    raise busy()
        return place.together

    def _pass_turn(self) -> None:
        with self._guard:
            self._holder = None
            if self._line:
                self._give_turn(None)

    def _give_turn(self, together: _Together | None) -> None:
        place = self._line.popleft()
        place.has_turn, place.together = True, together
        self._holder = place.thread
        place.gate.release()

    def _hand_on(self, together: _Together) -> threading.Lock | None:
        """Give the turn with the open transaction to who is next; gives what opens when all
        is committed. None where nobody takes it."""
        if not self._line:
            return None  # who lines up from now on gets the turn with the commit
        with self._guard:
            if not self._line or not self._line[0].is_brief or together.size >= _MOST_TOGETHER:
                return None
            together.size += 1
            gate = closed_gate()
            together.waiting.append(gate)
            self._give_turn(together)
            return gate

    # --- changes that are committed together --------------------------------------------------

    def begin(self, database: peewee.Database) -> _Together:
        """Begins a transaction that others may go on with."""
        try:
            connection = database.connection()  # type: ignore[no-untyped-call]  # Peewee's gap
            self._beginning.begin(database)
        except BaseException:
            self._pass_turn()
            raise
        database.push_transaction(self)
        return _Together(connection)

    def end(self, database: peewee.Database, together: _Together) -> None:
        """Wait until the change is committed, by whoever is the last; or put that off."""
        gate = None if together.is_lost else self._hand_on(together)
        try:
            if gate is not None:
                self._commits.tell()
                gate.acquire()
            elif commits.is_offered() and self._may_put_off(database, together):
                together.put_off += 1
                commits.put_off(_Open(self, database, together))
            else:
                self.finish(database, together)
        finally:
            if together.put_off and not commits.is_put_off() and _is_own(database, together):
                _note(_Open(self, database, together))
        if together.is_lost and together.size > 1:
            raise busy()

    def _may_put_off(self, database: peewee.Database, together: _Together) -> bool:
        """Whether the thread may go on with its next change, and nobody waits for it."""
        return (
            not together.is_lost
            and not self._line
            and together.size < _MOST_TOGETHER
            and _is_own(database, together)
        )

    def finish(self, database: peewee.Database, together: _Together) -> None:
        """Commit the changes and let everybody know."""
        begun = self._commits.begin()
        try:
            _finish(database, together)
        finally:
            self._commits.end(begun)
            self._pass_turn()
            for waiting in together.waiting:
                waiting.release()


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class _Open:
    """Changes whose commit is put off by the thread that has made them."""

    turns: Turns
    database: peewee.Database
    together: _Together

    def can_go_on(self, turns: Turns) -> bool:
        """Whether a change of this database may follow: SQLite has not undone all of them since,
        as it does with the statement of a request that is stopped."""
        return self.turns is turns and bool(self.together.connection.in_transaction)

    def commit(self) -> None:
        """End their transaction."""
        self.turns.finish(self.database, self.together)


def _note(ended: _Open) -> None:
    """Tell what became of changes whose commit was put off."""
    if ended.together.is_lost:
        commits.lose(ended)
    else:
        commits.note_end()


class _Brief:
    """A brief change: it begins a transaction, or goes on in the one that others have left open,
    as a part of it that can be undone alone."""

    __slots__ = ("_database", "_is_part", "_lent", "_like", "_together", "_turns")

    def __init__(self, turns: Turns, database: peewee.Database, like: object) -> None:
        self._turns = turns
        self._database = database
        self._like = like
        self._together: _Together | None = None
        self._is_part = False
        self._lent: AbstractContextManager[None] | None = None

    def __enter__(self) -> None:
        """Wait for the turn."""
        turns, database = self._turns, self._database
        together = self._put_off() or turns.take_turn(is_brief=True)
        if together is None:
            self._together = together = turns.begin(database)
            together.share_notes(self._like if commits.is_offered() else None)
            return
        self._together, self._is_part = together, True
        try:
            self._use(together)
            together.share_notes(self._like)
            run(database, _BEGIN_PART, [])
        except BaseException:
            self._leave(together)
            raise

    def _use(self, together: _Together) -> None:
        """Go on with the connection of the changes, where it is not that of this thread anyway."""
        if not _is_own(self._database, together):
            self._lent = _lent(self._database, together.connection)
            self._lent.__enter__()
        self._database.push_transaction(self._turns)

    def _leave(self, together: _Together) -> None:
        """Give the connection back; what is left to be done is the commit."""
        commits.share(None)
        try:
            if self._lent is not None:
                self._lent.__exit__(None, None, None)
            else:
                self._database.pop_transaction()  # type: ignore[no-untyped-call]  # Peewee's gap
        finally:
            self._turns.end(self._database, together)

    def _put_off(self) -> _Together | None:
        """What this thread has put off and goes on with."""
        found = commits.left_open()
        if isinstance(found, _Open) and found.can_go_on(self._turns):
            commits.take()
            found.together.size += 1
            return found.together
        commits.end()
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait until the change is committed, or undo it."""
        together = self._together
        if together is None:
            return
        if not self._is_part:
            together.is_lost = error is not None
            self._leave(together)
            return
        try:
            if error is None:
                run(self._database, _END_PART, [])
            else:
                _undo(self._database, together)
        finally:
            self._leave(together)


@contextmanager
def _lent(database: peewee.Database, connection: Connection) -> Iterator[None]:
    """Has this thread use a connection, of another one it may be."""
    state = database._state  # type: ignore[attr-defined]  # noqa: SLF001 - no other way to lend one
    own = (state.conn, state.closed, state.ctx, state.transactions, state.commit_callbacks)
    state.set_connection(connection)
    try:
        yield
    finally:
        state.conn, state.closed, state.ctx, state.transactions, state.commit_callbacks = own


def _is_own(database: peewee.Database, together: _Together) -> bool:
    """Whether the changes are on the connection of this thread, not on one that is lent."""
    return database._state.conn is together.connection  # type: ignore[attr-defined]  # noqa: SLF001 - as in _lent


def _undo(database: peewee.Database, together: _Together) -> None:
    """Undo the last change alone; SQLite may have undone all of them, on a full disk say."""
    together.notes.undo_change()
    if together.connection.in_transaction:
        run(database, _UNDO_PART, [])
        run(database, _END_PART, [])
    else:
        together.is_lost = True


def _finish(database: peewee.Database, together: _Together) -> None:
    """Commit all changes, or leave nothing of them."""
    if _is_own(database, together):
        _commit(database, together)
        return
    with _lent(database, together.connection):
        _commit(database, together)


def _commit(database: peewee.Database, together: _Together) -> None:
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
