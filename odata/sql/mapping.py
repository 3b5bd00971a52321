"""Where entity types live in the database: properties to columns, navigation to joins."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import peewee

from odata.edm.grants import Roles
from odata.edm.model import EntitySet, EntityType, Model, NavigationProperty, Operation
from odata.edm.types import ComplexType, Property
from odata.query.change import NO_RULES, Rules
from odata.query.change import Operation as ChangeOperation
from odata.query.operation_call import OperationRun
from odata.query.row_limits import RowLimits
from odata.sql.inheritance import Hierarchy

SqlExpression = Any  # peewee overloads every operator; its nodes cannot be typed further
TableAlias = Any  # peewee.ModelAlias: attributes are the columns of one use of a table


class Inputs(Protocol):
    """What a filter hands to computed properties, as SQL."""

    def value(self, name: str, column: peewee.Field) -> SqlExpression | None:
        """The value that a property shall equal, in the storage of a column; None: any."""

    def condition(self, name: str, column: SqlExpression) -> SqlExpression | None:
        """That a column is as the property shall be; None: however it is."""

    def computed(self, names: tuple[str, ...], compute: Callable[..., object]) -> SqlExpression:
        """What Python computes of the instant of the request and the values that properties
        shall equal, None for those that may be anything."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A property stored in a column of the entity's own table; ``has_text_index`` where rows
    are found by parts of its text through an index (``odata.sql.text_indexes``)."""

    definition: Property
    column: peewee.Field
    has_text_index: bool = False


@dataclass(frozen=True, slots=True)
class ExpressionMapping:
    """A read-only property computed from the table: ``build`` takes the alias and gives an
    expression in the storage that ``column``, an unbound field, describes. ``build_with``
    does so where the filter hands values to it."""

    definition: Property
    build: Callable[[TableAlias], SqlExpression]
    column: peewee.Field
    build_with: Callable[[TableAlias, Inputs], SqlExpression] | None = None


@dataclass(frozen=True, slots=True)
class ComplexMapping:
    """A complex property flattened into columns, by the names of its members; ``dynamic`` is
    the column of what its open type does not declare.

    Where ``hierarchy`` tells the type of each value, the members of all derived types are
    among them.
    """

    definition: Property
    complex_type: ComplexType
    members: Mapping[str, PropertyMapping]
    dynamic: peewee.Field | None = None
    hierarchy: Hierarchy | None = None


@dataclass(frozen=True, slots=True)
class StoredStream:
    """The bytes of a stream property with their type."""

    content: bytes
    content_type: str
    entity_tag: str


@dataclass(frozen=True, slots=True)
class StreamChange:
    """New bytes for a stream property (None: remove them), in a transaction. ``replaced`` is
    the tag of the bytes that were read before; None where there were none."""

    key: Mapping[str, object]
    scope: str | None
    content: bytes | None
    content_type: str
    entity_tag: str
    now: datetime.datetime
    replaced: str | None = None


class StreamStore(Protocol):
    """Keeps the bytes of one stream property; the entity itself is known to exist."""

    def read(self, key: Mapping[str, object], scope: str | None) -> StoredStream | None:
        """The bytes, or None where there are none."""

    def read_all(
        self, keys: Sequence[Mapping[str, object]], scope: str | None
    ) -> Sequence[StoredStream | None]:
        """The bytes of several entities, in the order of their keys, read together."""

    def write(self, change: StreamChange) -> bool:
        """Replace or remove the bytes where they are still those that were read, in the same
        statement; tells whether they were. Refuses what may not be stored."""


OCTET_STREAM = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A stream property kept by a store; ``aliases`` are further names of its segment, and
    ``media`` the beginnings of the media types that it takes beside ``octet-stream``;
    ``presence`` is SQL that tells whether a row has bytes, where SQL can."""

    definition: Property
    store: StreamStore
    aliases: tuple[str, ...] = ()
    media: tuple[str, ...] = ("image/",)
    presence: Callable[[TableAlias], SqlExpression] | None = None

    def takes(self, content_type: str) -> bool:
        """Whether bytes of this type may be sent."""
        media_type = content_type.partition(";")[0].strip().lower()
        return media_type == OCTET_STREAM or media_type.startswith(self.media)


PropertyMapping = ColumnMapping | ExpressionMapping | ComplexMapping | StreamMapping


@dataclass(frozen=True, slots=True)
class NavigationMapping:
    """A navigation property as a join: pairs of (own property, target property) are equal,
    and ``condition``, where given, holds for the alias of the target."""

    navigation: NavigationProperty
    pairs: tuple[tuple[str, str], ...]
    condition: Callable[[TableAlias], SqlExpression] | None = None


_ALL_OPERATIONS = frozenset(ChangeOperation)


