"""``$these``: values of the whole collection inside expressions on its members.

They become columns of the rows, computed by windows over the collection or the group.

Cites: OData Data Aggregation 3.6 (expressions evaluable on a collection).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

from odata.edm.types import INTEGER_TYPES, Primitive
from odata.errors import NotImplementedYetError
from odata.query.aggregated_value import check_method, check_operand, ratio, value_type
from odata.query.apply_stage import Stage, wrap
from odata.query.binder import bind_expression
from odata.query.plan import Expression
from odata.query.scope import NameScope
from odata.query.set_values import Windowed, WindowFunction
from odata.uri import ast

Tree = TypeVar("Tree")

_WINDOWS = {
    "sum": WindowFunction.OVERALL,
    "min": WindowFunction.LEAST,
    "max": WindowFunction.GREATEST,
}


@dataclass(frozen=True, slots=True)
class WithThese:
    """A stage whose rows carry the values of the collection, expressions that name them, and
    the names by which they do."""

    stage: Stage
    expressions: tuple[ast.Expression, ...]
    names: NameScope

    def bind(self, index: int = 0) -> Expression:
        """One of the expressions, bound."""
        return bind_expression(self.expressions[index], self.names)


def uses_these(expression: object) -> bool:
    """Whether an expression asks for a value of the whole collection."""
    return next(_paths(expression), None) is not None


def with_these(stage: Stage, *expressions: ast.Expression) -> WithThese:
    """The stage with what the expressions ask of its collection."""
    wanted = list(dict.fromkeys(path for item in expressions for path in _paths(item)))
    if not wanted:
        return WithThese(stage, expressions, stage.names)
    values = [_value(path, stage) for path in wanted]
    wrapped, columns = wrap(stage, [part for value in values for part in value])
    rest = iter(columns)
    found = [ratio(next(rest), next(rest)) if len(value) > 1 else next(rest) for value in values]
    by_path = {path: f"$these {index}" for index, path in enumerate(wanted)}
    known = dict(zip(by_path.values(), found, strict=True))
    names = wrapped.names.with_computed({**wrapped.names.computed, **known})
    return WithThese(wrapped, tuple(_named(item, by_path) for item in expressions), names)


def _paths(tree: object) -> Iterator[ast.Path]:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Path) and node.root is ast.PathRoot.THESE:
            yield node
        elif isinstance(node, tuple):
            stack.extend(reversed(node))
        elif is_dataclass(node):
            stack.extend(getattr(node, item.name) for item in reversed(fields(node)))


def _named(tree: Tree, by_path: dict[ast.Path, str]) -> Tree:
    """The tree with names where it asks for values of the collection."""
    if isinstance(tree, ast.Path) and tree in by_path:
        return ast.Path((ast.NameSegment(by_path[tree]),))  # type: ignore[return-value]  # a path for a path
    if isinstance(tree, tuple):
        return tuple(_named(item, by_path) for item in tree)  # type: ignore[return-value]  # a tuple for a tuple
    if not is_dataclass(tree) or isinstance(tree, type):
        return tree
    changed = {item.name: _named(getattr(tree, item.name), by_path) for item in fields(tree)}
    return replace(tree, **changed)


def _value(path: ast.Path, stage: Stage) -> tuple[Windowed, ...]:
    """The windows that a value is made of: one, or the sum and the count of an average."""
    target = stage.names.piece
    partition = tuple(key.expression for key in stage.partition)
    segment = path.segments[0]
    if isinstance(segment, ast.CountSegment) and segment.options is None:
        return (Windowed(Primitive.INT64, False, WindowFunction.COUNT, None, partition),)  # noqa: FBT003
    if not isinstance(segment, ast.AggregateSegment) or len(path.segments) > 1:
        raise NotImplementedYetError(
            "$these is followed by $count or aggregate(...) here", target=target
        )
    item = segment.items[0]
    if item.froms or item.method in (None, "countdistinct"):
        raise NotImplementedYetError(
            "$these/aggregate takes sum, min, max and average here", target=target
        )
    method = check_method(item.method or "", target)
    operand = check_operand(bind_expression(item.expression, stage.names), method, target)
    if method == "average":
        return (
            _window(WindowFunction.OVERALL, operand, partition),
            _window(WindowFunction.COUNT, operand, partition),
        )
    return (_window(_WINDOWS[method], operand, partition),)


def _window(
    function: WindowFunction, operand: Expression, partition: tuple[Expression, ...]
) -> Windowed:
    edm_type = value_type(operand, "$apply")
    is_count = function is WindowFunction.COUNT
    if is_count or (function is WindowFunction.OVERALL and edm_type in INTEGER_TYPES):
        edm_type = Primitive.INT64
    return Windowed(edm_type, not is_count, function, operand, partition)
