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

import peewee

from odata import commits
from odata.errors import ODataError
from odata.sql.dialects.sqlite_begin import Beginning
from odata.sql.dialects.sqlite_together import Together, end_together, is_own, lent
from odata.sql.execution import busy
from odata.waiting import Waits, closed_gate

# Changes that one commit may end: the first of them waits for all the others.
_MOST_TOGETHER = 8


@dataclass(slots=True, eq=False)
class _Place:
    """A place in the line."""

    thread: int
    is_brief: bool
    gate: threading.Lock = field(default_factory=closed_gate)
    has_turn: bool = False
    together: Together | None = None


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
        if not may_share or commits.is_alone() or database.transaction_depth():
            return self.transaction(database)
        return _Brief(self, database, like)

    # --- the line ---------------------------------------------------------------------------

    def take_turn(self, *, is_brief: bool) -> Together | None:
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

    def _give_turn(self, together: Together | None) -> None:
        place = self._line.popleft()
        place.has_turn, place.together = True, together
        self._holder = place.thread
        place.gate.release()

    def _hand_on(self, together: Together) -> threading.Lock | None:
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

    def begin(self, database: peewee.Database) -> Together:
        """Begins a transaction that others may go on with."""
        try:
            connection = database.connection()  # type: ignore[no-untyped-call]  # Peewee's gap
            self._beginning.begin(database)
        except BaseException:
            self._pass_turn()
            raise
        database.push_transaction(self)
        return Together(connection)

    def end(self, database: peewee.Database, together: Together) -> None:
        """Wait until the change is committed, by whoever is the last; or put that off."""
        if together.size > 1:
            together.look()
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
        except Exception as error:
            if together.size > 1:
                raise busy() from error
            raise
        finally:
            if not commits.is_put_off():
                self._tell(database, together)
        if together.is_lost and together.size > 1:
            raise busy()

    def _tell(self, database: peewee.Database, together: Together) -> None:
        """Tell what became of a change that was not put off: where it is lost with others, it is
        answered again as they are, unless somebody is told before."""
        if together.is_lost and together.size > 1 and commits.is_offered():
            ended = _Open(self, database, together)
            commits.rest_on(ended)
            commits.lose(ended)
        else:
            self._tell_put_off(database, together)

    def _tell_put_off(self, database: peewee.Database, together: Together) -> None:
        """Tell what became of the changes that this thread has put off."""
        if not together.put_off or not is_own(database, together):
            return
        if together.is_lost:
            commits.lose(_Open(self, database, together))
        else:
            commits.note_end()

    def give_up(self, database: peewee.Database, together: Together) -> None:
        """End changes that are lost, before the one that this thread is about to make."""
        try:
            self.finish(database, together)
        finally:
            self._tell_put_off(database, together)

    def _may_put_off(self, database: peewee.Database, together: Together) -> bool:
        """Whether the thread may go on with its next change, and nobody waits for it."""
        return (
            not together.is_lost
            and not self._line
            and together.size < _MOST_TOGETHER
            and is_own(database, together)
        )

    def finish(self, database: peewee.Database, together: Together) -> None:
        """Commit the changes and let everybody know."""
        begun = self._commits.begin()
        try:
            end_together(database, together)
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
    together: Together

    def can_go_on(self, turns: Turns) -> bool:
        """Whether a change of this database may follow: SQLite has not undone all of them since,
        as it does with the statement of a request that is stopped."""
        return self.turns is turns and bool(self.together.connection.in_transaction)

    def commit(self) -> None:
        """End their transaction."""
        self.turns.finish(self.database, self.together)


class _Brief:
    """A brief change: it begins a transaction, or goes on in the one that others have left open,
    as a part of it that can be undone alone."""

    __slots__ = ("_database", "_is_part", "_lent", "_like", "_together", "_turns")

    def __init__(self, turns: Turns, database: peewee.Database, like: object) -> None:
        self._turns = turns
        self._database = database
        self._like = like
        self._together: Together | None = None
        self._is_part = False
        self._lent: AbstractContextManager[None] | None = None

    def __enter__(self) -> None:
        """Wait for the turn; again where those that have it cannot write what they owe."""
        while not self._begin():
            self._together, self._is_part, self._lent = None, False, None

    def _begin(self) -> bool:
        """Begin, or go on with others, if they are not lost."""
        turns, database = self._turns, self._database
        together = self._put_off() or turns.take_turn(is_brief=True)
        if together is None:
            self._together = together = turns.begin(database)
            together.share_notes(self._like if commits.is_offered() else None)
            return True
        self._together, self._is_part = together, True
        try:
            self._use(together)
            together.share_notes(self._like)
            together.begin_part(database)
        except BaseException as error:
            if not (together.is_lost and isinstance(error, ODataError)):
                self._leave(together)
                raise
            self._give_back()
            turns.give_up(database, together)
            return False
        return True

    def _use(self, together: Together) -> None:
        """Go on with the connection of the changes, where it is not that of this thread anyway."""
        if not is_own(self._database, together):
            self._lent = lent(self._database, together.connection)
            self._lent.__enter__()
        self._database.push_transaction(self._turns)

    def _leave(self, together: Together) -> None:
        """Give the connection back; what is left to be done is the commit."""
        try:
            self._give_back()
        finally:
            self._turns.end(self._database, together)

    def _give_back(self) -> None:
        commits.share(None)
        if self._lent is not None:
            self._lent.__exit__(None, None, None)
        else:
            self._database.pop_transaction()  # type: ignore[no-untyped-call]  # Peewee's gap

    def _put_off(self) -> Together | None:
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
                together.end_part(self._database)
            else:
                together.undo_part(self._database)
        finally:
            self._leave(together)
