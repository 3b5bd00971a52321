"""What names mean at one place of a request: the row, the variables, the aliases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from odata.edm.model import Model
from odata.query.parameters import SlotTable
from odata.query.plan import Expression, Source
from odata.uri import ast

_NO_EXPRESSIONS: Mapping[str, Expression] = {}
_NO_SOURCES: Mapping[str, Source] = {}
_NO_ALIASES: Mapping[str, ast.Expression] = {}


@dataclass(frozen=True, slots=True)
class NameScope:
    """Where an expression stands.

    ``row`` is what bare names belong to, ``request_row`` is ``$it``; ``computed`` are the
    names that ``$compute`` adds. ``piece`` names the part of the request whose literals are
    being bound, for messages and slots; ``bind_condition`` binds what a path contains. ``pending_aliases`` guards against an alias that
    leads to itself.
    """

    model: Model
    slots: SlotTable
    row: Source
    request_row: Source
    piece: str
    bind_condition: Callable[[ast.Expression, NameScope], Expression]
    variables: Mapping[str, Source] = field(default_factory=lambda: _NO_SOURCES)
    computed: Mapping[str, Expression] = field(default_factory=lambda: _NO_EXPRESSIONS)
    aliases: Mapping[str, ast.Expression] = field(default_factory=lambda: _NO_ALIASES)
    pending_aliases: frozenset[str] = frozenset()

    def in_piece(self, piece: str) -> NameScope:
        """The same place, for literals of another part of the request."""
        return replace(self, piece=piece)

    def with_variable(self, name: str, source: Source) -> NameScope:
        """Inside a lambda whose variable ranges over ``source``."""
        return replace(self, variables={**self.variables, name: source})

    def with_row(self, source: Source) -> NameScope:
        """Where bare names belong to ``source``."""
        return replace(self, row=source, variables=_NO_SOURCES, computed=_NO_EXPRESSIONS)

    def with_computed(self, computed: Mapping[str, Expression]) -> NameScope:
        """Where the names of ``$compute`` are known."""
        return replace(self, computed=dict(computed))

    def inside_alias(self, name: str) -> NameScope:
        """Inside the value of ``@name``."""
        return replace(self, piece=f"@{name}", pending_aliases=self.pending_aliases | {name})
