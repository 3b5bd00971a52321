"""The values of an entity by the tables that they stand in, and what derived types keep in
tables of their own: written with the row of the first table, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import peewee

from odata.edm.types import TYPE_MEMBER, ComplexType
from odata.sql.execution import translated_failures
from odata.sql.inheritance import part_key
from odata.sql.mapping import ColumnMapping, ComplexMapping, EntityMapping, PropertyMapping

Row = dict[str, Any]  # values of any column, by the name of its field


def place(
    mapping: EntityMapping,
    found: PropertyMapping,
    value: object,
    row: Row,
    part: type[peewee.Model] | None = None,
) -> None:
    """Put the value of a property among those of a table, if it stands there."""
    if isinstance(found, ColumnMapping):
        if mapping.part(found.column) is part:
            row[found.column.name] = value
    elif isinstance(found, ComplexMapping) and isinstance(value, Mapping):
        for name, member in _members(found, value, row):
            place(mapping, found.members[name], member, row, part)


def _members(
    found: ComplexMapping, value: Mapping[str, object], row: Row
) -> Iterator[tuple[str, object]]:
    """The members of a complex value; null for those that its type has not."""
    if found.hierarchy is None:
        for name, member in value.items():
            if name in found.members or found.dynamic is None:
                yield name, member
        return
    complex_type = _type_of(found, value)
    row[found.hierarchy.column.name] = found.hierarchy.values[complex_type.name]
    for name in found.members:
        if complex_type.find_property(name) is None:
            yield name, None
        elif name in value:
            yield name, value[name]


def _type_of(found: ComplexMapping, value: Mapping[str, object]) -> ComplexType:
    declared = found.complex_type
    name = value.get(TYPE_MEMBER, declared.name)
    return next(item for item in (declared, *declared.descendants()) if item.name == name)


def insert_parts(
    database: peewee.Database,
    mapping: EntityMapping,
    values: Mapping[str, object],
    first: Mapping[str, Any],
) -> Row:
    """What is written beside the new row, whose values are ``first``."""
    written: Row = {}
    for part in _parts(mapping):
        row = _row(mapping, values, part)
        names = zip(part_key(part), part_key(mapping.write_model or mapping.model), strict=True)
        key = {own.name: first[theirs.name] for own, theirs in names}
        with translated_failures():
            part.insert(**row, **key).execute(database)
        written |= row
    return written


def update_parts(
    database: peewee.Database,
    mapping: EntityMapping,
    key: Mapping[str, object],
    values: Mapping[str, object],
) -> Row:
    """What is written beside the row of a key."""
    written: Row = {}
    for part in _parts(mapping):
        row = _row(mapping, values, part)
        if row:
            with translated_failures():
                part.update(**row).where(*_is_of(mapping, part, key)).execute(database)
            written |= row
    return written


def part_columns(mapping: EntityMapping, values: Mapping[str, object]) -> Row:
    """The columns of all tables but the first that hold the values of properties."""
    written: Row = {}
    for part in _parts(mapping):
        written |= _row(mapping, values, part)
    return written


def delete_parts(
    database: peewee.Database, mapping: EntityMapping, key: Mapping[str, object]
) -> None:
    """Removes the rows beside that of a key."""
    for part in reversed(_parts(mapping)):
        with translated_failures():
            part.delete().where(*_is_of(mapping, part, key)).execute(database)


def _parts(mapping: EntityMapping) -> list[type[peewee.Model]]:
    hierarchy = mapping.hierarchy
    return [] if hierarchy is None else hierarchy.own_parts(mapping.entity_type)


def _row(mapping: EntityMapping, values: Mapping[str, object], part: type[peewee.Model]) -> Row:
    row: Row = {}
    for name, value in values.items():
        if name in mapping.properties:
            place(mapping, mapping.properties[name], value, row, part)
    return {name: value for name, value in row.items() if name in _fields(part)}


def _fields(part: type[peewee.Model]) -> Mapping[str, peewee.Field]:
    return part._meta.fields  # type: ignore[no-any-return]  # noqa: SLF001 - Peewee's published name


def _is_of(
    mapping: EntityMapping, part: type[peewee.Model], key: Mapping[str, object]
) -> list[peewee.Expression]:
    by_column = {mapping.column(name).name: value for name, value in key.items()}
    names = zip(part_key(part), part_key(mapping.model), strict=True)
    return [own == by_column[theirs.name] for own, theirs in names]
