"""Syntax to plan: every name resolved, every type known, every literal a parameter.

``ExpressionBinder`` takes expressions; paths are its sibling's work (``member_path``).
Cites: OData URL Conventions 5.1.1.
"""

from __future__ import annotations

from typing import assert_never

from odata.edm.types import EnumType, Primitive, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query import arithmetic, member_path
from odata.query.functions import SIGNATURES, UNSERVED, Operand, Signature
from odata.query.names import did_you_mean
from odata.query.parameters import NATURAL_TYPES, fitting_type, read_parameter
from odata.query.plan import (
    NULL,
    Arithmetic,
    Call,
    Case,
    Cast,
    Comparison,
    Constant,
    EntityRef,
    Expression,
    Has,
    In,
    Logical,
    Negate,
    Not,
    Parameter,
    PropertyRef,
)
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import ComparisonOperator, LiteralKind, LogicalOperator


def bind_condition(expression: ast.Expression, scope: NameScope) -> Expression:
    """A bound expression that is true, false or null."""
    bound = bind_expression(expression, scope)
    if isinstance(bound, Constant) and bound.value is None:
        return bound
    if bound.edm_type is not Primitive.BOOLEAN:
        raise UriSemanticError(
            f"a condition was expected, not a value of type {type_text(bound)}", target=scope.piece
        )
    return bound


def bind_expression(expression: ast.Expression, scope: NameScope) -> Expression:
    """A bound expression of any type."""
    match expression:
        case ast.Literal():
            return _literal(expression, scope)
        case ast.Path():
            return member_path.bind_path(expression, scope)
        case ast.AliasReference():
            return _alias(expression, scope)
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
        case ast.Cast():
            return _cast(expression, scope)
        case ast.Case():
            return _case(expression, scope)
        case ast.IsOf() | ast.ListExpression() | ast.JsonObject() | ast.JsonArray():
            raise NotImplementedYetError(
                f"{_SPOKEN[type(expression)]} is not supported here", target=scope.piece
            )
        case _:
            assert_never(expression)


_SPOKEN: dict[type, str] = {
    ast.IsOf: "isof",
    ast.ListExpression: "a list of values",
    ast.JsonObject: "a JSON object",
    ast.JsonArray: "a JSON array",
}


def type_text(expression: Expression) -> str:
    """The type of a bound expression as messages name it."""
    edm_type = expression.edm_type
    if edm_type is None:
        return "null" if isinstance(expression, Constant) else "an entity"
    return edm_type.qualified_name


def _literal(literal: ast.Literal, scope: NameScope) -> Expression:
    if literal.kind is LiteralKind.NULL:
        return NULL
    if literal.kind is LiteralKind.BOOLEAN:
        return Constant(literal.text.lower() == "true", Primitive.BOOLEAN)
    if literal.kind is LiteralKind.GEO:
        raise NotImplementedYetError("geographic values are not supported", target=scope.piece)
    if literal.kind is LiteralKind.ENUM:
        return _typed_parameter(literal, _enum_of(literal, scope), scope)
    return _typed_parameter(literal, NATURAL_TYPES[literal.kind], scope)


def _typed_parameter(
    literal: ast.Literal, edm_type: PropertyType, scope: NameScope
) -> Parameter | Constant:
    slot = scope.slots.claim(scope.piece, literal.position)
    if slot is not None:
        return Parameter(slot, literal.kind, edm_type, type_name=literal.type_name)
    parameter = Parameter(-1, literal.kind, edm_type, type_name=literal.type_name)
    return Constant(read_parameter(parameter, literal), edm_type)


def _enum_of(literal: ast.Literal, scope: NameScope) -> EnumType:
    found = scope.model.find_type(literal.type_name or "")
    if isinstance(found, EnumType):
        return found
    raise UriSemanticError(
        f"'{literal.type_name}' is not an enumeration of this service", target=scope.piece
    )


def _alias(reference: ast.AliasReference, scope: NameScope) -> Expression:
    if reference.name in scope.pending_aliases:
        raise UriSemanticError(f"@{reference.name} refers to itself", target=f"@{reference.name}")
    value = scope.aliases.get(reference.name)
    if value is None:
        return NULL
    return bind_expression(value, scope.inside_alias(reference.name))


# --- comparisons --------------------------------------------------------------------------


def _comparison(expression: ast.Comparison, scope: NameScope) -> Expression:
    left = bind_expression(expression.left, scope)
    right = bind_expression(expression.right, scope)
    left, right = meet(left, right, scope.piece)
    return compare(expression.operator, left, right)


