"""``collection/aggregate(...)``: an aggregated value of related entities, or of the items
of a collection of values, in an expression.

Cites: OData Data Aggregation 3.6.1.
"""

from __future__ import annotations

from collections.abc import Callable

from odata.edm.types import PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.aggregated_value import (
    METHODS,
    aggregated,
    check_method,
    check_operand,
    of_items,
    ratio,
)
from odata.query.custom_aggregate import resolve_custom
from odata.query.plan import Block, Expression, ItemRef, Items
from odata.query.scope import NameScope
from odata.query.set_values import Aggregation, RelatedValue
from odata.uri import ast

BindExpression = Callable[[ast.Expression, NameScope], Expression]


def bind_aggregate(
    item: ast.AggregateItem,
    collection: tuple[Block, tuple[Expression, ...]],
    scope: NameScope,
    bind_expression: BindExpression,
) -> Expression:
    """The value of one aggregate over the entities of a block that meet its filters."""
    block, filters = collection
    item = resolve_custom(item, block.root.entity_type)
    inner = scope.with_row(block.root)
    method, operand = _method(item, scope), _operand(item, scope, inner, bind_expression)
    if method == "average":
        return ratio(
            _related(Aggregation.SUM, block, operand, filters),
            _related(Aggregation.COUNT, block, operand, filters),
        )
    return _related(METHODS[method], block, operand, filters)


def bind_items_aggregate(
    item: ast.AggregateItem, items: Items, scope: NameScope, bind_expression: BindExpression
) -> Expression:
    """The value of one aggregate over the items of a collection of values."""
    inner = scope.with_item(ItemRef(items))
    method, operand = _method(item, scope), _operand(item, scope, inner, bind_expression)
    if method == "average":
        return ratio(
            of_items(Aggregation.SUM, items, operand), of_items(Aggregation.COUNT, items, operand)
        )
    return of_items(METHODS[method], items, operand)


def _method(item: ast.AggregateItem, scope: NameScope) -> str:
    if item.froms:
        raise NotImplementedYetError(
            "from inside an expression is not supported", target=scope.piece
        )
    if item.method is None:
        raise UriSemanticError(
            "an aggregated expression needs a method: with ...", target=scope.piece
        )
    return check_method(item.method, scope.piece)


def _operand(
    item: ast.AggregateItem, scope: NameScope, inner: NameScope, bind_expression: BindExpression
) -> Expression:
    scope.budget.enter_collection(scope.piece)
    bound = bind_expression(item.expression, inner)
    scope.budget.leave_collection()
    return check_operand(bound, _method(item, scope), scope.piece)


def _related(
    method: Aggregation, block: Block, operand: Expression, filters: tuple[Expression, ...]
) -> RelatedValue:
    value = aggregated(method, operand, filters)
    edm_type: PropertyType = value.edm_type
    return RelatedValue(edm_type, value.nullable, block=block, value=value)
