"""The syntax of a request: what the text says, before any name or type is known.

All nodes are frozen; positions count characters of the decoded option text and take no part
in equality, so a printed and re-parsed tree equals the first one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

# --- literals ---------------------------------------------------------------------------


class LiteralKind(Enum):
    """The lexical form of a literal (OData ABNF, primitiveLiteral)."""

    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"  # digits with a point
    DOUBLE = "double"  # with an exponent, or INF, -INF, NaN
    STRING = "string"
    GUID = "guid"
    DATE = "date"
    DATE_TIME_OFFSET = "datetimeoffset"
    TIME_OF_DAY = "timeofday"
    DURATION = "duration"
    BINARY = "binary"
    ENUM = "enum"
    GEO = "geo"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: ``text`` is its content (strings unquoted and un-doubled, durations and
    binaries without prefix and quotes, enum members without the type); ``type_name`` is the
    enum's qualified name. ``position`` and ``length`` locate the raw token."""

    kind: LiteralKind
    text: str
    type_name: str | None = None
    position: int = field(default=-1, compare=False)
    length: int = field(default=0, compare=False)


# --- expressions ------------------------------------------------------------------------


class ComparisonOperator(Enum):
    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"


class LogicalOperator(Enum):
    AND = "and"
    OR = "or"


class ArithmeticOperator(Enum):
    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    DIV = "div"
    DIVBY = "divby"
    MOD = "mod"


class LambdaOperator(Enum):
    ANY = "any"
    ALL = "all"


class PathRoot(Enum):
    """Where a member path starts."""

    IMPLICIT = ""
    IT = "$it"
    THIS = "$this"
    ROOT = "$root"
    THESE = "$these"


@dataclass(frozen=True, slots=True)
class NameSegment:
    """An identifier, or a qualified name (type cast or operation), with what follows in
    parentheses: ``arguments`` is None where there are no parentheses. A key that follows a
    call, as in ``Ns.All()(1)``, is a segment with an empty name. In a resource path, a key
    as a segment of its own is a name too, whatever characters it has."""

    name: str
    arguments: Arguments | None = None
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Argument:
    """One item between parentheses: a key part or a function parameter; positional when
    ``name`` is None."""

    name: str | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands between the parentheses of a segment."""

    items: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class CountSegment:
    """``/$count`` with its own options, e.g. ``$count($filter=...)``."""

    options: QueryOptions | None = None
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class LambdaSegment:
    """``/any(d:...)``, ``/all(d:...)`` or ``/any()``."""

    operator: LambdaOperator
    variable: str | None = None
    body: Expression | None = None
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class FilterSegment:
    """``/$filter(...)``, and the key of one of the entities that are left."""

    condition: Expression
    position: int = field(default=-1, compare=False)
    key: Arguments | None = None


@dataclass(frozen=True, slots=True)
class AnnotationSegment:
    """``/@Ns.Term#Qualifier``."""

    term: str
    qualifier: str | None = None
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class SystemSegment:
    """Any other segment that begins with ``$``: ``$value``, ``$ref``, ``$each`` ..."""

    name: str
    arguments: Arguments | None = None
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class AggregateSegment:
    """``/aggregate(Amount with sum)`` inside an expression (Data Aggregation 3.2)."""

    items: tuple[AggregateItem, ...]
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class AliasReference:
    """``@name``: a value, or the first segment of a path such as ``@name/city``."""

    name: str
    position: int = field(default=-1, compare=False)


ExpressionSegment = (
    NameSegment
    | CountSegment
    | LambdaSegment
    | FilterSegment
    | AnnotationSegment
    | SystemSegment
    | AggregateSegment
    | AliasReference
)


