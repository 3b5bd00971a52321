"""Syntax to plan: every name resolved, every type known, every literal a parameter.

The binder takes expressions apart; its neighbours bring operands together: ``comparing``,
``calling``, ``arithmetic``; paths are the work of ``member_path``.
Cites: OData URL Conventions 5.1.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from odata.edm.types import INTEGER_RANGES, EnumType, Primitive
from odata.errors import NotImplementedYetError, ODataError, UriSemanticError
from odata.query import arithmetic, calling, collection_calls, comparing, member_path
from odata.query.apply_output import is_present
from odata.query.collection_aggregate import bind_aggregate, bind_items_aggregate
from odata.query.collection_calls import Collection, bind_argument, list_of
from odata.query.comparing import (
    StructuredRef,
    compare,
    fit,
    is_complex,
    is_null,
    meet,
    single_value,
    type_text,
)
from odata.query.dynamic import is_dynamic, see_as
from odata.query.literal import bind_literal
from odata.query.parameter_alias import dereferenced
from odata.query.plan import (
    NULL,
    Arithmetic,
    Case,
    Constant,
    DynamicRef,
    EntityRef,
    Exists,
    Expression,
    Has,
    In,
    ItemExists,
    ItemRef,
    Items,
    Logical,
    Negate,
    Not,
    Parameter,
    PropertyRef,
)
from odata.query.scope import NameScope
from odata.query.structure import (
    collections_equal,
    structure_equals,
    structure_in,
    structures_equal,
)
from odata.query.type_cast import (
    bind_complex_cast,
    bind_complex_test,
    bind_entity_cast,
    bind_entity_test,
)
from odata.uri import ast
from odata.uri.ast import ComparisonOperator, LiteralKind


def bind_condition(expression: ast.Expression, scope: NameScope) -> Expression:
    """A bound expression that is true, false or null."""
    bound = see_as(bind_expression(expression, scope), Primitive.BOOLEAN)
    if is_null(bound):
        return Constant(None, Primitive.BOOLEAN, nullable=True)
    if bound.edm_type is not Primitive.BOOLEAN:
        raise UriSemanticError(
            f"a condition was expected, not {_described(bound)}",
            target=scope.piece,
            position=_place(expression),
        )
    return bound


def _described(bound: Expression) -> str:
    return "an entity" if bound.edm_type is None else f"a value of type {type_text(bound)}"


def bind_expression(expression: ast.Expression, scope: NameScope) -> Expression:
    """A bound expression that is one value."""
    return single_value(_bind_operand(expression, scope), scope.piece)


def bind_computed(expression: ast.Expression, scope: NameScope) -> Expression:
    """The value of a computed property: one value, or a collection of values."""
    return collection_calls.bind_computed(expression, scope, bind_expression)


def _bind_operand(expression: ast.Expression, scope: NameScope) -> Expression:
    """A bound expression; an entity or a complex value too."""
    levels = _LEVELS.get(type(expression), 1)
    scope.budget.enter(scope.piece, levels)
    bound = _located(expression, scope)
    scope.budget.leave(levels)
    return bound


def _located(expression: ast.Expression, scope: NameScope) -> Expression:
    """A bound expression; what is wrong with it says where it stands, unless a part did."""
    try:
        return _bind(expression, scope)
    except ODataError as error:
        if error.position is None and error.target == scope.piece:
            error.position = _place(expression)
        raise


def _place(expression: ast.Expression) -> int | None:
    return expression.position if expression.position >= 0 else None


# What takes more SQL than others counts as more levels: SQLite's parser has a stack of 100.
_LEVELS: Mapping[type[ast.Expression], int] = {ast.Case: 2}


def _bind(expression: ast.Expression, scope: NameScope) -> Expression:  # noqa: C901, PLR0911, PLR0912  (a closed union)
    match expression:
        case ast.Literal():
            return bind_literal(expression, scope)
        case ast.Path():
            return _path(expression, scope)
        case ast.AliasReference():
            value, inside = dereferenced(expression, scope)
            return _located(value, inside)
        case ast.Comparison():
            return _comparison(expression, scope)
        case ast.Logical():
            operands = tuple(bind_condition(item, scope) for item in expression.operands)
            return Logical(expression.operator, operands)
        case ast.Not():
            return Not(bind_condition(expression.operand, scope))
        case ast.Negate():
            return _negation(expression, scope)
        case ast.Arithmetic():
            return _arithmetic(expression, scope)
        case ast.In():
            return _in(expression, scope)
        case ast.Has():
            return _has(expression, scope)
        case ast.FunctionCall():
            return _call(expression, scope)
        case ast.Cast() | ast.IsOf():
            return _type_call(expression, scope)
        case ast.Case():
            return _case(expression, scope)
        case ast.ListExpression() | ast.JsonObject() | ast.JsonArray():
            raise UriSemanticError(
                f"{_SPOKEN[type(expression)]} cannot stand here", target=scope.piece
            )
        case _:
            assert_never(expression)


_SPOKEN: dict[type, str] = {
    ast.ListExpression: "a list of values",
    ast.JsonObject: "a JSON object",
    ast.JsonArray: "a JSON array",
}

# --- paths ---------------------------------------------------------------------


def _path(path: ast.Path, scope: NameScope) -> Expression:
    last = path.segments[-1] if path.segments else None
    if not isinstance(last, ast.AggregateSegment) or path.root is ast.PathRoot.THESE:
        return member_path.bind_path(path, scope)
    before = replace(path, segments=path.segments[:-1])
    place = member_path.bind_place(before, scope)
    if isinstance(place, DynamicRef):
        place = Items(place)
    if isinstance(place, Items):
        return bind_items_aggregate(last.items[0], place, scope, bind_expression)
    collection = member_path.bind_collection(before, scope)
    return bind_aggregate(last.items[0], collection, scope, bind_expression)


# --- comparisons --------------------------------------------------------------------------


def _comparison(expression: ast.Comparison, scope: NameScope) -> Expression:
    left, left_scope = dereferenced(expression.left, scope)
    right, right_scope = dereferenced(expression.right, scope)
    operator = expression.operator
    if isinstance(right, ast.JsonObject):
        value = _bind_operand(left, left_scope)
        return structure_equals(operator, value, right, right_scope, bind_expression)
    if isinstance(left, ast.JsonObject):
        value = _bind_operand(right, right_scope)
        return structure_equals(operator, value, left, left_scope, bind_expression)
    one = bind_argument(left, left_scope, _bind_operand)
    other = bind_argument(right, right_scope, _bind_operand)
    if isinstance(one, Collection) or isinstance(other, Collection):
        pair = (one, other)
        return collections_equal(operator, pair, scope, bind_expression)
    if isinstance(one, StructuredRef) and isinstance(other, StructuredRef) and is_complex(one):
        return structures_equal(operator, one, other, scope, bind_expression)
    return compare(operator, one, other, scope.piece)


def _in(expression: ast.In, scope: NameScope) -> Expression:
    left = _bind_operand(expression.left, scope)
    right, right_scope = dereferenced(expression.right, scope)
    if isinstance(left, EntityRef):
        return _in_entities(left, right, right_scope)
    if is_null_literal(right):
        return Constant(value=False, edm_type=Primitive.BOOLEAN)
    if is_complex(left) or left.edm_type is Primitive.STREAM:
        return _whole_in(left, right, right_scope)
    left = single_value(left, scope.piece)
    if not isinstance(right, ast.ListExpression | ast.JsonArray):
        return _in_items(left, right, right_scope)
    bound = list_of(right, right_scope, bind_expression)
    if is_dynamic(left):
        ways = (compare(ComparisonOperator.EQ, left, item, scope.piece) for item in bound)
        return Logical(ast.LogicalOperator.OR, tuple(ways))
    items = tuple(meet(left, item, scope.piece)[1] for item in bound if not is_null(item))
    has_null = len(items) != len(bound)
    if is_null(left):
        return Constant(has_null, Primitive.BOOLEAN)
    if has_null and isinstance(left, PropertyRef) and left.definition.has_unset:
        items = (*items, Constant(left.definition.unset, left.edm_type))
    return In(left, items, has_null)


def _whole_in(left: Expression, right: ast.Expression, scope: NameScope) -> Expression:
    """A stream or a complex value in a list: what a list holds, they are compared with."""
    is_listed = isinstance(right, ast.ListExpression)
    if isinstance(left, StructuredRef) and is_complex(left) and not is_listed:
        return structure_in(left, right, scope, bind_expression)
    if not is_listed:
        raise NotImplementedYetError(
            f"a value of the type {type_text(left)} in a collection is not supported: use any",
            target=scope.piece,
        )
    bound = list_of(right, scope, bind_expression)
    ways = tuple(compare(ComparisonOperator.EQ, left, item, scope.piece) for item in bound)
    if not ways:
        return Constant(value=False, edm_type=Primitive.BOOLEAN)
    return ways[0] if len(ways) == 1 else Logical(ast.LogicalOperator.OR, ways)


def _in_entities(left: EntityRef, right: ast.Expression, scope: NameScope) -> Expression:
    found = bind_argument(right, scope, bind_expression)
    if not isinstance(found, member_path.Entities):
        raise UriSemanticError("a collection of entities was expected", target=scope.piece)
    item = EntityRef(found.block.root)
    same = compare(ComparisonOperator.EQ, left, item, scope.piece)
    return Exists(found.block, same, found.filters)


def is_null_literal(expression: ast.Expression) -> bool:
    """Whether the syntax says null."""
    return isinstance(expression, ast.Literal) and expression.kind is LiteralKind.NULL


def _in_items(left: Expression, right: ast.Expression, scope: NameScope) -> Expression:
    found = collection_calls.bind_items(right, scope, bind_expression)
    items = collection_calls.retyped(found, left.edm_type)
    item = ItemRef(items)
    return ItemExists(items, compare(ComparisonOperator.EQ, left, item, scope.piece))


def _has(expression: ast.Has, scope: NameScope) -> Expression:
    left = bind_expression(expression.left, scope)
    right = bind_expression(expression.right, scope)
    if is_null(left) or is_null(right):
        return Constant(None, Primitive.BOOLEAN, nullable=True)
    if not isinstance(left.edm_type, EnumType):
        raise UriSemanticError("has needs an enumeration on its left", target=scope.piece)
    right = fit(right, left, scope.piece)
    if right.edm_type != left.edm_type:
        raise comparing.incompatible(right, left, scope.piece)
    return Has(left, right)


# --- arithmetic, functions ------------------------------------------------------------------


def _negation(expression: ast.Negate, scope: NameScope) -> Expression:
    operand = see_as(bind_expression(expression.operand, scope), Primitive.DECIMAL)
    if is_null(operand):
        return operand
    edm_type = operand.edm_type
    is_number = arithmetic.common_number(edm_type, edm_type) is not None
    if not isinstance(edm_type, Primitive) or not (is_number or edm_type is Primitive.DURATION):
        raise UriSemanticError(f"{type_text(operand)} cannot be negated", target=scope.piece)
    result = Primitive.INT64 if edm_type in INTEGER_RANGES else edm_type
    return Negate(operand, result)


def _arithmetic(expression: ast.Arithmetic, scope: NameScope) -> Expression:
    left = bind_expression(expression.left, scope)
    right = bind_expression(expression.right, scope)
    if is_null(left) and is_null(right):
        return NULL
    left, right = arithmetic.settle_operands(expression.operator, left, right)
    result = arithmetic.result_type(expression.operator, left.edm_type, right.edm_type)
    if result is None:
        raise UriSemanticError(
            f"{expression.operator.value} does not take {type_text(left)} and {type_text(right)}",
            target=scope.piece,
        )
    return Arithmetic(expression.operator, left, right, result)


def _call(expression: ast.FunctionCall, scope: NameScope) -> Expression:
    name = expression.name.lower()
    if name in collection_calls.FUNCTIONS:
        return collection_calls.bind_call(expression, scope, bind_expression)
    if name == "isdefined":
        return is_present(bind_expression(expression.arguments[0], scope))
    signature = calling.signatures_of(name, len(expression.arguments), scope)
    arguments = tuple(bind_expression(item, scope) for item in expression.arguments)
    return calling.bind_call(signature, arguments, scope)


def _type_call(expression: ast.Cast | ast.IsOf, scope: NameScope) -> Expression:
    if expression.operand is None:
        operand: Expression = EntityRef(scope.row)
    else:
        operand = _bind_operand(expression.operand, scope)
    is_cast = isinstance(expression, ast.Cast)
    if isinstance(operand, EntityRef):
        bind_entity = bind_entity_cast if is_cast else bind_entity_test
        return bind_entity(operand, expression.type_name, scope)
    if isinstance(operand, StructuredRef) and is_complex(operand):
        bind_complex = bind_complex_cast if is_cast else bind_complex_test
        return bind_complex(operand, expression.type_name, scope)
    wanted = calling.named_type(expression.type_name, scope)
    bind = calling.bind_cast if is_cast else calling.bind_type_test
    return bind(operand, wanted, scope)


def _seen_alike(
    branches: tuple[tuple[Expression, Expression], ...],
) -> tuple[tuple[Expression, Expression], ...]:
    """Dynamic values are seen as the others are."""
    types = [value.edm_type for _, value in branches if not is_null(value)]
    lead = next((item for item in types if item is not Primitive.UNTYPED), Primitive.STRING)
    return tuple((condition, see_as(value, lead)) for condition, value in branches)


def _case(expression: ast.Case, scope: NameScope) -> Expression:
    branches = tuple(
        (bind_condition(branch.condition, scope), bind_expression(branch.value, scope))
        for branch in expression.branches
    )
    branches = _seen_alike(branches)
    typed = [value for _, value in branches if not is_null(value)]
    if not typed:
        return NULL
    lead = next((value for value in typed if not isinstance(value, Parameter)), typed[0])
    edm_type = lead.edm_type
    if edm_type is None:
        raise UriSemanticError("case gives values, not entities", target=scope.piece)
    fitted = tuple((condition, fit(value, lead, scope.piece)) for condition, value in branches)
    for _, value in fitted:
        common = arithmetic.common_number(edm_type, value.edm_type)
        if is_null(value) or value.edm_type == edm_type:
            continue
        if common is None:
            raise UriSemanticError("the values of case differ in type", target=scope.piece)
        edm_type = common
    return Case(fitted, edm_type)
