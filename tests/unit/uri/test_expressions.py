import pytest

from odata.errors import UriSyntaxError
from odata.uri import ast
from odata.uri.ast import (
    AggregateSegment,
    AliasReference,
    AnnotationSegment,
    Argument,
    Arguments,
    Case,
    CaseBranch,
    Cast,
    CountSegment,
    FilterSegment,
    FunctionCall,
    Has,
    In,
    IsOf,
    JsonArray,
    JsonMember,
    JsonObject,
    LambdaOperator,
    LambdaSegment,
    ListExpression,
    Literal,
    LiteralKind,
    NameSegment,
    Negate,
    Not,
    Path,
    PathRoot,
)
from odata.uri.parser import (
    parse_expression,
    parse_literal,
)
from tests.unit.uri.trees import (
    FALSE,
    NULL,
    SEED_FILTER,
    TRUE,
    A,
    B,
    C,
    D,
    arithmetic,
    both,
    comparison,
    either,
    path,
    string,
    whole,
)

PRECEDENCE = [
    ("a or b and c", either(A, both(B, C))),
    ("a and b or c", either(both(A, B), C)),
    ("(a or b) and c", both(either(A, B), C)),
    ("a and b and c", both(A, B, C)),
    ("(a and b) and c", both(A, B, C)),
    ("a and (b and c)", both(A, B, C)),
    ("a or b or c or d", either(A, B, C, D)),
    ("a eq b and c ne d", both(comparison(A, "eq", B), comparison(C, "ne", D))),
    ("a gt b eq c", comparison(comparison(A, "gt", B), "eq", C)),
    ("a eq b gt c", comparison(A, "eq", comparison(B, "gt", C))),
    ("a eq b eq c", comparison(comparison(A, "eq", B), "eq", C)),
    ("a add b mul c", arithmetic(A, "add", arithmetic(B, "mul", C))),
    ("a sub b sub c", arithmetic(arithmetic(A, "sub", B), "sub", C)),
    (
        "a div b divby c mod d",
        arithmetic(arithmetic(arithmetic(A, "div", B), "divby", C), "mod", D),
    ),
    ("a add b gt c", comparison(arithmetic(A, "add", B), "gt", C)),
    ("not a eq b", comparison(Not(A), "eq", B)),
    ("not (a eq b)", Not(comparison(A, "eq", B))),
    ("not(a)", Not(A)),
    ("not not a", Not(Not(A))),
    ("not a and b", both(Not(A), B)),
    (
        "not endswith(a,'k') eq false",
        comparison(Not(FunctionCall("endswith", (A, string("k")))), "eq", FALSE),
    ),
    ("-a gt b", comparison(Negate(A), "gt", B)),
    ("-5 mod a", arithmetic(whole("-5"), "mod", A)),
    ("--5", Negate(whole("-5"))),
    ("-(5)", Negate(whole("5"))),
    ("- a", Negate(A)),
    ("a in ('1') eq true", comparison(In(A, ListExpression((string("1"),))), "eq", TRUE)),
    ("not a in (1,2)", Not(In(A, ListExpression((whole("1"), whole("2")))))),
]


@pytest.mark.parametrize(("source", "expected"), PRECEDENCE)
def test_operators_bind_as_the_standard_says(source, expected):
    assert parse_expression(source) == expected


