"""Rows written: insert, compare-and-set update, delete.

A write that depends on a version compares it in its own statement; the number of rows
tells whether it was still current.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import peewee

from odata.sql.execution import translated_failures
from odata.sql.mapping import ColumnMapping, ComplexMapping, EntityMapping, PropertyMapping

Key = Mapping[str, object]
Row = dict[str, Any]
"""Columns by the names of their fields."""


def insert(
    database: peewee.Database,
    mapping: EntityMapping,
    values: Mapping[str, object],
    hidden: Mapping[str, Any],
) -> Row:
    """The new row; ``hidden`` are columns by the name of their field."""
    model = mapping.write_model or mapping.model
    row = {**mapping.fixed, **hidden, **columns_of(mapping, values)}
    with translated_failures():
        (stored,) = model.insert(**row).returning(*_fields(mapping)).dicts().execute(database)
    return dict(stored)


def update(
    database: peewee.Database,
    mapping: EntityMapping,
    where: tuple[Key, str | None, str | None],
    values: Mapping[str, object],
    hidden: Mapping[str, Any],
) -> Row | None:
    """What was written to the row of this key, scope and entity tag (None: not compared), as
    it is stored; None where there was no such row."""
    model = mapping.write_model or mapping.model
    row = {**hidden, **columns_of(mapping, values)}
    if not row:
        return {}
    statement = model.update(**row).where(*_conditions(mapping, *where))
    with translated_failures():
        stored = list(statement.returning(*_fields(mapping)).dicts().execute(database))
    return {name: stored[0][name] for name in row} if stored else None


def delete(
    database: peewee.Database,
    mapping: EntityMapping,
    where: tuple[Key, str | None, str | None],
) -> Row | None:
    """Removes the row of this key, scope and entity tag; None where there was none."""
    model = mapping.write_model or mapping.model
    statement = model.delete().where(*_conditions(mapping, *where)).returning(*_fields(mapping))
    with translated_failures():
        rows = list(statement.dicts().execute(database))
    return dict(rows[0]) if rows else None


def _fields(mapping: EntityMapping) -> list[peewee.Field]:
    """The columns of the table but for octets that are no property, which are large."""
    model = mapping.write_model or mapping.model
    fields = model._meta.sorted_fields  # noqa: SLF001 - Peewee's published name for it
    shown = {
        item.column.name for item in mapping.properties.values() if isinstance(item, ColumnMapping)
    }
    return [item for item in fields if not isinstance(item, peewee.BlobField) or item.name in shown]


def _conditions(
    mapping: EntityMapping, key: Key, scope: str | None, tag: str | None
) -> list[peewee.Expression]:
    model = mapping.write_model or mapping.model
    conditions = [getattr(model, mapping.column(name).name) == value for name, value in key.items()]
    if scope is not None and mapping.scope is not None:
        conditions.append(getattr(model, mapping.scope.name) == scope)
    if tag is not None and mapping.entity_tag is not None:
        conditions.append(getattr(model, mapping.entity_tag.name) == tag)
    return conditions


def columns_of(mapping: EntityMapping, values: Mapping[str, object]) -> Row:
    """The columns that hold the values of properties."""
    row: Row = {}
    for name, value in values.items():
        if name.startswith("."):
            row[name[1:]] = value
            continue
        if name in mapping.properties or mapping.dynamic is None:
            _place(mapping.properties[name], value, row)
    return row


def _place(found: PropertyMapping, value: object, row: dict[str, Any]) -> None:
    if isinstance(found, ColumnMapping):
        row[found.column.name] = value
    elif isinstance(found, ComplexMapping) and isinstance(value, Mapping):
        for name, member in value.items():
            if name in found.members or found.dynamic is None:
                _place(found.members[name], member, row)
