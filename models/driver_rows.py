"""The rows that PostgreSQL's library gives, without a cursor of the driver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg.pq import ExecStatus

Row = tuple[Any, ...]
Library = Any  # psycopg's two implementations of libpq share no type


class Rows:
    """What a statement gives, as cursors of drivers do."""

    __slots__ = ("_next", "_result", "_transformer", "rowcount")

    def __init__(self, transformer: Library, result: Library) -> None:
        self._transformer = transformer
        self._result = result
        self._next = 0
        has_rows = result.status == ExecStatus.TUPLES_OK
        found = result.ntuples if has_rows else result.command_tuples
        self.rowcount: int = -1 if found is None else found

    @property
    def description(self) -> list[tuple[str, ...]]:
        """The names of the columns."""
        result = self._result
        return [(result.fname(index).decode(),) for index in range(result.nfields)]

    def fetchone(self) -> Row | None:
        """The next row, if there is one."""
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int) -> list[Row]:
        """The next rows."""
        first = self._next
        last = self._next = min(first + size, self._result.ntuples)
        if first >= last:
            return []
        if self._transformer.pgresult is not self._result:
            self._transformer.set_pgresult(self._result)
        rows: list[Row] = self._transformer.load_rows(first, last, tuple)
        return rows

    def fetchall(self) -> list[Row]:
        """All rows that are left."""
        return self.fetchmany(self._result.ntuples)

    def __iter__(self) -> Iterator[Row]:
        """The rows that are left."""
        return iter(self.fetchall())

    def close(self) -> None:
        """Nothing is open."""
