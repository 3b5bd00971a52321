"""Running statements: what a database's failures mean to a client."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import peewee

from odata.errors import (
    BadRequestError,
    ConflictError,
    DuplicateKeyError,
    EvaluationError,
    EvaluationFault,
    InternalError,
    ODataError,
    ServiceUnavailableError,
    TimeoutExceededError,
    TransactionLostError,
)

DriverValue = Any  # whatever a driver takes for a placeholder
Cursor = Any  # the drivers' cursors share no type

_RETRY = (("Retry-After", "1"),)

# PostgreSQL: two transactions wait for each other; a row is not as it was read any more.
_LOST = ("deadlock detected", "could not serialize access")
# PostgreSQL: somebody else holds the row; a standby takes no changes.
_LATER = ("lock timeout", "read-only transaction")
_MEANINGS: tuple[tuple[str, type[ODataError], str], ...] = (
    ("interrupted", TimeoutExceededError, "the request took longer than it may"),
    ("statement timeout", TimeoutExceededError, "the request took longer than it may"),
    ("canceling statement", TimeoutExceededError, "the request took longer than it may"),
    ("parser stack overflow", BadRequestError, "the request is nested too deeply"),
    ("expression tree is too large", BadRequestError, "the request is nested too deeply"),
    ("stack depth limit", BadRequestError, "the request is nested too deeply"),
    ("too many sql variables", BadRequestError, "the request names too many values"),
    ("invalid regular expression", BadRequestError, "the pattern is no regular expression"),
)
# SQLite does not tell what a function of ours objects to: that of division does so first.
_FAULTS: tuple[tuple[str, EvaluationFault], ...] = (
    ("user-defined function raised", EvaluationFault.DIVISION),
    ("division by zero", EvaluationFault.DIVISION),
    ("string or blob too big", EvaluationFault.RANGE),
    ("out of range", EvaluationFault.RANGE),
    ("integer overflow", EvaluationFault.RANGE),
    ("value overflows", EvaluationFault.RANGE),
    ("invalid input syntax", EvaluationFault.OTHER),
)


def run(database: peewee.Database, sql: str, parameters: list[DriverValue]) -> Cursor:
    """The cursor of an executed statement."""
    try:
        return database.execute_sql(sql, parameters)  # type: ignore[no-untyped-call]  # Peewee's gap
    except _FAILURES as error:
        raise _translated(error) from error


def can_end_early(database: peewee.Database) -> bool:
    """Whether ``run_last`` saves anything."""
    return hasattr(database, "execute_last")


def run_last(database: peewee.Database, sql: str, parameters: list[DriverValue]) -> Cursor:
    """The cursor of a statement behind which a transaction has nothing but its end.

    A database that is a way off (one with ``execute_last``) may end a brief transaction with it.
    """
    send = getattr(database, "execute_last", None)
    if send is None:
        return run(database, sql, parameters)
    try:
        return send(sql, parameters)
    except _FAILURES as error:
        raise _translated(error) from error


def run_unread(
    database: peewee.Database,
    sql: str,
    parameters: list[DriverValue],
    missed: Callable[[], None] | None = None,
) -> None:
    """Run a statement of a transaction of which nothing is read; ``missed`` raises what it means
    that it has met no row.

    A database that is a way off (one with ``execute_unread``) may send it with the next one, in
    whose place it fails then, and before the transaction ends.
    """
    send = getattr(database, "execute_unread", None)
    if send is None:
        found = run(database, sql, parameters)
        if missed is not None and not _has_met(found):
            missed()
        return
    try:
        send(sql, parameters, missed)
    except _FAILURES as error:
        raise _translated(error) from error


def _has_met(found: Cursor) -> bool:
    """Whether a statement has found or changed a row."""
    return found.rowcount > 0 if found.description is None else found.fetchone() is not None


def settle(database: peewee.Database) -> None:
    """Have what waits to be sent fail here, if it does, and not in the place of what follows."""
    send = getattr(database, "settle", None)
    if send is not None:
        with translated_failures():
            send()


class RowWatch(Protocol):
    """Whether a table was written to since somebody watches it."""

    @property
    def is_untouched(self) -> bool:
        """Whether no statement has named it, and it is watched still."""


def watch_rows(database: peewee.Database, table: str) -> RowWatch | None:
    """Watch a table from now on, in which a row was just stored as it was given; None where the
    database cannot tell, or where reading is as short."""
    watch = getattr(database, "watch_rows", None)
    return None if watch is None else watch(table)


def can_read_ahead(database: peewee.Database) -> bool:
    """Whether ``read_ahead`` saves anything."""
    return hasattr(database, "read_ahead")


def read_ahead(database: peewee.Database, reads: Sequence[tuple[str, list[DriverValue]]]) -> None:
    """Have what will be read next fetched together, and what was so before forgotten; where
    that fails, each fails in its own place."""
    with contextlib.suppress(*_FAILURES):
        database.read_ahead(reads)  # type: ignore[attr-defined]  # of those that can


def can_read_along(database: peewee.Database) -> bool:
    """Whether ``read_along`` saves anything."""
    return hasattr(database, "read_along")


def read_along(database: peewee.Database, reads: Sequence[tuple[str, list[DriverValue]]]) -> None:
    """Have what will be read later in a transaction fetched with the next of its statements."""
    database.read_along(reads)  # type: ignore[attr-defined]  # of those that can


def fetch(cursor: Cursor, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a cursor in chunks."""
    while True:
        try:
            # SQLite computes while rows are fetched, where Peewee does not look.
            with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in its stub
                rows = cursor.fetchmany(size)
        except _FAILURES as error:
            raise _translated(error) from error
        if not rows:
            return
        yield rows


