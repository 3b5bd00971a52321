"""Syntax made from values instead of text, for callers that speak no OData.

    options(filter=all_of(equals("status", "active"), contains("displayName", "acme")), top=25)

Values become literals, so what a client has sent never takes part in the syntax.
"""

from __future__ import annotations

from collections.abc import Iterable

from odata.uri import ast
from odata.uri.ast import ComparisonOperator, LiteralKind, LogicalOperator
from odata.uri.option_rules import make_options

Value = str | int | bool | ast.Literal
Selected = tuple[str, ...]


def options(**values: object) -> ast.QueryOptions:
    """Options by their names without ``$``; what is None, empty or false is not given."""
    given = {f"${name}": value for name, value in values.items() if not _is_absent(value)}
    return make_options(given, {})


def _is_absent(value: object) -> bool:
    return value is None or value is False or value == ()


def literal(value: Value) -> ast.Literal:
    """A value as a literal of its natural form."""
    if isinstance(value, ast.Literal):
        return value
    if isinstance(value, bool):
        return ast.Literal(LiteralKind.BOOLEAN, "true" if value else "false")
    if isinstance(value, int):
        return ast.Literal(LiteralKind.INTEGER, str(value))
    return ast.Literal(LiteralKind.STRING, value)


def instant(text: str) -> ast.Literal:
    """A point in time, written as in JSON."""
    return ast.Literal(LiteralKind.DATE_TIME_OFFSET, text)


def decimal(text: str) -> ast.Literal:
    """A number with digits after the point."""
    return ast.Literal(LiteralKind.DECIMAL, text)


def member(path: str) -> ast.Path:
    """A member path such as ``branch/integerId``."""
    return ast.Path(tuple(ast.NameSegment(name) for name in path.split("/")))


def compared(path: str, operator: ComparisonOperator, value: Value) -> ast.Expression:
    """A member compared with a value."""
    return ast.Comparison(operator, member(path), literal(value))


def equals(path: str, value: Value) -> ast.Expression:
    """Whether a member has a value."""
    return compared(path, ComparisonOperator.EQ, value)


def contains(path: str, text: str) -> ast.Expression:
    """Whether a text has another one in it, whatever the case of the letters."""
    lowered = ast.FunctionCall("tolower", (member(path),))
    return ast.FunctionCall("contains", (lowered, ast.FunctionCall("tolower", (literal(text),))))


def all_of(conditions: Iterable[ast.Expression]) -> ast.Expression | None:
    """Several conditions that all hold; None where there are none."""
    return _chain(LogicalOperator.AND, tuple(conditions))


def any_of(conditions: Iterable[ast.Expression]) -> ast.Expression | None:
    """Several conditions of which one holds; None where there are none."""
    return _chain(LogicalOperator.OR, tuple(conditions))


def _chain(
    operator: LogicalOperator, operands: tuple[ast.Expression, ...]
) -> ast.Expression | None:
    if not operands:
        return None
    return operands[0] if len(operands) == 1 else ast.Logical(operator, operands)


def ordered(path: str, *, descending: bool = False) -> ast.OrderbyItem:
    """A term of an order."""
    return ast.OrderbyItem(member(path), descending)


def selected(names: Iterable[str]) -> tuple[ast.SelectItem, ...]:
    """The properties of these names."""
    return tuple(ast.SelectItem((name,)) for name in dict.fromkeys(names))


def expanded(name: str, nested: ast.QueryOptions) -> ast.ExpandItem:
    """A navigation property with the options of its entities."""
    return ast.ExpandItem((name,), options=nested)
