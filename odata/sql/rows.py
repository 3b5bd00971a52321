"""Rows of a table written and read as they are, by the names of the model's fields.

Statements whose conditions compare columns with values are rendered once for their shape;
whatever else a rule says with Peewee is rendered as it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee

from odata.sql.changed_rows import ChangedRows
from odata.sql.execution import translated_failures
from odata.sql.found_rows import FoundRows
from odata.sql.new_rows import NewRows
from odata.sql.row_slots import NewRow, RowReader
from odata.sql.statement_cache import (
    Shape,
    SqlQuery,
    StatementCache,
    given,
    place_of,
    stored_value,
)

TableModel = type[peewee.Model]
Row = Mapping[str, Any]
"""A row by the names of the model's fields; values are Python's."""

Condition = Any  # a Peewee expression
Fields = Sequence[peewee.Field]

# What an UPDATE takes itself where no key changes.
_LOCK: Any = "FOR NO KEY UPDATE"
_COMPARISONS = frozenset(
    {peewee.OP.EQ, peewee.OP.NE, peewee.OP.LT, peewee.OP.LTE, peewee.OP.GT, peewee.OP.GTE}
)


def fields_of(table: TableModel, names: Iterable[str]) -> list[peewee.Field]:
    """The primary key of a table and those of these fields that it has."""
    meta = table._meta  # noqa: SLF001 - Peewee's published name for it
    wanted = {*names, *(item.name for item in _primary_key(table))}
    return [item for item in meta.sorted_fields if item.name in wanted]


def identity(table: TableModel, row: Row) -> tuple[object, ...]:
    """The primary key of a row."""
    return tuple(row[item.name] for item in _primary_key(table))


@dataclass(frozen=True, slots=True)
class _Comparisons:
    """Conditions that compare columns with values: what they are, and the values."""

    shape: Shape
    named: Mapping[str, object]
    nodes: tuple[Condition, ...]


@dataclass(slots=True)
class RowStatements:
    """Inserts, updates, deletes and reads the rows of one database."""

    database: peewee.Database
    statements: StatementCache = field(init=False)
    _new_rows: dict[TableModel, NewRows] = field(default_factory=dict)
    _changed_rows: dict[TableModel, ChangedRows] = field(default_factory=dict)
    _found_rows: dict[tuple[object, ...], FoundRows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.statements = StatementCache(self.database)

    def insert(self, table: TableModel, values: Mapping[str, object], fields: Fields) -> NewRow:
        """A new row, of which these fields are told."""
        new_rows = self._new_rows.get(table)
        if new_rows is None:
            new_rows = self._new_rows[table] = NewRows(self.database, table, fields)
        row = new_rows.insert(values)
        if row is not None:
            return row
        return NewRow(dict(self._direct(table.insert(values), fields)[0]), None)

    def update(
        self,
        table: TableModel,
        change: tuple[Mapping[Any, object], tuple[Condition, ...]],
        fields: Fields,
    ) -> list[Row]:
        """The changed rows; ``change`` is the values and the conditions."""
        values, conditions = change
        columns, compared = _columns(table), _comparisons(conditions)
        if compared is None or not _are_plain(columns, values):
            return self._direct(table.update(values).where(*conditions), fields)

        def build() -> SqlQuery:
            new = {columns[name]: place_of("new", name) for name in values}
            return table.update(new).where(*compared.nodes).returning(*fields)

        shape = ("update", table, *_names(fields), None, *values, None, *compared.shape)
        named = {**given("new", values, columns), **compared.named}
        return self._known(shape, build, named, fields)

    def change(self, table: TableModel, row: Row, values: Mapping[str, object]) -> Row:
        """What was written to a row that was read before."""
        changed = self._changed_rows.get(table)
        if changed is None:
            changed = self._changed_rows[table] = ChangedRows(self.database, table)
        key = {item.name: row[item.name] for item in _primary_key(table)}
        return changed.update(values, key).row

    def finding(
        self, table: TableModel, names: tuple[str, ...], fields: Fields, *, locks: bool
    ) -> FoundRows:
        """What finds rows by the columns of these names; ``locks`` keeps other writers from
        them."""
        key = (table, locks, *names)
        found = self._found_rows.get(key)
        if found is None:
            lock = _LOCK if locks else None
            found = self._found_rows[key] = FoundRows(self.database, names, fields, lock)
        return found

    def delete(
        self, table: TableModel, conditions: tuple[Condition, ...], fields: Fields
    ) -> list[Row]:
        """The rows that were removed."""
        compared = _comparisons(conditions)
        if compared is None:
            return self._direct(table.delete().where(*conditions), fields)

        def build() -> SqlQuery:
            return table.delete().where(*compared.nodes).returning(*fields)

        shape = ("delete", table, *_names(fields), None, *compared.shape)
        return self._known(shape, build, compared.named, fields)

    def select(
        self,
        table: TableModel,
        conditions: tuple[Condition, ...],
        fields: Fields,
        *,
        locks: bool,
    ) -> list[Row]:
        """The rows that meet the conditions; ``locks`` keeps other writers from them."""
        compared = _comparisons(conditions)
        nodes = conditions if compared is None else compared.nodes

        def build() -> SqlQuery:
            query = table.select(*fields).where(*nodes)
            return query.for_update(_LOCK) if locks else query

        if compared is None:
            with translated_failures():
                return list(build().dicts().execute(self.database))
        shape = ("select", table, *_names(fields), locks, *compared.shape)
        return self._known(shape, build, compared.named, fields)

    def _known(
        self,
        shape: Shape,
        build: Callable[[], SqlQuery],
        named: Mapping[str, object],
        fields: Fields,
    ) -> list[Row]:
        found = self.statements.run(shape, build, named)
        reader = RowReader(fields)
        return [reader.read(values) for values in found]

    def _direct(self, statement: SqlQuery, fields: Fields) -> list[Row]:
        with translated_failures():
            return list(statement.returning(*fields).dicts().execute(self.database))


def _columns(table: TableModel) -> Mapping[str, peewee.Field]:
    return table._meta.fields  # type: ignore[no-any-return]  # noqa: SLF001 - Peewee's published name


def _names(fields: Fields) -> Iterator[str]:
    """Names, as fields that are compared make an expression."""
    return (item.name for item in fields)


def _are_plain(columns: Mapping[str, peewee.Field], values: Mapping[Any, object]) -> bool:
    """Whether these are values of columns by name and no expressions."""
    return all(
        name in columns and not isinstance(value, peewee.Node) for name, value in values.items()
    )


def _comparisons(conditions: tuple[Condition, ...]) -> _Comparisons | None:
    """The conditions with places for their values; None where they are something else."""
    shape: list[object] = []
    named: dict[str, object] = {}
    nodes: list[Condition] = []
    for index, condition in enumerate(conditions):
        column, value = getattr(condition, "lhs", None), getattr(condition, "rhs", None)
        if (
            type(condition) is not peewee.Expression
            or condition.op not in _COMPARISONS
            or not isinstance(column, peewee.Field)
            or isinstance(value, peewee.Node | peewee.Model)
        ):
            return None
        name = str(index)
        shape += (column.model, column.name, condition.op)
        named[f"old.{name}"] = stored_value(column, value)
        nodes.append(peewee.Expression(column, condition.op, place_of("old", name)))
    return _Comparisons(tuple(shape), named, tuple(nodes))


def _primary_key(table: TableModel) -> tuple[peewee.Field, ...]:
    meta = table._meta  # noqa: SLF001 - Peewee's published name for it
    found: tuple[peewee.Field, ...] = meta.get_primary_keys()  # type: ignore[no-untyped-call]  # Peewee's gap
    return found
