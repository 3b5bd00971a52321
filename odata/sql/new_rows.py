"""New rows of a table, compiled once for each set of columns that is given.

What the other columns hold, where each value goes and what the row will be are known then: a
row that the database keeps as it is given is not read back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from odata.sql.execution import run, run_unread, translated_failures
from odata.sql.nodes import DriverValue
from odata.sql.row_slots import NewRow, Row, RowReader, RowSlot, StoredValues, fill, slots_of
from odata.sql.statement import finish
from odata.sql.statement_cache import (
    given,
    is_exact,
    place_of,
    python_value,
)

Table = type[peewee.Model]

_MOST_SHAPES = 64


@dataclass(frozen=True, slots=True)
class _Insertion:
    """The INSERT of one set of columns, whose ``names`` are in the order of the parameters.
    ``row`` is what the other ones hold; None where only the database knows the row, which it
    returns then."""

    sql: str
    names: tuple[str, ...]
    parameters: Sequence[DriverValue]
    given: tuple[RowSlot, ...]
    row: Mapping[str, Any] | None


class NewRows:
    """Inserts rows of one table; ``shown`` are the fields of it that are told of a row."""

    def __init__(
        self, database: peewee.Database, table: Table, shown: Sequence[peewee.Field]
    ) -> None:
        self._database = database
        self._table = table
        self._shown = shown
        self._insertions: dict[tuple[str, ...], _Insertion] = {}
        meta = table._meta  # noqa: SLF001 - Peewee's published name for it
        self._fields: Mapping[str, peewee.Field] = meta.fields
        # What a default computes is computed each time.
        self._keeps = not any(callable(default) for default in meta.defaults.values())

    def insert(self, values: Mapping[str, object]) -> NewRow | None:
        """A new row; None where a value is an expression, or no column's."""
        names = tuple(values)
        insertion = self._insertions.get(names)
        if insertion is None:
            if not self._fields.keys() >= values.keys():
                return None
            insertion = self._compiled(names)
        parameters = list(insertion.parameters)
        row: Row = {**(insertion.row or {}), **values}
        if not fill(insertion.given, values.values(), parameters, row):
            return None
        if insertion.row is not None:
            run_unread(self._database, insertion.sql, parameters)
            stored = StoredValues(insertion.names, parameters)
            return NewRow(row, names if self._keeps else None, stored)
        cursor = run(self._database, insertion.sql, parameters)
        with translated_failures(), peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in its stub
            # SQLite writes while rows are fetched, where Peewee does not look.
            stored_row = cursor.fetchall()[0]
        return NewRow(RowReader(self._shown).read(stored_row), None)

    def _compiled(self, names: tuple[str, ...]) -> _Insertion:
        """The INSERT with these columns; the others get their defaults."""
        fields = self._fields
        defaults = self._table._meta.get_default_dict()  # type: ignore[no-untyped-call]  # noqa: SLF001 - Peewee's gap
        kept = {name: value for name, value in defaults.items() if name not in names}
        stored = {
            name.partition(".")[2]: value for name, value in given("new", kept, fields).items()
        }
        places = {fields[name]: place_of("new", name) for name in (*stored, *names)}
        row = {name: python_value(fields[name], value) for name, value in stored.items()}
        shown = {field.name for field in self._shown}
        is_known = is_exact(self._fields.values()) and shown <= {*row, *names}
        query = self._table.insert(places)
        statement = finish(query if is_known else query.returning(*self._shown), self._database)
        order = statement.names or ()
        insertion = _Insertion(
            statement.sql,
            tuple(name.partition(".")[2] for name in order),
            [stored.get(name.partition(".")[2]) for name in order],
            slots_of("new", names, fields, order),
            row if is_known else None,
        )
        if self._keeps:
            if len(self._insertions) >= _MOST_SHAPES:
                self._insertions.clear()
            self._insertions[names] = insertion
        return insertion
