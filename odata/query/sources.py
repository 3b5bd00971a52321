"""Uses of entity types in one statement: the roots of its SELECTs and what they join."""

from __future__ import annotations

from dataclasses import dataclass, field

from odata.edm.model import EntityType, NavigationProperty
from odata.uri.ast import ComparisonOperator


@dataclass(eq=False, slots=True)
class Block:
    """One SELECT: its root and the single-valued joins that its expressions need.

    ``ancestors`` lead from the root up the resource path; they are joined inwards. ``crossed``
    are combined with the root, row by row. ``lead`` comes before the root, whose rows may be
    missing beside its own.
    """

    root: Source
    joins: list[Source] = field(default_factory=list)
    ancestors: list[Source] = field(default_factory=list)
    crossed: list[Source] = field(default_factory=list)
    lead: Source | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A value that the filter hands to what is computed from a property, with the operator
    that it is compared by: a parameter or a constant of the plan."""

    name: str
    operator: ComparisonOperator
    value: object


@dataclass(eq=False, slots=True)
class Source:
    """One use of an entity type in a statement, reached from ``parent`` by ``navigation``.

    ``cast_of`` is the source of which this one shows the entities of a derived type; where it
    ``is_certain``, nobody looks at it for other entities. ``inputs`` are what the filter
    hands to its computed properties.
    """

    entity_type: EntityType
    parent: Source | None = None
    navigation: NavigationProperty | None = None
    block: Block | None = field(default=None, repr=False)
    cast_of: Source | None = None
    is_certain: bool = False
    inputs: list[Input] = field(default_factory=list)
    _children: dict[str, Source] = field(default_factory=dict, repr=False)

    def join(self, navigation: NavigationProperty) -> Source:
        """The joined source at the end of a single-valued navigation property."""
        found = self._children.get(navigation.name)
        if found is None:
            found = Source(navigation.target, self, navigation, self.block)
            self._children[navigation.name] = found
            if self.block is not None:
                self.block.joins.append(found)
        return found

    def joined(self, name: str) -> Source | None:
        """What was joined under a name."""
        return self._children.get(name)

    def put(self, name: str, source: Source) -> None:
        """Let a name lead to a source that is joined already."""
        self._children[name] = source

    def cast(self, entity_type: EntityType, *, is_certain: bool = False) -> Source:
        """The entities of a derived type among those of this source; null for the others."""
        name = f"{entity_type.qualified_name} {is_certain}"
        found = self._children.get(name)
        if found is None:
            found = Source(entity_type, self.parent, self.navigation, self.block)
            found.cast_of, found.is_certain = self, is_certain
            self._children[name] = found
        return found

    def narrow(self, entity_type: EntityType) -> None:
        """Leave none but the entities of a derived type."""
        self.entity_type = entity_type

    @property
    def is_outer_joined(self) -> bool:
        """Whether the row may be missing."""
        if self.cast_of is not None:
            return self.cast_of.is_outer_joined or not self.is_certain
        if self.navigation is None or self.block is None:
            return False
        return self.block.root is not self


def new_block(entity_type: EntityType) -> Block:
    """A block whose root is a fresh use of ``entity_type``."""
    root = Source(entity_type)
    block = Block(root)
    root.block = block
    return block


def related_block(parent: Source, navigation: NavigationProperty) -> Block:
    """A block over the entities that ``navigation`` leads to from one row of ``parent``."""
    root = Source(navigation.target, parent, navigation)
    block = Block(root)
    root.block = block
    return block


def child_block(parent: Source, navigation: NavigationProperty) -> Block:
    """A block over what ``navigation`` leads to from the row that the path has reached."""
    root = Source(navigation.target, parent, navigation)
    ancestors = [parent]
    if parent.block is not None:
        ancestors += parent.block.ancestors
    block = Block(root, ancestors=ancestors)
    root.block = block
    return block