def compare(operator: ComparisonOperator, left: Expression, right: Expression) -> Expression:
    """A comparison, where null against a property that is never null means its unset value."""
    for value, other in ((left, right), (right, left)):
        if _is_null(other) and isinstance(value, PropertyRef) and value.definition.has_unset:
            return _compare_with_unset(operator, value)
    return Comparison(operator, left, right)


def _compare_with_unset(operator: ComparisonOperator, value: PropertyRef) -> Expression:
    unset = Constant(value.definition.unset, value.definition.edm_type)
    same = Comparison(operator, value, unset)
    if not value.source.is_outer_joined:
        return same
    missing = Comparison(operator, value, NULL)
    joined = LogicalOperator.AND if operator is ComparisonOperator.NE else LogicalOperator.OR
    return Logical(joined, (same, missing))


def _is_null(expression: Expression) -> bool:
    return isinstance(expression, Constant) and expression.value is None


def meet(left: Expression, right: Expression, target: str) -> tuple[Expression, Expression]:
    """Both operands in types that can be compared; literals take the type of the other side."""
    if _is_null(left) or _is_null(right):
        return left, right
    left, right = fit(left, right, target), fit(right, left, target)
    if not comparable(left, right):
        raise UriSemanticError(
            "A binary operator with incompatible types was detected. Found operand types "
            f"'{type_text(left)}' and '{type_text(right)}'.",
            target=target,
        )
    return left, right


def fit(value: Expression, other: Expression, target: str) -> Expression:
    """A literal in the type of the other operand; anything else as it is."""
    if not isinstance(value, Parameter) or other.edm_type is None:
        return value
    fitting = fitting_type(value.kind, other.edm_type)
    if fitting is None:
        raise UriSemanticError(
            "A binary operator with incompatible types was detected. Found operand types "
            f"'{type_text(other)}' and '{type_text(value)}'.",
            target=target,
        )
    like = other.definition if isinstance(other, PropertyRef) else None
    return Parameter(value.slot, value.kind, fitting, like, value.type_name)


def comparable(left: Expression, right: Expression) -> bool:
    """Whether values of these types can be compared."""
    one, other = left.edm_type, right.edm_type
    if isinstance(left, EntityRef) or isinstance(right, EntityRef):
        return isinstance(left, EntityRef) and isinstance(right, EntityRef)
    return one == other or arithmetic.common_number(one, other) is not None or _both_days(one, other)


def _both_days(one: PropertyType | None, other: PropertyType | None) -> bool:
    return {one, other} == {Primitive.DATE, Primitive.DATE_TIME_OFFSET}


def _in(expression: ast.In, scope: NameScope) -> Expression:
    left = bind_expression(expression.left, scope)
    if not isinstance(expression.right, ast.ListExpression | ast.JsonArray):
        raise NotImplementedYetError(
            "in is supported with a list of values only", target=scope.piece
        )
    bound = [bind_expression(item, scope) for item in expression.right.items]
    items = tuple(meet(left, item, scope.piece)[1] for item in bound if not _is_null(item))
    has_null = len(items) != len(bound)
    if has_null and isinstance(left, PropertyRef) and left.definition.has_unset:
        items = (*items, Constant(left.definition.unset, left.edm_type))
    return In(left, items, has_null)


def _has(expression: ast.Has, scope: NameScope) -> Expression:
    left = bind_expression(expression.left, scope)
    right = bind_expression(expression.right, scope)
    if not isinstance(left.edm_type, EnumType):
        raise UriSemanticError("has needs an enumeration on its left", target=scope.piece)
    return Has(left, fit(right, left, scope.piece))


# --- arithmetic, functions ------------------------------------------------------------------


def _negation(expression: ast.Negate, scope: NameScope) -> Expression:
    operand = bind_expression(expression.operand, scope)
    edm_type = operand.edm_type
    if edm_type is not Primitive.DURATION and arithmetic.common_number(edm_type, edm_type) is None:
        raise UriSemanticError(f"{type_text(operand)} cannot be negated", target=scope.piece)
    assert isinstance(edm_type, Primitive)
    return Negate(operand, edm_type)


