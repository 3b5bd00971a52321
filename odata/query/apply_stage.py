"""The state between two transformations of ``$apply``, and the tables they make.

Cites: OData Data Aggregation 3.1 (sequences of transformations).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import ComplexType, Facets, Property, PropertyType
from odata.errors import UriSemanticError
from odata.query.names import find_navigation, find_property
from odata.query.plan import Block, Comparison, Expression, PropertyRef, Source
from odata.query.read_plan import OrderTerm
from odata.query.scope import NameScope
from odata.query.set_values import (
    ColumnRef,
    Concatenation,
    DerivedColumn,
    DerivedRows,
    DerivedSource,
    JoinedSource,
    PropertyPath,
)
from odata.uri.ast import ComparisonOperator

TARGET = "$apply"
_AGGREGATED = " (aggregated)"  # in messages that miss a property


@dataclass(frozen=True, slots=True)
class GroupKey:
    """One grouping property: where it stands in the result, its value, its definition; a
    hidden one parts the rows and is not shown."""

    path: PropertyPath
    expression: Expression
    definition: Property
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Related entities beside the rows: the name under which, the property that led there."""

    alias: str
    navigation: NavigationProperty
    source: Source

    @property
    def keys(self) -> tuple[Expression, ...]:
        """The values that tell them apart."""
        return tuple(
            PropertyRef(self.source, item, (item.name,))
            for item in self.source.entity_type.key_properties()
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """The rows that the transformations so far have left.

    ``order`` is what they were ordered by; ``reads`` and ``depth`` tell how often the table
    is read and how deep the SELECTs are nested. Inside ``groupby``, ``partition`` are the
    properties that part the rows, and ``within`` what rows must meet to take part. Inside
    ``$expand``, the first of them, hidden, tell the parents, which ``parents`` are. ``joined``
    are the related entities that stand beside the rows.
    """

    block: Block
    names: NameScope
    conditions: tuple[Expression, ...] = ()
    order: tuple[OrderTerm, ...] = ()
    partition: tuple[GroupKey, ...] = ()
    within: tuple[Expression, ...] = ()
    numbers: Iterator[int] = field(default_factory=itertools.count)
    reads: int = 1
    depth: int = 0
    parents: DerivedRows | None = None
    joined: tuple[Joined, ...] = ()

    @property
    def is_grouped(self) -> bool:
        """Whether the rows stand inside ``groupby``."""
        return any(not key.is_hidden for key in self.partition)

    @property
    def root(self) -> Source:
        """The source of the rows."""
        return self.block.root

    @property
    def table(self) -> DerivedSource | None:
        """The source, where its rows are transient."""
        root = self.root
        is_table = isinstance(root, DerivedSource) and root.columns is not None
        return root if isinstance(root, DerivedSource) and is_table else None

    @property
    def table_or_rows(self) -> DerivedSource:
        """The source, where it is a derived one."""
        if isinstance(self.root, DerivedSource):
            return self.root
        raise LookupError("the rows are those of a table")

    @property
    def identity(self) -> tuple[Expression, ...]:
        """The values that tell the rows apart."""
        if self.table is not None:
            return self.table.identity
        own = tuple(
            PropertyRef(self.root, item, (item.name,))
            for item in self.root.entity_type.key_properties()
        )
        return (*own, *(key for item in self.joined for key in item.keys))

    @property
    def kept(self) -> tuple[Expression, ...]:
        """What a row must meet to be there at all."""
        return (*self.conditions, *self.within)

    def new_name(self) -> str:
        """A column name that no column has."""
        return f"apply_{next(self.numbers)}"

    def check_free(self, name: str, also: Mapping[str, object] | None = None) -> None:
        """Refuse a name that the rows have already."""
        taken = find_property(self.root.entity_type, name) is not None
        if taken or name in self.names.computed or (also is not None and name in also):
            raise UriSemanticError(f"the name '{name}' is taken", target=TARGET)


def on_source(stage: Stage, source: Source, computed: Mapping[str, Expression]) -> Stage:
    """A stage over a new source, with nothing asked of its rows yet."""
    block = Block(source)
    source.block = block
    names = replace(stage.names, row=source, request_row=source, computed=dict(computed))
    depth = stage.depth + 1
    most = names.budget.limits.max_apply_steps
    if depth > most:
        raise UriSemanticError(
            f"$apply groups, ranks and concatenates at most {most} times in a row",
            target=TARGET,
        )
    return replace(
        stage,
        block=block,
        names=names,
        conditions=(),
        within=(),
        order=(),
        depth=depth,
        joined=(),
    )


def wrap(stage: Stage, values: Sequence[Expression]) -> tuple[Stage, list[ColumnRef]]:
    """The rows as a derived table that also has these values in columns."""
    names = stage.names.computed
    carried = [
        *names.values(),
        *(term.expression for term in stage.order),
        *(key.expression for key in stage.partition),
        *(key for item in stage.joined for key in item.keys),
        *values,
    ]
    columns = [_column(stage, item) for item in carried]
    rows = DerivedRows(stage.block, stage.kept, tuple(columns), passes_on=True)
    source = _passing_on(stage, rows)
    references = [
        _reference(source, column, item) for column, item in zip(columns, carried, strict=True)
    ]
    rest = iter(references)
    computed = {name: next(rest) for name in names}
    order = tuple(OrderTerm(next(rest), term.descending) for term in stage.order)
    partition = tuple(replace(key, expression=next(rest)) for key in stage.partition)
    again = tuple(_joined_again(item, source, rest) for item in stage.joined)
    wrapped = on_source(stage, source, computed)
    for item in again:
        item.source.block = wrapped.block
        wrapped.block.joins.append(item.source)
    return replace(wrapped, order=order, partition=partition, joined=again), list(rest)


def _joined_again(item: Joined, root: DerivedSource, columns: Iterator[ColumnRef]) -> Joined:
    """Joined entities beside a derived table that has kept their keys."""
    source = JoinedSource(item.source.entity_type, root, item.navigation, matches=())
    source.matches = tuple(
        Comparison(ComparisonOperator.EQ, replace(column, nullable=False), _key(source, definition))
        for definition, column in zip(source.entity_type.key_properties(), columns, strict=False)
    )
    root.put(item.alias, source)
    return replace(item, source=source)


def _key(source: Source, definition: Property) -> PropertyRef:
    return PropertyRef(source, definition, (definition.name,))


def _passing_on(stage: Stage, rows: DerivedRows) -> DerivedSource:
    old = stage.table
    if old is None:
        return DerivedSource(stage.root.entity_type, rows=rows)
    source = DerivedSource(old.entity_type, rows=rows, columns=old.columns)
    source.dynamic, source.parts, source.spread = old.dynamic, old.parts, old.spread
    source.identity = tuple(_moved(item, source) for item in old.identity)
    return source


def _moved(expression: Expression, source: DerivedSource) -> Expression:
    if isinstance(expression, ColumnRef | PropertyRef):
        return replace(expression, source=source)
    raise LookupError("an identity is made of columns")


def _column(stage: Stage, expression: Expression) -> DerivedColumn:
    return DerivedColumn(stage.new_name(), expression, type_of(expression))


def _reference(source: DerivedSource, column: DerivedColumn, expression: Expression) -> ColumnRef:
    return source.column(column.name, column.edm_type, nullable=expression.nullable)


def type_of(expression: Expression) -> PropertyType:
    """The type of a value; refuses what has none."""
    if expression.edm_type is None:
        raise UriSemanticError("a value was expected, not an entity or null", target=TARGET)
    return expression.edm_type


# --- tables ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A property of transient rows: ``parts`` names the parts that have it, if not all do."""

    path: PropertyPath
    definition: Property
    expression: Expression | None
    is_dynamic: bool = False
    parts: frozenset[int] | None = None
    is_hidden: bool = False


def new_table(
    stage: Stage, columns: Sequence[TableColumn], rows: DerivedRows | Concatenation
) -> DerivedSource:
    """A source of transient rows with these columns, which ``rows`` has in this order."""
    first = rows if isinstance(rows, DerivedRows) else rows.parts[0]
    pairs = zip(columns, first.columns, strict=False)
    names = {item.path: column.name for item, column in pairs if not item.is_hidden}
    columns = [item for item in columns if not item.is_hidden]
    return DerivedSource(
        _type_of_rows(stage.root.entity_type, columns),
        rows=rows,
        columns=names,
        dynamic=frozenset(item.path[0] for item in columns if item.is_dynamic),
        parts={item.path: item.parts for item in columns if item.parts is not None},
    )


def _type_of_rows(like: EntityType, columns: Sequence[TableColumn]) -> EntityType:
    leaves = [(item.path, item.definition) for item in columns]
    properties = _members(like, leaves)
    name = like.name.removesuffix(_AGGREGATED) + _AGGREGATED
    return EntityType(name, like.namespace, properties, has_entity_tag=False)


def _members(
    like: ComplexType, leaves: Sequence[tuple[PropertyPath, Property]]
) -> tuple[Property, ...]:
    members: list[Property] = []
    for name in dict.fromkeys(path[0] for path, _ in leaves):
        below = [(path[1:], item) for path, item in leaves if path[0] == name]
        if len(below) == 1 and not below[0][0]:
            members.append(replace(below[0][1], name=name))
            continue
        owner = _type_behind(like, name)
        shown = owner or like
        inner = ComplexType(owner.name if owner else name, shown.namespace, _members(shown, below))
        members.append(Property(name, inner, Facets(nullable=False)))
    return tuple(members)


def _type_behind(owner: ComplexType, name: str) -> ComplexType | None:
    """The type that a step of a path leads to; None where the request has named the step."""
    navigation = find_navigation(owner, name)
    if navigation is not None:
        return navigation.target
    found = find_property(owner, name)
    edm_type = None if found is None else found.edm_type
    return edm_type if isinstance(edm_type, ComplexType) else None


def property_of(table: DerivedSource, path: PropertyPath) -> PropertyRef:
    """A property of transient rows as an expression."""
    owner: ComplexType = table.entity_type
    found: Property | None = None
    for name in path:
        found = owner.find_property(name)
        if found is not None and isinstance(found.edm_type, ComplexType):
            owner = found.edm_type
    if found is None:
        raise LookupError("/".join(path))
    return PropertyRef(table, found, path)


def moved_key(key: GroupKey, table: DerivedSource, column: DerivedColumn) -> GroupKey:
    """A key of the partition as transient rows have it in a column."""
    if not key.is_hidden:
        return replace(key, expression=property_of(table, key.path))
    reference = table.column(column.name, column.edm_type, nullable=False)
    return replace(key, expression=reference)
