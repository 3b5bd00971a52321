import pytest

from odata.errors import MalformedKeyError, NotFoundError, ODataError, UriSyntaxError
from odata.uri.ast import (
    AliasReference,
    Argument,
    Arguments,
    CountSegment,
    FilterSegment,
    Literal,
    LiteralKind,
    NameSegment,
    ResourcePath,
    SystemSegment,
)
from odata.uri.resource_path import parse_resource_path
from tests.unit.uri.trees import comparison, path, string, whole

ID = "d1e2f3a4-b5c6-7890-1234-567890abcdef"
GUID = Literal(LiteralKind.GUID, ID)


def called(name, *items):
    pairs = (item if isinstance(item, tuple) else (None, item) for item in items)
    return NameSegment(name, Arguments(tuple(Argument(*pair) for pair in pairs)))


NAME = NameSegment
CUSTOMERS = NameSegment("customers")

PATHS = [
    ("", []),
    ("/", []),
    ("customers", [CUSTOMERS]),
    ("customers/", [CUSTOMERS]),
    (f"customers({ID})", [called("customers", GUID)]),
    (f"customers(id={ID})", [called("customers", ("id", GUID))]),
    (f"customers('{ID}')", [called("customers", string(ID))]),
    (f"customers%28{ID}%29", [called("customers", GUID)]),
    (f"companies({ID})/customers/$count", [called("companies", GUID), CUSTOMERS, CountSegment()]),
    (
        "companies(name='CRONUS%20USA%2C%20Inc.')",
        [called("companies", ("name", string("CRONUS USA, Inc.")))],
    ),
    ("items('A%2FB')", [called("items", string("A/B"))]),
    ("items('A%252FB')", [called("items", string("A%2FB"))]),
    ("items('a+b')", [called("items", string("a+b"))]),
    ("items('a%2Bb')", [called("items", string("a+b"))]),
    ("items('O''Neil')", [called("items", string("O'Neil"))]),
    ("items(%27O%27%27Neil%27)", [called("items", string("O'Neil"))]),
    ("items('x)small(')", [called("items", string("x)small("))]),
    ("items('%E2%82%AC')", [called("items", string("€"))]),
    ("lines(order=1, line='a')", [called("lines", ("order", whole("1")), ("line", string("a")))]),
    ("lines('a',1)", [called("lines", string("a"), whole("1"))]),
    ("items(@p)", [called("items", AliasReference("p"))]),
    ("items(key=@p)", [called("items", ("key", AliasReference("p")))]),
    ("Total()", [called("Total")]),
    ("items/Ns.Top(count=5)", [NAME("items"), called("Ns.Top", ("count", whole("5")))]),
    ("items/Ns.All()(1)", [NAME("items"), called("Ns.All"), called("", whole("1"))]),
    ("items/Ns.Type/name", [NAME("items"), NAME("Ns.Type"), NAME("name")]),
    (
        "items(1)/photo/$value",
        [called("items", whole("1")), NAME("photo"), SystemSegment("$value")],
    ),
    ("items(1)/lines/$ref", [called("items", whole("1")), NAME("lines"), SystemSegment("$ref")]),
    (
        "items/$filter(@p)/$each",
        [NAME("items"), FilterSegment(AliasReference("p")), SystemSegment("$each")],
    ),
    (
        "items/$filter(a%20eq%20'%2F')",
        [NAME("items"), FilterSegment(comparison(path("a"), "eq", string("/")))],
    ),
    (
        "items/$filter(a%20eq%20')(')(n='(',m=1)",
        [
            NAME("items"),
            FilterSegment(
                comparison(path("a"), "eq", string(")(")),
                key=called("", ("n", string("(")), ("m", whole("1"))).arguments,
            ),
        ],
    ),
    ("items/$query", [NAME("items"), SystemSegment("$query")]),
    ("$metadata", [SystemSegment("$metadata")]),
    ("$batch", [SystemSegment("$batch")]),
    ("$entity/Ns.T", [SystemSegment("$entity"), NAME("Ns.T")]),
    ("$all", [SystemSegment("$all")]),
    (
        "$crossjoin(a, b)",
        [
            SystemSegment(
                "$crossjoin", Arguments((Argument(None, path("a")), Argument(None, path("b"))))
            )
        ],
    ),
    ("items/1", [NAME("items"), NAME("1")]),
    ("items/O'Neil", [NAME("items"), NAME("O'Neil")]),
    ("items/a%2Fb", [NAME("items"), NAME("a/b")]),
]


@pytest.mark.parametrize(("raw", "expected"), PATHS)
def test_path_becomes_segments(raw, expected):
    assert parse_resource_path(raw) == ResourcePath(tuple(expected))


@pytest.mark.parametrize(
    "raw",
    [
        "customers(not-a-guid)",
        f"customers({{{ID}}})",
        "customers((1))",
        "customers(1",
        "customers(1))",
        "customers('a/b')",
        "customers('O%27Neil')",
        "customers(id=wrong)",
        "customers(null)",
        "customers/$filter(true)()",
        "customers/$filter(true)(null)",
        "customers/$filter(true)(1)(2)",
        "customers(1 add 2)",
        "customers(1)(2)(3)",
        "customers(1)()",
        "customers(1,id=2)",
        'customers({"a":1})',
        "customers" + "(" * 100,
        f"companies({ID})/customers(not-a-guid)",
    ],
)
def test_malformed_key_is_not_found(raw):
    with pytest.raises(MalformedKeyError) as caught:
        parse_resource_path(raw)
    assert caught.value.message == "Bad Request - Error in query syntax."
    assert (caught.value.http_status, caught.value.code) == (404, "BadRequest_NotFound")


@pytest.mark.parametrize(
    ("raw", "segment"),
    [
        ("customers/$foo", "$foo"),
        ("customers/$Count", "$Count"),
        ("$count", "$count"),
        ("$value", "$value"),
        ("$metadata/x", "$metadata"),
        ("customers/$metadata", "$metadata"),
        ("customers/$batch", "$batch"),
        ("$crossjoin", "$crossjoin"),
        ("$crossjoin(a", "$crossjoin(a"),
        ("Ns.Type", "Ns.Type"),
        (".env", ".env"),
        ("..", ".."),
        ("0time", "0time"),
    ],
)
def test_unknown_segment_is_not_found(raw, segment):
    with pytest.raises(NotFoundError) as caught:
        parse_resource_path(raw)
    assert caught.value.message == f"Resource not found for the segment '{segment}'."


@pytest.mark.parametrize(
    "raw", ["items//x", "//", "items('%zz')", "items('%')", "items('%FF')", "items/%C0%AE", "a%00"]
)
def test_malformed_path_is_a_syntax_error(raw):
    with pytest.raises(UriSyntaxError):
        parse_resource_path(raw)


def test_fault_in_a_filter_segment_names_the_filter():
    with pytest.raises(UriSyntaxError) as caught:
        parse_resource_path("items/$filter(a ex 1)")
    assert caught.value.target == "/$filter"


def test_key_literal_is_placed_within_its_parentheses():
    segment = parse_resource_path("items(key='a%2Fb')").segments[0]
    literal = segment.arguments.items[0].value
    assert (literal.position, literal.length) == (5, 5)


def test_path_gives_a_segment_tree_and_nothing_else_for_odd_input():
    for raw in ("%2e%2e/%2e%2e", "customers(*)", "a;b", "customers(%", "(1)", "'", "a b", "$"):
        try:
            assert isinstance(parse_resource_path(raw), ResourcePath)
        except ODataError as fault:
            assert fault.http_status in (400, 404)  # noqa: PT017
