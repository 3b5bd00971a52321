"""The bound form of a request: names resolved, types known, values still parameters.

A plan never holds a value of the request: literals are ``Parameter`` nodes that name a slot,
so one plan serves every request of the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass

from odata.edm.types import Primitive, Property, PropertyType
from odata.query.dynamic_ref import DynamicRef, View
from odata.query.functions import Signature
from odata.query.parameter import Parameter, ParameterRule
from odata.query.sources import Block, Source, child_block, new_block, related_block
from odata.uri.ast import ArithmeticOperator, ComparisonOperator, LogicalOperator

__all__ = [
    "Block",
    "DynamicRef",
    "Parameter",
    "ParameterRule",
    "Source",
    "child_block",
    "new_block",
    "related_block",
]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is part of the shape: null, a boolean, a bound of the service."""

    value: object
    edm_type: PropertyType | None
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
    """An entity as a value: compared with null or with another entity. ``keys`` are the values
    of its key where it stands in a SELECT of its own."""

    source: Source
    keys: tuple[SetValue, ...] = ()
    edm_type: None = None
    nullable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """``left operator right``; true or false, never null."""

    operator: ComparisonOperator
    left: Expression
    right: Expression
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Logical:
    """A chain of ``and`` or of ``or``."""

    operator: LogicalOperator
    operands: tuple[Expression, ...]
    edm_type: PropertyType = Primitive.BOOLEAN

    @property
    def nullable(self) -> bool:
        """Three-valued as soon as one operand is."""
        return any(operand.nullable for operand in self.operands)


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """``not operand``."""

    operand: Expression
    edm_type: PropertyType = Primitive.BOOLEAN

    @property
    def nullable(self) -> bool:
        """As the operand."""
        return self.operand.nullable


@dataclass(frozen=True, slots=True, eq=False)
class Negate:
    """``-operand``."""

    operand: Expression
    edm_type: PropertyType

    @property
    def nullable(self) -> bool:
        """As the operand."""
        return self.operand.nullable


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic:
    """``left operator right`` on numbers, dates and durations."""

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
    """``cast(operand,type)``; null where the value does not fit."""

    operand: Expression
    edm_type: PropertyType
    nullable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class IsOf:
    """``isof(operand,type)``; false for null."""

    operand: Expression
    wanted: PropertyType
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """``case(condition:value,...)``; null where no condition is true."""

    branches: tuple[tuple[Expression, Expression], ...]
    edm_type: PropertyType
    nullable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Has:
    """``left has right``: all these flags are set."""

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
class Items:
    """One use of the items of a collection of values."""

    reference: PropertyRef | DynamicRef | ItemList | ItemRef | SetValue


@dataclass(frozen=True, slots=True, eq=False)
class ItemRef:
    """The item for which a lambda variable or ``$this`` stands; ``view`` tells as what an item
    of a dynamic collection is seen, ``path`` leads to a member of a complex one."""

    items: Items
    nullable: bool = True
    view: View | None = None
    path: tuple[str, ...] = ()
    definition: Property | None = None

    @property
    def edm_type(self) -> PropertyType:
        """The type of the item or its member."""
        if self.definition is not None:
            return self.definition.edm_type
        return self.view.edm_type if self.view else self.items.reference.edm_type


@dataclass(frozen=True, slots=True, eq=False)
class ItemExists:
    """``any`` or ``all`` over the items of a collection."""

    items: Items
    predicate: Expression | None = None
    filters: tuple[Expression, ...] = ()
    is_all: bool = False
    edm_type: PropertyType = Primitive.BOOLEAN
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ItemCount:
    """The number of items that match."""

    items: Items
    filters: tuple[Expression, ...] = ()
    edm_type: PropertyType = Primitive.INT64
    nullable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ItemOrder:
    """One term of the order of items."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ItemMember:
    """A member that a request computes for each item."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True, eq=False)
class ItemList:
    """The items that match, in order and within bounds, as a collection; ``is_from_end`` counts
    the bounds from its end, ``computed`` are members that complex items have beside their own."""

    items: Items
    filters: tuple[Expression, ...] = ()
    order: tuple[ItemOrder, ...] = ()
    top: int | None = None
    skip: int = 0
    nullable: bool = False
    is_from_end: bool = False
    computed: tuple[ItemMember, ...] = ()

    @property
    def edm_type(self) -> PropertyType:
        """The type of the items."""
        return self.items.reference.edm_type


@dataclass(frozen=True, slots=True, eq=False)
class SetValue:
    """A value that stands on a set of rows; its kinds are in ``set_values`` and ``search``."""

    edm_type: PropertyType
    nullable: bool


Expression = (
    Constant
    | Parameter
    | PropertyRef
    | DynamicRef
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
    | IsOf
    | Case
    | Has
    | Exists
    | CountOf
    | SetValue
    | ItemRef
    | ItemExists
    | ItemCount
    | ItemList
)

NULL = Constant(None, None, nullable=True)
