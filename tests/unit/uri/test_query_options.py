import pytest

from odata.errors import (
    NotAcceptableError,
    NotImplementedYetError,
    UriSemanticError,
    UriSyntaxError,
)
from odata.uri import ast
from odata.uri.query_options import (
    check_root_options,
    find_option,
    read_query_options,
    split_query,
)
from odata.uri.resource_path import parse_resource_path
from tests.unit.uri.trees import A, comparison, path, string, whole

SPLIT = [
    ("", []),
    ("&&", []),
    ("$top=1&$skip=2", [("$top", "1"), ("$skip", "2")]),
    ("%24filter=a%20eq+%27b%27", [("$filter", "a eq 'b'")]),
    ("$filter=a eq 'a%26b'", [("$filter", "a eq 'a&b'")]),
    ("@p='x=y'", [("@p", "'x=y'")]),
    ("a=%2B%2520", [("a", "+%20")]),
    ("company=CRONUS%20USA", [("company", "CRONUS USA")]),
    ("flag", [("flag", "")]),
    ("$filter = x", [("$filter", " x")]),
    ("$filter= x", [("$filter", " x")]),
]


@pytest.mark.parametrize(("raw", "expected"), SPLIT)
def test_query_is_split_before_it_is_decoded(raw, expected):
    assert list(split_query(raw)) == expected


@pytest.mark.parametrize(
    "raw", ["$filter =true", "a=%zz", "a=%FF", "a=%", "%C3=1", "$search=#1", "a=%00"]
)
def test_malformed_query_is_refused(raw):
    with pytest.raises(UriSyntaxError):
        split_query(raw)


@pytest.mark.parametrize("name", ["$filter", "filter", "$Filter", "FILTER", "%24filter"])
def test_option_is_known_in_every_spelling(name):
    options = read_query_options(f"{name}=a")
    assert options.filter == A
    assert options.present == {"$filter"}


def test_all_options_are_read():
    options = read_query_options(
        "$filter=a&$orderby=b desc&$select=c&$expand=d&$compute=a as x&$search=blue"
        "&$apply=identity&$top=5&$skip=0&$count=TRUE&$index=-3&$format=json&$schemaversion=*"
        "&$id=customers(1)&$skiptoken=a=b&$deltatoken=t&@p=1&company=x&aid=FIN"
    )
    assert options == ast.QueryOptions(
        filter=A,
        orderby=(ast.OrderbyItem(path("b"), descending=True),),
        select=(ast.SelectItem(("c",)),),
        expand=(ast.ExpandItem(("d",)),),
        compute=(ast.ComputeItem(A, "x"),),
        search=ast.SearchWord("blue"),
        apply=ast.Apply((ast.ApplyIdentity(),)),
        top=5,
        skip=0,
        count=True,
        index=-3,
        format="json",
        schemaversion="*",
        id="customers(1)",
        skiptoken="a=b",
        deltatoken="t",
        aliases={"p": whole("1")},
        custom=(("company", "x"), ("aid", "FIN")),
        present=frozenset(
            {
                *("$filter", "$orderby", "$select", "$expand", "$compute", "$search", "$apply"),
                *("$top", "$skip", "$count", "$index", "$format", "$schemaversion", "$id"),
                *("$skiptoken", "$deltatoken"),
            }
        ),
    )


def test_custom_options_stay_custom():
    raw = "company=a&tenant=b&aid=c&from=1&at=2&levels=3&to=4&!deltatoken=5&limit"
    options = read_query_options(raw)
    assert [name for name, _ in options.custom] == [
        *("company", "tenant", "aid", "from", "at", "levels", "to", "!deltatoken", "limit"),
    ]
    assert options.present == frozenset()


def test_plus_is_a_blank_and_an_encoded_plus_is_a_plus():
    options = read_query_options("%24filter=number+eq+'a%2Bb'")
    assert options.filter == comparison(path("number"), "eq", string("a+b"))


