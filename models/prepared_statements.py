"""Statements that PostgreSQL has prepared, run by the short way to its library.

psycopg has a statement prepared that is run again and again, and tells which. From then on
nothing is left to do for it but to write its parameters and to hand them over: psycopg's cursors
take three times as long, as they stand ready for whatever a statement may be.

What nobody reads waits for the next statement and is sent with it, in the pipeline mode of the
library: each journey to the server costs as much as a simple statement, and more than the
thread's share of it.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg._queries import PostgresQuery
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from models.driver_rows import Rows
from models.fetched_ahead import FetchedAhead, Read
from models.sent_statements import BEGIN, COMMIT, Call, Command, begin_part_of, undo_part_of

DriverValue = Any  # whatever psycopg takes for a placeholder
Library = Any  # psycopg's two implementations of libpq share no type

_MOST_QUERIES = 1000
# What else is run may have psycopg forget what is prepared.
_PLAIN = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_WITHIN = TransactionStatus.INTRANS
_GOOD = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
# Statements that wait at most: their parameters are in memory.
_MOST_PUT_OFF = 64


def has_missed(failure: object) -> bool:
    """Whether a statement that requires a row, and divides by zero without one, has failed for
    that, not because something that it calls, as a trigger, divides by zero."""
    return isinstance(failure, psycopg.errors.DivisionByZero) and failure.diag.context is None


class _Guard:
    """Closes the connection where something goes wrong between statements: nobody knows what has
    been done of them, and what is still to come."""

    __slots__ = ("_statements",)

    def __init__(self, statements: PreparedStatements) -> None:
        self._statements = statements

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close it."""
        if error is not None:
            self._statements.close()


