# ruff: noqa: D102  (one method per production of the grammar)
"""From the productions of $apply to the syntax tree.

Transformations that nobody builds keep their canonical text only.

Cites: OData Data Aggregation 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar, assert_never

from lark import Token, Transformer, v_args

from odata.uri import ast
from odata.uri.expression_rules import position_of, simple_name
from odata.uri.limits import DEFAULT_LIMITS, check_tree
from odata.uri.option_rules import read_digits
from odata.uri.printer import print_apply, print_arguments, print_expression, print_orderby
from odata.uri.syntax_fault import SyntaxFault, suggest
from odata.uri.transformations import unknown_transformation

Tree = TypeVar("Tree")

_HIERARCHIES = frozenset({"ancestors", "descendants", "traverse"})
_PRESERVING: tuple[type, ...] = (
    *(ast.ApplyFilter, ast.ApplyIdentity, ast.ApplyOrderby, ast.ApplyRank),
    *(ast.ApplySearch, ast.ApplySkip, ast.ApplyTop),
)
_HIERARCHICAL: tuple[type, ...] = ()

_METHODS = frozenset({"sum", "min", "max", "average", "countdistinct"})


@dataclass(frozen=True, slots=True)
class Nested:
    """``transformations as name``."""

    text: str


@dataclass(frozen=True, slots=True)
class Method:
    """``with method``."""

    name: str


@dataclass(frozen=True, slots=True)
class Alias:
    """``as name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The nodes, the qualifier and the node property of a recursive hierarchy."""

    nodes: ast.Path
    qualifier: str
    node: ast.Path

    @property
    def text(self) -> str:
        """The three parts as they are written."""
        nodes, node = (_text(print_expression, path) for path in (self.nodes, self.node))
        return f"{nodes},{self.qualifier},{node}"


AggregatePart = Method | Alias | ast.AggregateFrom


@v_args(inline=True)
class ApplyRules(Transformer[Token, object]):
    """One method per production."""

    def apply(self, *transformations: ast.Transformation) -> ast.Apply:
        return ast.Apply(transformations)

    def set_function(self, name: Token, arguments: ast.Arguments) -> ast.Transformation:
        if "." not in name or any(item.name is None for item in arguments.items):
            raise SyntaxFault(unknown_transformation(str(name)), position_of(name))
        return ast.ApplyOther(str(name), _text(print_arguments, arguments)[1:-1])

    # --- aggregate

    def aggregate(self, items: tuple[ast.AggregateItem, ...]) -> ast.Transformation:
        for item in items:
            is_custom = not item.method and not item.froms and not _is_count(item.expression)
            if item.alias is None and not is_custom:
                raise SyntaxFault("an aggregate needs a name: as ...", item.position)
        return ast.Aggregate(items)

    def aggregate_segment(self, items: tuple[ast.AggregateItem, ...]) -> ast.AggregateSegment:
        position = items[0].position
        if len(items) > 1 or items[0].alias is not None:
            raise SyntaxFault("an aggregate in an expression is one, without a name", position)
        return ast.AggregateSegment(items, position)

    def aggregate_items(self, *items: ast.AggregateItem) -> tuple[ast.AggregateItem, ...]:
        merged: list[ast.AggregateItem] = []
        for item in items:
            if merged and _awaits_method(merged[-1]) and isinstance(item.expression, ast.Path):
                merged[-1] = _continue_from(merged[-1], item, item.expression)
            else:
                merged.append(item)
        for item in merged:
            _check_aggregate(item)
        return tuple(merged)

    def aggregate_item(
        self, value: ast.Expression | Token, *parts: AggregatePart
    ) -> ast.AggregateItem:
        method = alias = None
        froms: list[ast.AggregateFrom] = []
        for part in parts:
            match part:
                case Method(name):
                    method = name
                case Alias(name):
                    alias = name
                case ast.AggregateFrom():
                    froms.append(part)
                case _:
                    assert_never(part)
        if isinstance(value, Token):
            position = position_of(value)
            count = ast.CountSegment(None, position)
            value = ast.Path((count,), ast.PathRoot.IMPLICIT, position)
        return ast.AggregateItem(value, method, alias, tuple(froms), (), value.position)

    def aggregate_from(
        self, path: ast.Expression, method: Method | None = None
    ) -> ast.AggregateFrom:
        return ast.AggregateFrom((self.grouping_path(path),), method.name if method else None)

    def method(self, name: Token) -> Method:
        if name not in _METHODS and "." not in name:
            hint = suggest(str(name), _METHODS)
            raise SyntaxFault(f"unknown aggregation method {name}{hint}", position_of(name))
        return Method(str(name))

    def aggregate_alias(self, name: Token) -> Alias:
        return Alias(simple_name(name, "an aggregate"))

    # --- groupby

    def groupby(self, *parts: ast.Path | ast.Rollup | ast.Apply) -> ast.Transformation:
        then = parts[-1] if isinstance(parts[-1], ast.Apply) else None
        grouping = tuple(part for part in parts if not isinstance(part, ast.Apply))
        return ast.GroupBy(grouping, then)

    def grouping_path(self, path: ast.Expression) -> ast.Path:
        found = _plain_path(path)
        last = found.segments[-1]
        if isinstance(last, ast.NameSegment) and "." in last.name:
            raise SyntaxFault("a grouping path ends with a property", last.position)
        return found

    def rollup(self, *parts: Token | ast.Expression) -> ast.Rollup:
        paths = tuple(self.grouping_path(part) for part in parts if not isinstance(part, Token))
        if len(parts) == 1 and len(paths[0].segments) > 1:
            raise SyntaxFault(
                "rollup takes two paths or the name of a hierarchy", paths[0].position
            )
        return ast.Rollup(paths, has_all=len(paths) < len(parts))

    def rollup_recursive(self, hierarchy: Hierarchy, *rest: ast.Apply | Token) -> ast.Rollup:
        qualifier = ast.Path((ast.NameSegment(hierarchy.qualifier),))
        # The tree has no place for the transformations that restrict the hierarchy.
        for part in rest:
            if isinstance(part, ast.Apply):
                _check_preserving(part, hierarchy.node.position, _HIERARCHICAL)
        paths = (hierarchy.nodes, qualifier, hierarchy.node)
        return ast.Rollup(paths, is_recursive=True)

    # --- the others

    def apply_filter(self, condition: ast.Expression) -> ast.Transformation:
        return ast.ApplyFilter(condition)

    def apply_compute(self, items: tuple[ast.ComputeItem, ...]) -> ast.Transformation:
        return ast.ApplyCompute(items)

    def apply_search(self, search: ast.SearchExpression) -> ast.Transformation:
        return ast.ApplySearch(search)

    def apply_orderby(self, items: tuple[ast.OrderbyItem, ...]) -> ast.Transformation:
        return ast.ApplyOrderby(items)

    def apply_top(self, count: Token) -> ast.Transformation:
        return ast.ApplyTop(read_digits(count))

    def apply_skip(self, count: Token) -> ast.Transformation:
        return ast.ApplySkip(read_digits(count))

    def apply_rank(
        self, token: Token, amount: ast.Expression, by: ast.Expression
    ) -> ast.Transformation:
        for path in _outer_paths(amount):
            if path.root is not ast.PathRoot.THESE:
                raise SyntaxFault(
                    f"{token} takes an amount first, then what to rank by", path.position
                )
        return ast.ApplyRank(str(token), amount, by)

    def apply_concat(self, *sequences: ast.Apply) -> ast.Transformation:
        return ast.ApplyConcat(sequences)

    def apply_identity(self) -> ast.Transformation:
        return ast.ApplyIdentity()

    def nested(self, then: ast.Apply, name: Token) -> Nested:
        return Nested(f"{_text(print_apply, then)} as {simple_name(name, 'a nested collection')}")

    def nest(self, token: Token, *items: Nested) -> ast.Transformation:
        return ast.ApplyOther(str(token), ",".join(item.text for item in items))

    def addnested(self, token: Token, path: ast.Expression, *items: Nested) -> ast.Transformation:
        texts = (_text(print_expression, _plain_path(path)), *(item.text for item in items))
        return ast.ApplyOther(str(token), ",".join(texts))

    def join(
        self, token: Token, path: ast.Expression, name: Token, then: ast.Apply | None = None
    ) -> ast.Transformation:
        return ast.ApplyJoin(str(token), _plain_path(path), simple_name(name, "a join"), then)

    def hierarchy_reference(
        self, nodes: ast.Expression, qualifier: Token, node: ast.Expression
    ) -> Hierarchy:
        if not isinstance(nodes, ast.Path) or nodes.root is not ast.PathRoot.ROOT:
            raise SyntaxFault("a hierarchy begins with $root/", nodes.position)
        name = simple_name(qualifier, "a hierarchy qualifier")
        return Hierarchy(nodes, name, _plain_path(node))

    def hierarchy(
        self, token: Token, reference: Hierarchy, then: ast.Apply, *rest: Token
    ) -> ast.Transformation:
        _check_preserving(then, reference.node.position, _PRESERVING)
        words = (" ".join(word.split()) for word in rest)
        texts = (reference.text, _text(print_apply, then), *words)
        return ast.ApplyOther(str(token), ",".join(texts))

    def traverse(
        self,
        token: Token,
        reference: Hierarchy,
        order: Token,
        *rest: ast.Apply | tuple[ast.OrderbyItem, ...],
    ) -> ast.Transformation:
        texts = [reference.text, str(order)]
        for part in rest:
            if isinstance(part, ast.Apply):
                _check_preserving(part, position_of(order), _PRESERVING)
                texts.append(_text(print_apply, part))
            else:
                texts.append(_text(print_orderby, part))
        return ast.ApplyOther(str(token), ",".join(texts))


def _text(printer: Callable[[Tree], str], tree: Tree) -> str:
    """The canonical text of a tree that is not too deep to be printed."""
    check_tree(tree, DEFAULT_LIMITS, "$apply")
    return printer(tree)


def _plain_path(path: ast.Expression) -> ast.Path:
    """A path of names only."""
    if isinstance(path, ast.Path) and path.segments:
        names = (
            isinstance(segment, ast.AnnotationSegment)
            or (isinstance(segment, ast.NameSegment) and segment.arguments is None)
            for segment in path.segments
        )
        if all(names):
            return path
    raise SyntaxFault("a path of properties is expected", path.position)


def _outer_paths(expression: ast.Expression) -> Iterator[ast.Path]:
    """The paths of an expression that stand in no other path."""
    stack: list[object] = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Path):
            yield node
        elif isinstance(node, tuple):
            stack.extend(node)
        elif is_dataclass(node):
            stack.extend(getattr(node, item.name) for item in fields(node))


def _check_preserving(then: ast.Apply, position: int, kinds: tuple[type, ...]) -> None:
    """Inside a hierarchy, transformations keep the instances as they are."""
    for item in then.transformations:
        is_function = isinstance(item, ast.ApplyOther) and (
            item.name in _HIERARCHIES or "." in item.name
        )
        if not is_function and not isinstance(item, kinds):
            raise SyntaxFault("a hierarchy is restricted by its own instances only", position)


def _is_count(expression: ast.Expression) -> bool:
    return isinstance(expression, ast.Path) and (
        bool(expression.segments) and isinstance(expression.segments[-1], ast.CountSegment)
    )


def _awaits_method(item: ast.AggregateItem) -> bool:
    """Whether a further path may belong to the last ``from`` of this item."""
    return item.alias is None and bool(item.froms) and item.froms[-1].method is None


def _continue_from(
    item: ast.AggregateItem, further: ast.AggregateItem, path: ast.Path
) -> ast.AggregateItem:
    last = item.froms[-1]
    whole = ast.AggregateFrom((*last.paths, path), further.method)
    return replace(item, froms=(*item.froms[:-1], whole, *further.froms), alias=further.alias)


def _check_aggregate(item: ast.AggregateItem) -> None:
    if item.method is not None and _is_count(item.expression):
        raise SyntaxFault("$count takes no method", item.position)
    if item.method is None and not isinstance(item.expression, ast.Path):
        raise SyntaxFault("an aggregated expression needs a method: with ...", item.position)
    if item.method is not None and any(step.method is None for step in item.froms):
        raise SyntaxFault("each from needs a method: with ...", item.position)
