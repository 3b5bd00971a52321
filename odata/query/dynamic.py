"""Dynamic values beside others: the other operand decides as what they are seen.

Numbers meet numbers, texts meet texts, Booleans meet Booleans; two dynamic values are compared
as each of the kinds. Cites: OData Protocol 3.5, URL Conventions 5.1.1.15.
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.types import NUMERIC_TYPES, EnumType, Primitive, PropertyType
from odata.query.dynamic_ref import STRINGS, TEXT, View, ViewForm
from odata.query.plan import (
    NULL,
    Comparison,
    DynamicRef,
    Expression,
    ItemRef,
    Logical,
    Not,
)
from odata.uri.ast import ComparisonOperator, LogicalOperator

_WITH_EQUALITY = frozenset({ComparisonOperator.EQ, ComparisonOperator.GE, ComparisonOperator.LE})
_KINDS = (
    Primitive.DECIMAL,
    Primitive.STRING,
    Primitive.BOOLEAN,
    Primitive.DATE_TIME_OFFSET,  # days among them
    Primitive.TIME_OF_DAY,
    Primitive.DURATION,
    Primitive.GUID,
)


def is_dynamic(expression: Expression) -> bool:
    """Whether the value has no type of its own and none was chosen yet."""
    return isinstance(expression, DynamicRef | ItemRef) and expression.edm_type is Primitive.UNTYPED


def see_as(expression: Expression, edm_type: PropertyType | None) -> Expression:
    """A dynamic value as one of this type; anything else as it is."""
    if not is_dynamic(expression) or not isinstance(edm_type, Primitive | EnumType):
        return expression
    wanted = Primitive.DECIMAL if edm_type in NUMERIC_TYPES else edm_type
    return _viewed(expression, View(wanted))


def see_as_text(expression: Expression) -> Expression:
    """A dynamic value as the text of whatever it is, to be cast."""
    return _viewed(expression, TEXT) if is_dynamic(expression) else expression


def is_declared(expression: Expression, edm_type: PropertyType) -> Expression:
    """Whether a dynamic value was written as one of this type."""
    seen = _viewed(expression, View(edm_type, ViewForm.DECLARED))
    return Comparison(ComparisonOperator.NE, seen, NULL)


def in_order(expression: Expression) -> tuple[Expression, ...]:
    """The terms that bring dynamic values in order: Booleans, numbers, texts."""
    if not is_dynamic(expression):
        return (expression,)
    views = (STRINGS, View(Primitive.DECIMAL), View(Primitive.BOOLEAN))
    return tuple(_viewed(expression, view) for view in views)


def _viewed(expression: Expression, view: View) -> Expression:
    if isinstance(expression, DynamicRef | ItemRef):
        return replace(expression, view=view)
    return expression


def met(left: Expression, right: Expression) -> tuple[Expression, Expression]:
    """Two operands, of which a dynamic one is seen as the other one is."""
    if is_dynamic(left) and is_dynamic(right):
        return see_as(left, Primitive.STRING), see_as(right, Primitive.STRING)
    return see_as(left, right.edm_type), see_as(right, left.edm_type)


def compare_dynamic(
    operator: ComparisonOperator, left: Expression, right: Expression
) -> Expression | None:
    """Two dynamic values compared by whatever both are; None where not both are dynamic."""
    if not is_dynamic(left) or not is_dynamic(right):
        return None
    if operator is ComparisonOperator.NE:
        same = compare_dynamic(ComparisonOperator.EQ, left, right)
        return None if same is None else Not(same)
    ways = [_as_both(operator, see_as(left, kind), see_as(right, kind)) for kind in _KINDS]
    if operator in _WITH_EQUALITY:
        ways.append(Logical(LogicalOperator.AND, (_is_null(left), _is_null(right))))
    return Logical(LogicalOperator.OR, tuple(ways))


def of_another_kind(
    operator: ComparisonOperator,
    before: tuple[Expression, Expression],
    comparison: Comparison,
) -> Expression:
    """A comparison with a value that may be null, where a dynamic value of another kind is not:
    seen as that kind it is null, and yet the two are not equal."""
    seen = (comparison.left, comparison.right)
    for value, as_kind, other in ((before[0], *seen), (before[1], *reversed(seen))):
        if is_dynamic(value) and other.nullable:
            fits = Comparison(ComparisonOperator.NE, as_kind, NULL)
            is_right = Logical(LogicalOperator.OR, (fits, _is_null(value)))
            if operator in _WITH_EQUALITY:
                return Logical(LogicalOperator.AND, (comparison, is_right))
            if operator is ComparisonOperator.NE:
                return Logical(LogicalOperator.OR, (comparison, Not(is_right)))
    return comparison


def _as_both(operator: ComparisonOperator, left: Expression, right: Expression) -> Expression:
    there = Comparison(ComparisonOperator.NE, left, NULL)
    return Logical(LogicalOperator.AND, (there, Comparison(operator, left, right)))


def _is_null(value: Expression) -> Expression:
    return Comparison(ComparisonOperator.EQ, value, NULL)
