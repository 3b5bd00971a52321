"""Regular expressions are written anew for all engines, or refused."""

from __future__ import annotations

import pytest

from odata.errors import NotImplementedYetError, ODataError, UriSemanticError
from odata.query.patterns import portable_pattern

WRITTEN = (
    ("", "(?:)"),
    ("abc", "abc"),
    ("a.c", "a[^\n\r\u2028\u2029]c"),
    ("^a$", "^a$"),
    ("a|b|", "a|b|(?:)"),
    ("(a)(?:b)", "(?:a)(?:b)"),
    ("a+?b*?", "(?:a)+(?:b)*"),
    ("a{2}b{1,}c{0,3}", "(?:a){2}(?:b){1,}(?:c){0,3}"),
    (r"\d\D", "[0-9][^0-9]"),
    (r"\w\W", "[A-Za-z0-9_][^A-Za-z0-9_]"),
    (r"[a-z\d]", "[a-z0-9]"),
    (r"[^a\-z-]", r"[^a\-z\-]"),
    (r"\.\/\\", r"\.\/\\"),
    (r"\t\x41\u00e9", "\tA\u00e9"),
    ("é", "é"),
    (r"[\]\[]", r"[\]\[]"),
)


@pytest.mark.parametrize(("pattern", "expected"), WRITTEN)
def test_a_pattern_is_written_anew(pattern, expected):
    assert portable_pattern(pattern) == expected


REFUSED = (
    "(",
    ")",
    "a)",
    "[a",
    "*a",
    "a**",
    "a+*",
    "^*",
    "a{",
    "a{2,1}",
    "a{101}",
    "a{x}",
    "{2}",
    "]",
    "}",
    "\\",
    r"\x4",
    "[z-a]",
    r"[a-\d]",
    "(" * 11 + ")" * 11,
    "a" * 251,
)


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_wrong_pattern_is_refused(pattern):
    with pytest.raises(UriSemanticError):
        portable_pattern(pattern)


UNSERVED = (r"(a)\1", "(?=a)", "(?!a)", "(?<n>a)", r"\b", r"\p{L}", "[]", r"[\W]", r"\ud800", r"\k")


@pytest.mark.parametrize("pattern", UNSERVED)
def test_a_pattern_that_engines_read_differently_is_not_served(pattern):
    with pytest.raises(NotImplementedYetError):
        portable_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(?", "[^", "\\x", "a{,3}", "a{1", "[a-"])
def test_an_unfinished_pattern_is_refused(pattern):
    with pytest.raises(ODataError) as caught:
        portable_pattern(pattern)
    assert caught.value.status in (400, 501)
