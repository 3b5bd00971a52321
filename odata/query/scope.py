"""What names mean at one place of a request: the row, the variables, the aliases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from odata.edm.model import Model
from odata.query.budget import Budget
from odata.query.parameters import SlotTable
from odata.query.plan import Expression, ItemRef, PropertyRef, Source
from odata.query.target import ScopeRule
from odata.uri import ast

Variable = Source | ItemRef

# The conditions of a resource path, in messages.
PATH_FILTER = "/$filter"


def segment_piece(index: int) -> str:
    """The name of the piece of a request that a path segment is."""
    return f"/{index}"


_NO_EXPRESSIONS: Mapping[str, Expression] = {}
_NO_VARIABLES: Mapping[str, Variable] = {}
_NO_ALIASES: Mapping[str, ast.Expression] = {}


@dataclass(frozen=True, slots=True)
class NameScope:
    """Where an expression stands.

    ``row`` is what bare names belong to, or its complex value ``holder``; ``request_row`` is
    ``$it``, ``item`` is ``$this`` inside a collection of values, and ``request_item`` is ``$it``
    where the request is for one; ``computed`` are the names that ``$compute`` adds. ``piece``
    names the part of the request whose literals are being bound, for messages and slots;
    ``bind_condition`` binds what a path contains. ``nested_aliases`` are those whose values
    stand in the same piece, ``segment`` is the piece of the path where one is the place of a
    condition, ``pending_aliases`` guards against an alias that leads to itself.
    """

    model: Model
    slots: SlotTable
    row: Source
    request_row: Source | None
    piece: str
    bind_condition: Callable[[ast.Expression, NameScope], Expression]
    variables: Mapping[str, Variable] = field(default_factory=lambda: _NO_VARIABLES)
    computed: Mapping[str, Expression] = field(default_factory=lambda: _NO_EXPRESSIONS)
    aliases: Mapping[str, ast.Expression] = field(default_factory=lambda: _NO_ALIASES)
    nested_aliases: frozenset[str] = frozenset()
    pending_aliases: frozenset[str] = frozenset()
    holder: PropertyRef | None = None
    item: ItemRef | None = None
    request_item: ItemRef | None = None
    budget: Budget = field(default_factory=Budget)
    scope_rule: ScopeRule | None = None
    segment: str | None = None

    def in_piece(self, piece: str) -> NameScope:
        """The same place, for literals of another part of the request."""
        return replace(self, piece=piece, segment=None)

    def in_path_filter(self, index: int) -> NameScope:
        """The same place, for literals of the condition that a path segment is."""
        return replace(self, piece=PATH_FILTER, segment=segment_piece(index))

    def slot_of(self, literal: ast.Literal) -> int | None:
        """The slot of a literal, if it was lifted."""
        return self.slots.claim(self.segment or self.piece, literal.position)

    def with_variable(self, name: str, value: Variable) -> NameScope:
        """Inside a lambda whose variable ranges over ``value``."""
        return replace(self, variables={**self.variables, name: value})

    def with_row(self, source: Source) -> NameScope:
        """Where bare names belong to ``source``; variables of lambdas around it stay known."""
        return replace(self, row=source, computed=_NO_EXPRESSIONS, holder=None, item=None)

    def expanded(self, source: Source, origin: Source | None) -> NameScope:
        """Where bare names belong to an expanded entity: it is read by a statement of its own,
        in which the row of the request is out of reach but for ``origin``."""
        return replace(self.with_row(source), request_row=origin)

    def with_holder(self, holder: PropertyRef) -> NameScope:
        """Where bare names are those of the members of a complex value, which ``$this`` is."""
        return replace(self, holder=holder, item=None)

    def with_item(self, item: ItemRef) -> NameScope:
        """Where ``$this`` is an item of a collection of values."""
        return replace(self, item=item)

    def with_request_item(self, item: ItemRef) -> NameScope:
        """Where the request is for a collection of values, and ``$it`` is an item of it."""
        return replace(self, item=item, request_item=item)

    def with_computed(self, computed: Mapping[str, Expression]) -> NameScope:
        """Where the names of ``$compute`` are known."""
        return replace(self, computed=dict(computed))

    def inside_alias(self, name: str) -> NameScope:
        """Inside the value of ``@name``, which may stand among the nested options."""
        is_nested = name in self.nested_aliases
        piece = self.piece if is_nested else f"@{name}"
        segment = self.segment if is_nested else None
        return replace(
            self, piece=piece, segment=segment, pending_aliases=self.pending_aliases | {name}
        )

    def with_nested_aliases(self, aliases: Mapping[str, ast.Expression]) -> NameScope:
        """Where aliases are known that stand among the options of an item."""
        if not aliases:
            return self
        nested = self.nested_aliases | set(aliases)
        return replace(self, aliases={**self.aliases, **aliases}, nested_aliases=nested)
