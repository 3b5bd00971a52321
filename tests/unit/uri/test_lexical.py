import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odata.uri import lexical
from odata.uri.parser import build_parser

TERMINALS = {terminal.name: terminal for terminal in build_parser().terminals}
FORMS = {name: form for name, (form, _) in lexical.PATTERNS.items()} | {
    "JSON_STRING": lexical.JSON_STRING,
    "NAME": lexical.NAME,
}
SAMPLES = [
    *("01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdefa"),
    *("2024-02-29", "2024-13-01", "-12024-01-31", "2024-01-01T", "0999-01-01", "999-01-01"),
    *("2024-01-01T23:59:60.123456789012z", "2024-01-01T00:00 01:00", "2024-01-01T00:00"),
    *("23:59", "24:00", "12:30:61", "12:30:00.1", "1", "-1", "+1", "1.5", "1.", ".5", "1e5"),
    *("1.5E-3", "1e", "1-2", "'a'", "''", "'a''b'", "'a", "INF", "-INF", "NaN", "INFO"),
    *("null", "NULL", "nullable", "null(", "true", "TRUE", "trueish", "duration'P1DT1S'"),
    *("duration'P'", "duration'PT'", "Duration'-PT1.5S'", "binary'Zg=='", "binary'Z'"),
    *("geography'SRID=0;Point(1 2)'", "geometry'Point(1 2)'", "Ns.T'x'", "T''", "a.b.c", "a."),
    *('"a"', '"a\\"b"', '"a', '"\\x"', "_a", "ä", "9a", "a" * 129),
]


def both(name):
    return re.compile(FORMS[name]), re.compile(TERMINALS[name].pattern.to_regexp())


@pytest.mark.parametrize("name", FORMS)
def test_grammar_and_module_know_the_same_forms(name):
    ours, grammar = both(name)
    for sample in SAMPLES:
        found, wanted = grammar.match(sample), ours.match(sample)
        assert (found and found.group()) == (wanted and wanted.group()), sample


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_grammar_and_module_know_the_same_generated_forms(name, data):
    ours, grammar = both(name)
    drawn_from = data.draw(st.sampled_from((ours, grammar)))
    sample = data.draw(st.from_regex(drawn_from, fullmatch=True))
    assert bool(ours.fullmatch(sample)) is bool(grammar.fullmatch(sample))
