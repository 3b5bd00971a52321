"""Rows written: insert, compare-and-set update, delete.

A write that depends on a version compares it in its own statement; what the statement returns
tells whether it was still current. Statements are rendered once for each set of columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import peewee

from odata.edm.model import EntityType
from odata.sql.changed_rows import ChangedRows
from odata.sql.mapping import ColumnMapping, EntityMapping
from odata.sql.new_rows import NewRows
from odata.sql.parts import delete_parts, insert_parts, part_columns, place, update_parts
from odata.sql.row_slots import NewRow, RowReader, Written
from odata.sql.statement_cache import (
    SqlQuery,
    StatementCache,
    given,
    place_of,
)

Key = Mapping[str, object]
Row = dict[str, Any]
"""Columns by the names of their fields."""
Fields = Mapping[str, peewee.Field]

_MOST_SHAPES = 200


# Made for every change; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Current:
    """The row that a change means: its key, its scope and its entity tag (None: not compared)."""

    key: Key
    scope: str | None
    entity_tag: str | None


class _Table:
    """The first table of one type: the columns that are told of a row of it, and its new rows."""

    __slots__ = ("_key", "_mapping", "_shapes", "new_rows", "shown")

    def __init__(self, database: peewee.Database, mapping: EntityMapping) -> None:
        self._mapping = mapping
        self._key = [(x, mapping.column(x).name) for x in mapping.entity_type.all_key_names()]
        self._shapes: dict[tuple[str, ...], tuple[str, ...] | None] = {}
        self.shown = _shown_fields(mapping)
        model = mapping.write_model or mapping.model
        self.new_rows = NewRows(database, model, self.shown)

    def columns(self, values: Mapping[str, object]) -> Row:
        """The columns that hold the values of properties; which these are is found out once
        for each set of names."""
        names = tuple(values)
        if names not in self._shapes:
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            self._shapes[names] = _plain_columns(self._mapping, names)
        columns = self._shapes[names]
        if columns is None:
            return columns_of(self._mapping, values)
        return dict(zip(columns, values.values(), strict=True))

    def equal(self, current: Current) -> Row:
        """What must be equal in the row that a change means."""
        key, mapping = current.key, self._mapping
        equal: Row = {column: key[name] for name, column in self._key}
        if current.scope is not None and mapping.scope is not None:
            equal[mapping.scope.name] = current.scope
        if current.entity_tag is not None and mapping.entity_tag is not None:
            equal[mapping.entity_tag.name] = current.entity_tag
        return equal


def _plain_columns(mapping: EntityMapping, names: Sequence[str]) -> tuple[str, ...] | None:
    """The columns of properties that have one each; None where one of them has not."""
    columns: list[str] = []
    for name in names:
        found = mapping.properties.get(name)
        if name.startswith("."):
            columns.append(name[1:])
        elif type(found) is ColumnMapping and mapping.hierarchy is None:
            columns.append(found.column.name)
        else:
            return None
    return tuple(columns)


class RowWriter:
    """Writes the rows of one database."""

    def __init__(self, database: peewee.Database) -> None:
        self._database = database
        self._statements = StatementCache(database)
        self._changed_rows: dict[type[peewee.Model], ChangedRows] = {}
        self._tables: WeakKeyDictionary[EntityType, _Table] = WeakKeyDictionary()

    def _table(self, mapping: EntityMapping) -> _Table:
        found = self._tables.get(mapping.entity_type)
        if found is None:
            found = self._tables[mapping.entity_type] = _Table(self._database, mapping)
        return found

    def insert(
        self, mapping: EntityMapping, values: Mapping[str, object], hidden: Mapping[str, Any]
    ) -> NewRow:
        """The new row; ``hidden`` are columns by the name of their field."""
        table = self._table(mapping)
        stored = table.new_rows.insert({**mapping.fixed, **hidden, **table.columns(values)})
        if stored is None:
            raise TypeError(f"a new row of {mapping.entity_type.name} is given by its values")
        if mapping.hierarchy is None:
            return stored
        parts = insert_parts(self._database, mapping, values, stored.row)
        return NewRow({**stored.row, **parts}, None)

    def update(
        self,
        mapping: EntityMapping,
        current: Current,
        values: Mapping[str, object],
        hidden: Mapping[str, Any],
    ) -> Written:
        """What was written; raises where the row was not as it is meant, at
        the latest when the transaction ends."""
        model = mapping.write_model or mapping.model
        own = self._table(mapping)
        row = {**hidden, **own.columns(values)}
        if not row:
            return Written(update_parts(self._database, mapping, current.key, values))
        changed_rows = self._changed_rows.get(model)
        if changed_rows is None:
            changed_rows = self._changed_rows[model] = ChangedRows(self._database, model)
        written = changed_rows.update(row, own.equal(current))
        if mapping.hierarchy is None:
            return written
        parts = update_parts(self._database, mapping, current.key, values)
        return Written({**written.row, **parts})

    def delete(self, mapping: EntityMapping, current: Current) -> Row | None:
        """Removes a row and gives what it was; None where the row was not as it is meant."""
        model = mapping.write_model or mapping.model
        own = self._table(mapping)
        fields, equal, shown = _fields(model), own.equal(current), own.shown

        def build() -> SqlQuery:
            return model.delete().where(*_conditions(fields, equal)).returning(*shown)

        delete_parts(self._database, mapping, current.key)
        found = self._statements.run(("delete", model, *equal), build, given("old", equal, fields))
        return RowReader(shown).read(found[0]) if found else None


def _fields(model: type[peewee.Model]) -> Fields:
    fields: Fields = model._meta.fields  # noqa: SLF001 - Peewee's published name for it
    return fields


def _shown_fields(mapping: EntityMapping) -> list[peewee.Field]:
    """The columns of the table but for octets that are no property, which are large."""
    model = mapping.write_model or mapping.model
    fields = model._meta.sorted_fields  # noqa: SLF001 - Peewee's published name for it
    shown = {
        item.column.name for item in mapping.properties.values() if isinstance(item, ColumnMapping)
    }
    return [item for item in fields if not isinstance(item, peewee.BlobField) or item.name in shown]


def _conditions(fields: Fields, equal: Row) -> list[peewee.Expression]:
    return [fields[name] == place_of("old", name) for name in equal]


def columns_of(mapping: EntityMapping, values: Mapping[str, object]) -> Row:
    """The columns of the first table that hold the values of properties."""
    row: Row = {}
    has_parts = mapping.hierarchy is not None
    for name, value in values.items():
        found = mapping.properties.get(name)
        if type(found) is ColumnMapping and not has_parts:
            row[found.column.name] = value
            continue
        if name.startswith("."):
            row[name[1:]] = value
            continue
        if name in mapping.properties or mapping.dynamic is None:
            place(mapping, mapping.properties[name], value, row)
    return row


def all_columns(mapping: EntityMapping, values: Mapping[str, object]) -> Row:
    """The columns of all tables that hold the values of properties."""
    return {**columns_of(mapping, values), **part_columns(mapping, values)}
