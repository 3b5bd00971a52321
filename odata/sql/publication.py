"""What the rows of a table are to clients: the entities of the sets that show them.

A table is shown by the types that are mapped to it, and by views that follow it. A change of
one row is a change of one entity of each of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import peewee

from odata.edm.types import EnumType
from odata.query.change import Operation
from odata.sql.change_text import NO_PROPERTIES, OldAndNew, write_properties
from odata.sql.dynamic_text import TYPE, read_document
from odata.sql.mapping import (
    ColumnMapping,
    ComplexMapping,
    DataSource,
    Derivation,
    EntityMapping,
    PropertyMapping,
)
from odata.sql.row_change_text import RowChangeText, row_change_text
from odata.sql.rows import Row, TableModel
from odata.sql.value_text import flags_text

Path = tuple[str, ...]


class EntityChange(NamedTuple):
    """How one entity changes with a row; ``properties`` is the text of the log."""

    mapping: EntityMapping
    operation: Operation
    key: tuple[object, ...]
    properties: str
    tags: tuple[str, str]
    scope: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One entity type over a table: ``columns`` are the names of the fields by the paths of
    the properties that show them, ``key`` those of the key, ``documents`` those of dynamic
    properties by the paths of the open values that hold them; ``row_text`` tells rows that are
    new or gone."""

    mapping: EntityMapping
    columns: Mapping[Path, str]
    key: tuple[str | None, ...]
    documents: Mapping[Path, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    operations: frozenset[Operation] = frozenset(Operation)
    is_shown: Callable[[Row], bool] | None = None
    is_follower: bool = False
    enumerations: Mapping[Path, EnumType] = field(default_factory=dict)
    row_text: RowChangeText | None = None
    shown: Mapping[str, frozenset[str]] = field(init=False)
    followed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Turn the columns round: the properties that show each field, of which the empty name
        stands for dynamic ones, and the fields whose change may be one of the entity."""
        shown: dict[str, frozenset[str]] = {}
        for columns in (self.columns, self.documents):
            for path, name in columns.items():
                shown[name] = shown.get(name, frozenset()) | {path[0] if path else ""}
        object.__setattr__(self, "shown", shown)
        deciding = {*shown, *self.mapping.fixed, *(name for name in self.key if name is not None)}
        object.__setattr__(self, "followed", frozenset(deciding))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that a change is told from."""
        hidden = (self.mapping.scope, self.mapping.entity_tag)
        return frozenset(
            (
                *self.columns.values(),
                *self.documents.values(),
                *(item.name for item in hidden if item is not None),
            )
        )

    def changes(
        self, old: Row | None, new: Row | None, touched: frozenset[str]
    ) -> Sequence[EntityChange]:
        """What the entity does when its row changes; a new key is another entity. ``touched``
        are the fields whose values differ."""
        old, new = self._own(old), self._own(new)
        if old is None and new is None:
            return ()
        told = []
        if old is not None and new is not None:
            if not touched.isdisjoint(self.key) and self._key(old) != self._key(new):
                told.append(self._told(old, None, touched))
                old = None
            elif Operation.UPDATE not in self.operations:
                return ()
        told.append(self._told(old, new, touched))
        return [change for change in told if change is not None]

    def may_tell(self, touched: frozenset[str]) -> bool:
        """Whether an update of a row in these fields may be told: a type that follows a table
        has nothing to tell of the others."""
        return not self.is_follower or not touched.isdisjoint(self.followed)

    def _own(self, row: Row | None) -> Row | None:
        """The row, where it is one that the type shows."""
        fixed = self.mapping.fixed
        if row is None or not fixed:
            return row
        if any(row.get(name, value) != value for name, value in fixed.items()):
            return None
        return row

    def _told(
        self, old: Row | None, new: Row | None, touched: frozenset[str]
    ) -> EntityChange | None:
        """The change as the log has it; None where there is nothing to tell."""
        operation = _operation(old, new)
        if operation not in self.operations:
            return None
        row = new if new is not None else old or {}
        known = None if self.row_text is None else self.row_text.of(old, new, touched)
        properties = known or write_properties(self._changed(old, new, touched))
        tags = (self._tag(old), self._tag(new))
        if properties == NO_PROPERTIES and (self.is_follower or tags[0] == tags[1]):
            return None
        if operation is Operation.UPDATE and self.is_shown is not None and not self.is_shown(row):
            return None
        scope = self.mapping.scope
        return EntityChange(
            self.mapping,
            operation,
            self._key(row),
            properties,
            tags,
            "" if scope is None else str(row.get(scope.name) or ""),
        )

    def _changed(
        self, old: Row | None, new: Row | None, touched: frozenset[str]
    ) -> dict[str, OldAndNew]:
        """What is told of the properties: of an update those that differ."""
        if old is not None and new is not None:
            return self._different(old, new, touched)
        before, after = self._properties(old), self._properties(new)
        if old is None:
            constants = {name: self._value((name,), x) for name, x in self.constants.items()}
            after = {**constants, **after}
        return {name: (before.get(name), after.get(name)) for name in {**before, **after}}

    def _different(self, old: Row, new: Row, touched: frozenset[str]) -> dict[str, OldAndNew]:
        names = self._names_of(touched)
        if not names:
            return {}
        before, after = self._properties(old, names), self._properties(new, names)
        return {
            name: (before.get(name), after.get(name))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        }

    def _names_of(self, touched: frozenset[str]) -> frozenset[str]:
        """The properties that show these fields."""
        shown = self.shown
        return frozenset().union(*[shown[name] for name in touched if name in shown])

    def _key(self, row: Row) -> tuple[object, ...]:
        return tuple([None if name is None else row.get(name) for name in self.key])

    def _tag(self, row: Row | None) -> str:
        column = self.mapping.entity_tag
        return "" if row is None or column is None else str(row.get(column.name) or "")

    def _properties(
        self, row: Row | None, touched: frozenset[str] | None = None
    ) -> dict[str, object]:
        """The values of properties: all of them, or those below these names, of which the
        empty one stands for dynamic properties of the entity itself."""
        if row is None:
            return {}
        found: dict[str, object] = {}
        for path, name in self.columns.items():
            if name in row and (touched is None or path[0] in touched):
                _put(found, path, self._value(path, row[name]))
        for holder, name in self.documents.items():
            if touched is not None and (holder[0] if holder else "") not in touched:
                continue
            for dynamic, value in read_document(row.get(name)).items():
                if not dynamic.endswith(TYPE):
                    _put(found, (*holder, dynamic), value)
        return found

    def _value(self, path: Path, value: object) -> object:
        """A value as clients know it: a member of an enumeration by its text."""
        enum_type = self.enumerations.get(path)
        if enum_type is None or not isinstance(value, int):
            return _in_utc(value)
        texts = {member.number: member.text for member in enum_type.members}
        return flags_text(value, texts) if enum_type.is_flags else texts.get(value, value)


def publications(source: DataSource, table: TableModel) -> tuple[Publication, ...]:
    """The types that show the rows of a table: first those that are mapped to it."""
    own = tuple(
        _own_publication(mapping, table)
        for mapping in source.by_type.values()
        if (mapping.write_model or mapping.model) is table
        and not mapping.derivations
        and mapping.is_logged
        and not _is_abstract(mapping)
    )
    followers = tuple(
        _follower(mapping, derivation)
        for mapping in source.by_type.values()
        for derivation in mapping.derivations
        if derivation.table is table
    )
    return own + followers


def _own_publication(mapping: EntityMapping, table: TableModel) -> Publication:
    columns, documents = _own_columns(mapping, table), _documents(mapping)
    enumerations = _enumerations(mapping)
    return Publication(
        mapping,
        columns,
        _key_columns(mapping, columns),
        documents,
        enumerations=enumerations,
        row_text=row_change_text(columns, documents.values(), {}, enumerations),
    )


def _key_columns(mapping: EntityMapping, columns: Mapping[Path, str]) -> tuple[str | None, ...]:
    return tuple(columns.get((name,)) for name in mapping.entity_type.all_key_names())


def _follower(mapping: EntityMapping, derivation: Derivation) -> Publication:
    columns: dict[Path, str] = {(name,): column.name for name, column in derivation.columns.items()}
    enumerations = _enumerations(mapping)
    return Publication(
        mapping,
        columns,
        _key_columns(mapping, columns),
        constants=derivation.constants,
        operations=derivation.operations,
        is_shown=derivation.is_shown,
        is_follower=True,
        enumerations=enumerations,
        row_text=row_change_text(columns, (), derivation.constants, enumerations),
    )


def _own_columns(mapping: EntityMapping, table: TableModel) -> dict[Path, str]:
    """The columns that the table has; a view over it may have more."""
    known = table._meta.fields  # noqa: SLF001 - Peewee's published name for it
    return {
        path: column.name
        for item in mapping.properties.values()
        for path, column in _leaves((item.definition.name,), item)
        if column.name in known or mapping.part(column) is not None
    }


def _enumerations(mapping: EntityMapping) -> dict[Path, EnumType]:
    return {
        path: enum_type
        for item in mapping.properties.values()
        for path, enum_type in _enumerations_below((item.definition.name,), item)
    }


def _enumerations_below(path: Path, item: PropertyMapping) -> Iterator[tuple[Path, EnumType]]:
    if isinstance(item, ComplexMapping):
        for name, member in item.members.items():
            yield from _enumerations_below((*path, name), member)
    elif isinstance(item.definition.edm_type, EnumType):
        yield path, item.definition.edm_type


def _is_abstract(mapping: EntityMapping) -> bool:
    hierarchy = mapping.hierarchy
    return hierarchy is not None and mapping.entity_type.name not in hierarchy.values


def _leaves(path: Path, item: PropertyMapping) -> Iterator[tuple[Path, peewee.Field]]:
    if isinstance(item, ColumnMapping):
        yield path, item.column
    elif isinstance(item, ComplexMapping):
        for name, member in item.members.items():
            yield from _leaves((*path, name), member)


def _documents(mapping: EntityMapping) -> dict[Path, str]:
    found: dict[Path, str] = {}
    if mapping.dynamic is not None:
        found[()] = mapping.dynamic.name
    for name, item in mapping.properties.items():
        found |= dict(_documents_below((name,), item))
    return found


def _documents_below(path: Path, item: PropertyMapping) -> Iterator[tuple[Path, str]]:
    if not isinstance(item, ComplexMapping):
        return
    if item.dynamic is not None:
        yield path, item.dynamic.name
    for name, member in item.members.items():
        yield from _documents_below((*path, name), member)


def _operation(old: Row | None, new: Row | None) -> Operation:
    if old is None:
        return Operation.CREATE
    return Operation.DELETE if new is None else Operation.UPDATE


def _in_utc(value: object) -> object:
    """Native columns keep instants without their offset, which is that of UTC."""
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=datetime.UTC)
    return value


def _put(values: dict[str, object], path: Path, value: object) -> None:
    *parents, name = path
    for parent in parents:
        inner = values.setdefault(parent, {})
        if isinstance(inner, dict):
            values = inner
    values[name] = value
