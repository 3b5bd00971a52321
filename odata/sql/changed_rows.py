"""Rows of a table that change, compiled once for each set of columns that is written.

A row changes where it is still as it is meant: by its key, its scope, its entity tag. What a
column keeps as it is given is not read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import peewee

from odata.errors import EntityChangedError
from odata.sql.execution import run, run_unread, translated_failures
from odata.sql.nodes import DriverValue
from odata.sql.row_slots import (
    Row,
    RowReader,
    RowSlot,
    StoredValues,
    Written,
    fill,
    slots_of,
)
from odata.sql.statement import finish
from odata.sql.statement_cache import is_exact, place_of

Table = type[peewee.Model]

_MOST_SHAPES = 256


@dataclass(frozen=True, slots=True)
class _Update:
    """The UPDATE of one set of columns where others are equal to something; ``reader`` reads
    what it returns, where only the database knows what was written."""

    sql: str
    length: int
    written: tuple[RowSlot, ...]
    equal: tuple[RowSlot, ...]
    reader: RowReader | None


class ChangedRows:
    """Updates single rows of one table."""

    def __init__(self, database: peewee.Database, table: Table) -> None:
        self._database = database
        self._table = table
        self._updates: dict[tuple[tuple[str, ...], tuple[str, ...]], _Update] = {}

    def update(self, values: Mapping[str, object], equal: Mapping[str, object]) -> Written:
        """What was written, as it is stored; raises where no row is as it is meant, at the
        latest when the transaction ends."""
        shape = (tuple(values), tuple(equal))
        update = self._updates.get(shape)
        if update is None:
            if len(self._updates) >= _MOST_SHAPES:
                self._updates.clear()
            update = self._updates[shape] = self._compiled(*shape)
        parameters: list[DriverValue] = [None] * update.length
        written: Row = dict(values)
        if not (
            fill(update.written, values.values(), parameters, written)
            and fill(update.equal, equal.values(), parameters)
        ):
            raise TypeError(f"a row of {self._table.__name__} is changed to values")
        if update.reader is None:
            run_unread(self._database, update.sql, parameters, _missed)
            stored = [parameters[slot.place] for slot in update.written]
            return Written(written, StoredValues(shape[0], stored))
        cursor = run(self._database, update.sql, parameters)
        with translated_failures(), peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # not in its stub
            # SQLite writes while rows are fetched, where Peewee does not look.
            found = cursor.fetchall()
        if not found:
            _missed()
        return Written(update.reader.read(found[0]))

    def _compiled(self, names: tuple[str, ...], equal: tuple[str, ...]) -> _Update:
        table = self._table
        fields: Mapping[str, peewee.Field] = table._meta.fields  # noqa: SLF001 - Peewee's published name for it
        written = [fields[name] for name in names]
        query = table.update({fields[name]: place_of("new", name) for name in names}).where(
            *(fields[name] == place_of("old", name) for name in equal)
        )
        returned = () if is_exact(written) else tuple(written)
        statement = finish(query.returning(*returned) if returned else query, self._database)
        order = statement.names
        return _Update(
            statement.sql,
            len(order or ()),
            slots_of("new", names, fields, order),
            slots_of("old", equal, fields, order),
            RowReader(returned) if returned else None,
        )


def _missed() -> None:
    """A row that was read and is no longer there, or as it was, has another writer changed."""
    raise EntityChangedError
