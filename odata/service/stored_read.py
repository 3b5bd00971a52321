"""How stored entities are read before they change, and their values put together from rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from odata.edm.types import Property
from odata.sql.mapping import (
    ColumnMapping,
    ComplexMapping,
    DataSource,
    EntityMapping,
    ExpressionMapping,
    PropertyMapping,
)
from odata.sql.reader import TypedRead
from odata.sql.statement import RequestValues, Statement


@dataclass(frozen=True, slots=True)
class StoredRead:
    """How stored entities are read: their simple values first, then the documents of their
    open values, the names of types, the tag. ``columns`` are the fields that hold these values,
    blank where one of them is more than a column. ``owners`` keeps what they belong to, before
    they are read."""

    read: TypedRead
    columns: tuple[str, ...]
    leaves: tuple[tuple[tuple[str, ...], Property], ...]
    open_values: tuple[tuple[str, ...], ...]
    has_types: bool
    owners: Statement | None = None
    names: tuple[str, ...] = field(init=False)
    others: tuple[tuple[int, tuple[str, ...], Property], ...] = field(init=False)

    def __post_init__(self) -> None:
        """Tell values that stand as they are read from members and collections."""
        names = tuple(path[0] for path, _ in self.leaves)
        others = tuple(
            (index, path, definition)
            for index, (path, definition) in enumerate(self.leaves)
            if len(path) > 1 or definition.is_collection
        )
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "others", others)

    def keep_owners(self, source: DataSource, values: RequestValues) -> None:
        """Keep from other writers what changes along with the entities that are read next."""
        if self.owners is not None:
            self.owners.run_unread(source.database, values)

    def values_of(self, row: Sequence[object]) -> dict[str, object]:
        """The simple values that a row begins with."""
        stored: dict[str, object] = dict(zip(self.names, row, strict=False))
        for _, path, _ in self.others:
            stored.pop(path[0], None)
        for index, path, definition in self.others:
            _put(stored, path, _decoded(definition, row[index]))
        return stored


def columns_of(
    mapping: EntityMapping, leaves: Iterable[tuple[tuple[str, ...], Property]]
) -> Iterator[str]:
    """The names of the fields that hold simple values, blank where there is no such field."""
    for path, _ in leaves:
        found = mapping.properties[path[0]]
        yield found.column.name if isinstance(found, ColumnMapping) else ""


def leaves_of(mapping: EntityMapping) -> Iterator[tuple[tuple[str, ...], Property]]:
    """The paths of the stored simple values of an entity."""
    for name, found in mapping.properties.items():
        yield from _leaves_of((name,), found)


def _leaves_of(
    path: tuple[str, ...], found: PropertyMapping
) -> Iterator[tuple[tuple[str, ...], Property]]:
    if isinstance(found, ColumnMapping | ExpressionMapping):
        if not found.definition.is_filter_only:
            yield path, found.definition
    elif isinstance(found, ComplexMapping):
        for name, member in found.members.items():
            yield from _leaves_of((*path, name), member)


def _put(values: dict[str, object], path: tuple[str, ...], value: object) -> None:
    if len(path) == 1:
        values[path[0]] = value
        return
    *parents, name = path
    for parent in parents:
        inner = values.setdefault(parent, {})
        if isinstance(inner, dict):
            values = inner
    values[name] = value


def _decoded(definition: Property, value: object) -> object:
    """Collections are stored as JSON."""
    if definition.is_collection and isinstance(value, str):
        return json.loads(value, parse_float=Decimal)
    return value
