"""Values over sets of rows: aggregates, windows, and the columns of derived tables.

Cites: OData Data Aggregation 3.2 and 3.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import Primitive, PropertyType
from odata.query.plan import Block, Expression, Items, SetValue, Source


class Aggregation(Enum):
    """What is computed from the values of a group; nulls take no part."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"  # of values, or of rows
    COUNT_DISTINCT = "countdistinct"
    TOTAL = "total"  # a sum that is zero where there is nothing


@dataclass(frozen=True, slots=True, eq=False)
class Aggregated(SetValue):
    """A value of each group (``operand`` None: of its rows) over those that are ``within``."""

    method: Aggregation = Aggregation.COUNT
    operand: Expression | None = None
    within: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RelatedValue(SetValue):
    """An aggregated value of the entities that are related to one row."""

    block: Block = field(kw_only=True)
    value: Aggregated = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class ItemsValue(SetValue):
    """A value of the items of one collection of values: an aggregated one, or that of its only
    item."""

    items: Items = field(kw_only=True)
    value: Expression = field(kw_only=True)


class WindowFunction(Enum):
    """What is told about a row among the others."""

    PLACE = "place"  # counted from one
    BEFORE = "sum_before"  # the sum of the values before it, null for the first
    OVERALL = "sum_over"  # the sum of all values
    LEAST = "min_over"
    GREATEST = "max_over"
    COUNT = "count_over"  # of values, or of rows


@dataclass(frozen=True, slots=True, eq=False)
class Sorting:
    """One term of the order of a window."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RelationCondition(SetValue):
    """Whether a row is what a navigation property of an entity type leads to, beyond its keys."""

    source: Source = field(kw_only=True)
    owner: EntityType = field(kw_only=True)
    navigation: NavigationProperty = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Windowed(SetValue):
    """A value of each row among the rows of its partition in an order."""

    function: WindowFunction = WindowFunction.PLACE
    operand: Expression | None = None
    partition: tuple[Expression, ...] = ()
    order: tuple[Sorting, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ColumnRef(SetValue):
    """A column of a derived table by its name."""

    source: DerivedSource = field(kw_only=True)
    name: str = field(kw_only=True)


# --- derived tables -------------------------------------------------------------------------

PropertyPath = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DerivedColumn:
    """A column of a derived table; without an expression it is null."""

    name: str
    expression: Expression | None
    edm_type: PropertyType


@dataclass(frozen=True, slots=True, eq=False)
class DerivedRows:
    """A SELECT: ``passes_on`` keeps all columns of its root, ``groups`` counts the leading
    columns by which it groups (None: it does not)."""

    block: Block
    conditions: tuple[Expression, ...]
    columns: tuple[DerivedColumn, ...]
    passes_on: bool = False
    groups: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Concatenation:
    """The rows of several SELECTs with the same columns."""

    parts: tuple[DerivedRows, ...]


@dataclass(eq=False, slots=True)
class DerivedSource(Source):
    """The outcome of transformations as a source.

    Without ``columns`` its rows are still those of the entity type. With them, they are
    transient: ``columns`` names the column of each property path, ``dynamic`` the properties
    that the type does not declare, ``parts`` the parts of a concatenation that a path occurs
    in, where it is not in all, and ``identity`` the values that tell rows apart. ``matches``
    ties its rows to those of the lead of its block; ``spread`` counts the parts.
    """

    rows: DerivedRows | Concatenation = field(kw_only=True)
    columns: Mapping[PropertyPath, str] | None = None
    dynamic: frozenset[str] = frozenset()
    parts: Mapping[PropertyPath, frozenset[int]] = field(default_factory=dict)
    identity: tuple[Expression, ...] = ()
    matches: tuple[Expression, ...] = ()
    spread: int = 1

    def column(self, name: str, edm_type: PropertyType, *, nullable: bool) -> ColumnRef:
        """A reference to one of the columns."""
        return ColumnRef(edm_type, nullable, source=self, name=name)


@dataclass(eq=False, slots=True)
class JoinedSource(Source):
    """Related entities that a transformation has joined to the rows; ``matches`` ties them to
    what the rows keep of their keys."""

    matches: tuple[Expression, ...] = field(kw_only=True)


def count_type() -> PropertyType:
    """The type of counts (Data Aggregation 3.2.1.5 and 3.2.1.6): a decimal without scale."""
    return Primitive.DECIMAL