def _arithmetic(expression: ast.Arithmetic, scope: NameScope) -> Expression:
    left = bind_expression(expression.left, scope)
    right = bind_expression(expression.right, scope)
    left, right = arithmetic.settle_operands(left, right)
    result = arithmetic.result_type(expression.operator, left.edm_type, right.edm_type)
    if result is None:
        raise UriSemanticError(
            f"{expression.operator.value} does not take {type_text(left)} and {type_text(right)}",
            target=scope.piece,
        )
    return Arithmetic(expression.operator, left, right, result)


def _call(expression: ast.FunctionCall, scope: NameScope) -> Expression:
    name = expression.name.lower()
    if name in UNSERVED:
        raise NotImplementedYetError(f"{expression.name} is not supported", target=scope.piece)
    signatures = SIGNATURES.get(name)
    if signatures is None:
        raise UriSemanticError(
            f"An unknown function with name '{expression.name}' was found."
            + did_you_mean(name, SIGNATURES),
            target=scope.piece,
        )
    arguments = tuple(bind_expression(item, scope) for item in expression.arguments)
    for signature in signatures:
        if len(signature.operands) == len(arguments):
            return _bound_call(signature, arguments, scope)
    counts = " or ".join(str(len(item.operands)) for item in signatures)
    raise UriSemanticError(
        f"{name} takes {counts} arguments, not {len(arguments)}", target=scope.piece
    )


def _bound_call(
    signature: Signature, arguments: tuple[Expression, ...], scope: NameScope
) -> Expression:
    like = _shared_property(arguments)
    fitted = tuple(
        _argument(signature, operand, argument, like, scope)
        for operand, argument in zip(signature.operands, arguments, strict=True)
    )
    first = fitted[0].edm_type if fitted else None
    return Call(signature, fitted, signature.result_type(first or Primitive.STRING))


def _argument(
    signature: Signature,
    operand: Operand,
    argument: Expression,
    like: PropertyRef | None,
    scope: NameScope,
) -> Expression:
    if _is_null(argument):
        return Constant(None, operand.default, nullable=True)
    if isinstance(argument, Parameter):
        argument = _literal_argument(signature, operand, argument, like)
    if argument.edm_type not in operand.value:
        raise UriSemanticError(
            f"{signature.name} does not take a value of type {type_text(argument)}",
            target=scope.piece,
        )
    return argument


def _literal_argument(
    signature: Signature, operand: Operand, argument: Parameter, like: PropertyRef | None
) -> Parameter:
    definition = like.definition if like and operand is Operand.STRING else None
    return Parameter(
        argument.slot,
        argument.kind,
        argument.edm_type,
        definition,
        argument.type_name,
        requires_utc=signature.needs_utc,
    )


def _shared_property(arguments: tuple[Expression, ...]) -> PropertyRef | None:
    found = [item for item in arguments if isinstance(item, PropertyRef)]
    return found[0] if len(found) == 1 else None


def _cast(expression: ast.Cast, scope: NameScope) -> Expression:
    if expression.operand is None:
        raise NotImplementedYetError("cast of the instance is not supported", target=scope.piece)
    operand = bind_expression(expression.operand, scope)
    wanted = named_type(expression.type_name, scope)
    if isinstance(operand, Parameter) and isinstance(wanted, Primitive):
        fitting = fitting_type(operand.kind, wanted)
        if fitting == wanted:
            return Parameter(operand.slot, operand.kind, wanted)
    return Cast(operand, wanted)


def named_type(name: str, scope: NameScope) -> PropertyType:
    """The type that an expression names."""
    for primitive in Primitive:
        if primitive.value == name:
            return primitive
    found = scope.model.find_type(name)
    if isinstance(found, EnumType):
        return found
    raise UriSemanticError(f"'{name}' is not a type that values can be cast to", target=scope.piece)


def _case(expression: ast.Case, scope: NameScope) -> Expression:
    branches = tuple(
        (bind_condition(branch.condition, scope), bind_expression(branch.value, scope))
        for branch in expression.branches
    )
    typed = [value for _, value in branches if not _is_null(value)]
    if not typed:
        return NULL
    lead = next((value for value in typed if not isinstance(value, Parameter)), typed[0])
    edm_type = lead.edm_type
    if edm_type is None:
        raise UriSemanticError("case gives values, not entities", target=scope.piece)
    fitted = tuple((condition, fit(value, lead, scope.piece)) for condition, value in branches)
    for _, value in fitted:
        common = arithmetic.common_number(edm_type, value.edm_type)
        if _is_null(value) or value.edm_type == edm_type:
            continue
        if common is None:
            raise UriSemanticError("the values of case differ in type", target=scope.piece)
        edm_type = common
    return Case(fitted, edm_type)
