"""The bound form of a request: names resolved, types known, values still parameters.

A plan never holds a value of the request: literals are ``Parameter`` nodes that name a slot,
so one plan serves every request of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import Primitive, Property, PropertyType
from odata.query.functions import Signature
from odata.query.search_terms import SearchTerm
from odata.uri.ast import (
    ArithmeticOperator,
    ComparisonOperator,
    LiteralKind,
    LogicalOperator,
)

# --- sources ------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Block:
    """One SELECT: its root and the single-valued joins that its expressions need.

    ``ancestors`` lead from the root up the resource path; they are joined inwards.
    """

    root: Source
    joins: list[Source] = field(default_factory=list)
    ancestors: list[Source] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Source:
    """One use of an entity type in a statement, reached from ``parent`` by ``navigation``.

    ``type_filter`` names a derived type that the path was cast to.
    """

    entity_type: EntityType
    parent: Source | None = None
    navigation: NavigationProperty | None = None
    block: Block | None = field(default=None, repr=False)
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

    @property
    def is_outer_joined(self) -> bool:
        """Whether the row may be missing."""
        return self.navigation is not None and self.block is not None and self.block.root is not self


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


# --- expressions --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is part of the shape: null, a boolean, a bound of the service."""

    value: object
    edm_type: PropertyType | None
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A literal of the request: ``slot`` counts the lifted literals; ``kind`` is the lexical
    form to read, ``like`` the property whose rules (upper case, enumeration) it follows;
    ``requires_utc`` refuses an instant with another offset."""

    slot: int
    kind: LiteralKind
    edm_type: PropertyType
    like: Property | None = None
    type_name: str | None = None
    requires_utc: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PropertyRef:
    """A structural property of a source; ``path`` leads through complex values."""

    source: Source
    definition: Property
    path: tuple[str, ...]

    @property
    def edm_type(self) -> PropertyType:
        """The type of the value."""
        return self.definition.edm_type

    @property
    def nullable(self) -> bool:
        """Whether the value may be null in the database."""
        if self.source.is_outer_joined:
            return True
        return self.definition.nullable and not self.definition.has_unset


@dataclass(frozen=True, slots=True, eq=False)
class ScopeRef:
    """The hidden column that tells to which company-like parent a row belongs."""

    source: Source
    edm_type: PropertyType = Primitive.GUID
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TagRef:
    """The opaque part of the entity tag of a row."""

    source: Source
    edm_type: PropertyType = Primitive.STRING
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class RuntimeValue:
    """A value that the engine supplies per request: the scope, the page size."""

    name: str
    edm_type: PropertyType
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """``value`` is among the values of an array that the engine supplies under ``name``."""

    value: Expression
    name: str
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class EntityRef:
    """An entity as a value: compared with null or with another entity."""

    source: Source
    edm_type: None = None
    nullable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    operator: ComparisonOperator
    left: Expression
    right: Expression
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Logical:
    operator: LogicalOperator
    operands: tuple[Expression, ...]
    edm_type: PropertyType = Primitive.BOOLEAN

    @property
    def nullable(self) -> bool:
        """Three-valued as soon as one operand is."""
        return any(operand.nullable for operand in self.operands)


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    operand: Expression
    edm_type: PropertyType = Primitive.BOOLEAN

    @property
    def nullable(self) -> bool:
        """As the operand."""
        return self.operand.nullable


@dataclass(frozen=True, slots=True, eq=False)
class Negate:
    operand: Expression
    edm_type: PropertyType

    @property
    def nullable(self) -> bool:
        """As the operand."""
        return self.operand.nullable


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic:
    operator: ArithmeticOperator
    left: Expression
    right: Expression
    edm_type: PropertyType

    @property
    def nullable(self) -> bool:
        """Null as soon as one operand is."""
        return self.left.nullable or self.right.nullable


@dataclass(frozen=True, slots=True, eq=False)
class In:
    """``left in (...)``; ``has_null`` tells that the list names null."""

    left: Expression
    items: tuple[Expression, ...]
    has_null: bool = False
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A canonical function with the signature that fits."""

    signature: Signature
    arguments: tuple[Expression, ...]
    edm_type: PropertyType

    @property
    def nullable(self) -> bool:
        """Null as soon as one argument is."""
        return any(argument.nullable for argument in self.arguments)


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    operand: Expression
    edm_type: PropertyType
    nullable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    branches: tuple[tuple[Expression, Expression], ...]
    edm_type: PropertyType
    nullable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Has:
    left: Expression
    right: Expression
    edm_type: PropertyType = Primitive.BOOLEAN

    @property
    def nullable(self) -> bool:
        """Null as soon as one operand is."""
        return self.left.nullable or self.right.nullable


@dataclass(frozen=True, slots=True, eq=False)
class Exists:
    """``any`` or ``all``; without a predicate, whether there are members."""

    block: Block
    predicate: Expression | None = None
    filters: tuple[Expression, ...] = ()
    is_all: bool = False
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CountOf:
    """The number of related entities that match."""

    block: Block
    filters: tuple[Expression, ...] = ()
    edm_type: PropertyType = Primitive.INT64
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SearchMatch:
    """An entity has what is searched for among its searchable properties."""

    source: Source
    term: SearchTerm
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


Expression = (
    Constant
    | Parameter
    | PropertyRef
    | ScopeRef
    | TagRef
    | RuntimeValue
    | Among
    | EntityRef
    | Comparison
    | Logical
    | Not
    | Negate
    | Arithmetic
    | In
    | Call
    | Cast
    | Case
    | Has
    | Exists
    | CountOf
    | SearchMatch
)

NULL = Constant(None, None, nullable=True)

# --- walking ------------------------------------------------------------------------------


def children(expression: Expression) -> Iterator[Expression]:
    """The direct operands of a bound expression."""
    match expression:
        case Comparison() | Arithmetic() | Has():
            yield from (expression.left, expression.right)
        case Logical():
            yield from expression.operands
        case Not() | Negate() | Cast():
            yield expression.operand
        case Among():
            yield expression.value
        case In():
            yield expression.left
            yield from expression.items
        case Call():
            yield from expression.arguments
        case Case():
            for condition, value in expression.branches:
                yield from (condition, value)
        case Exists() | CountOf():
            yield from expression.filters
            if isinstance(expression, Exists) and expression.predicate is not None:
                yield expression.predicate
        case _:
            return


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything below it, without recursion."""
    pending = [expression]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(children(current))
