import pytest

from odata.errors import BadRequestError
from odata.uri.limits import ParserLimits
from odata.uri.parser import (
    parse_apply,
    parse_arguments,
    parse_expand,
    parse_expression,
    parse_search,
)
from odata.uri.query_options import read_query_options
from odata.uri.resource_path import parse_resource_path
from tests.cpu import within

HUGE = ParserLimits(max_length=1_000_000, max_depth=100, max_nodes=2000)

HOSTILE = [
    "(" * 5000,
    "(" * 5000 + "a" + ")" * 5000,
    "(" * 101 + "a" + ")" * 101,
    "not " * 2000 + "a",
    "not(" * 1000 + "a" + ")" * 1000,
    "-" * 5000 + "1",
    "a add " * 900 + "1",
    "a eq " * 900 + "1",
    "concat(" * 1000 + "a" + ",b)" * 1000,
    "[" * 5000,
    '{"a":' * 3000,
    "a/any(x:" * 500 + "b" + ")" * 500,
    "a or " * 3000 + "b",
    "a in (" + ",".join(["1"] * 3000) + ")",
    "Ns.F(x=" * 101 + "1" + ")" * 101,
    "cast(" * 2000,
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda text: text[:12])
def test_hostile_expression_is_refused_quickly(source):
    def refused() -> None:
        with pytest.raises(BadRequestError):
            parse_expression(source, limits=HUGE)

    within(1, refused)


def test_hostile_options_are_refused():
    deep_expand = "a($expand=" * 200 + "b" + ")" * 200
    deep_apply = "nest(" * 200 + "identity" + " as x)" * 200
    deep_text = "nest(filter(" + "a add " * 900 + "1) as x)"
    deep_search = "(" * 200 + "a" + ")" * 200
    for parse, source in (
        (parse_expand, deep_expand),
        (parse_apply, deep_apply),
        (parse_apply, deep_text),
        (parse_search, deep_search),
        (parse_search, "NOT " * 1900 + "a"),
        (parse_search, "Daniel's " + "NOT " * 1900 + "a"),
        (parse_arguments, "(" * 500),
    ):
        with pytest.raises(BadRequestError):
            parse(source, limits=HUGE)


def test_depth_and_width_within_the_limits_pass():
    parse_expression("(" * 100 + "a" + ")" * 100)
    parse_expression("not " * 90 + "a")
    parse_expression(" or ".join(f"a eq {number}" for number in range(300)))
    parse_expression("a in (" + ",".join(["1"] * 1000) + ")")


def test_text_in_quotes_has_no_depth():
    parse_expression("a eq '" + "(" * 500 + "'")


@pytest.mark.parametrize(
    ("source", "limits", "message"),
    [
        ("a eq 1", ParserLimits(max_length=5), "$filter has more than 5 characters"),
        ("((a))", ParserLimits(max_depth=1), "$filter is nested deeper than 1 levels"),
        ("a eq 1", ParserLimits(max_nodes=2), "$filter has more than 2 terms"),
    ],
)
def test_limit_is_named(source, limits, message):
    with pytest.raises(BadRequestError) as caught:
        parse_expression(source, limits=limits)
    assert caught.value.message == message
    assert caught.value.target == "$filter"


def test_query_and_path_keep_the_limits():
    with pytest.raises(BadRequestError):
        read_query_options("$filter=" + "a" * 9000)
    with pytest.raises(BadRequestError):
        read_query_options("@p=" + "(" * 200)
    with pytest.raises(BadRequestError):
        read_query_options("$skiptoken=" + "a" * 9000)
    with pytest.raises(BadRequestError):
        parse_resource_path("a" * 9000)
    with pytest.raises(BadRequestError):
        parse_resource_path("a/" * 200)
