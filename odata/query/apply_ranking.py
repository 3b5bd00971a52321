"""Transformations that keep some of the rows: top, skip, and the family of topcount.

Cites: OData Data Aggregation 3.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from odata.edm.types import NUMERIC_TYPES, EnumType, Primitive
from odata.errors import UriSemanticError
from odata.query.apply_stage import TARGET, Stage, type_of, wrap
from odata.query.apply_these import WithThese, with_these
from odata.query.arithmetic import common_number
from odata.query.dynamic import see_as
from odata.query.plan import NULL, Arithmetic, Comparison, Constant, Expression, Logical
from odata.query.set_values import ColumnRef, Sorting, Windowed, WindowFunction
from odata.uri import ast
from odata.uri.ast import ArithmeticOperator, ComparisonOperator, LiteralKind, LogicalOperator

_NUMBERS = frozenset({LiteralKind.INTEGER, LiteralKind.DECIMAL, LiteralKind.DOUBLE})
_HUNDRED = Decimal(100)
Keep = Callable[[ColumnRef, ColumnRef, Expression], Expression]


def first_rows(count: int, stage: Stage) -> Stage:
    """The first rows in the order they have."""
    return _by_place(stage, _order(stage), ComparisonOperator.LE, _number(count))


def without_first(count: int, stage: Stage) -> Stage:
    """All but the first rows in the order they have."""
    return _by_place(stage, _order(stage), ComparisonOperator.GT, _number(count))


def ranked(transformation: ast.ApplyRank, stage: Stage) -> Stage:
    """The rows with the highest or the lowest values, up to a number, a sum or a percentage."""
    method = transformation.method
    found = with_these(stage, transformation.amount, transformation.by)
    stage, amount = found.stage, _amount(found, method)
    value = see_as(found.bind(1), Primitive.DECIMAL)
    edm_type = type_of(value)
    if not isinstance(edm_type, EnumType | Primitive) or edm_type is Primitive.STREAM:
        raise UriSemanticError(f"{method} ranks primitive values only", target=TARGET)
    order = (Sorting(value, method.startswith("top")), *_order(stage))
    if method.endswith("count"):
        return _by_place(stage, order, ComparisonOperator.LE, amount)
    if edm_type not in NUMERIC_TYPES:
        raise UriSemanticError(f"{method} ranks numbers", target=TARGET)
    keep = _percentage if method.endswith("percent") else _sum
    return _by_sum(stage, order, amount, keep)


def _amount(found: WithThese, method: str) -> Expression:
    """How much is wanted: a literal, or what ``$these`` gives."""
    expression = found.expressions[0]
    if isinstance(expression, ast.Literal):
        return _literal_amount(expression, method)
    bound = found.bind()
    if bound.edm_type not in NUMERIC_TYPES:
        raise UriSemanticError(f"{method} takes a number first", target=TARGET)
    return bound


def _literal_amount(literal: ast.Literal, method: str) -> Expression:
    if literal.kind not in _NUMBERS:
        raise UriSemanticError(f"{method} takes a number first", target=TARGET)
    try:
        amount = Decimal(literal.text)
    except InvalidOperation as error:
        raise UriSemanticError(f"{method} takes a number first", target=TARGET) from error
    if not amount > 0:
        raise UriSemanticError(f"{method} takes a positive number first", target=TARGET)
    if method.endswith("percent") and amount > _HUNDRED:
        raise UriSemanticError(f"{method} takes a percentage of at most 100", target=TARGET)
    if not method.endswith("count"):
        return Constant(amount, Primitive.DECIMAL)
    if amount != amount.to_integral_value():
        raise UriSemanticError(f"{method} takes a whole number first", target=TARGET)
    return _number(int(amount))


def _number(count: int) -> Constant:
    return Constant(count, Primitive.INT64)


def _order(stage: Stage) -> tuple[Sorting, ...]:
    """The order of the rows, made total."""
    given = (Sorting(term.expression, term.descending) for term in stage.order)
    return (*given, *map(Sorting, stage.identity))


def _by_place(
    stage: Stage, order: tuple[Sorting, ...], operator: ComparisonOperator, count: Expression
) -> Stage:
    place = Windowed(Primitive.INT64, nullable=False, partition=_partition(stage), order=order)
    wrapped, (found, most) = wrap(stage, [place, count])
    return _kept(wrapped, Comparison(operator, found, _carried(count, most)))


def _carried(given: Expression, column: ColumnRef) -> Expression:
    """A value behind the wrapping: a constant is one everywhere."""
    return given if isinstance(given, Constant) else column


def _by_sum(stage: Stage, order: tuple[Sorting, ...], amount: Expression, keep: Keep) -> Stage:
    value = order[0].expression
    edm_type = type_of(value)
    partition = _partition(stage)
    wrapped, (own, before, overall, most) = wrap(
        stage,
        [
            value,
            Windowed(edm_type, True, WindowFunction.BEFORE, value, partition, order),  # noqa: FBT003
            Windowed(edm_type, True, WindowFunction.OVERALL, value, partition),  # noqa: FBT003
            amount,
        ],
    )
    is_first = Comparison(ComparisonOperator.EQ, before, NULL)
    enough = keep(before, overall, _carried(amount, most))
    wanted = Logical(LogicalOperator.OR, (is_first, enough))
    has_value = Comparison(ComparisonOperator.NE, own, NULL)
    return _kept(wrapped, Logical(LogicalOperator.AND, (has_value, wanted)))


def _partition(stage: Stage) -> tuple[Expression, ...]:
    return tuple(key.expression for key in stage.partition)


def _kept(stage: Stage, condition: Expression) -> Stage:
    return replace(stage, conditions=(*stage.conditions, condition))


def _sum(before: ColumnRef, _overall: ColumnRef, amount: Expression) -> Expression:
    """Less than the amount was reached before the row."""
    return Comparison(ComparisonOperator.LT, before, _like(before, amount))


def _percentage(before: ColumnRef, overall: ColumnRef, amount: Expression) -> Expression:
    hundred = Constant(_HUNDRED, Primitive.DECIMAL)
    return Comparison(ComparisonOperator.LT, _product(before, hundred), _product(overall, amount))


def _product(value: ColumnRef, factor: Expression) -> Expression:
    factor = _like(value, factor)
    number = common_number(value.edm_type, factor.edm_type) or Primitive.DECIMAL
    return Arithmetic(ArithmeticOperator.MUL, value, factor, number)


def _like(value: ColumnRef, number: Expression) -> Expression:
    """A number that can be compared with a value: floating where that is."""
    is_floating = value.edm_type in (Primitive.DOUBLE, Primitive.SINGLE)
    if is_floating and isinstance(number, Constant) and isinstance(number.value, Decimal):
        return Constant(float(number.value), Primitive.DOUBLE)
    return number