def fetch_first(cursor: Cursor) -> tuple[Any, ...] | None:
    """The first row of a cursor, if it has one."""
    try:
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in its stub
            row: tuple[Any, ...] | None = cursor.fetchone()
    except _FAILURES as error:
        raise _translated(error) from error
    return row


class translated_failures:  # noqa: N801 - stands where a function with contextmanager would
    """Turns what the database says into a failure that a client can see."""

    __slots__ = ()

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        """Raise the failure that a client can see instead of the one of the database."""
        if isinstance(error, _FAILURES):
            raise _translated(error) from error


_FAILURES = (peewee.DatabaseError, peewee.InterfaceError, OverflowError)


def _translated(error: Exception) -> ODataError:
    if isinstance(error, peewee.IntegrityError):
        return integrity_failure(error)
    if isinstance(error, peewee.DatabaseError):
        return _failure(error)
    if isinstance(error, peewee.InterfaceError):
        return ServiceUnavailableError("the database is away", headers=_RETRY)
    return BadRequestError("a number leaves the range of its type")


def integrity_failure(error: peewee.IntegrityError) -> ODataError:
    """A constraint of the database as a conflict."""
    text = str(error).lower()
    if "unique" in text or "duplicate" in text:
        return DuplicateKeyError("a record with the same key exists already")
    if "foreign key" in text:
        return ConflictError("other records refer to this record, or it refers to a missing one")
    return ConflictError("the change contradicts a constraint")


def busy() -> ServiceUnavailableError:
    """A change that has not come to its turn, or was undone with those of others."""
    return ServiceUnavailableError("the database is busy; nothing was changed", headers=_RETRY)


def _failure(error: peewee.DatabaseError) -> ODataError:
    text = str(error).lower()
    if any(mark in text for mark in _LOST):
        return TransactionLostError("the database is busy or away", headers=_RETRY)
    if any(mark in text for mark in _LATER):
        return ServiceUnavailableError("the database is busy or away", headers=_RETRY)
    for mark, failure, message in _MEANINGS:
        if mark in text:
            return failure(message)
    fault = next((fault for mark, fault in _FAULTS if mark in text), None)
    if fault is not None:
        return EvaluationError(fault)
    if isinstance(error, peewee.OperationalError):
        return ServiceUnavailableError("the database is busy or away", headers=_RETRY)
    if isinstance(error, peewee.DataError):
        return EvaluationError(EvaluationFault.OTHER)
    return InternalError("an internal error occurred")
