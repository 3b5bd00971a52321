"""Which part of a request the database could not compute.

A database tells that an expression has no value, not which one. The syntax of the request is
looked through for what can fail so; a divisor that is written as zero is named before others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from odata.errors import ErrorDetail, EvaluationError, EvaluationFault
from odata.query.scope import PATH_FILTER
from odata.uri import ast
from odata.uri.ast import ArithmeticOperator, LiteralKind
from odata.uri.limits import walk
from odata.uri.query_options import read_query_options
from odata.uri.resource_path import parse_resource_path

_DIVISIONS = frozenset({ArithmeticOperator.DIV, ArithmeticOperator.DIVBY, ArithmeticOperator.MOD})
_NUMBERS = frozenset({LiteralKind.INTEGER, LiteralKind.DECIMAL, LiteralKind.DOUBLE})
_EXPECTED: Mapping[EvaluationFault, str] = {
    EvaluationFault.DIVISION: "expected a divisor that is not 0 in any row",
    EvaluationFault.RANGE: "expected operands whose result the type can hold in every row",
    EvaluationFault.OTHER: "expected operands of which it can be computed in every row",
}
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A part that may have failed: how it is called, and where it stands."""

    option: str
    name: str
    position: int

    def __str__(self) -> str:
        return f"'{self.name}' at position {self.position} of {self.option}"


def located(error: EvaluationError, path: str, query: str) -> EvaluationError:
    """The failure with the option and the position of what has no value, if they can be told."""
    fault, suspects = error.fault, _suspects(error.fault, path, query)
    if not suspects and fault is EvaluationFault.DIVISION:
        fault = EvaluationFault.RANGE  # an overflow is told in the same words by SQLite
        suspects = _suspects(fault, path, query)
    if not suspects:
        return error
    found = EvaluationError(fault)
    first = suspects[0]
    found.target, found.position = first.option, first.position
    which = f"one of {', '.join(map(str, suspects))}" if len(suspects) > 1 else str(first)
    found.message = f"an expression {fault.value}: {which}: {_EXPECTED[fault]}"
    if len(suspects) > 1:
        found.details = tuple(
            ErrorDetail(error.code, f"{item} may be at fault", item.option) for item in suspects
        )
    return found


def _suspects(fault: EvaluationFault, path: str, query: str) -> Sequence[_Suspect]:
    found: list[_Suspect] = []
    for option, tree in _pieces(path, query):
        nodes = [node for node, _ in walk(tree) if _may_fail(node, fault)]
        certain = [node for node in nodes if _divides_by_written_zero(node)]
        if certain and fault is EvaluationFault.DIVISION:
            return [_suspect(option, certain[0])]
        found += [_suspect(option, node) for node in nodes]
    places = sorted(found, key=lambda item: (item.option, item.position))
    return list(dict.fromkeys(places))[:_MOST_NAMED]


def _pieces(path: str, query: str) -> Iterator[tuple[str, object]]:
    """The syntax of a request by the option whose text it is."""
    for segment in parse_resource_path(path).segments:
        if isinstance(segment, ast.FilterSegment):
            yield PATH_FILTER, segment.condition
    options = read_query_options(query)
    yield "$apply", options.apply
    yield "$compute", options.compute
    yield "$filter", options.filter
    yield "$orderby", options.orderby
    yield "$select", options.select
    yield "$expand", options.expand
    for name, value in options.aliases.items():
        yield f"@{name}", value


def _may_fail(node: object, fault: EvaluationFault) -> bool:
    if fault is EvaluationFault.DIVISION:
        return isinstance(node, ast.Arithmetic) and node.operator in _DIVISIONS
    if isinstance(node, ast.AggregateItem):
        return node.method in ("sum", "average")
    is_computed = isinstance(node, ast.Arithmetic | ast.Negate)
    if fault is EvaluationFault.RANGE:
        return is_computed
    return is_computed or isinstance(node, ast.FunctionCall | ast.Cast)


def _divides_by_written_zero(node: object) -> bool:
    if not isinstance(node, ast.Arithmetic) or node.operator not in _DIVISIONS:
        return False
    divisor = node.right
    if not isinstance(divisor, ast.Literal) or divisor.kind not in _NUMBERS:
        return False
    digits = divisor.text.lower().partition("e")[0]
    return not any(digit in digits for digit in "123456789")


def _suspect(option: str, node: object) -> _Suspect:
    position: int = getattr(node, "position", -1)
    match node:
        case ast.Arithmetic():
            return _Suspect(option, node.operator.value, position)
        case ast.FunctionCall():
            return _Suspect(option, node.name, position)
        case ast.AggregateItem():
            return _Suspect(option, node.method or "", position)
        case ast.Cast():
            return _Suspect(option, "cast", position)
        case _:
            return _Suspect(option, "-", position)
