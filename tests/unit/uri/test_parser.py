import logging
from pathlib import Path as FilePath

import pytest
from lark import Lark

from odata.errors import UriSyntaxError
from odata.uri import ast
from odata.uri.ast import (
    AliasReference,
)
from odata.uri.limits import find_literals
from odata.uri.parser import (
    build_parser,
    parse_arguments,
    parse_expand,
    parse_expression,
)
from tests.cpu import cost
from tests.unit.uri.trees import (
    SEED_FILTER,
    string,
    whole,
)

GRAMMAR = FilePath(ast.__file__).with_name("odata.lark")
STARTS = [
    "expression",
    "orderby_items",
    "compute_items",
    "select_items",
    "expand_items",
    "search",
    "apply",
    "key_predicates",
]


ARGUMENTS = [
    ("(1)", [[(None, whole("1"))]]),
    ("(id=1)", [[("id", whole("1"))]]),
    ("( a = 1 , b = 'x' )", [[("a", whole("1")), ("b", string("x"))]]),
    ("('x','y')", [[(None, string("x")), (None, string("y"))]]),
    ("(@p)", [[(None, AliasReference("p"))]]),
    ("()", [[]]),
    ("()(1)", [[], [(None, whole("1"))]]),
]


@pytest.mark.parametrize(("source", "expected"), ARGUMENTS)
def test_arguments_of_a_path_become_pairs(source, expected):
    found = parse_arguments(source)
    assert [[(item.name, item.value) for item in part.items] for part in found] == expected


def test_key_literal_counts_its_position_from_the_parenthesis():
    (arguments,) = parse_arguments("('a''b')")
    assert (arguments.items[0].value.position, arguments.items[0].value.length) == (1, 6)


@pytest.mark.parametrize(
    "source",
    ["(a)", "((1))", "(1", "1", "(a=1,2)", "(a=1,a=2)", "(1 add 2)", "({1})", "(a='x)", "(@Ns.T)"],
)
def test_malformed_arguments_are_refused(source):
    with pytest.raises(UriSyntaxError):
        parse_arguments(source)


def test_literals_nested_in_options_keep_their_places():
    source = " a($filter=b eq 'x' and c in (1,2.5);$expand=d($filter=e gt 2024-01-01))"
    (tree,) = parse_expand(source)
    raw = {source[item.position : item.position + item.length] for item in find_literals(tree)}
    assert raw == {"'x'", "1", "2.5", "2024-01-01"}


def test_grammar_has_no_conflict(caplog):
    with caplog.at_level(logging.DEBUG, logger="lark"):
        Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", start=STARTS, debug=True)
    assert [record for record in caplog.records if "conflict" in record.message] == []


def test_parser_is_built_in_a_fraction_of_a_second():
    assert cost(build_parser.__wrapped__, tries=2) < 1.0


def test_filter_of_the_seed_is_parsed_in_less_than_a_millisecond():
    assert cost(lambda: parse_expression(SEED_FILTER), tries=20) < 0.001
