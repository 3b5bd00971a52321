"""Rows of a table written and read as they are, by the names of the model's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import peewee

from odata.sql.execution import translated_failures

TableModel = type[peewee.Model]
Row = Mapping[str, Any]
"""A row by the names of the model's fields; values are Python's."""

Condition = Any  # a Peewee expression
RowQuery = Any  # Peewee types statements with RETURNING as those without

# What an UPDATE takes itself where no key changes.
_LOCK: Any = "FOR NO KEY UPDATE"


def fields_of(table: TableModel, names: Iterable[str]) -> list[peewee.Field]:
    """The primary key of a table and those of these fields that it has."""
    meta = table._meta  # noqa: SLF001 - Peewee's published name for it
    wanted = {*names, *(item.name for item in _primary_key(table))}
    return [item for item in meta.sorted_fields if item.name in wanted]


def identity(table: TableModel, row: Row) -> tuple[object, ...]:
    """The primary key of a row."""
    return tuple(row[item.name] for item in _primary_key(table))


def insert(
    database: peewee.Database,
    table: TableModel,
    values: Mapping[str, object],
    fields: Sequence[peewee.Field],
) -> list[Row]:
    """A new row as it is stored, where fields of it are asked for."""
    with translated_failures():
        return _run(database, table.insert(values), fields)


def update(
    database: peewee.Database,
    table: TableModel,
    change: tuple[Mapping[Any, object], tuple[Condition, ...]],
    fields: Sequence[peewee.Field],
) -> list[Row]:
    """The changed rows; ``change`` is the values and the conditions."""
    values, conditions = change
    with translated_failures():
        return _run(database, table.update(values).where(*conditions), fields)


def delete(
    database: peewee.Database,
    table: TableModel,
    conditions: tuple[Condition, ...],
    fields: Sequence[peewee.Field],
) -> list[Row]:
    """The rows that were removed."""
    with translated_failures():
        return _run(database, table.delete().where(*conditions), fields)


def select(
    database: peewee.Database,
    table: TableModel,
    conditions: tuple[Condition, ...],
    fields: Sequence[peewee.Field],
    *,
    locks: bool,
) -> list[Row]:
    """The rows that meet the conditions; ``locks`` keeps other writers from them."""
    query = table.select(*fields).where(*conditions)
    if locks:
        query = query.for_update(_LOCK)
    with translated_failures():
        return list(query.dicts().execute(database))


def _run(
    database: peewee.Database, statement: RowQuery, fields: Sequence[peewee.Field]
) -> list[Row]:
    return list(statement.returning(*fields).dicts().execute(database))


def _primary_key(table: TableModel) -> tuple[peewee.Field, ...]:
    meta = table._meta  # noqa: SLF001 - Peewee's published name for it
    found: tuple[peewee.Field, ...] = meta.get_primary_keys()  # type: ignore[no-untyped-call]  # Peewee's gap
    return found
