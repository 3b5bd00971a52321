import pytest

from odata.errors import ODataError, UriSyntaxError
from odata.uri.parser import (
    parse_apply,
    parse_compute,
    parse_expand,
    parse_expression,
    parse_select,
)

MALFORMED = [
    ("number ex ", 9, "expected an operator such as eq, ne, gt"),
    ("number eq", 9, "expected a value, a property or a function"),
    ("number eq ", 9, "expected a value, a property or a function"),
    ("", 0, "expected a value, a property or a function"),
    ("(a eq 1", 7, "expected ')'"),
    ("a eq 1)", 7, "expected the end of the text"),
    ("contains(a", 10, "expected an operator such as eq, ne, gt, ',' or ')'"),
    ("contains(a,'b'", 14, "expected ',' or ')'"),
    ("a eq 'x", 6, "expected a closing quote"),
    ("a eq 'O'Neil'", 12, "expected an operator such as eq, ne, gt"),
    ("[1,2", 4, "expected ',' or ']'"),
    ("a/", 2, "expected a name"),
    ("a in (b,c)", 6, "a list to the right of in holds literals only"),
    ("a has 5", 6, "has takes an enumeration member"),
    ("substring(a)", 0, "substring takes 2 or 3 arguments"),
    ("now(1)", 0, "now takes no arguments"),
    ("contian(a,'b')", 0, "unknown function contian, did you mean contains"),
    ("all(x:true)", 6, "expected an operator such as eq, ne, gt, ',' or ')'"),
    ("any()", 0, "any needs a collection before it"),
    ("a/all()", 2, "all needs a variable and a condition"),
    ("a eq ('x','y')", 10, "expected ')'"),
    ("cast(a,5)", 7, "cast takes the name of a type"),
    ("now()/a", 0, "the value of now has no members"),
    ('{"a":1,"a":2}', 0, "a JSON object names a member twice"),
    (r'["\ud800"]', 1, "the JSON string holds half a character"),
    ("a/$count($top=1)", 9, "a count takes no $top"),
    ("a/$count($filter=b;$filter=c)", 19, "$filter is given twice"),
]


@pytest.mark.parametrize(("source", "position", "reason"), MALFORMED)
def test_malformed_expression_is_refused_with_place_and_reason(source, position, reason):
    with pytest.raises(UriSyntaxError) as caught:
        parse_expression(source)
    assert caught.value.message == f"Syntax error at position {position} in '{source}': {reason}"
    assert caught.value.position == position
    assert caught.value.target == "$filter"


def test_long_text_is_shown_around_the_fault():
    source = "a eq 1 and " * 20 + "b ex 1"
    with pytest.raises(UriSyntaxError) as caught:
        parse_expression(source)
    assert "b ex 1...': expected" in caught.value.message
    assert len(caught.value.message) < 200


def test_message_names_no_terminal_of_the_grammar():
    for source in ("", "a", "a eq", "a eq 1 and", "a/any(", "cast(", "case(", "[", "{", '{"a"'):
        for parse in (parse_expression, parse_apply, parse_select, parse_expand, parse_compute):
            try:
                parse(source)
            except ODataError as fault:
                reason = fault.message.partition("': ")[2]
                assert "_" not in reason
                assert reason.replace("AND, OR", "").upper() != reason