@dataclass(frozen=True, slots=True)
class Path:
    """A member path: property, navigation, cast, bound function, count, lambda. A lambda
    variable is an ordinary first name. Root alone (``$it``, ``$this``) has no segments."""

    segments: tuple[ExpressionSegment, ...]
    root: PathRoot = PathRoot.IMPLICIT
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: ComparisonOperator
    left: Expression
    right: Expression
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Logical:
    """A chain of one operator, flat: ``a and b and c`` is one node with three operands."""

    operator: LogicalOperator
    operands: tuple[Expression, ...]
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expression
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Expression
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: ArithmeticOperator
    left: Expression
    right: Expression
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """``left in (1,2)`` or ``left in collection``."""

    left: Expression
    right: ListExpression | Expression
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Has:
    left: Expression
    right: Expression
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of a canonical function; ``name`` in lower case (``matchespattern``), geo
    functions with their prefix (``geo.distance``)."""

    name: str
    arguments: tuple[Expression, ...]
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Cast:
    """``cast(x,T)`` or ``cast(T)``; ``type_name`` as written, ``Collection(...)`` included."""

    operand: Expression | None
    type_name: str
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class IsOf:
    operand: Expression | None
    type_name: str
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """``case(c1:v1,c2:v2)``."""

    branches: tuple[CaseBranch, ...]
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class CaseBranch:
    condition: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class ListExpression:
    """The parenthesised list to the right of ``in``."""

    items: tuple[Expression, ...]
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class JsonMember:
    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class JsonObject:
    """``{"a":1}`` in a URL; member values may be expressions."""

    members: tuple[JsonMember, ...]
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class JsonArray:
    items: tuple[Expression, ...]
    position: int = field(default=-1, compare=False)


Expression = (
    Literal
    | Path
    | AliasReference
    | Comparison
    | Logical
    | Not
    | Negate
    | Arithmetic
    | In
    | Has
    | FunctionCall
    | Cast
    | IsOf
    | Case
    | ListExpression
    | JsonObject
    | JsonArray
)

# --- system query options -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderbyItem:
    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ComputeItem:
    expression: Expression
    name: str
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class SelectItem:
    """``path`` holds names and casts (``address``, ``city``) or the star; ``Ns.*`` is one
    name; ``options`` are the nested ones."""

    path: tuple[str, ...]
    options: QueryOptions | None = None
    position: int = field(default=-1, compare=False)


class ExpandSuffix(Enum):
    NONE = ""
    REF = "$ref"
    COUNT = "$count"
    VALUE = "$value"


@dataclass(frozen=True, slots=True)
class ExpandItem:
    """``path`` ends with the navigation (or stream) property, or is the star."""

    path: tuple[str, ...]
    suffix: ExpandSuffix = ExpandSuffix.NONE
    options: QueryOptions | None = None
    position: int = field(default=-1, compare=False)


# $search


@dataclass(frozen=True, slots=True)
class SearchWord:
    text: str


@dataclass(frozen=True, slots=True)
class SearchPhrase:
    text: str


@dataclass(frozen=True, slots=True)
class SearchNot:
    operand: SearchExpression


@dataclass(frozen=True, slots=True)
class SearchAnd:
    operands: tuple[SearchExpression, ...]


@dataclass(frozen=True, slots=True)
class SearchOr:
    operands: tuple[SearchExpression, ...]


SearchExpression = SearchWord | SearchPhrase | SearchNot | SearchAnd | SearchOr

# $apply


@dataclass(frozen=True, slots=True)
class AggregateFrom:
    """``from path[/path] with method`` of an aggregate expression."""

    paths: tuple[Path, ...]
    method: str | None = None


@dataclass(frozen=True, slots=True)
class AggregateItem:
    """``expression with method from ... as alias``; ``$count as n`` has a path that ends in
    a count segment; a custom aggregate has a path and neither method nor alias need be."""

    expression: Expression
    method: str | None = None
    alias: str | None = None
    froms: tuple[AggregateFrom, ...] = ()
    nested: tuple[AggregateItem, ...] = ()
    position: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    items: tuple[AggregateItem, ...]


@dataclass(frozen=True, slots=True)
class Rollup:
    """``rollup(a,b)`` in a grouping list; ``is_recursive`` for ``rolluprecursive``."""

    paths: tuple[Expression, ...]
    has_all: bool = False
    is_recursive: bool = False


@dataclass(frozen=True, slots=True)
class GroupBy:
    grouping: tuple[Path | Rollup, ...]
    apply: Apply | None = None


@dataclass(frozen=True, slots=True)
class ApplyFilter:
    condition: Expression


@dataclass(frozen=True, slots=True)
class ApplyCompute:
    items: tuple[ComputeItem, ...]


@dataclass(frozen=True, slots=True)
class ApplySearch:
    search: SearchExpression


@dataclass(frozen=True, slots=True)
class ApplyOrderby:
    items: tuple[OrderbyItem, ...]


@dataclass(frozen=True, slots=True)
class ApplyTop:
    count: int


@dataclass(frozen=True, slots=True)
class ApplySkip:
    count: int


@dataclass(frozen=True, slots=True)
class ApplyRank:
    """``topcount``, ``toppercent``, ``topsum`` and their bottom twins."""

    method: str
    amount: Expression
    by: Expression


@dataclass(frozen=True, slots=True)
class ApplyConcat:
    sequences: tuple[Apply, ...]


@dataclass(frozen=True, slots=True)
class ApplyIdentity:
    pass


@dataclass(frozen=True, slots=True)
class ApplyJoin:
    """``join(path as alias)`` or ``outerjoin``, perhaps with what becomes of the related
    instances first."""

    method: str
    path: Path
    alias: str
    apply: Apply | None = None


@dataclass(frozen=True, slots=True)
class ApplyOther:
    """A transformation that the grammar knows and nobody builds: nest, ancestors, a
    service-defined set function ..."""

    name: str
    text: str = ""


Transformation = (
    Aggregate
    | GroupBy
    | ApplyFilter
    | ApplyCompute
    | ApplySearch
    | ApplyOrderby
    | ApplyTop
    | ApplySkip
    | ApplyRank
    | ApplyConcat
    | ApplyIdentity
    | ApplyJoin
    | ApplyOther
)


@dataclass(frozen=True, slots=True)
class Apply:
    """A sequence of set transformations."""

    transformations: tuple[Transformation, ...]


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """Everything after the question mark, or between the parentheses of an item.

    An absent option is None (or empty). ``levels`` is 0 for ``max``. ``aliases`` maps the
    name without ``@`` to its value; ``custom`` keeps what is no option of OData.
    """

    filter: Expression | None = None
    orderby: tuple[OrderbyItem, ...] = ()
    select: tuple[SelectItem, ...] = ()
    expand: tuple[ExpandItem, ...] = ()
    compute: tuple[ComputeItem, ...] = ()
    search: SearchExpression | None = None
    apply: Apply | None = None
    top: int | None = None
    skip: int | None = None
    count: bool | None = None
    levels: int | None = None
    index: int | None = None
    format: str | None = None
    schemaversion: str | None = None
    id: str | None = None
    skiptoken: str | None = None
    deltatoken: str | None = None
    aliases: Mapping[str, Expression] = field(default_factory=dict)
    custom: tuple[tuple[str, str], ...] = ()
    present: frozenset[str] = frozenset()  # the options given, by canonical name: "$filter"


NO_OPTIONS = QueryOptions()

# --- resource paths -----------------------------------------------------------------------

ResourceSegment = NameSegment | SystemSegment | FilterSegment | CountSegment


@dataclass(frozen=True, slots=True)
class ResourcePath:
    """The segments after the service root, each decoded once. ``$crossjoin(a,b)`` is a
    system segment whose arguments are paths; ``$count`` a count segment without options."""

    segments: tuple[ResourceSegment, ...]
