"""Statements that PostgreSQL has prepared, run by the short way to its library.

psycopg has a statement prepared that is run again and again, and tells which. From then on
nothing is left to do for it but to write its parameters and to hand them over: psycopg's cursors
take three times as long, as they stand ready for whatever a statement may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg._queries import PostgresQuery
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus

DriverValue = Any  # whatever psycopg takes for a placeholder
Row = tuple[Any, ...]
Library = Any  # psycopg's two implementations of libpq share no type

_MOST_QUERIES = 1000
# What else is run may have psycopg forget what is prepared.
_PLAIN = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_GOOD = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})


class PreparedStatements:
    """Runs what is prepared on one connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._library: Library = connection.pgconn
        # psycopg has no public name for it; ``test_a_prepared_statement_is_run_the_short_way``
        # tells when it goes.
        self._prepared = connection._prepared  # noqa: SLF001
        self._transformer = Transformer(connection)
        self._queries: dict[str, bytes | None] = {}
        self._formats: dict[int, list[PyFormat]] = {}

    def run(self, sql: str, parameters: Sequence[DriverValue]) -> Rows | None:
        """What a statement gives; None where it is not prepared."""
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
        result = self._library.exec_prepared(name, values, transformer.formats)
        if result.status not in _GOOD:
            # As psycopg does: the next one is not prepared.
            prepared._names.pop(key, None)  # noqa: SLF001 - as above
            raise self._failure(result)
        prepared._names.move_to_end(key)  # noqa: SLF001 - as above
        return Rows(transformer, result)

    def tell(self, statement: bytes) -> None:
        """Run a statement that begins or ends a transaction."""
        result = self._library.exec_(statement)
        if result.status not in _GOOD:
            raise self._failure(result)

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
