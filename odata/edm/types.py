"""The type system of OData: primitive types, enumerations, complex and entity types.

Cites: OData CSDL 3.3 (primitive types), 8 (enumeration), 9 (complex), 6 (entity).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from odata.edm.constraints import Constraint

SCALE_VARIABLE = "variable"
# Under this name the Python value of a complex property tells the name of its type, where that
# is not the declared one.
TYPE_MEMBER = ".type"


class Primitive(Enum):
    """A primitive type by its qualified name."""

    BINARY = "Edm.Binary"
    BOOLEAN = "Edm.Boolean"
    BYTE = "Edm.Byte"
    DATE = "Edm.Date"
    DATE_TIME_OFFSET = "Edm.DateTimeOffset"
    DECIMAL = "Edm.Decimal"
    DOUBLE = "Edm.Double"
    DURATION = "Edm.Duration"
    GUID = "Edm.Guid"
    INT16 = "Edm.Int16"
    INT32 = "Edm.Int32"
    INT64 = "Edm.Int64"
    SBYTE = "Edm.SByte"
    SINGLE = "Edm.Single"
    STREAM = "Edm.Stream"
    STRING = "Edm.String"
    TIME_OF_DAY = "Edm.TimeOfDay"
    UNTYPED = "Edm.Untyped"

    __hash__ = object.__hash__  # without a call of Python

    @property
    def qualified_name(self) -> str:
        """The name with its namespace, as in ``$metadata``."""
        return self.value


INTEGER_TYPES = frozenset(
    {Primitive.BYTE, Primitive.SBYTE, Primitive.INT16, Primitive.INT32, Primitive.INT64}
)
FLOATING_TYPES = frozenset({Primitive.SINGLE, Primitive.DOUBLE})
NUMERIC_TYPES = INTEGER_TYPES | FLOATING_TYPES | {Primitive.DECIMAL}
TEMPORAL_TYPES = frozenset(
    {Primitive.DATE, Primitive.DATE_TIME_OFFSET, Primitive.TIME_OF_DAY, Primitive.DURATION}
)
INTEGER_RANGES: dict[Primitive, tuple[int, int]] = {
    Primitive.BYTE: (0, 255),
    Primitive.SBYTE: (-128, 127),
    Primitive.INT16: (-(2**15), 2**15 - 1),
    Primitive.INT32: (-(2**31), 2**31 - 1),
    Primitive.INT64: (-(2**63), 2**63 - 1),
}


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member: its identifier, its number, and the text of the plain style where it differs.

    ``label`` is what a service writes in the plain style, e.g. a blank for ``_x0020_``
    (Business Central reference §3.2).
    """

    name: str
    number: int
    label: str = ""

    @property
    def text(self) -> str:
        """The text in the plain style."""
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class EnumType:
    """An enumeration (OData CSDL 8)."""

    name: str
    namespace: str
    members: tuple[EnumMember, ...]
    is_flags: bool = False
    underlying: Primitive = Primitive.INT32
    description: str = ""

    @property
    def qualified_name(self) -> str:
        """The name with its namespace."""
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class Facets:
    """What a type alone does not say about a value (OData CSDL 7.2)."""

    nullable: bool = True
    max_length: int | None = None
    precision: int | None = None
    scale: int | str | None = None


NO_FACETS = Facets()


@dataclass(eq=False, slots=True)
class ComplexType:
    """A structured type without a key (OData CSDL 9).

    ``derived`` are the types of the model whose base this is.
    """

    name: str
    namespace: str
    properties: tuple[Property, ...] = ()
    base: ComplexType | None = None
    is_abstract: bool = False
    is_open: bool = False
    description: str = ""
    derived: list[ComplexType] = field(default_factory=list, repr=False)
    _by_name: dict[str, Property] = field(default_factory=dict, repr=False)

    @property
    def qualified_name(self) -> str:
        """The name with its namespace."""
        return f"{self.namespace}.{self.name}"

    def add_derived(self, derived: ComplexType) -> None:
        """Note a type whose base this is; only while the model is put together."""
        if derived not in self.derived:
            self.derived.append(derived)

    def descendants(self) -> tuple[ComplexType, ...]:
        """The types derived from this one, each behind its base."""
        return tuple(item for child in self.derived for item in (child, *child.descendants()))

    def is_a(self, other: ComplexType) -> bool:
        """Whether this is the other type or derived from it."""
        return self is other or (self.base is not None and self.base.is_a(other))

    def find_property(self, name: str) -> Property | None:
        """The structural property of this name, declared here or by a base type."""
        if not self._by_name:
            for item in self.all_properties():
                self._by_name |= dict.fromkeys((item.name, *item.aliases), item)
        return self._by_name.get(name)

    def all_properties(self) -> tuple[Property, ...]:
        """Own properties after those of the base types."""
        inherited = self.base.all_properties() if self.base else ()
        return inherited + self.properties


PropertyType = Primitive | EnumType | ComplexType


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """A structural property (OData CSDL 7).

    ``unset`` is the value that stands for null where a property is never null on the wire
    (Business Central reference §1, fact 12); ``eq null`` then means ``eq unset``.
    ``upper_case`` text is trimmed and upper-cased on write and compared so; in a literal that
    text with ``has_wildcards`` is compared with, ``*`` stands for any characters.
    ``caption`` is the name that messages use; ``aliases`` are further names in requests.
    ``takes_input`` hands what ``$filter`` compares it with to what is computed from it; where
    it ``is_filter_only`` it has no value of its own. ``refusal`` is the sentence for who writes
    it although only the service may. A ``constraint`` bounds what may be written;
    ``has_computed_default`` says that the service finds a value where a new entity has none.
    """

    name: str
    edm_type: PropertyType
    facets: Facets = NO_FACETS
    is_collection: bool = False
    is_computed: bool = False
    is_immutable: bool = False
    is_required: bool = False
    is_filterable: bool = True
    is_sortable: bool = True
    is_searchable: bool = False
    upper_case: bool = False
    has_wildcards: bool = False
    has_unset: bool = False
    unset: object = None
    default: object = None
    caption: str = ""
    description: str = ""
    annotations: tuple[tuple[str, object], ...] = ()
    aliases: tuple[str, ...] = ()
    takes_input: bool = False
    is_filter_only: bool = False
    refusal: str = ""
    constraint: Constraint | None = None
    has_computed_default: bool = False

    @property
    def nullable(self) -> bool:
        """Whether ``null`` may be written."""
        return self.facets.nullable

    @property
    def is_demanded(self) -> bool:
        """Whether every new entity must bring it along."""
        return self.is_required and not self.is_computed and self.default is None

    @property
    def is_dynamic(self) -> bool:
        """Whether no type declares the property: its type is whatever is stored."""
        return self.edm_type is Primitive.UNTYPED

    @property
    def is_searched(self) -> bool:
        """Whether a search of entities looks at the text; a collection is searched by itself."""
        return self.is_searchable and not self.is_collection

    @property
    def is_stream(self) -> bool:
        """Whether the value travels as bytes under a URL of its own."""
        return self.edm_type is Primitive.STREAM


def type_name(edm_type: PropertyType, *, is_collection: bool = False) -> str:
    """The type as ``$metadata`` and ``@odata.type`` spell it."""
    name = edm_type.qualified_name
    return f"Collection({name})" if is_collection else name
