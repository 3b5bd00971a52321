from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odata.uri.parser import (
    parse_apply,
    parse_compute,
    parse_expand,
    parse_expression,
    parse_orderby,
    parse_search,
    parse_select,
)
from odata.uri.printer import (
    print_apply,
    print_compute,
    print_expand,
    print_expression,
    print_options,
    print_orderby,
    print_search,
    print_select,
)
from odata.uri.query_options import read_query_options
from tests.unit.uri import syntax_strategies as trees

# Trees of whole options are large, so few are drawn.
GENEROUS = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

PRINTED = [
    ("blocked eq ' ' and balance gt 0", "(blocked eq ' ') and (balance gt 0)"),
    ("not a", "not (a)"),
    ("Ns.All()(1)/a", "Ns.All()(1)/a"),
    ("a in (1, 2)", "a in (1,2)"),
    ("a/any( x : x eq 1 )", "a/any(x:x eq 1)"),
    ("startsWith(a,'x''y')", "startswith(a,'x''y')"),
    ('["x", {"a": 1}]', '["x",{"a":1}]'),
    ("case(a gt 10 :20,true:1)", "case(a gt 10 : 20,true : 1)"),
    ("a/$count(filter=b)", "a/$count($filter=b)"),
]


@pytest.mark.parametrize(("source", "expected"), PRINTED)
def test_expression_is_printed_in_one_form(source, expected):
    assert print_expression(parse_expression(source)) == expected


def test_options_are_printed_in_one_order_and_encoded():
    options = read_query_options("top=5&$filter=a eq 'x%26y%2Bz'&company=A %26 B&@p='ä'")
    assert print_options(options) == (
        "$filter=a%20eq%20'x%26y%2Bz'&$top=5&@p='%C3%A4'&company=A%20%26%20B"
    )


@GENEROUS
@given(trees.EXPRESSIONS)
def test_printed_expression_parses_to_the_same_tree(tree):
    assert parse_expression(print_expression(tree)) == tree


PRINTERS = {
    "orderby": (print_orderby, parse_orderby, trees.ORDERBY),
    "compute": (print_compute, parse_compute, trees.COMPUTE),
    "select": (print_select, parse_select, trees.SELECT),
    "expand": (print_expand, parse_expand, trees.EXPAND),
    "search": (print_search, parse_search, trees.SEARCHES),
    "apply": (print_apply, parse_apply, trees.APPLY),
}


@pytest.mark.parametrize("option", PRINTERS)
@GENEROUS
@given(data=st.data())
def test_printed_option_parses_to_the_same_tree(option, data):
    write, parse, strategy = PRINTERS[option]
    tree = data.draw(strategy)
    assert parse(write(tree)) == tree


def test_descending_order_by_a_property_named_not_keeps_its_keyword():
    items = parse_orderby("(a and not) desc,(not) desc")
    assert print_orderby(items) == "(a and not) desc,(not) desc"
    assert parse_orderby(print_orderby(items)) == items


@GENEROUS
@given(trees.QUERIES, st.lists(st.tuples(st.sampled_from(["company", "x y"]), trees.TEXTS)))
def test_printed_query_reads_as_the_same_options(options, custom):
    whole = replace(options, custom=tuple(custom))
    assert read_query_options(print_options(whole)) == whole
