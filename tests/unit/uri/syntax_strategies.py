"""Syntax trees as Hypothesis draws them: all that the grammar can give.

Trees that the grammar cannot give are changed into ones that it can, not filtered out.
"""

from functools import partial

from hypothesis import strategies as st

from odata.uri import ast
from odata.uri.ast import LiteralKind

NAMES = st.sampled_from(["a", "b1", "displayName", "eq", "in", "not", "größe", "any", "top"])
FUNCTION_NAMES = st.sampled_from(["a", "b1", "fetch", "größe"])
QUALIFIED = st.sampled_from(["Ns.T", "Microsoft.NAV.customer"])
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
) | st.sampled_from(["it's", "a;b", "a)b(", "&#+%", 'a"b\\'])
LITERALS = st.one_of(
    st.builds(ast.Literal, st.just(LiteralKind.STRING), TEXTS),
    st.builds(ast.Literal, st.just(LiteralKind.ENUM), TEXTS, QUALIFIED),
    *(
        st.builds(ast.Literal, st.just(kind), st.sampled_from(texts))
        for kind, texts in {
            LiteralKind.NULL: ["null"],
            LiteralKind.BOOLEAN: ["true", "false"],
            LiteralKind.INTEGER: ["0", "-5", "+7", "9" * 19],
            LiteralKind.DECIMAL: ["1.50", "-0.1"],
            LiteralKind.DOUBLE: ["1e5", "-2.5E-3", "INF", "-INF", "NaN"],
            LiteralKind.GUID: ["d1e2f3a4-b5c6-7890-1234-567890abcdef"],
            LiteralKind.DATE: ["2024-02-29", "-0001-01-01"],
            LiteralKind.DATE_TIME_OFFSET: ["2024-01-01T00:00Z", "2024-01-01T00:00:00.5 01:00"],
            LiteralKind.TIME_OF_DAY: ["12:30", "23:59:60.5"],
            LiteralKind.DURATION: ["P1DT2H", "-PT0.5S"],
            LiteralKind.BINARY: ["", "Zm9v", "Zg=="],
        }.items()
    ),
    st.just(ast.Literal(LiteralKind.GEO, "SRID=0;Point(1 2)", "geometry")),
)
ALIASES = st.builds(ast.AliasReference, NAMES)
KEYS = LITERALS | ALIASES
PLAIN_PATHS = st.lists(NAMES | QUALIFIED, min_size=1, max_size=3).map(
    lambda names: ast.Path(tuple(ast.NameSegment(name) for name in names))
)
ENUMS = st.builds(ast.Literal, st.just(LiteralKind.ENUM), TEXTS, QUALIFIED)
TYPES = QUALIFIED | st.sampled_from(["Edm.String", "Collection(Edm.Int32)", "Customer"])


def tuples(items, least=0, most=3, **rest):
    return st.lists(items, min_size=least, max_size=most, **rest).map(tuple)


def arguments(values):
    named = tuples(st.builds(ast.Argument, NAMES, values), unique_by=lambda item: item.name)
    positional = tuples(st.builds(ast.Argument, st.none(), KEYS), least=1)
    return st.builds(ast.Arguments, named | positional)


def compounds(inner):
    return st.one_of(
        st.builds(ast.Comparison, st.sampled_from(ast.ComparisonOperator), inner, inner),
        st.builds(ast.Arithmetic, st.sampled_from(ast.ArithmeticOperator), inner, inner),
        *(chains(operator, inner) for operator in ast.LogicalOperator),
        st.builds(ast.Not, inner),
        st.builds(ast.Negate, inner),
        st.builds(ast.Has, inner, ENUMS | ALIASES),
        st.builds(ast.In, inner, collections(inner)),
        st.builds(ast.In, inner, lists()),
        st.builds(ast.FunctionCall, st.just("concat"), st.tuples(inner, inner)),
        st.builds(ast.FunctionCall, st.just("now"), st.just(())),
        st.builds(ast.Cast, st.none() | inner, TYPES),
        st.builds(ast.IsOf, st.none() | inner, TYPES),
        st.builds(ast.Case, tuples(st.builds(ast.CaseBranch, inner, inner), least=1)),
        st.builds(ast.JsonArray, tuples(inner)),
        st.builds(
            ast.JsonObject,
            tuples(st.builds(ast.JsonMember, TEXTS, inner), unique_by=lambda item: item.name),
        ),
        paths(inner),
    )


def chains(operator, inner):
    """Chains of one operator are flat, so no operand is a chain of the same."""

    def build(operands):
        flat = []
        for item in operands:
            is_same = isinstance(item, ast.Logical) and item.operator is operator
            flat.extend(item.operands if is_same else (item,))
        return ast.Logical(operator, tuple(flat))

    return tuples(inner, least=2).map(build)