def test_seed_query_is_read():
    options = read_query_options(
        "$filter=blocked eq ' ' and balance gt 0&$orderby=balance desc&$top=20"
        "&$select=number,displayName,balance,overdueAmount"
    )
    assert len(options.filter.operands) == 2
    assert options.top == 20
    assert [item.path[0] for item in options.select][3] == "overdueAmount"


@pytest.mark.parametrize("raw", ["$top=1&top=2", "$filter=a&%24FILTER=a", "@a=1&@a=2"])
def test_repeated_option_is_refused(raw):
    with pytest.raises(UriSemanticError) as caught:
        read_query_options(raw)
    assert "is given twice" in caught.value.message


@pytest.mark.parametrize(
    ("name", "hint"),
    [("$filer", ", did you mean $filter"), ("$ordreby", ", did you mean $orderby"), ("$x", "")],
)
def test_unknown_option_is_refused_with_a_suggestion(name, hint):
    with pytest.raises(UriSemanticError) as caught:
        read_query_options(f"{name}=1")
    assert caught.value.message == f"unknown system query option {name}{hint}"
    assert caught.value.target == name


@pytest.mark.parametrize("name", ["$at", "$from", "$to", "$toInclusive"])
def test_temporal_option_is_known_and_not_served(name):
    with pytest.raises(NotImplementedYetError):
        read_query_options(f"{name}=2024-01-01")


@pytest.mark.parametrize("option", ["$top", "$skip"])
@pytest.mark.parametrize(
    "value",
    ["-1", "%2B1", "1.0", "1e3", "NaN", "%EF%BC%99", "9223372036854775808", "9" * 5000, "a"],
)
def test_number_of_items_is_ascii_digits_within_bounds(option, value):
    with pytest.raises(UriSemanticError) as caught:
        read_query_options(f"{option}={value}")
    assert caught.value.target == option


def test_greatest_number_of_items_is_read():
    assert read_query_options("$top=9223372036854775807").top == 9223372036854775807


@pytest.mark.parametrize(
    "raw",
    ["$count=1", "$count=yes", "$index=fortytwo", "$index=%2B1", "$schemaversion=a b", "$levels=1"],
)
def test_value_of_the_wrong_kind_is_refused(raw):
    with pytest.raises(UriSemanticError):
        read_query_options(raw)


@pytest.mark.parametrize("name", ["$filter", "$select", "$expand", "$top", "$skiptoken", "$count"])
def test_empty_value_is_refused(name):
    with pytest.raises(UriSyntaxError):
        read_query_options(f"{name}=")


def test_format_that_is_no_media_type_is_not_acceptable():
    with pytest.raises(NotAcceptableError):
        read_query_options("$format=foo")
    assert read_query_options("$format=application/json;a=b").format == "application/json;a=b"


@pytest.mark.parametrize("raw", ["@p=a ex", "@1=2", "@a.b=1"])
def test_malformed_alias_is_refused(raw):
    with pytest.raises(UriSyntaxError) as caught:
        read_query_options(raw)
    assert caught.value.target.startswith("@")


def test_find_option_gives_the_canonical_name():
    assert find_option("Top") == "$top"
    assert find_option("company") is None


ROOT = [
    ("$metadata", "$format=json", True),
    ("$metadata", "$filter=a", False),
    ("$batch", "", True),
    ("$entity", "$id=customers(1)", True),
    ("$entity", "", False),
    ("$entity", "$id=customers(1)&$select=a", False),
    ("$entity/Ns.T", "$id=customers(1)&$select=a", True),
    ("$entity/Ns.T", "$id=customers(1)&$filter=a", False),
    ("customers", "$filter=a", True),
]


@pytest.mark.parametrize(("raw_path", "raw_query", "fits"), ROOT)
def test_segments_of_the_root_take_few_options(raw_path, raw_query, fits):
    resource, options = parse_resource_path(raw_path), read_query_options(raw_query)
    if fits:
        check_root_options(resource, options)
        return
    with pytest.raises(UriSyntaxError):
        check_root_options(resource, options)
