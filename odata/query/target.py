"""What a resource path addresses: the outcome of ``resource``.

Cites: OData URL Conventions 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from odata.edm.model import EntitySet, EntityType, NavigationProperty, Operation
from odata.edm.types import ComplexType, Primitive, Property
from odata.query.key_predicate import KeyPart
from odata.query.plan import (
    Block,
    Comparison,
    Expression,
    RuntimeValue,
    ScopeRef,
    Source,
)
from odata.uri import ast
from odata.uri.ast import ComparisonOperator

SCOPE = "scope"


class ResourceKind(Enum):
    """What a resource path ends with."""

    SERVICE_DOCUMENT = auto()
    METADATA = auto()
    BATCH = auto()
    COLLECTION = auto()
    CROSS_JOIN = auto()
    ALL = auto()
    ENTITY = auto()
    RELATED_ENTITY = auto()
    PROPERTY = auto()
    STREAM = auto()
    OPERATION = auto()


_LISTS = frozenset({ResourceKind.COLLECTION, ResourceKind.CROSS_JOIN, ResourceKind.ALL})


class Suffix(Enum):
    """A last segment that asks for a view of what comes before it."""

    NONE = ""
    COUNT = "$count"
    VALUE = "$value"
    REF = "$ref"
    QUERY = "$query"
    EACH = "$each"


@dataclass(frozen=True, slots=True)
class Step:
    """One entity-valued segment as it was asked: its name, its key, where it leads, and the
    derived type that it was cast to, if it was."""

    name: str
    entity_type: EntityType
    key: tuple[KeyPart, ...] = ()
    navigation: NavigationProperty | None = None
    is_collection: bool = False
    cast: EntityType | None = None


@dataclass(frozen=True, slots=True)
class PathFilter:
    """A condition of a path, with the place of its segment."""

    condition: ast.Expression
    segment: int


@dataclass(frozen=True, slots=True)
class PathTest:
    """A condition that an entity on the way of a path meets: ``$filter(condition)(key)``."""

    source: Source
    condition: PathFilter


@dataclass(frozen=True, slots=True)
class Target:
    """What a request addresses.

    ``block`` reads the last entity-valued step; ``anchors`` are the conditions that the path
    sets; ``property_path`` follows into the entity. ``scope_key`` is the key of the
    company-like parent where the path names one; ``is_scoped`` tells that rows belong to one.
    ``operations`` are the overloads that the last segment may call, with its ``arguments``.
    ``item`` is the place of an item in a collection of values, from its end where negative.
    ``item_steps`` are the casts and filters before it, ``item_type`` is the type that they
    cast to; the place of one that ``is_cast_item`` is among them, and ``item`` its place in
    what they leave. ``inside`` is what follows it: members, and places in collections among
    them.
    ``tests`` become anchors as soon as they are bound.
    """

    kind: ResourceKind
    steps: tuple[Step, ...] = ()
    block: Block | None = None
    anchors: tuple[Expression, ...] = ()
    suffix: Suffix = Suffix.NONE
    property_path: tuple[Property, ...] = ()
    entity_set: EntitySet | None = None
    scope_key: tuple[KeyPart, ...] = ()
    is_scoped: bool = False
    operation: str = ""
    operations: tuple[Operation, ...] = ()
    arguments: ast.Arguments | None = None
    filters: tuple[PathFilter, ...] = ()
    tests: tuple[PathTest, ...] = ()
    item_steps: tuple[ast.NameSegment | ast.FilterSegment, ...] = ()
    item_type: ComplexType | None = None
    item: int | None = None
    is_cast_item: bool = False
    inside: tuple[Property | int, ...] = ()

    @property
    def is_item(self) -> bool:
        """Whether one item of a collection of values is addressed, by its place."""
        return self.item is not None

    @property
    def addressed(self) -> Property:
        """The property that the path ends with, or whose items it ends in."""
        members = [step for step in self.inside if isinstance(step, Property)]
        if members:
            return members[-1]
        last = self.property_path[-1]
        return last if self.item_type is None else replace(last, edm_type=self.item_type)

    @property
    def is_value_list(self) -> bool:
        """Whether a collection of values is addressed, not an item of one."""
        last = self.inside[-1] if self.inside else self.item
        is_place = isinstance(last, int)
        return bool(self.property_path) and not is_place and self.addressed.is_collection

    @property
    def is_written_whole(self) -> bool:
        """Whether the path leads into a collection by more than the place of an item."""
        return bool(self.item_steps or self.inside)

    @property
    def entity_type(self) -> EntityType:
        """The type of the last entity-valued step."""
        return self.steps[-1].entity_type

    @property
    def root(self) -> Source:
        """The source of the rows."""
        return self.rows.root

    @property
    def rows(self) -> Block:
        """What the rows are read from."""
        if self.block is None:
            raise LookupError("nothing is read here")
        return self.block

    @property
    def is_single(self) -> bool:
        """Whether at most one entity is addressed."""
        return self.kind not in _LISTS


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """Which types belong to a company-like parent: ``parent`` is its entity type."""

    parent: EntityType
    is_scoped: Callable[[EntityType], bool]


def scope_anchor(root: Source) -> Comparison:
    """That the rows of a source belong to the scope of the request."""
    value = RuntimeValue(SCOPE, Primitive.GUID)
    return Comparison(ComparisonOperator.EQ, ScopeRef(root), value)
