"""What is sent to PostgreSQL together with other statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

Library = Any  # psycopg's two implementations of libpq share no type


@dataclass(frozen=True, slots=True)
class Command:
    """A statement without parameters that is not prepared."""

    text: bytes

    def send(self, library: Library) -> None:
        """Hand it over; it leaves with others."""
        library.send_query_params(self.text, None)


BEGIN = Command(b"BEGIN")
COMMIT = Command(b"COMMIT")


@cache
def begin_part_of(part: int) -> Command:
    """What begins a part of a transaction by its number."""
    return Command(b"SAVEPOINT kontor_change_%d" % part)


@cache
def undo_part_of(part: int) -> Command:
    """What undoes it."""
    return Command(b"ROLLBACK TO kontor_change_%d" % part)


@dataclass(frozen=True, slots=True)
class Call:
    """A prepared statement with its parameters; ``missed`` raises what it means where one that
    requires a row meets none."""

    key: tuple[bytes, tuple[int, ...]]
    name: bytes
    values: Sequence[Any]
    formats: Sequence[Any] | None
    missed: Callable[[], None] | None = None

    def send(self, library: Library) -> None:
        """Hand it over; it leaves with others."""
        library.send_query_prepared(self.name, self.values, self.formats)