EXPRESSIONS = [
    (
        SEED_FILTER,
        both(
            comparison(path("blocked"), "eq", string(" ")),
            comparison(path("balance"), "gt", whole("0")),
        ),
    ),
    (
        "contains(displayName,'Corp')",
        FunctionCall("contains", (path("displayName"), string("Corp"))),
    ),
    ("startsWith( a , 'x' )", FunctionCall("startswith", (A, string("x")))),
    ("Name EQ 'a' AND b", both(comparison(path("Name"), "eq", string("a")), B)),
    ("a eq null", comparison(A, "eq", NULL)),
    ("a eq TRUE", comparison(A, "eq", TRUE)),
    ("a eq 'O''Neil'", comparison(A, "eq", string("O'Neil"))),
    ("(a)and(b)", both(A, B)),
    ("a  eq   b", comparison(A, "eq", B)),
    ("a\teq\tb", comparison(A, "eq", B)),
    (" a ", A),
    ("currency/code", path("currency/code")),
    ("in in (1)", In(path("in"), ListExpression((whole("1"),)))),
    ("eq eq eq", comparison(path("eq"), "eq", path("eq"))),
    ("not eq 5", comparison(path("not"), "eq", whole("5"))),
    ("(not )", path("not")),
    ("not ", path("not")),
    ("android and notes", both(path("android"), path("notes"))),
    ("a in ()", In(A, ListExpression(()))),
    ("a in (b)", In(A, B)),
    ("a in b/c", In(A, path("b/c"))),
    ("a in [1,2]", In(A, JsonArray((whole("1"), whole("2"))))),
    ("a in (1, -2 ,null)", In(A, ListExpression((whole("1"), whole("-2"), NULL)))),
    ("a in @p", In(A, AliasReference("p"))),
    ("a has Ns.T'x,y'", Has(A, Literal(LiteralKind.ENUM, "x,y", "Ns.T"))),
    ("a has 'x'", Has(A, string("x"))),
    ("cast(Ns.T)", Cast(None, "Ns.T")),
    ("cast(a,Edm.String)", Cast(A, "Edm.String")),
    ("CAST(a, Collection(Edm.String))", Cast(A, "Collection(Edm.String)")),
    ("isof(a,Ns.T)", IsOf(A, "Ns.T")),
    ("case(a:1,true:2)", Case((CaseBranch(A, whole("1")), CaseBranch(TRUE, whole("2"))))),
    ("case( a gt 0 : 1 )", Case((CaseBranch(comparison(A, "gt", whole("0")), whole("1")),))),
    ("@p", AliasReference("p")),
    ("@p/city", Path((AliasReference("p"), NameSegment("city")))),
    ("a/@Ns.Term#q", Path((NameSegment("a"), AnnotationSegment("Ns.Term", "q")))),
    ("@Ns.Term", Path((AnnotationSegment("Ns.Term"),))),
    ("$it", Path((), PathRoot.IT)),
    ("$it/a", path("a", PathRoot.IT)),
    ("$this/a/b", path("a/b", PathRoot.THIS)),
    (
        "$root/Set('x')/a",
        Path(
            (NameSegment("Set", Arguments((Argument(None, string("x")),))), NameSegment("a")),
            PathRoot.ROOT,
        ),
    ),
    ("$these/$count", Path((CountSegment(),), PathRoot.THESE)),
    ("a/$count", Path((NameSegment("a"), CountSegment()))),
    ("a/$filter(b)/$count", Path((NameSegment("a"), FilterSegment(B), CountSegment()))),
    ("a/any()", Path((NameSegment("a"), LambdaSegment(LambdaOperator.ANY)))),
    (
        "a/any( x : x/b )",
        Path((NameSegment("a"), LambdaSegment(LambdaOperator.ANY, "x", path("x/b")))),
    ),
    ("a/ALL(x:x)", Path((NameSegment("a"), LambdaSegment(LambdaOperator.ALL, "x", path("x"))))),
    (
        "Ns.F(x=1,y=@p)",
        Path(
            (
                NameSegment(
                    "Ns.F",
                    Arguments((Argument("x", whole("1")), Argument("y", AliasReference("p")))),
                ),
            )
        ),
    ),
    (
        "Ns.All()(1)",
        Path(
            (
                NameSegment("Ns.All", Arguments()),
                NameSegment("", Arguments((Argument(None, whole("1")),))),
            )
        ),
    ),
    ("a/Ns.T/b", path("a/Ns.T/b")),
    ("now()", FunctionCall("now", ())),
    ("geo.length(a)", FunctionCall("geo.length", (A,))),
    (
        '{"a":1,"b":[true,c]}',
        JsonObject((JsonMember("a", whole("1")), JsonMember("b", JsonArray((TRUE, C))))),
    ),
    (r'["x\"\u00e9", "y"]', JsonArray((string('x"é'), string("y")))),
    ("[]", JsonArray(())),
    (
        "a/aggregate(b with sum)",
        Path((NameSegment("a"), AggregateSegment((ast.AggregateItem(B, "sum"),)))),
    ),
    ("größe eq 1", comparison(path("größe"), "eq", whole("1"))),
]


