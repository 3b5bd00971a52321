"""The shape of a request whose options are syntax already, and its literals.

As with text, requests that differ in literals alone have one shape, so they share one plan
and their values travel as parameters. A literal's place is its number within its option.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from odata.service.shapes import RequestShape, shape_of
from odata.uri import ast
from odata.uri.ast import Literal, LiteralKind

Node = Any  # any node of the syntax, a tuple of them, or a plain value in one

_TREES = ("filter", "orderby", "select", "expand", "compute", "apply", "search")
_NUMBERS = ("top", "skip")
_WORDS = frozenset({LiteralKind.NULL, LiteralKind.BOOLEAN})


def typed_shape(path: str, options: ast.QueryOptions) -> RequestShape:
    """The shape of a percent-encoded path with options that were never text."""
    base = shape_of(path, "")
    lifter = _Lifter(base)
    lifted = replace(options, **{name: lifter.tree(options, name) for name in _TREES})
    for name in _NUMBERS:
        lifter.number(name, getattr(options, name))
    lifter.key.append(f"$count\0{options.count}")
    return RequestShape((*base.key, *lifter.key), lifter.literals, lifter.positions, (), lifted)


class _Lifter:
    """Collects the literals of options and what is left of them without."""

    def __init__(self, base: RequestShape) -> None:
        self.key: list[str] = []
        self.literals: list[Literal] = list(base.literals)
        self.positions: dict[tuple[str, int], int] = dict(base.positions)

    def tree(self, options: ast.QueryOptions, name: str) -> Node:
        """The value of an option whose literals know their places."""
        value = getattr(options, name)
        if not value:
            return value
        words: list[str] = []
        lifted = self._lift(value, f"${name}", words)
        self.key.append(f"typed ${name}\0{' '.join(words)}")
        return lifted

    def number(self, name: str, value: int | None) -> None:
        """``$top`` or ``$skip``."""
        if value is None:
            return
        self.key.append(f"typed ${name}\0?")
        self._place(Literal(LiteralKind.INTEGER, str(value)), f"${name}", 0)

    def _lift(self, node: Node, piece: str, words: list[str]) -> Node:
        if isinstance(node, Literal) and node.kind not in _WORDS:
            place = sum(1 for known in self.positions if known[0] == piece)
            self._place(node, piece, place)
            words.append(f"?{node.kind.value}:{node.type_name}")
            return replace(node, position=place)
        if isinstance(node, tuple):
            words.append("(")
            lifted = tuple([self._lift(item, piece, words) for item in node])
            words.append(")")
            return lifted
        if is_dataclass(node) and not isinstance(node, type):
            return self._lift_members(node, piece, words)
        words.append(node.name if isinstance(node, Enum) else repr(node))
        return node

    def _lift_members(self, node: Node, piece: str, words: list[str]) -> Node:
        words.append(type(node).__name__)
        lifted = {
            item.name: self._lift(getattr(node, item.name), piece, words)
            for item in fields(node)
            if item.compare
        }
        return replace(node, **lifted)

    def _place(self, found: Literal, piece: str, place: int) -> None:
        self.positions[piece, place] = len(self.literals)
        self.literals.append(found)
