"""What a request reads: rows, order, bounds, members, and the levels below.

Written by the binder of a request, read by ``sql`` and ``payload``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from odata.edm.model import EntitySet, EntityType, NavigationProperty
from odata.edm.types import ComplexType, Property, PropertyType
from odata.query.item_layout import ALL as ALL_MEMBERS
from odata.query.item_layout import ShownMembers
from odata.query.plan import Block, DynamicRef, Expression, PropertyRef, ScopeRef
from odata.query.set_values import DerivedRows


@dataclass(frozen=True, slots=True, eq=False)
class OutputValue:
    """One member of a row: a property, or a value that the request computes; ``presence``
    tells in which rows it is there at all, ``count`` the number of items that match, ``shown``
    the members of complex items."""

    name: str
    expression: Expression
    edm_type: PropertyType
    definition: Property | None = None
    presence: Expression | None = None
    count: Expression | None = None
    shown: ShownMembers = ALL_MEMBERS


@dataclass(frozen=True, slots=True, eq=False)
class OutputComplex:
    """A complex value with the members that are asked for; ``reference`` where its type may
    be more derived than the declared one."""

    name: str
    complex_type: ComplexType
    members: tuple[Output, ...]
    definition: Property
    reference: PropertyRef | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OutputStream:
    """A stream property: links, no value."""

    name: str
    definition: Property


@dataclass(frozen=True, slots=True, eq=False)
class OutputDynamic:
    """The dynamic properties of an open value: those of ``names`` (None: all)."""

    document: DynamicRef
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OutputGroup:
    """Members that are there in the rows where ``presence`` holds: those of a derived type."""

    presence: Expression
    outputs: tuple[Output, ...]


Output = OutputValue | OutputComplex | OutputStream | OutputDynamic | OutputGroup


class ExpandKind(Enum):
    """What an expanded navigation property shows."""

    ENTITIES = "entities"
    REFERENCES = "$ref"
    COUNT = "$count"


@dataclass(frozen=True, slots=True, eq=False)
class StreamPlan:
    """A stream property whose bytes come inline, with the key by which its store knows it."""

    name: str
    key: tuple[PropertyRef, ...]
    scope: ScopeRef | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A value of the parent that equals a value of the related row."""

    parent: Expression
    child: Expression


@dataclass(eq=False, slots=True)
class ExpandPlan:
    """One expanded navigation property: read by one statement for all parents.

    ``name`` is the name that was asked for, an alias perhaps; ``read`` describes the rows of
    the other end, with the filter, order and bounds that hold per parent. ``is_paged`` lets
    the database bound the rows of one parent to a page; ``is_recursive`` marks what
    ``$levels`` repeats, ``is_repeated`` its repetitions. ``is_whole`` keeps the level from
    being cut into pages: its options have no meaning in a link. Where a derived type ``owner``
    has the property, ``presence`` tells in which rows of the parent; ``path`` is the name with
    the casts around it.
    """

    name: str
    navigation: NavigationProperty
    kind: ExpandKind
    read: ReadPlan
    links: tuple[Link, ...]
    top: int | None = None
    skip: int = 0
    with_count: bool = False
    is_paged: bool = False
    is_recursive: bool = False
    is_repeated: bool = False
    owner: EntityType | None = None
    presence: Expression | None = None
    path: str = ""
    is_whole: bool = False

    @property
    def is_ranked(self) -> bool:
        """Whether rows carry their place among those of their parent, and their number."""
        return self.top is not None or self.skip > 0 or self.with_count or self.is_paged


@dataclass(frozen=True, slots=True, eq=False)
class OrderTerm:
    """One term of the order; nulls come first ascending and last descending."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SelectedProperties:
    """Which structural properties a level shows, as the context URL tells it.

    ``names`` is None where everything is shown; ``hides_key`` where a key is left out.
    """

    names: tuple[str, ...] | None = None
    hides_key: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Parents:
    """To whom the rows of an expanded level belong, for ``$apply``: the values that tell it,
    the parents themselves, and what makes a row theirs."""

    keys: tuple[Expression, ...]
    rows: DerivedRows
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How an expanded level is reached from the rows of the request."""

    origin: EntityType
    steps: tuple[NavigationProperty, ...] = ()

    def to(self, navigation: NavigationProperty) -> Way:
        """One level deeper."""
        return Way(self.origin, (*self.steps, navigation))


def parents_name(index: int) -> str:
    """The name of the array of the parents' values for one link."""
    return f"parents{index}"


@dataclass(eq=False, slots=True)
class ReadPlan:
    """What to read of one level: rows, order, bounds, members and deeper levels.

    ``top`` and ``skip`` are parameters or constants of integers; ``anchors`` are the
    conditions that the resource path sets. ``kept_order`` is the order that ``$apply`` left;
    ``identity`` are the values that tell transient rows apart, which have no key; ``parents``
    and ``way`` tell of an expanded level to whom it belongs and how it was reached.
    """

    block: Block
    entity_set: EntitySet | None = None
    anchors: tuple[Expression, ...] = ()
    kept_order: tuple[OrderTerm, ...] = ()
    identity: tuple[Expression, ...] | None = None
    filters: tuple[Expression, ...] = ()
    order: tuple[OrderTerm, ...] = ()
    top: Expression | None = None
    skip: Expression | None = None
    with_count: bool = False
    outputs: tuple[Output, ...] = ()
    selected: SelectedProperties = SelectedProperties()
    expands: tuple[ExpandPlan, ...] = ()
    streams: tuple[StreamPlan, ...] = ()
    parents: Parents | None = None
    way: Way | None = None

    @property
    def entity_type(self) -> EntityType:
        """The type of the rows."""
        return self.block.root.entity_type