@pytest.mark.parametrize(("source", "expected"), EXPRESSIONS)
def test_expression_becomes_tree(source, expected):
    assert parse_expression(source) == expected


def test_count_in_an_expression_takes_options():
    counted = parse_expression("a/$count($filter=b gt 5;$search=x)")
    options = counted.segments[1].options
    assert options.filter == comparison(B, "gt", whole("5"))
    assert options.search == ast.SearchWord("x")
    assert options.present == {"$filter", "$search"}


LITERALS = [
    (
        "d1e2f3a4-B5C6-7890-1234-567890abcdef",
        LiteralKind.GUID,
        "d1e2f3a4-B5C6-7890-1234-567890abcdef",
        None,
    ),
    (
        "01234567-89ab-cdef-0123-456789abcdef",
        LiteralKind.GUID,
        "01234567-89ab-cdef-0123-456789abcdef",
        None,
    ),
    ("2024-01-01T00:00:00Z", LiteralKind.DATE_TIME_OFFSET, "2024-01-01T00:00:00Z", None),
    (
        "2024-01-01T00:00:00.123+01:00",
        LiteralKind.DATE_TIME_OFFSET,
        "2024-01-01T00:00:00.123+01:00",
        None,
    ),
    ("2024-01-01T00:00:00 01:00", LiteralKind.DATE_TIME_OFFSET, "2024-01-01T00:00:00 01:00", None),
    ("2024-01-01", LiteralKind.DATE, "2024-01-01", None),
    ("-0001-01-01", LiteralKind.DATE, "-0001-01-01", None),
    ("23:59:60.5", LiteralKind.TIME_OF_DAY, "23:59:60.5", None),
    ("12:30", LiteralKind.TIME_OF_DAY, "12:30", None),
    ("42", LiteralKind.INTEGER, "42", None),
    ("-42", LiteralKind.INTEGER, "-42", None),
    ("+42", LiteralKind.INTEGER, "+42", None),
    ("4.2", LiteralKind.DECIMAL, "4.2", None),
    ("-4e2", LiteralKind.DOUBLE, "-4e2", None),
    ("4.2E-7", LiteralKind.DOUBLE, "4.2E-7", None),
    ("-INF", LiteralKind.DOUBLE, "-INF", None),
    ("NaN", LiteralKind.DOUBLE, "NaN", None),
    ("tRue", LiteralKind.BOOLEAN, "true", None),
    ("null", LiteralKind.NULL, "null", None),
    ("''", LiteralKind.STRING, "", None),
    ("'a''b'", LiteralKind.STRING, "a'b", None),
    ("Duration'P1DT2.5S'", LiteralKind.DURATION, "P1DT2.5S", None),
    ("binary'Zm9v'", LiteralKind.BINARY, "Zm9v", None),
    ("Microsoft.NAV.priceType'Sale'", LiteralKind.ENUM, "Sale", "Microsoft.NAV.priceType"),
    ("geography'SRID=0;Point(1 2)'", LiteralKind.GEO, "SRID=0;Point(1 2)", "geography"),
]


@pytest.mark.parametrize(("source", "kind", "content", "type_name"), LITERALS)
def test_literal_is_read_with_its_place(source, kind, content, type_name):
    expected = Literal(kind, content, type_name)
    alone = parse_literal(source)
    compared = parse_expression(f"some eq {source} and x").operands[0].right
    assert alone == expected
    assert compared == expected
    assert (alone.position, alone.length) == (0, len(source))
    assert (compared.position, compared.length) == (8, len(source))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "42.",
        ".1",
        "1_000",
        "٣",
        "0time",
        "2024-13-01",
        "24:00:00",
        "duration'P1Y'",
        "'a'b'",
        "'a",
        "01234567-89ab-cdef-456789abcdef",
        "binary'a'",
        "NULL",
        "inf",
        "{01234567-89ab-cdef-0123-456789abcdef}",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+24:00",
    ],
)
def test_what_is_no_literal_is_refused(source):
    with pytest.raises(UriSyntaxError):
        parse_literal(source)
