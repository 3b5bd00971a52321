"""What an aggregation method gives over values: the types of results, and what is refused.

Cites: OData Data Aggregation 3.2.1.
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.types import INTEGER_TYPES, NUMERIC_TYPES, EnumType, Primitive, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.counted_entities import one_text
from odata.query.dynamic import see_as
from odata.query.plan import Arithmetic, EntityRef, Expression, Items, PropertyRef
from odata.query.set_values import Aggregated, Aggregation, ItemsValue, count_type
from odata.uri.ast import ArithmeticOperator

UNORDERED = frozenset({Primitive.STREAM, Primitive.BINARY})
_UNCOUNTED = frozenset({Primitive.STREAM})
METHODS = {
    "sum": Aggregation.SUM,
    "min": Aggregation.MIN,
    "max": Aggregation.MAX,
    "countdistinct": Aggregation.COUNT_DISTINCT,
}


def value_type(expression: Expression, target: str) -> PropertyType:
    """The type of a value; refuses what has none."""
    if expression.edm_type is None:
        raise UriSemanticError("a value was expected, not an entity or null", target=target)
    return expression.edm_type


def aggregate_value(
    method: str, operand: Expression, within: tuple[Expression, ...], target: str
) -> Expression:
    """The value that a method gives over the values of an operand."""
    operand = check_operand(operand, method, target)
    if method == "average":
        return ratio(
            aggregated(Aggregation.SUM, operand, within),
            aggregated(Aggregation.COUNT, operand, within),
        )
    return aggregated(METHODS[method], operand, within)


def aggregated(
    method: Aggregation, operand: Expression, within: tuple[Expression, ...]
) -> Aggregated:
    """One aggregated value in the type that fits."""
    edm_type, nullable = value_type(operand, "$apply"), True
    if method is Aggregation.SUM and edm_type in INTEGER_TYPES:
        edm_type = Primitive.INT64
    elif method is Aggregation.COUNT:
        edm_type, nullable = Primitive.INT64, False
    elif method is Aggregation.COUNT_DISTINCT:
        edm_type, nullable = count_type(), False
    elif method is Aggregation.TOTAL:
        nullable = False
    return Aggregated(edm_type, nullable, method, operand, within)


def of_items(method: Aggregation, items: Items, operand: Expression) -> ItemsValue:
    """The value that a method gives for the items of one collection of values."""
    value = aggregated(method, operand, ())
    return ItemsValue(value.edm_type, value.nullable, items=items, value=value)


def counted(within: tuple[Expression, ...]) -> Aggregated:
    """The number of rows."""
    return Aggregated(count_type(), False, Aggregation.COUNT, None, within)  # noqa: FBT003


def ratio(total: Expression, count: Expression) -> Expression:
    """An average from a sum and a count."""
    is_floating = total.edm_type in (Primitive.DOUBLE, Primitive.SINGLE)
    result = Primitive.DOUBLE if is_floating else Primitive.DECIMAL
    return Arithmetic(ArithmeticOperator.DIVBY, total, count, result)


def check_method(method: str, target: str) -> str:
    """The method; refuses one that nobody builds."""
    if "." in method:
        raise NotImplementedYetError(
            f"the aggregation method {method} is not supported", target=target
        )
    return method


def check_operand(operand: Expression, method: str, target: str) -> Expression:
    """The operand; refuses one that the method does not take. Of dynamic values, numbers are
    aggregated, and all are counted."""
    if method == "countdistinct" and isinstance(operand, EntityRef):
        operand = _key_of(operand)
    elif method != "countdistinct":
        operand = see_as(operand, Primitive.DECIMAL)
    edm_type = value_type(operand, target)
    if method in ("sum", "average") and edm_type not in NUMERIC_TYPES:
        raise UriSemanticError(f"{method} takes numbers only", target=target)
    refused = _UNCOUNTED if method == "countdistinct" else UNORDERED
    if not isinstance(edm_type, EnumType | Primitive) or edm_type in refused:
        raise UriSemanticError(f"{method} takes primitive values only", target=target)
    return operand


def _key_of(entity: EntityRef) -> Expression:
    keys = entity.source.entity_type.key_properties()
    return one_text([PropertyRef(entity.source, replace(key), (key.name,)) for key in keys])
