"""The condition of a request in a JSON batch: ``if``, over the answers to earlier requests.

The condition is a Boolean expression as in ``$filter``, with comparisons, ``in``, ``and``,
``or``, ``not`` and ``$count`` of collections. ``$<id>`` stands for the body of the answer to
an earlier request, ``$<id>/address/city`` for a value in it; what is not there is null. So
``$1/error eq null`` tells whether request 1 has succeeded.

Cites: OData JSON 19.1 (batch request), Capabilities vocabulary
(RequestDependencyConditionsSupported).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, assert_never

from odata.errors import BadRequestError
from odata.payload.json_document import JsonValue
from odata.uri import ast
from odata.uri.ast import ComparisonOperator, LiteralKind, LogicalOperator
from odata.uri.parser import parse_expression

Answers = Mapping[str, JsonValue]
Comparable = Any  # two texts or two numbers

_REFERENCE = re.compile(r"'(?:[^']|'')*'|\$([A-Za-z0-9._~-]+)")
_TARGET = "if"
_ORDERS: Mapping[ComparisonOperator, Callable[[Comparable, Comparable], bool]] = {
    ComparisonOperator.GT: lambda left, right: bool(left > right),
    ComparisonOperator.GE: lambda left, right: bool(left >= right),
    ComparisonOperator.LT: lambda left, right: bool(left < right),
    ComparisonOperator.LE: lambda left, right: bool(left <= right),
}
_COUNT = "count"


def holds(text: str, answers: Answers) -> bool:
    """Whether a condition holds; null does not."""
    condition = _Condition(answers)
    names: dict[str, str] = {}
    expression = parse_expression(_named(text, names), target=_TARGET)
    return condition.value(expression, names) is True


def references_in(text: str) -> frozenset[str]:
    """The ids of the requests whose answers a condition asks for."""
    names: dict[str, str] = {}
    _named(text, names)
    return frozenset(names.values())


def _named(text: str, names: dict[str, str]) -> str:
    """The text with a name in place of each reference."""

    def name(found: re.Match[str]) -> str:
        if found[1] is None or found[1] == _COUNT:
            return found[0]
        chosen = f"request_{len(names)}"
        names[chosen] = found[1]
        return chosen

    return _REFERENCE.sub(name, text)


class _Condition:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def value(self, expression: ast.Expression, names: Mapping[str, str]) -> JsonValue:
        match expression:
            case ast.Literal():
                return _literal(expression)
            case ast.Path():
                return self._path(expression, names)
            case ast.Comparison():
                left, right = (
                    self.value(item, names) for item in (expression.left, expression.right)
                )
                return _compared(expression.operator, left, right)
            case ast.In(left=sought, right=ast.ListExpression(items=items)):
                left = self.value(sought, names)
                return any(left == self.value(item, names) for item in items)
            case ast.Not():
                operand = self.value(expression.operand, names)
                return None if operand is None else operand is not True
            case ast.Logical():
                return self._logical(expression, names)
            case _:
                raise _unknown()

    def _logical(self, expression: ast.Logical, names: Mapping[str, str]) -> JsonValue:
        values = [self.value(item, names) for item in expression.operands]
        match expression.operator:
            case LogicalOperator.AND:
                decided, other = False, True
            case LogicalOperator.OR:
                decided, other = True, False
            case _:
                assert_never(expression.operator)
        if any(item is decided for item in values):
            return decided
        return None if None in values else other

    def _path(self, path: ast.Path, names: Mapping[str, str]) -> JsonValue:
        first, *rest = path.segments
        if not isinstance(first, ast.NameSegment) or first.name not in names:
            raise _unknown()
        value = self._answers.get(names[first.name])
        for segment in rest:
            match segment:
                case ast.NameSegment(arguments=None):
                    value = value.get(segment.name) if isinstance(value, dict) else None
                case ast.CountSegment(options=None):
                    value = len(value) if isinstance(value, list) else None
                case _:
                    raise _unknown()
        return value


def _literal(literal: ast.Literal) -> JsonValue:
    match literal.kind:
        case LiteralKind.NULL:
            return None
        case LiteralKind.BOOLEAN:
            return literal.text.lower() == "true"
        case LiteralKind.INTEGER | LiteralKind.DECIMAL | LiteralKind.DOUBLE:
            return Decimal(literal.text)
        case _:
            return literal.text


def _compared(operator: ComparisonOperator, left: JsonValue, right: JsonValue) -> JsonValue:
    """Values compared as OData compares them: null is equal to itself alone."""
    if operator in (ComparisonOperator.EQ, ComparisonOperator.NE):
        return (left == right) is (operator is ComparisonOperator.EQ)
    if isinstance(left, str) and isinstance(right, str):
        return _ORDERS[operator](left, right)
    if _is_number(left) and _is_number(right):
        return _ORDERS[operator](left, right)
    return False


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _unknown() -> BadRequestError:
    return BadRequestError(
        "A condition of a batch compares values of earlier answers with literals.", target=_TARGET
    )
