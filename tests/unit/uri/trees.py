"""Short ways to write the trees that the tests of this directory expect."""

from odata.uri.ast import (
    Arithmetic,
    ArithmeticOperator,
    Comparison,
    ComparisonOperator,
    Literal,
    LiteralKind,
    Logical,
    LogicalOperator,
    NameSegment,
    Path,
    PathRoot,
)

SEED_FILTER = "blocked eq ' ' and balance gt 0"


def path(text, root=PathRoot.IMPLICIT):
    return Path(tuple(NameSegment(name) for name in text.split("/") if name), root)


def whole(text):
    return Literal(LiteralKind.INTEGER, text)


def string(content):
    return Literal(LiteralKind.STRING, content)


def comparison(left, operator, right):
    return Comparison(ComparisonOperator(operator), left, right)


def arithmetic(left, operator, right):
    return Arithmetic(ArithmeticOperator(operator), left, right)


def both(*operands):
    return Logical(LogicalOperator.AND, operands)


def either(*operands):
    return Logical(LogicalOperator.OR, operands)


TRUE = Literal(LiteralKind.BOOLEAN, "true")
FALSE = Literal(LiteralKind.BOOLEAN, "false")
NULL = Literal(LiteralKind.NULL, "null")
A, B, C, D = path("a"), path("b"), path("c"), path("d")