def lists():
    """A list of one alias would read as the alias in parentheses."""

    def build(items):
        is_alias = len(items) == 1 and isinstance(items[0], ast.AliasReference)
        return ast.ListExpression(items * 2 if is_alias else items)

    return tuples(KEYS).map(build)


def collections(inner):
    """A literal alone is no collection."""
    return inner.map(lambda item: ast.JsonArray((item,)) if isinstance(item, ast.Literal) else item)


def segments(inner):
    return st.one_of(
        st.builds(ast.NameSegment, NAMES | QUALIFIED),
        st.builds(ast.NameSegment, QUALIFIED | FUNCTION_NAMES, arguments(inner)),
        st.builds(ast.CountSegment, st.none() | count_options(inner)),
        st.builds(ast.LambdaSegment, st.sampled_from(ast.LambdaOperator), NAMES, inner),
        st.just(ast.LambdaSegment(ast.LambdaOperator.ANY)),
        st.builds(ast.FilterSegment, inner),
        st.builds(ast.AnnotationSegment, QUALIFIED, st.none() | NAMES),
        st.builds(
            ast.AggregateSegment,
            st.tuples(st.builds(ast.AggregateItem, inner_values(inner), st.just("sum"))),
        ),
    )


def inner_values(inner):
    """A count takes no method."""
    return inner.map(lambda item: ast.Negate(item) if _ends_in_count(item) else item)


def _ends_in_count(item):
    return (
        isinstance(item, ast.Path)
        and bool(item.segments)
        and isinstance(item.segments[-1], ast.CountSegment)
    )


def paths(inner):
    first = st.one_of(
        st.builds(ast.NameSegment, NAMES | QUALIFIED),
        st.builds(ast.NameSegment, QUALIFIED | FUNCTION_NAMES, arguments(inner)),
        st.builds(ast.AnnotationSegment, QUALIFIED, st.none() | NAMES),
    )
    rest = tuples(segments(inner))
    implicit = st.builds(lambda one, more: ast.Path((one, *more)), first, rest)
    aliased = st.builds(
        lambda one, more: ast.Path((one, *more)), ALIASES, tuples(segments(inner), least=1)
    )
    rooted = st.builds(
        ast.Path, rest, st.sampled_from([ast.PathRoot.IT, ast.PathRoot.THIS, ast.PathRoot.THESE])
    )
    absolute = st.builds(ast.Path, tuples(segments(inner), least=1), st.just(ast.PathRoot.ROOT))
    return implicit | aliased | rooted | absolute


def options(fields):
    """Options of which any may be absent; ``present`` says which are not."""
    values = st.fixed_dictionaries({}, optional=fields)
    aliases = st.dictionaries(st.sampled_from(["p", "q"]), LITERALS, max_size=1)

    def build(chosen, given):
        present = frozenset(f"${name}" for name in chosen)
        return ast.QueryOptions(**chosen, aliases=given, present=present)

    return st.builds(build, values, aliases if "select" in fields else st.just({}))


def non_empty(given):
    """There are no parentheses without an option in them."""
    return given.map(lambda item: item if item.present or item.aliases else None)


def count_options(inner):
    return non_empty(options({"filter": inner, "search": SEARCHES}))


WORDS = st.builds(ast.SearchWord, st.sampled_from(["blue", "and", "3.14", "Daniel's", "OR", "a,b"]))
PHRASES = st.builds(ast.SearchPhrase, st.sampled_from(["blue green", 'a"b', "a\\b", "(x);y", "OR"]))


def search_chains(kind, inner):
    def build(operands):
        flat = []
        for item in operands:
            flat.extend(item.operands if isinstance(item, kind) else (item,))
        return kind(tuple(flat))

    return tuples(inner, least=2).map(build)


SEARCHES = st.recursive(
    WORDS | PHRASES,
    lambda inner: st.one_of(
        st.builds(ast.SearchNot, inner),
        search_chains(ast.SearchAnd, inner),
        search_chains(ast.SearchOr, inner),
    ),
    max_leaves=6,
)

EXPRESSIONS = st.recursive(LITERALS | ALIASES | PLAIN_PATHS, compounds, max_leaves=8)
SMALL = st.recursive(LITERALS | PLAIN_PATHS, compounds, max_leaves=2)
ORDERBY = tuples(st.builds(ast.OrderbyItem, SMALL, st.booleans()), least=1)
COMPUTE = tuples(
    st.builds(ast.ComputeItem, SMALL, NAMES), least=1, unique_by=lambda item: item.name
)
COUNTS = st.integers(0, 2**63 - 1)
COLLECTION_OPTIONS = {
    "filter": SMALL,
    "search": SEARCHES,
    "orderby": ORDERBY,
    "top": COUNTS,
    "skip": COUNTS,
    "count": st.booleans(),
}


SELECT_PATHS = tuples(NAMES | QUALIFIED, least=1) | st.sampled_from(
    [("@Core.Messages",), ("Ns.F(p,q)",)]
)


