import pytest

from odata.errors import UriSyntaxError
from odata.uri import ast
from odata.uri.ast import (
    CountSegment,
    NameSegment,
    Path,
)
from odata.uri.parser import (
    parse_compute,
    parse_expand,
    parse_orderby,
    parse_search,
    parse_select,
)
from tests.unit.uri.trees import A, B, C, arithmetic, comparison, path, whole

ORDERBY = [
    ("balance desc", [(path("balance"), True)]),
    ("a,b asc , c DESC", [(A, False), (B, False), (C, True)]),
    ("a\tasc", [(A, False)]),
    ("currency/code", [(path("currency/code"), False)]),
    ("a eq b asc", [(comparison(A, "eq", B), False)]),
    ("lines/$count desc", [(Path((NameSegment("lines"), CountSegment())), True)]),
]


@pytest.mark.parametrize(("source", "expected"), ORDERBY)
def test_orderby_becomes_items(source, expected):
    assert [(item.expression, item.descending) for item in parse_orderby(source)] == expected


SELECT = [
    ("id, number ,displayName", [("id",), ("number",), ("displayName",)]),
    ("*", [("*",)]),
    ("Ns.*", [("Ns.*",)]),
    ("address/city,Ns.T/x", [("address", "city"), ("Ns.T", "x")]),
    ("Ns.F(p,q)", [("Ns.F(p,q)",)]),
    ("@Core.Messages", [("@Core.Messages",)]),
]


@pytest.mark.parametrize(("source", "expected"), SELECT)
def test_select_becomes_paths(source, expected):
    assert [item.path for item in parse_select(source)] == expected


def test_selected_property_takes_options():
    (item,) = parse_select("addresses($filter=b;$top=2;$select=x;@p=5)")
    assert item.options.filter == B
    assert item.options.top == 2
    assert [inner.path for inner in item.options.select] == [("x",)]
    assert item.options.aliases == {"p": whole("5")}


def test_expand_takes_every_nested_option():
    (item,) = parse_expand(
        "lines($filter=b;orderby=c desc;$top=1;$skip=2;$count=true;$search=x y;"
        "$select=p;$expand=q;$compute=a as n;$levels=max;$apply=identity;@p=5)"
    )
    options = item.options
    assert options == ast.QueryOptions(
        filter=B,
        orderby=(ast.OrderbyItem(C, descending=True),),
        top=1,
        skip=2,
        count=True,
        search=ast.SearchAnd((ast.SearchWord("x"), ast.SearchWord("y"))),
        select=(ast.SelectItem(("p",)),),
        expand=(ast.ExpandItem(("q",)),),
        compute=(ast.ComputeItem(A, "n"),),
        levels=0,
        apply=ast.Apply((ast.ApplyIdentity(),)),
        aliases={"p": whole("5")},
        present=frozenset(
            {
                "$filter",
                "$orderby",
                "$top",
                "$skip",
                "$count",
                "$search",
                "$select",
                "$expand",
                "$compute",
                "$levels",
                "$apply",
            }
        ),
    )


EXPAND = [
    ("a, b", [(("a",), ""), (("b",), "")]),
    ("a/$ref,b/$count", [(("a",), "$ref"), (("b",), "$count")]),
    ("*,*/$ref", [(("*",), ""), (("*",), "$ref")]),
    ("address/Ns.T/country", [(("address", "Ns.T", "country"), "")]),
    ("$value,photo", [((), "$value"), (("photo",), "")]),
]


@pytest.mark.parametrize(("source", "expected"), EXPAND)
def test_expand_becomes_items(source, expected):
    assert [(item.path, item.suffix.value) for item in parse_expand(source)] == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a/$ref($select=b)",
        "a/$count($count=true)",
        "a($levels=04)",
        "a($levels=0)",
        "a($top=-1)",
        "a($top=9223372036854775808)",
        "a($top=1;$top=2)",
        "*($filter=b)",
        "*/a",
        "*/$count",
        "a()",
        "a($format=json)",
        "a($count=1)",
        "a($search=gr(een)",
        "a;b",
        "a,,b",
    ],
)
def test_malformed_expand_is_refused(source):
    with pytest.raises(UriSyntaxError) as caught:
        parse_expand(source)
    assert caught.value.target == "$expand"


def test_compute_becomes_items():
    (first, second) = parse_compute("a mul 2 as twice, b as c")
    assert (first.expression, first.name) == (arithmetic(A, "mul", whole("2")), "twice")
    assert (second.expression, second.name) == (B, "c")


WORD = ast.SearchWord
SEARCH = [
    ("blue", WORD("blue")),
    (" blue ", WORD("blue")),
    ("blue green", ast.SearchAnd((WORD("blue"), WORD("green")))),
    ("blue AND green", ast.SearchAnd((WORD("blue"), WORD("green")))),
    ("a OR b c", ast.SearchOr((WORD("a"), ast.SearchAnd((WORD("b"), WORD("c")))))),
    ("a NOT b", ast.SearchAnd((WORD("a"), ast.SearchNot(WORD("b"))))),
    ("NOT (a b)", ast.SearchNot(ast.SearchAnd((WORD("a"), WORD("b"))))),
    ('"blue green"', ast.SearchPhrase("blue green")),
    (r'"a\"b\\"', ast.SearchPhrase('a"b\\')),
    ("and or not", ast.SearchAnd((WORD("and"), WORD("or"), WORD("not")))),
    ("OR", WORD("OR")),
    ("NOT NOT", ast.SearchNot(WORD("NOT"))),
    ("AND OR", ast.SearchAnd((WORD("AND"), WORD("OR")))),
    ("Daniel's", WORD("Daniel's")),
    ("08/15", WORD("08/15")),
    ("'\"blue p'", ast.SearchPhrase("blue p")),
    ("(a)", WORD("a")),
]


@pytest.mark.parametrize(("source", "expected"), SEARCH)
def test_search_becomes_tree(source, expected):
    assert parse_search(source) == expected


@pytest.mark.parametrize("source", ["", '"blue', '"a"b', "(a", "a)", "'a", '""'])
def test_malformed_search_is_refused(source):
    with pytest.raises(UriSyntaxError):
        parse_search(source)
