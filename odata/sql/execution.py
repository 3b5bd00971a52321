"""Running statements: what a database's failures mean to a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from odata.errors import (
    BadRequestError,
    ConflictError,
    DuplicateKeyError,
    InternalError,
    ODataError,
    ServiceUnavailableError,
    TimeoutExceededError,
)

DriverValue = Any  # whatever a driver takes for a placeholder
Cursor = Any  # the drivers' cursors share no type

_RETRY = (("Retry-After", "1"),)

# SQLite does not tell what a function of ours objects to; PostgreSQL need not tell more.
_UNDEFINED = "an expression divides by zero or has no value"
# PostgreSQL: somebody else holds the row; a standby takes no changes.
_LATER = ("lock timeout", "read-only transaction")
_MEANINGS: tuple[tuple[str, type[ODataError], str], ...] = (
    ("interrupted", TimeoutExceededError, "the request took longer than it may"),
    ("statement timeout", TimeoutExceededError, "the request took longer than it may"),
    ("canceling statement", TimeoutExceededError, "the request took longer than it may"),
    ("user-defined function raised", BadRequestError, _UNDEFINED),
    ("division by zero", BadRequestError, _UNDEFINED),
    ("string or blob too big", BadRequestError, "an expression leaves the range of its type"),
    ("out of range", BadRequestError, "an expression leaves the range of its type"),
    ("integer overflow", BadRequestError, "an expression leaves the range of its type"),
    ("field value out of range", BadRequestError, "an expression leaves the range of its type"),
    ("invalid input syntax", BadRequestError, "an expression cannot be evaluated"),
    ("parser stack overflow", BadRequestError, "the request is nested too deeply"),
    ("expression tree is too large", BadRequestError, "the request is nested too deeply"),
    ("stack depth limit", BadRequestError, "the request is nested too deeply"),
    ("too many sql variables", BadRequestError, "the request names too many values"),
    ("invalid regular expression", BadRequestError, "the pattern is no regular expression"),
)


def run(database: peewee.Database, sql: str, parameters: list[DriverValue]) -> Cursor:
    """The cursor of an executed statement."""
    try:
        return database.execute_sql(sql, parameters)  # type: ignore[no-untyped-call]  # Peewee's gap
    except _FAILURES as error:
        raise _translated(error) from error


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


@contextmanager
def translated_failures() -> Iterator[None]:
    """Turns what the database says into a failure that a client can see."""
    try:
        yield
    except _FAILURES as error:
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


def _failure(error: peewee.DatabaseError) -> ODataError:
    text = str(error).lower()
    if any(mark in text for mark in _LATER):
        return ServiceUnavailableError("the database is busy or away", headers=_RETRY)
    for mark, failure, message in _MEANINGS:
        if mark in text:
            return failure(message)
    if isinstance(error, peewee.OperationalError):
        return ServiceUnavailableError("the database is busy or away", headers=_RETRY)
    if isinstance(error, peewee.DataError):
        return BadRequestError("an expression cannot be evaluated")
    return InternalError("an internal error occurred")
