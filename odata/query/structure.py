"""Structural comparison: complex values against objects, collections against arrays.

Cites: OData URL Conventions 5.1.1.1.1 (equality of complex values and collections).
"""

from __future__ import annotations

from collections.abc import Callable

from odata.edm.types import Primitive
from odata.errors import UriSemanticError
from odata.query import comparing, member_path
from odata.query.comparing import compare, is_complex, meet
from odata.query.member_step import is_structured
from odata.query.names import find_property, unknown_property
from odata.query.plan import (
    Comparison,
    Constant,
    Expression,
    ItemCount,
    ItemRef,
    Items,
    PropertyRef,
    Subset,
)
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import ComparisonOperator, LiteralKind

BindExpression = Callable[[ast.Expression, NameScope], Expression]

_NULL_LITERAL = ast.Literal(LiteralKind.NULL, "null")


def list_equals(
    operator: ComparisonOperator,
    collection: tuple[ast.Path, NameScope],
    given: tuple[ast.JsonArray, NameScope],
    bind: BindExpression,
) -> Expression:
    """A collection of values against a JSON array: as many items, and these in this order."""
    (path, path_scope), (array, scope) = collection, given
    items = member_path.bind_items(path, path_scope)
    return _items_equal(operator, items, array, scope, bind)


def _items_equal(
    operator: ComparisonOperator,
    items: Items,
    array: ast.JsonArray,
    scope: NameScope,
    bind: BindExpression,
) -> Expression:
    bound = list_of(array, scope, bind)
    values = tuple(meet(ItemRef(items), value, scope.piece)[1] for value in bound)
    size = Constant(len(values), Primitive.INT64)
    counted = ItemCount(Items(items.reference))
    same = (
        Comparison(ComparisonOperator.EQ, counted, size),
        Subset(items, values, in_order=True),
    )
    return comparing.all_equal(operator, same, scope.piece)


def structure_equals(
    operator: ComparisonOperator,
    value: Expression,
    given: ast.JsonObject,
    scope: NameScope,
    bind: BindExpression,
) -> Expression:
    """A complex value against a JSON object: every member equal, the absent ones null."""
    if not isinstance(value, PropertyRef) or not is_complex(value):
        raise UriSemanticError("a JSON object is compared with a complex value", target=scope.piece)
    owner = value.definition.edm_type
    by_name: dict[str, ast.Expression] = {}
    for member in given.members:
        if "@" in member.name:
            continue
        if not is_structured(owner):
            break
        definition = find_property(owner, member.name)
        if definition is None:
            raise unknown_property(owner, member.name, scope.piece)
        by_name[definition.name] = member.value
    same = tuple(
        _member_equals(ref, by_name.get(ref.definition.name, _NULL_LITERAL), scope, bind)
        for ref in comparing.members(value)
    )
    return comparing.all_equal(operator, same, scope.piece)


def _member_equals(
    member: PropertyRef, given: ast.Expression, scope: NameScope, bind: BindExpression
) -> Expression:
    if member.definition.is_collection:
        array = given if isinstance(given, ast.JsonArray) else ast.JsonArray(())
        return _items_equal(ComparisonOperator.EQ, Items(member), array, scope, bind)
    if isinstance(given, ast.JsonObject):
        return structure_equals(ComparisonOperator.EQ, member, given, scope, bind)
    return compare(ComparisonOperator.EQ, member, bind(given, scope), scope.piece)


def list_of(expression: ast.Expression, scope: NameScope, bind: BindExpression) -> list[Expression]:
    """The values of a list or of a JSON array."""
    if not isinstance(expression, ast.ListExpression | ast.JsonArray):
        raise UriSemanticError("a list of values or a collection was expected", target=scope.piece)
    most = scope.budget.limits.max_in_items
    if len(expression.items) > most:
        raise UriSemanticError(f"a list has at most {most} values", target=scope.piece)
    return [bind(item, scope) for item in expression.items]
