"""Steps of paths over collections of values: lambda operators, counts, filters, casts.

Cites: OData URL Conventions 5.1.1.13, 4.11.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from odata.edm.types import ComplexType
from odata.errors import UriSemanticError
from odata.query.item_path import cast_item
from odata.query.member_step import is_structured, segment_name
from odata.query.plan import (
    Expression,
    IsOf,
    ItemCount,
    ItemExists,
    ItemList,
    ItemRef,
    Items,
)
from odata.query.scope import NameScope
from odata.query.text_search import bind_item_search
from odata.query.type_cast import derived_type
from odata.uri import ast
from odata.uri.ast import LambdaOperator


@dataclass(frozen=True, slots=True)
class Values:
    """A collection of primitive values that a path has reached and not yet left."""

    items: Items
    filters: tuple[Expression, ...] = ()
    cast: ComplexType | None = None

    def item(self) -> ItemRef:
        """One of them."""
        return cast_item(self.items, self.cast)

    def whole(self) -> Items:
        """The collection that they are by themselves."""
        return Items(ItemList(self.items, self.filters)) if self.filters else self.items


def over_values(
    values: Values, rest: tuple[ast.ExpressionSegment, ...], scope: NameScope
) -> Values | Expression:
    """What steps lead to from a collection of values."""
    current = values
    for segment in rest:
        outcome = _in_values(current, segment, scope)
        if not isinstance(outcome, Values):
            return outcome
        current = outcome
    return current


def _in_values(
    values: Values, segment: ast.ExpressionSegment, scope: NameScope
) -> Values | Expression:
    match segment:
        case ast.CountSegment():
            options = segment.options
            filters = values.filters
            search = None if options is None else options.search
            filters += bind_item_search(search, values.item(), scope.piece)
            if options is not None and options.filter is not None:
                inner = scope.with_item(values.item())
                filters = (*filters, within(options.filter, inner))
            return ItemCount(values.items, filters)
        case ast.LambdaSegment():
            return _lambda_of_values(values, segment, scope)
        case ast.FilterSegment():
            condition = within(segment.condition, scope.with_item(values.item()))
            return replace(values, filters=(*values.filters, condition))
        case ast.NameSegment() if is_structured(values.item().edm_type):
            return _cast_values(values, segment, scope)
        case _:
            raise not_of_collection(segment, scope)


def _cast_values(values: Values, segment: ast.NameSegment, scope: NameScope) -> Values:
    item = values.item()
    declared = item.edm_type
    found = None
    if is_structured(declared) and segment.arguments is None:
        found = derived_type(scope.model, segment.name, declared, scope.piece)
    if found is None:
        raise not_of_collection(segment, scope)
    return Values(values.items, (*values.filters, IsOf(item, found)), found)


def _lambda_of_values(values: Values, segment: ast.LambdaSegment, scope: NameScope) -> Expression:
    is_all, body = lambda_body(segment, scope)
    if body is None or segment.variable is None:
        return ItemExists(values.items, None, values.filters)
    inner = scope.with_variable(segment.variable, values.item())
    return ItemExists(values.items, within(body, inner), values.filters, is_all=is_all)


def not_of_collection(segment: ast.ExpressionSegment, scope: NameScope) -> UriSemanticError:
    """The refusal of a step behind a collection."""
    return UriSemanticError(
        f"'{segment_name(segment)}' cannot follow a collection: use any, all or $count",
        target=scope.piece,
    )


def within(condition: ast.Expression, scope: NameScope) -> Expression:
    """A condition on the members of a collection."""
    scope.budget.enter_collection(scope.piece)
    bound = scope.bind_condition(condition, scope)
    scope.budget.leave_collection()
    return bound


def lambda_body(segment: ast.LambdaSegment, scope: NameScope) -> tuple[bool, ast.Expression | None]:
    """Whether a condition is for all members, and the condition."""
    is_all = segment.operator is LambdaOperator.ALL
    if segment.body is None and is_all:
        raise UriSemanticError("all needs a condition", target=scope.piece)
    return is_all, segment.body
