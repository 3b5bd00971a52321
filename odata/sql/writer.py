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


def insert(
    database: peewee.Database,
    mapping: EntityMapping,
    values: Mapping[str, object],
    hidden: Mapping[str, Any],
) -> object:
    """A new row; ``hidden`` are columns by the name of their field. Gives the key that the
    database has chosen, where it does."""
    model = mapping.write_model or mapping.model
    row = {**mapping.fixed, **hidden, **_columns(mapping, values)}
    with translated_failures():
        return model.insert(**row).execute(database)


def update(
    database: peewee.Database,
    mapping: EntityMapping,
    where: tuple[Key, str | None, str | None],
    values: Mapping[str, object],
    hidden: Mapping[str, Any],
) -> bool:
    """Changes the row of this key, scope and entity tag (None: not compared); tells whether
    there was one."""
    model = mapping.write_model or mapping.model
    row = {**hidden, **_columns(mapping, values)}
    if not row:
        return True
    with translated_failures():
        return bool(model.update(**row).where(*_conditions(mapping, *where)).execute(database))


def delete(
    database: peewee.Database,
    mapping: EntityMapping,
    where: tuple[Key, str | None, str | None],
) -> bool:
    """Removes the row of this key, scope and entity tag; tells whether there was one."""
    model = mapping.write_model or mapping.model
    with translated_failures():
        return bool(model.delete().where(*_conditions(mapping, *where)).execute(database))


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


def _columns(mapping: EntityMapping, values: Mapping[str, object]) -> dict[str, Any]:
    row: dict[str, Any] = {}
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