def select_items(inner):
    nested = options({**COLLECTION_OPTIONS, "compute": COMPUTE, "select": inner})
    items = st.builds(ast.SelectItem, SELECT_PATHS)
    return tuples(
        st.one_of(
            items,
            st.sampled_from([ast.SelectItem(("*",)), ast.SelectItem(("Ns.*",))]),
            st.builds(ast.SelectItem, tuples(NAMES, least=1), non_empty(nested)),
        ),
        least=1,
    )


SELECT = st.recursive(
    tuples(st.builds(ast.SelectItem, SELECT_PATHS), least=1), select_items, max_leaves=2
)


def grouping_paths():
    return tuples(NAMES, least=1).map(
        lambda names: ast.Path(tuple(ast.NameSegment(name) for name in names))
    )


AGGREGATE_FROMS = tuples(
    st.builds(
        ast.AggregateFrom, tuples(grouping_paths(), least=1), st.sampled_from(["max", "Ns.M"])
    ),
    most=2,
)
AGGREGATES = st.builds(
    ast.AggregateItem,
    inner_values(SMALL),
    st.sampled_from(["sum", "countdistinct", "Ns.M"]),
    NAMES,
    AGGREGATE_FROMS,
) | st.just(ast.AggregateItem(ast.Path((ast.CountSegment(),)), None, "n"))
ROLLUPS = st.builds(ast.Rollup, tuples(grouping_paths(), least=2), st.booleans())


def transformations(inner):
    return st.one_of(
        st.builds(ast.Aggregate, tuples(AGGREGATES, least=1)),
        st.builds(ast.GroupBy, tuples(grouping_paths() | ROLLUPS, least=1), st.none() | inner),
        st.builds(ast.ApplyFilter, SMALL),
        st.builds(ast.ApplyCompute, COMPUTE),
        st.builds(ast.ApplySearch, SEARCHES),
        st.builds(ast.ApplyOrderby, ORDERBY),
        st.builds(ast.ApplyTop, COUNTS),
        st.builds(ast.ApplySkip, COUNTS),
        st.builds(ast.ApplyRank, st.sampled_from(["topcount", "bottomsum"]), LITERALS, SMALL),
        st.builds(ast.ApplyConcat, tuples(inner, least=2)),
        st.just(ast.ApplyIdentity()),
        st.sampled_from(
            [
                ast.ApplyJoin("join", ast.Path((ast.NameSegment("Sales"),)), "S"),
                ast.ApplyJoin(
                    "outerjoin",
                    ast.Path((ast.NameSegment("Sales"),)),
                    "S",
                    ast.Apply((ast.ApplyIdentity(),)),
                ),
                ast.ApplyOther("nest", "identity as X"),
                ast.ApplyOther("Ns.F", "x=1"),
                ast.ApplyOther("ancestors", "$root/S,Q,a,filter(b),2,keep start"),
            ]
        ),
    )


def applies(inner):
    return st.builds(ast.Apply, tuples(transformations(inner), least=1))


APPLY = st.recursive(st.just(ast.Apply((ast.ApplyIdentity(),))), applies, max_leaves=3)


def expand_items(inner):
    everything = options(
        {
            **COLLECTION_OPTIONS,
            "select": SELECT,
            "expand": inner,
            "compute": COMPUTE,
            "levels": st.integers(0, 9),
            "apply": APPLY,
        }
    )
    counted = options({"filter": SMALL, "search": SEARCHES})
    referenced = options(COLLECTION_OPTIONS)
    path = tuples(NAMES | QUALIFIED, least=1)
    item = partial(st.builds, ast.ExpandItem)
    suffix = ast.ExpandSuffix
    return tuples(
        st.one_of(
            item(path),
            item(path, st.just(suffix.NONE), non_empty(everything)),
            item(path, st.just(suffix.REF), st.none() | non_empty(referenced)),
            item(path, st.just(suffix.COUNT), st.none() | non_empty(counted)),
            st.sampled_from(
                [
                    ast.ExpandItem(("*",)),
                    ast.ExpandItem(("*",), suffix.REF),
                    ast.ExpandItem((), suffix.VALUE),
                ]
            ),
        ),
        least=1,
        most=2,
    )


EXPAND = st.recursive(
    tuples(st.builds(ast.ExpandItem, tuples(NAMES, least=1)), least=1), expand_items, max_leaves=2
)
QUERIES = options(
    {
        **COLLECTION_OPTIONS,
        "select": SELECT,
        "expand": EXPAND,
        "compute": COMPUTE,
        "apply": APPLY,
        "index": st.integers(-9, 9),
        "format": st.sampled_from(["json", "application/json;odata.metadata=full"]),
        "schemaversion": st.sampled_from(["*", "2.1"]),
        "id": st.sampled_from(["customers('a&b=c+d')"]),
        "skiptoken": st.sampled_from(["a=b&c", "x+y%20"]),
        "deltatoken": st.sampled_from(["t"]),
    }
)
