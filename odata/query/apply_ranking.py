"""Transformations that keep some of the rows: top, skip, and the family of topcount.

Cites: OData Data Aggregation 3.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from odata.edm.types import NUMERIC_TYPES, EnumType, Primitive
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.apply_stage import TARGET, Stage, type_of, wrap
from odata.query.arithmetic import common_number
from odata.query.binder import bind_expression
from odata.query.plan import NULL, Arithmetic, Comparison, Constant, Expression, Logical
from odata.query.set_values import ColumnRef, Sorting, Windowed, WindowFunction
from odata.uri import ast
from odata.uri.ast import ArithmeticOperator, ComparisonOperator, LiteralKind, LogicalOperator

_NUMBERS = frozenset({LiteralKind.INTEGER, LiteralKind.DECIMAL, LiteralKind.DOUBLE})
_HUNDRED = Decimal(100)


def first_rows(count: int, stage: Stage) -> Stage:
    """The first rows in the order they have."""
    return _by_place(stage, _order(stage), ComparisonOperator.LE, count)


def without_first(count: int, stage: Stage) -> Stage:
    """All but the first rows in the order they have."""
    return _by_place(stage, _order(stage), ComparisonOperator.GT, count)


def ranked(transformation: ast.ApplyRank, stage: Stage) -> Stage:
    """The rows with the highest or the lowest values, up to a number, a sum or a percentage."""
    method = transformation.method
    amount = _amount(transformation.amount, method)
    value = bind_expression(transformation.by, stage.names)
    edm_type = type_of(value)
    if not isinstance(edm_type, EnumType | Primitive) or edm_type is Primitive.STREAM:
        raise UriSemanticError(f"{method} ranks primitive values only", target=TARGET)
    order = (Sorting(value, method.startswith("top")), *_order(stage))
    if method.endswith("count"):
        return _by_place(stage, order, ComparisonOperator.LE, _whole(amount, method))
    if edm_type not in NUMERIC_TYPES:
        raise UriSemanticError(f"{method} ranks numbers", target=TARGET)
    keep = _percentage if method.endswith("percent") else _sum
    if method.endswith("percent") and amount > _HUNDRED:
        raise UriSemanticError(f"{method} takes a percentage of at most 100", target=TARGET)
    return _by_sum(stage, order, lambda before, overall: keep(before, overall, amount))


def _amount(expression: ast.Expression, method: str) -> Decimal:
    if not isinstance(expression, ast.Literal):
        raise NotImplementedYetError(f"{method} takes a literal number first", target=TARGET)
    if expression.kind not in _NUMBERS:
        raise UriSemanticError(f"{method} takes a number first", target=TARGET)
    try:
        amount = Decimal(expression.text)
    except InvalidOperation as error:
        raise UriSemanticError(f"{method} takes a number first", target=TARGET) from error
    if not amount > 0:
        raise UriSemanticError(f"{method} takes a positive number first", target=TARGET)
    return amount


def _whole(amount: Decimal, method: str) -> int:
    if amount != amount.to_integral_value():
        raise UriSemanticError(f"{method} takes a whole number first", target=TARGET)
    return int(amount)


def _order(stage: Stage) -> tuple[Sorting, ...]:
    """The order of the rows, made total."""
    given = (Sorting(term.expression, term.descending) for term in stage.order)
    return (*given, *map(Sorting, stage.identity))


def _by_place(
    stage: Stage, order: tuple[Sorting, ...], operator: ComparisonOperator, count: int
) -> Stage:
    place = Windowed(Primitive.INT64, nullable=False, partition=_partition(stage), order=order)
    wrapped, (found,) = wrap(stage, [place])
    return _kept(wrapped, Comparison(operator, found, Constant(count, Primitive.INT64)))


def _by_sum(
    stage: Stage,
    order: tuple[Sorting, ...],
    keep: Callable[[ColumnRef, ColumnRef], Expression],
) -> Stage:
    value = order[0].expression
    edm_type = type_of(value)
    partition = _partition(stage)
    wrapped, (own, before, overall) = wrap(
        stage,
        [
            value,
            Windowed(edm_type, True, WindowFunction.BEFORE, value, partition, order),  # noqa: FBT003
            Windowed(edm_type, True, WindowFunction.OVERALL, value, partition),  # noqa: FBT003
        ],
    )
    is_first = Comparison(ComparisonOperator.EQ, before, NULL)
    wanted = Logical(LogicalOperator.OR, (is_first, keep(before, overall)))
    has_value = Comparison(ComparisonOperator.NE, own, NULL)
    return _kept(wrapped, Logical(LogicalOperator.AND, (has_value, wanted)))


def _partition(stage: Stage) -> tuple[Expression, ...]:
    return tuple(key.expression for key in stage.partition)


def _kept(stage: Stage, condition: Expression) -> Stage:
    return replace(stage, conditions=(*stage.conditions, condition))


def _sum(before: ColumnRef, _overall: ColumnRef, amount: Decimal) -> Expression:
    """Less than the amount was reached before the row."""
    return Comparison(ComparisonOperator.LT, before, _like(before, amount))


def _percentage(before: ColumnRef, overall: ColumnRef, amount: Decimal) -> Expression:
    share = _product(overall, amount)
    return Comparison(ComparisonOperator.LT, _product(before, _HUNDRED), share)


def _product(value: ColumnRef, factor: Decimal) -> Expression:
    constant = _like(value, factor)
    number = common_number(value.edm_type, constant.edm_type) or Primitive.DECIMAL
    return Arithmetic(ArithmeticOperator.MUL, value, constant, number)


def _like(value: ColumnRef, number: Decimal) -> Constant:
    if value.edm_type in (Primitive.DOUBLE, Primitive.SINGLE):
        return Constant(float(number), Primitive.DOUBLE)
    return Constant(number, Primitive.DECIMAL)
