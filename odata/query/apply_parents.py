"""``$apply`` inside ``$expand``: the rows of each parent are a collection of their own.

Cites: OData Data Aggregation 3.8 ($apply as an expand option).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from odata.edm.model import NavigationProperty
from odata.edm.types import Facets, Primitive, Property
from odata.query.apply_stage import GroupKey, Stage, type_of, wrap
from odata.query.plan import (
    NULL,
    Among,
    Block,
    Comparison,
    Expression,
    PropertyRef,
)
from odata.query.read_plan import Link, Parents, parents_name
from odata.query.set_values import (
    ColumnRef,
    DerivedColumn,
    DerivedRows,
    DerivedSource,
    RelationCondition,
)
from odata.uri.ast import ComparisonOperator


def parents_of(
    links: Sequence[Link],
    owners: tuple[Block, Sequence[Link]],
    child: Block,
    navigation: NavigationProperty,
) -> Parents:
    """The parents of the rows of a level; ``owners`` is a block of its own over their type,
    with the links that begin there."""
    block, beginnings = owners
    values = [link.parent for link in beginnings]
    rows = DerivedRows(
        block,
        _among(values),
        tuple(
            DerivedColumn(f"parent_{index}", value, type_of(value))
            for index, value in enumerate(values)
        ),
        groups=len(values),
    )
    keys = tuple(link.child for link in links)
    related = RelationCondition(
        Primitive.BOOLEAN,
        nullable=False,
        source=child.root,
        owner=block.root.entity_type,
        navigation=navigation,
    )
    return Parents(keys, rows, (*_among(keys), related))


def _among(values: Sequence[Expression]) -> tuple[Expression, ...]:
    return tuple(Among(value, parents_name(index)) for index, value in enumerate(values))


def parent_keys(values: Sequence[Expression]) -> tuple[GroupKey, ...]:
    """The hidden keys that part rows by their parents."""
    return tuple(_parent_key(index, value) for index, value in enumerate(values))


def _parent_key(index: int, value: Expression) -> GroupKey:
    path = (f"apply_parent_{index}",)
    if isinstance(value, PropertyRef):
        return GroupKey(path, value, value.definition, is_hidden=True)
    definition = Property(path[0], type_of(value), Facets(nullable=False))
    return GroupKey(path, value, definition, is_hidden=True)


def beside_parents(stage: Stage, parents: DerivedRows) -> Stage:
    """The rows beside their parents: one without rows is there, too, and what it has is
    aggregated to nothing."""
    wrapped, _ = wrap(stage, [])
    lead = DerivedSource(parents.block.root.entity_type, rows=parents, columns={})
    lead.block, wrapped.block.lead = wrapped.block, lead
    keys = tuple(
        replace(key, expression=lead.column(column.name, column.edm_type, nullable=False))
        for key, column in zip(wrapped.partition, parents.columns, strict=True)
    )
    own = [_column_of(key) for key in wrapped.partition]
    root = wrapped.table_or_rows
    root.matches = tuple(
        Comparison(ComparisonOperator.EQ, key.expression, replace(column, nullable=False))
        for key, column in zip(keys, own, strict=True)
    )
    there = Comparison(ComparisonOperator.NE, replace(own[0], nullable=True), NULL)
    return replace(wrapped, partition=keys, within=(there,))


def _column_of(key: GroupKey) -> ColumnRef:
    if isinstance(key.expression, ColumnRef):
        return key.expression
    raise LookupError("wrapped rows have their partition in columns")