@dataclass(frozen=True, slots=True)
class Derivation:
    """How the rows of a view follow the rows of a table, so that changes to them are known.

    ``columns`` maps properties to the columns of the table that they show, ``constants`` to
    what they show in every new row. ``operations`` are those that the view follows;
    ``is_shown``, where given, tells whether the view has a row for a row of the table.
    """

    table: type[peewee.Model]
    columns: Mapping[str, peewee.Field]
    constants: Mapping[str, object] = field(default_factory=dict)
    operations: frozenset[ChangeOperation] = _ALL_OPERATIONS
    is_shown: Callable[[Mapping[str, Any]], bool] | None = None


@dataclass(slots=True, eq=False)
class EntityMapping:
    """An entity type over a Peewee model (a table or a view).

    ``scope`` is the column that holds the key of the company-like parent; joins between two
    scoped types always compare it. ``entity_tag`` is the column of the opaque tag.
    ``write_model`` is the table behind a view, ``derivations`` the tables that it follows.
    ``is_logged`` says whether changes of its rows are entered in the log of changes,
    ``dynamic`` the column of what an open type does not declare. ``keeps_text`` lets the
    database keep the JSON text of rows (``odata.sql.row_texts``). ``hierarchy`` tells where
    types derived from one another live; they share it.
    """

    entity_type: EntityType
    model: type[peewee.Model]
    properties: Mapping[str, PropertyMapping]
    navigation: dict[str, NavigationMapping] = field(default_factory=dict)
    scope: peewee.Field | None = None
    entity_tag: peewee.Field | None = None
    default_order: tuple[str, ...] = ()
    rules: Rules = NO_RULES
    write_model: type[peewee.Model] | None = None
    fixed: Mapping[str, object] = field(default_factory=dict)
    keeps_text: bool = False
    dynamic: peewee.Field | None = None
    derivations: tuple[Derivation, ...] = ()
    is_logged: bool = True
    hierarchy: Hierarchy | None = None
    complex_values: Mapping[str, ComplexMapping] = field(init=False)

    def __post_init__(self) -> None:
        """Tell complex values from others once: few types have any."""
        self.complex_values = {
            name: found
            for name, found in self.properties.items()
            if isinstance(found, ComplexMapping)
        }

    def part(self, column: peewee.Field) -> type[peewee.Model] | None:
        """The table that a column is in, where that is not the first one."""
        if self.hierarchy is None or column.model not in self.hierarchy.parts.values():
            return None
        return column.model  # type: ignore[no-any-return]  # Peewee's fields are untyped

    def document(self, holder: tuple[str, ...]) -> peewee.Field:
        """The column of the dynamic properties of the entity or of one of its values."""
        column: peewee.Field | None = self.dynamic
        if holder:
            value = _below(self.properties[holder[0]], holder[1:])
            column = value.dynamic if isinstance(value, ComplexMapping) else None
        if column is None:
            raise LookupError(f"{'/'.join((self.entity_type.name, *holder))} is not open")
        return column

    def column(self, name: str) -> peewee.Field:
        """The column of a property that has one."""
        found = self.properties[name]
        if isinstance(found, ColumnMapping | ExpressionMapping):
            return found.column
        raise LookupError(f"{self.entity_type.name}.{name} has no column of its own")


def _below(found: PropertyMapping, path: tuple[str, ...]) -> PropertyMapping:
    for name in path:
        if not isinstance(found, ComplexMapping):
            break
        found = found.members[name]
    return found


@dataclass(frozen=True, slots=True)
class DynamicLimits:
    """How much one open value may hold: dynamic properties, and bytes of its document."""

    properties: int = 100
    size: int = 65_536


@dataclass(slots=True, eq=False)
class DataSource:
    """All mappings of a model; ``has_change_log`` says that changes to them are logged,
    ``has_idempotency_keys`` that answers are kept by the keys of their requests,
    ``runs`` are the operations that can be called, ``dynamic_limits`` how much an open value
    holds. ``roles`` are the grants of each role (None: those of ``open_roles``); ``row_limits``
    the limits of types that only some callers see."""

    model: Model
    database: peewee.Database
    by_type: dict[str, EntityMapping] = field(default_factory=dict)
    has_change_log: bool = False
    has_idempotency_keys: bool = False
    runs: dict[Operation, OperationRun] = field(default_factory=dict)
    dynamic_limits: DynamicLimits = DynamicLimits()
    roles: Roles | None = None
    row_limits: WeakKeyDictionary[EntityType, RowLimits] = field(default_factory=WeakKeyDictionary)

    def of(self, entity_type: EntityType) -> EntityMapping:
        """The mapping of an entity type."""
        return self.by_type[entity_type.name]

    def stream_names(self) -> frozenset[str]:
        """By which names the streams of all entity types are addressed."""
        return frozenset(
            name
            for mapping in self.by_type.values()
            for found in mapping.properties.values()
            if isinstance(found, StreamMapping)
            for name in (found.definition.name, *found.aliases)
        )

    def of_set(self, entity_set: EntitySet) -> EntityMapping:
        """The mapping of the type of an entity set."""
        return self.of(entity_set.entity_type)
