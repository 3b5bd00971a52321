"""PostgreSQL with bounds of time, and short ways to it: what nobody reads is sent with what
follows."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import peewee

from models.operation import Times, elapsed
from models.row_watch import FOREIGN_CHANGES, RowWatch
from models.shared_transaction import Apart, SharedTransaction, shared
from odata import commits
from odata.waiting import Waits

if TYPE_CHECKING:
    from models.prepared_statements import PreparedStatements

DriverOption = Any  # numbers and texts for libpq
DriverCursor = Any
DriverConnection = Any  # psycopg's, which Peewee hands on

# A server that has vanished is noticed within seconds, not when the kernel gives up.
_POSTGRESQL: Mapping[str, DriverOption] = {
    "connect_timeout": 2,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "client_encoding": "utf8",
    "application_name": "kontor",
}
_OPTIONS = (
    "-c statement_timeout={statement}s -c lock_timeout={lock}s "
    "-c idle_in_transaction_session_timeout={idle}s -c timezone=UTC"
)
# Seconds to a server and back in which nobody else could do anything.
_NEAR = 0.0005
_TRIES = 5
# What PostgreSQL says of rows for which a statement does not wait.
_LOCKED = "could not obtain lock"
# Seconds of an operation that PostgreSQL is not told of: most take less, and telling costs.
_UNNOTICED = 1.0


class _PerThread(threading.local):
    """What is prepared on the connection of a thread; the transaction that it shares; the table
    that it watches; whether one may end with its last statement, whether the connection allows
    statements less time than usual, and whether it did so when the transaction began."""

    statements: PreparedStatements | None = None
    shared_transaction: SharedTransaction | None = None
    watch: RowWatch | None = None
    may_end_early: bool = False
    is_shortened: bool = False
    was_shortened: bool = False


class BoundedPostgresqlDatabase(peewee.PostgresqlDatabase):
    """PostgreSQL, whose own bound holds for one statement: what an operation has used of its
    time is taken off the later ones."""

    def __init__(self, address: str, times: Times) -> None:
        self._seconds = times.operation
        self._thread = _PerThread()
        self._waits = Waits()
        self.apart = Apart()
        # Seconds to the server and back, at best.
        self._shortest = math.inf
        self._watched: dict[str, bool] = {}
        options = _OPTIONS.format(
            statement=times.operation, lock=times.lock, idle=2 * times.operation
        )
        super().__init__(address, prefer_psycopg3=True, options=options, **_POSTGRESQL)

    def execute_sql(self, sql: str, params: DriverOption = None) -> DriverOption:
        """The cursor of a statement that ends with the time of its operation."""
        self._note(sql)
        return self._execute(sql, params)

    def _execute(self, sql: str, params: DriverOption) -> DriverOption:
        # A transaction that has failed takes nothing but its end, or that of its last part.
        if sql.startswith("ROLLBACK"):
            self._forget()
        else:
            self._collect()
            self._bound()
        if sql.startswith("SAVEPOINT"):
            # The last statement of a part is not that of its transaction.
            self._thread.may_end_early = False
        sharing = self._thread.shared_transaction
        if sharing is not None:
            sql = sharing.without_waiting(sql)
        begun = self._waits.begin()
        try:
            return super().execute_sql(sql, params)  # type: ignore[no-untyped-call]  # Peewee's gap
        except peewee.OperationalError as error:
            if sharing is not None and _LOCKED in str(error):
                sharing.meet_holder()
            raise
        finally:
            # Who goes on beside a shared transaction waits for it, and then has long waits itself.
            self._waits.end(None if sharing is not None else begun)

    def begin(self, isolation_level: str | None = None) -> None:
        """Begin a transaction, with its first statement; one that is put off ends before."""
        commits.end()
        self._thread.was_shortened = self._thread.is_shortened
        if isolation_level or self.is_closed():
            super().begin(isolation_level)
        else:
            self.statements().begin()

    def commit(self) -> None:
        """End the transaction, without a cursor."""
        statements = self.statements()
        try:
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
                statements.commit()
        except Exception:
            raise
        except BaseException:
            # Peewee does not undo it then, and the next one must not go on with it.
            statements.connection.close()
            raise

    def rollback(self) -> None:
        """Undo the transaction, and what has not even been sent of it."""
        if not self._forget():
            super().rollback()

    def _forget(self) -> bool:
        """Send nothing that waits of what is undone; whether not even that has begun. The server
        takes back what it was told of its time, too."""
        self._thread.is_shortened |= self._thread.was_shortened
        return not self.is_closed() and self.statements().forget()

    @contextmanager
    def brief(self) -> Iterator[None]:
        """A transaction that ``execute_last`` may end, or a part of one, in which it does not."""
        thread = self._thread
        # A part begins with a savepoint, which takes that back.
        before, thread.may_end_early = thread.may_end_early, True
        try:
            with self.atomic():
                yield
        finally:
            thread.may_end_early = before

    def _connect(self) -> DriverConnection:
        connection = super()._connect()  # type: ignore[misc]  # not in the stub
        # Where the process is busy some of them take long, however near the server is.
        self._shortest = min(self._shortest, *(_journey(connection) for _ in range(_TRIES)))
        return connection

    def may_share(self, like: object) -> bool:
        """Whether a change may go on in the transaction of one like it, and leave it to the next:
        its thread waits for all its journeys itself then, so that they must be short."""
        return self._shortest < _NEAR and self.apart.may_share(like)

    def shared(self, like: object) -> AbstractContextManager[None]:
        """A transaction that the next change like this one may go on with, where a server keeps
        answers back; or a part of the one that is open."""
        return shared(self, like)

    @property
    def shared_transaction(self) -> SharedTransaction | None:
        """The transaction of several changes that this thread is in."""
        return self._thread.shared_transaction

    @shared_transaction.setter
    def shared_transaction(self, found: SharedTransaction | None) -> None:
        self._thread.shared_transaction = found

    @property
    def is_shortened(self) -> bool:
        """Whether statements of this thread have less time than usual."""
        return self._thread.is_shortened

    def _note(self, sql: str, *, is_held: bool = False) -> None:
        found, watch = self._thread.shared_transaction, self._thread.watch
        if found is not None:
            found.note(sql, is_held=is_held)
        if watch is not None:
            watch.note(sql)

    def watch_rows(self, table: str) -> RowWatch | None:
        """Watch a table, in which a row was just stored as it was given; None where something
        else than the service would change that. It is asked for once."""
        is_watched = self._watched.get(table)
        if is_watched is None:
            found = self.execute_sql(FOREIGN_CHANGES, (f'"{table}"',) * 2).fetchone()
            is_watched = self._watched[table] = not found[0]
        thread = self._thread
        if thread.watch is not None:
            thread.watch.is_untouched = False
        thread.watch = RowWatch(table) if is_watched else None
        return thread.watch

    def execute_last(self, sql: str, params: DriverOption) -> DriverCursor:
        """The cursor of the last statement of a transaction, which may end with it: it has been
        committed then, whatever comes before ``commit``."""
        if self._thread.may_end_early and not self._goes_alone():
            begun = self._waits.begin()
            try:
                with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
                    rows = self.statements().run_last(sql, params)
            finally:
                self._waits.end(begun)
            if rows is not None:
                return rows
        return self.execute_sql(sql, params)

    def execute_unread(
        self, sql: str, params: DriverOption, missed: Callable[[], None] | None
    ) -> None:
        """Run a statement of which nothing is read, with the next one of its transaction;
        ``missed`` raises what it means that it has met no row: its transaction has failed then."""
        if missed is not None:
            sql = _requiring(sql)
        # What has to meet a row has found it before.
        self._note(sql, is_held=missed is not None)
        if self.transaction_depth() and not self._goes_alone():
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
                is_put_off = self.statements().put_off(sql, params, missed)
            if is_put_off:
                return
        # What waits fails before, for reasons of its own.
        self.settle()
        try:
            self._execute(sql, params)
        except peewee.DataError as error:
            from models.prepared_statements import has_missed  # noqa: PLC0415 - loads psycopg

            if missed is not None and has_missed(getattr(error, "orig", None)):
                missed()
            raise

    def _goes_alone(self) -> bool:
        """Whether each statement is sent by itself, as it must end with the time of its
        operation, or is watched."""
        is_bounded = self._thread.is_shortened or elapsed() > _UNNOTICED
        return is_bounded or bool(self.query_hooks) or self.is_closed()

    def begin_sending(self) -> None:
        """Have the server go on with what waits to be sent; what fails of it fails later."""
        if not self.is_closed():
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
                self.statements().begin_sending()

    def _collect(self) -> None:
        """Wait for what is on its way of a shared transaction, before this thread asks for what
        belongs to none of its records."""
        known = self._thread.statements
        if known is None or not known.are_on_their_way or self._thread.shared_transaction:
            return
        found = commits.left_open()
        if isinstance(found, SharedTransaction):
            found.collect()

    def settle(self) -> None:
        """Run what waits to be sent."""
        if not self.is_closed():
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
                self.statements().send()

    def read_ahead(self, reads: Sequence[tuple[str, Sequence[DriverOption]]]) -> None:
        """Fetch together what will be read next, outside of transactions; forget what was
        fetched so before."""
        if self.is_closed():
            return
        if self.transaction_depth() or self._goes_alone():
            reads = ()
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
            self.statements().read_ahead(reads)

    def read_along(self, reads: Sequence[tuple[str, Sequence[DriverOption]]]) -> None:
        """Fetch with the next statement of a transaction that is read what will be read later."""
        if self.transaction_depth() and not self._goes_alone():
            found = self._thread.shared_transaction
            if found is not None:
                reads = [(found.without_waiting(sql), parameters) for sql, parameters in reads]
            self.statements().read_along(reads)

    def cursor(self, named_cursor: str | None = None) -> DriverCursor:
        """A cursor of the driver, behind what waits to be sent."""
        self.settle()
        return super().cursor(named_cursor)  # type: ignore[no-untyped-call]  # Peewee's gap

    def _execute_cursor(
        self, sql: str, params: DriverOption, **options: DriverOption
    ) -> DriverCursor:
        """The cursor of a statement; of one that is prepared by a shorter way."""
        if not (options or self.query_hooks or self.is_closed()):
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in the stub
                rows = self.statements().run(sql, params or ())
            if rows is not None:
                return rows
        return super()._execute_cursor(sql, params, **options)  # type: ignore[misc]  # not in the stub

    def statements(self) -> PreparedStatements:
        """What is prepared on the connection of this thread."""
        connection, known = self.connection(), self._thread.statements  # type: ignore[no-untyped-call]  # Peewee's gap
        if known is None or known.connection is not connection:
            from models.prepared_statements import PreparedStatements  # noqa: PLC0415 - loads psycopg

            known = self._thread.statements = PreparedStatements(connection)
        return known

    def _bound(self) -> None:
        taken = elapsed()
        if taken > _UNNOTICED:
            self._shorten(self._seconds - taken)
        elif self._thread.is_shortened:
            self._allow(self._seconds)
            self._thread.is_shortened = False

    def _shorten(self, left: float) -> None:
        if left <= 0:
            raise peewee.OperationalError("statement timeout: nothing is left for this statement")
        self._thread.is_shortened = True
        self._allow(left)

    def _allow(self, seconds: float) -> None:
        milliseconds = math.ceil(seconds * 1000)
        super().execute_sql(f"SET statement_timeout = {milliseconds}")  # type: ignore[no-untyped-call]  # Peewee's gap


def _journey(connection: DriverConnection) -> float:
    """The seconds that an empty statement takes to PostgreSQL and back."""
    begun = time.monotonic()
    connection.pgconn.exec_(b"")
    return time.monotonic() - begun


@lru_cache(maxsize=1000)
def _requiring(sql: str) -> str:
    """A statement that divides by zero where it meets no row: nothing that was sent behind it
    is done then, the end of its transaction neither."""
    returning = "" if sql.startswith("SELECT") else " RETURNING 1"
    return f"WITH met AS ({sql}{returning}) SELECT 1 / count(*) FROM met"  # noqa: S608 - a statement of ours