class PreparedStatements:
    """Runs what is prepared on one connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._library: Library = connection.pgconn
        self._arrival = select.poll()
        self._arrival.register(self._library.socket, select.POLLIN)
        # psycopg has no public name for it; ``test_a_prepared_statement_is_run_the_short_way``
        # tells when it goes.
        self._prepared = connection._prepared  # noqa: SLF001
        self._transformer = Transformer(connection)
        self._queries: dict[str, bytes | None] = {}
        self._formats: dict[int, list[PyFormat]] = {}
        self._put_off: list[Command | Call] = []
        # Handed over, with the answers still to come.
        self._on_their_way: list[Command | Call] = []
        self._guard = _Guard(self)
        self._ahead = FetchedAhead()
        self._has_ended = False

    def run(self, sql: str, parameters: Sequence[DriverValue]) -> Rows | None:
        """What a statement gives; None where it is not prepared."""
        self._require_open()
        known = self._ahead.take(sql, parameters)
        if known is not None:
            return Rows(self._transformer, known)
        call = self._call(sql, parameters, None)
        along, self._ahead.along = self._ahead.along, ()
        self._ahead.note(sql)
        if call is None:
            return None
        if along:
            result = self._run_with(call, along)
        elif self._waits:
            result = self._run_together(call)[-1]
        else:
            result = self._library.exec_prepared(call.name, call.values, call.formats)
            self._check(call, result)
        return Rows(self._transformer, result)

    def run_last(self, sql: str, parameters: Sequence[DriverValue]) -> Rows | None:
        """What the last statement of a transaction gives, which ends with it; None where it is
        not prepared, and the transaction goes on."""
        call = self._call(sql, parameters, None)
        if call is None:
            return None
        self._put_off.append(call)
        *_, result, end = self._run_together(COMMIT)
        _require_end(end)
        self._has_ended = True
        return Rows(self._transformer, result)

    def commit(self) -> None:
        """End the transaction; nothing where that has not begun, or has ended."""
        self._ahead.forget()
        if self._has_ended or self._put_off == [BEGIN]:
            self._has_ended, self._put_off = False, []
            return
        if self._waits:
            result = self._run_together(COMMIT)[-1]
        else:
            result = self._library.exec_(COMMIT.text)
            if result.status not in _GOOD:
                raise self._failure(result)
        _require_end(result)

    def read_ahead(self, reads: Sequence[Read]) -> None:
        """Fetch in one journey what will be read next, and forget what was fetched before;
        nothing where one of them is not prepared."""
        self._ahead.forget()
        calls = [self._call(sql, parameters, None) for sql, parameters in reads]
        if self._waits or not calls or None in calls:
            return
        self._put_off.extend(call for call in calls if call is not None)
        self._ahead.keep(reads, self._run_together(None))

    def read_along(self, reads: Sequence[Read]) -> None:
        """Fetch with the next statement that is read what will be read later, as far as it is
        prepared."""
        self._ahead.along = reads

    def _run_with(self, call: Call, reads: Sequence[Read]) -> Library:
        """The result of a statement; those of others come with it."""
        calls = [(read, self._call(*read, None)) for read in reads]
        known = [(read, other) for read, other in calls if other is not None]
        self._put_off += [call, *(other for _, other in known)]
        results = self._run_together(None)[-1 - len(known) :]
        self._ahead.keep([read for read, _ in known], results[1:])
        return results[0]

    # --- what is sent with the next one -----------------------------------------------------

    def begin(self) -> None:
        """Begin a transaction, with its first statement."""
        self._ahead.forget()
        self._has_ended = False
        self._put_off.append(BEGIN)

    def put_off(
        self, sql: str, parameters: Sequence[DriverValue], missed: Callable[[], None] | None
    ) -> bool:
        """Have a statement sent with the next one, in whose place it may fail; ``missed`` raises
        what it means that it requires a row and meets none. False where it is not prepared."""
        self._require_open()
        call = self._call(sql, parameters, missed)
        self._ahead.note(sql)
        if call is None:
            return False
        self._put_off.append(call)
        if len(self._put_off) >= _MOST_PUT_OFF:
            self.send()
        return True

    @property
    def _waits(self) -> bool:
        """Whether a statement comes behind others."""
        return bool(self._put_off or self._on_their_way)

    @property
    def are_on_their_way(self) -> bool:
        """Whether statements were sent whose answers are still to come."""
        return bool(self._on_their_way)

    def close(self) -> None:
        """Close the connection, whatever is to come of it."""
        self._on_their_way = []
        self.connection.close()

    def send(self) -> None:
        """Run what is put off."""
        self._require_open()
        if self._waits:
            self._run_together(None)

    def begin_sending(self) -> None:
        """Have the server go on with what is put off; what fails of it fails in the place of
        what is run next."""
        self._require_open()
        if self._put_off:
            with self._guard:
                self._hand_over()
                self._library.flush()

    def forget(self) -> bool:
        """Run nothing of it, as its transaction is undone; whether there is none, as it has not
        even begun, or has ended."""
        self._ahead.forget()
        put_off, self._put_off = self._put_off, []
        has_ended, self._has_ended = self._has_ended, False
        if self._on_their_way:
            with self._guard:
                self._arrived()
            return False
        return has_ended or (bool(put_off) and put_off[0] is BEGIN)

    def _run_together(self, last: Command | Call | None) -> list[Library]:
        """Send what is put off, and one more; the result of each, and before of those that are on
        their way."""
        if last is not None:
            self._put_off.append(last)
        with self._guard:
            self._hand_over()
            sent, results = self._arrived()
        # One that has failed comes before those that were left undone for that.
        for item, result in zip(sent, results, strict=True):
            self._check(item, result)
        return results

    def _hand_over(self) -> None:
        """Hand what is put off to the library."""
        library, put_off = self._library, self._put_off
        self._put_off = []
        if not self._on_their_way:
            library.enter_pipeline_mode()
        for item in put_off:
            item.send(library)
        self._on_their_way += put_off

    def _arrived(self) -> tuple[list[Command | Call], list[Library]]:
        """What was on its way, and the result of each."""
        library, sent = self._library, self._on_their_way
        self._on_their_way = []
        library.pipeline_sync()
        return sent, self._results(len(sent))

    def _results(self, count: int) -> list[Library]:
        """What so many statements of a pipeline give, which ends. Where the connection is lost
        behind the last of them they have been done all the same: the end of a transaction, say."""
        found: list[Library] = []
        try:
            self._flush()
            for _ in range(count):
                found.append(self._next_result())
                # The end of one statement.
                self._library.get_result()
            self._next_result()
            self._library.exit_pipeline_mode()
        except psycopg.OperationalError:
            if len(found) < count:
                raise
            self.close()
        return found

    def _next_result(self) -> Library:
        """What is given next. The library waits with Python's lock held; so it is asked for what
        has arrived."""
        library = self._library
        while library.is_busy():
            self._arrival.poll()
            library.consume_input()
        result = library.get_result()
        if result is None:
            raise psycopg.OperationalError(library.get_error_message("utf-8"))
        return result

    def _flush(self) -> None:
        """Send all of what is handed over; the server may have to be read meanwhile."""
        library = self._library
        while library.flush():
            waiting = select.poll()
            waiting.register(library.socket, select.POLLIN | select.POLLOUT)
            waiting.poll()
            library.consume_input()

    def _require_open(self) -> None:
        if self._has_ended:
            raise RuntimeError("the transaction has ended")

    # --- a transaction of several parts -------------------------------------------------------

    def is_within(self, connection: object) -> bool:
        """Whether this connection still is that one, in a transaction that has not failed, as
        far as is known."""
        goes_on = self._on_their_way or self._library.transaction_status == _WITHIN
        return self.connection is connection and bool(goes_on)

    def begin_part(self, part: int) -> None:
        """Begin what can be undone alone, with its first statement. The one before ends with it.

        Each has a name of its own: where it does not begin, none can be undone in its place."""
        self._ahead.forget()
        self._put_off.append(begin_part_of(part))

    def undo_part(self, part: int) -> None:
        """Undo it, and send nothing that waits of it."""
        self._ahead.forget()
        begin = begin_part_of(part)
        if begin in self._put_off:
            del self._put_off[self._put_off.index(begin) :]
            return
        self._put_off = [undo_part_of(part)]
        if self._library.transaction_status == TransactionStatus.INERROR:
            self.send()

    # --- one statement ----------------------------------------------------------------------

    def _call(
        self, sql: str, parameters: Sequence[DriverValue], missed: Callable[[], None] | None
    ) -> Call | None:
        """A statement with its parameters as the library takes them; None where it is not
        prepared."""
        prepared = self._prepared
        query = self._queries[sql] if sql in self._queries else self._query(sql, parameters)
        if query is None or prepared._to_flush:  # noqa: SLF001 - as above
            return None
        transformer, count = self._transformer, len(parameters)
        formats = self._formats.get(count)
        if formats is None:
            formats = self._formats[count] = [PyFormat.AUTO] * count
        values = transformer.dump_sequence(parameters, formats)
        key = (query, transformer.types or ())
        name = prepared._names.get(key)  # noqa: SLF001 - as above
        if name is None:
            return None
        return Call(key, name, values, transformer.formats, missed)

    def _check(self, item: Command | Call, result: Library) -> None:
        """Raise what has failed."""
        names = self._prepared._names  # noqa: SLF001 - as above
        if result.status in _GOOD:
            if isinstance(item, Call):
                names.move_to_end(item.key)
            return
        failure = self._failure(result)
        if isinstance(item, Call):
            # As psycopg does: the next one is not prepared.
            names.pop(item.key, None)
            if item.missed is not None and has_missed(failure):
                item.missed()
        raise failure

    def _query(self, sql: str, parameters: Sequence[DriverValue]) -> bytes | None:
        """A statement as psycopg sends it, whatever its parameters; None where it is another
        kind of statement."""
        query: bytes | None = None
        if sql.startswith(_PLAIN):
            converted = PostgresQuery(Transformer(self.connection))
            converted.convert(sql, parameters)
            query = converted.query
        if len(self._queries) >= _MOST_QUERIES:
            self._queries.clear()
        self._queries[sql] = query
        return query

    def _failure(self, result: Library) -> psycopg.Error:
        if self._library.status == ConnStatus.BAD:
            return psycopg.OperationalError(result.get_error_message("utf-8"))
        return psycopg.errors.error_from_result(result, "utf-8")


def _require_end(result: Library) -> None:
    if result.command_status != COMMIT.text:
        # PostgreSQL undoes a transaction that has failed, and says no more.
        raise psycopg.errors.InFailedSqlTransaction("the transaction had failed and is undone")
