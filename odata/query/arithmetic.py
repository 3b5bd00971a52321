"""Types of arithmetic: numeric promotion, dates and durations.

Cites: OData URL Conventions 5.1.1.2 and 5.1.1.11.
"""

from __future__ import annotations

from collections.abc import Mapping

from odata.edm.types import INTEGER_TYPES, NUMERIC_TYPES, Primitive, PropertyType
from odata.query.dynamic import see_as
from odata.query.plan import Constant, Expression
from odata.uri.ast import ArithmeticOperator

_RANK: Mapping[Primitive, int] = {
    Primitive.SBYTE: 0,
    Primitive.BYTE: 1,
    Primitive.INT16: 2,
    Primitive.INT32: 3,
    Primitive.INT64: 4,
    Primitive.DECIMAL: 5,
    Primitive.SINGLE: 6,
    Primitive.DOUBLE: 7,
}

_ADD, _SUB = ArithmeticOperator.ADD, ArithmeticOperator.SUB
_MUL, _DIV, _DIVBY = ArithmeticOperator.MUL, ArithmeticOperator.DIV, ArithmeticOperator.DIVBY
_INSTANT, _DATE, _SPAN = Primitive.DATE_TIME_OFFSET, Primitive.DATE, Primitive.DURATION

_TEMPORAL: Mapping[tuple[ArithmeticOperator, Primitive, Primitive], Primitive] = {
    (_ADD, _INSTANT, _SPAN): _INSTANT,
    (_SUB, _INSTANT, _SPAN): _INSTANT,
    (_ADD, _DATE, _SPAN): _DATE,
    (_SUB, _DATE, _SPAN): _DATE,
    (_ADD, _SPAN, _SPAN): _SPAN,
    (_SUB, _SPAN, _SPAN): _SPAN,
    (_SUB, _DATE, _DATE): _SPAN,
    (_SUB, _INSTANT, _INSTANT): _SPAN,
    (_ADD, _SPAN, _INSTANT): _INSTANT,
    (_ADD, _SPAN, _DATE): _DATE,
}


def common_number(one: PropertyType | None, other: PropertyType | None) -> Primitive | None:
    """The type to which two numbers are promoted; None where one is no number."""
    if not isinstance(one, Primitive) or not isinstance(other, Primitive):
        return None
    if one not in NUMERIC_TYPES or other not in NUMERIC_TYPES:
        return None
    return max(one, other, key=_RANK.__getitem__)


def settle_operands(
    operator: ArithmeticOperator, left: Expression, right: Expression
) -> tuple[Expression, Expression]:
    """An untyped null or dynamic value takes the type that makes sense beside the other."""
    left, right = _seen(operator, left, right), _seen(operator, right, left)
    return _typed(operator, left, right), _typed(operator, right, left)


def _seen(operator: ArithmeticOperator, value: Expression, other: Expression) -> Expression:
    """A dynamic value beside a duration is an instant, or a number where it is a factor."""
    edm_type = other.edm_type
    if edm_type is _SPAN:
        return see_as(value, _INSTANT if operator in (_ADD, _SUB) else Primitive.DECIMAL)
    is_moment = edm_type in (_INSTANT, _DATE)
    return see_as(value, edm_type if is_moment else Primitive.DECIMAL)


def _typed(operator: ArithmeticOperator, value: Expression, other: Expression) -> Expression:
    if not isinstance(value, Constant) or value.value is not None:
        return value
    edm_type = other.edm_type
    if operator in (_MUL, _DIV, _DIVBY) and edm_type is _SPAN:
        edm_type = Primitive.DECIMAL
    elif edm_type in (_INSTANT, _DATE):
        edm_type = _SPAN
    return Constant(None, edm_type, nullable=True)


def result_type(
    operator: ArithmeticOperator, left: PropertyType | None, right: PropertyType | None
) -> Primitive | None:
    """The type of ``left operator right``; None where it is not defined."""
    if not isinstance(left, Primitive) or not isinstance(right, Primitive):
        return None
    number = common_number(left, right)
    if number is not None:
        return _number_result(operator, number)
    if operator in (_MUL, _DIV, _DIVBY) and left is _SPAN and right in NUMERIC_TYPES:
        return _SPAN
    if operator is _MUL and right is _SPAN and left in NUMERIC_TYPES:
        return _SPAN
    return _TEMPORAL.get((operator, left, right))


def _number_result(operator: ArithmeticOperator, number: Primitive) -> Primitive:
    if operator is _DIVBY and number in INTEGER_TYPES:
        return Primitive.DECIMAL
    if number in INTEGER_TYPES:
        return Primitive.INT64
    return number
