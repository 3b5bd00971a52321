import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odata.uri.ast import LiteralKind
from odata.uri.parser import (
    parse_apply,
    parse_arguments,
    parse_compute,
    parse_expand,
    parse_expression,
    parse_orderby,
)
from odata.uri.printer import print_expression
from odata.uri.shape import find_unclaimed, lift
from tests.cpu import cost
from tests.unit.uri.syntax_strategies import EXPRESSIONS
from tests.unit.uri.trees import SEED_FILTER

ID = "d1e2f3a4-b5c6-7890-1234-567890abcdef"

SHAPES = [
    (SEED_FILTER, "blocked eq ?s and balance gt ?i", [" ", "0"]),
    ("contains(displayName,'Corp')", "contains(displayName,?s)", ["Corp"]),
    ("a eq 'O''Neil'", "a eq ?s", ["O'Neil"]),
    (f"id eq {ID}", "id eq ?g", [ID]),
    (f"id eq {ID.upper()}", "id eq ?g", [ID.upper()]),
    ("a gt 2024-01-01T00:00:00Z", "a gt ?t", ["2024-01-01T00:00:00Z"]),
    ("a gt 2024-01-01", "a gt ?d", ["2024-01-01"]),
    ("a gt 12:30:00", "a gt ?o", ["12:30:00"]),
    ("a gt -1.5", "a gt ?n", ["-1.5"]),
    ("a gt 1e5", "a gt ?f", ["1e5"]),
    ("a sub -1", "a sub ?i", ["-1"]),
    ("-a gt --1", "-a gt -?i", ["-1"]),
    ("addressLine1 eq null", "addressLine1 eq null", []),
    ("a1 eq true and INF gt NaN", "a1 eq true and INF gt NaN", []),
    ("a in (1,2)", "a in (?i,?i)", ["1", "2"]),
    ("a gt duration'P1D'", "a gt duration?q", ["P1D"]),
    ("a eq binary'Zg'", "a eq binary?b", ["Zg"]),
    ("a has Ns.T'x,y'", "a has Ns.T?e", ["x,y"]),
    ("a eq geography'SRID=0;Point(1 2)'", "a eq geography?p", ["SRID=0;Point(1 2)"]),
    ('a eq ["x",1]', "a eq [?j,?i]", ["x", "1"]),
    ('a eq {"b?":"c"}', 'a eq {"b??":?j}', ["c"]),
    ("a eq @p1", "a eq @p1", []),
    ("a?s eq 1", "a??s eq ?i", ["1"]),
    ("(id=5)", "(id=?i)", ["5"]),
    ("('a',5)", "(?s,?i)", ["a", "5"]),
    ("a($top=5;$filter=b eq 5)", "a($top=5;$filter=b eq ?i)", ["5"]),
    ("a($search=x 5;$levels=3;skip=7)", "a($search=x 5;$levels=3;skip=7)", []),
    ('a($search="x;5)" 6;$filter=b)', 'a($search="x;5)" 6;$filter=b)', []),
    ("filter(a eq 1)/top(2)", "filter(a eq ?i)/top(2)", ["1"]),
    ('a eq "x\\y" and b eq 5', 'a eq "x\\y" and b eq ?i', ["5"]),
    ("a eq duration'oops'", "a eq duration'oops'", []),
]


@pytest.mark.parametrize(("text", "key", "literals"), SHAPES)
def test_literals_are_lifted_out(text, key, literals):
    shape = lift(text)
    assert shape.key == key
    assert [literal.text for literal in shape.literals] == literals


def test_lifted_literal_knows_its_place_and_kind():
    (literal,) = lift("a eq Ns.T'x'").literals
    assert (literal.start, literal.end, literal.kind) == (5, 12, LiteralKind.ENUM)
    assert literal.as_literal() == parse_expression("a eq Ns.T'x'").right


def test_texts_that_differ_in_literals_share_a_shape():
    assert lift("a eq 'x' and b gt 1").key == lift("a eq 'y''z' and b gt -20").key
    assert lift("a eq 1").key != lift("a eq 1.0").key
    assert lift("a in (1)").key != lift("a in (1,2)").key


def test_no_text_passes_for_a_lifted_literal():
    assert lift("a eq ?s").key != lift("a eq 'x'").key
    assert lift("a eq ??s").key != lift("a eq ?'x'").key


CLAIMED = [
    (parse_expression, f"a eq 'x' and b in (1,-2.5,3e4) and c eq {ID} and d gt 2024-01-01"),
    (parse_expression, "a/any(x:x/b gt duration'PT1S' and x/c has Ns.T'y') or e eq binary'Zg'"),
    (parse_expression, "a/$count($filter=b eq 1) gt case(c:12:30:00,true:10:15)"),
    (parse_expression, 'a eq {"b":[1,"x"]} and Ns.F(x=5)/y eq 2024-01-01T00:00:00Z'),
    (parse_orderby, "a add 5 desc"),
    (parse_compute, "a mul 1.5 as b"),
    (parse_expand, "a($filter=b eq 'x';$top=5;$expand=c($filter=d eq 2)),e($levels=2)"),
    (parse_apply, "filter(a eq 1)/topcount(2,b)/groupby((c),aggregate(d mul 3 with sum as e))"),
    (parse_arguments, "(id=5,name='x')"),
]


@pytest.mark.parametrize(("parse", "text"), CLAIMED)
def test_every_lifted_literal_is_one_of_the_tree(parse, text):
    shape = lift(text)
    assert shape.literals
    assert find_unclaimed(shape, parse(text)) == ()


@pytest.mark.parametrize("value", ["geometry'SRID=0;Point(1 2)'", '{")":"1"}', "5"])
def test_a_text_in_the_place_of_a_number_is_no_end_of_it(value):
    text = f"a/b(top={value}) eq 'x'"
    assert [literal.text for literal in lift(text).literals] == ["x"]


UNCLAIMED = [
    (parse_apply, "ancestors($root/S,Q,a,filter(b eq 1),2)", ["1", "2"]),
    (parse_apply, "Ns.F(x='y')", ["y"]),
]


@pytest.mark.parametrize(("parse", "text", "expected"), UNCLAIMED)
def test_literal_that_the_tree_does_not_keep_is_unclaimed(parse, text, expected):
    assert [item.text for item in find_unclaimed(lift(text), parse(text))] == expected


@settings(deadline=None, max_examples=40)
@given(EXPRESSIONS)
def test_every_lifted_literal_is_one_of_any_tree(tree):
    source = print_expression(tree)
    assume("$search" not in source)
    assert find_unclaimed(lift(source), parse_expression(source)) == ()


@given(st.text())
def test_marks_cannot_be_forged(text):
    shape = lift(text)
    marks = shape.key.replace("??", "")
    assert marks.count("?") == len(shape.literals)


@given(st.text("ab1?'\"-.:T ", max_size=30))
def test_pieces_of_the_text_are_kept_in_order(text):
    end = 0
    for literal in lift(text).literals:
        assert end <= literal.start < literal.end <= len(text)
        end = literal.end


def test_lifting_takes_microseconds():
    assert cost(lambda: lift(SEED_FILTER), tries=200) < 0.0005
