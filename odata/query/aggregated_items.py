"""Aggregates over the items of collections of values: first those of each row, then the rows'.

Cites: OData Data Aggregation 3.2.1.1 (paths of aggregate expressions).
"""

from __future__ import annotations

from dataclasses import dataclass

from odata.errors import NotImplementedYetError
from odata.query.aggregated_value import check_operand, of_items
from odata.query.binder import bind_expression
from odata.query.member_path import bind_place
from odata.query.plan import Expression, ItemRef, Items
from odata.query.scope import NameScope
from odata.query.set_values import Aggregation
from odata.uri import ast


@dataclass(frozen=True, slots=True)
class Operand:
    """A value of each row, and the method by which those of several rows become one."""

    expression: Expression
    method: Aggregation

    @property
    def outer(self) -> Aggregation:
        """The method for what the method gave: numbers of values are added up."""
        return Aggregation.SUM if self.method is Aggregation.COUNT else self.method


def bind_operand(
    expression: ast.Expression, method: Aggregation, name: str, names: NameScope
) -> Operand:
    """What a method, asked for by its name, is applied to: single values, or of a path into
    collections of values what it gives for the items of each row."""
    found = _items_of(expression, names)
    if found is None:
        return Operand(check_operand(bind_expression(expression, names), name, names.piece), method)
    if method is Aggregation.COUNT_DISTINCT:
        raise NotImplementedYetError(
            "countdistinct of the items of a collection of values is not supported",
            target=names.piece,
        )
    names.budget.enter_collection(names.piece)
    inner = _inner(found, method, name, names)
    names.budget.leave_collection()
    return Operand(of_items(inner.method, found.items, inner.expression), inner.outer)


@dataclass(frozen=True, slots=True)
class _Found:
    """A collection of values that a path leads through, and the steps behind it."""

    items: Items
    rest: tuple[ast.ExpressionSegment, ...]


def _items_of(expression: ast.Expression, names: NameScope) -> _Found | None:
    if not isinstance(expression, ast.Path):
        return None
    for size in range(1, len(expression.segments) + 1):
        segments = expression.segments[:size]
        if not isinstance(segments[-1], ast.NameSegment):
            return None
        place = bind_place(ast.Path(segments, expression.root), names)
        if isinstance(place, Items):
            return _Found(place, expression.segments[size:])
    return None


def _inner(found: _Found, method: Aggregation, name: str, names: NameScope) -> Operand:
    item = ItemRef(found.items)
    if not found.rest:
        return Operand(check_operand(item, name, names.piece), method)
    return bind_operand(ast.Path(found.rest), method, name, names.with_item(item))
