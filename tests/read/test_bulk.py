"""Streams of whole collections."""

from __future__ import annotations

import pytest

from odata.edm.types import Primitive
from odata.payload.csv_writer import CsvWriter
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.query.plan import NULL
from odata.query.read_plan import OutputValue
from tests.technical import technical_engine


@pytest.fixture
def small(engine: Engine) -> Engine:
    """The engine whose pages have two rows."""
    return technical_engine(engine.source.database, page_size=2)


def _lines(small: Engine, query: str) -> list[bytes]:
    reader = Principal("reader", frozenset({"reader"}))
    request = Request("GET", "http://localhost/", "employees", query, {}, b"", reader, "1")
    response = small.handle(request)
    assert response.status == 200
    return b"".join(response.body).splitlines()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", [b"Ada", b"Bob", b"Cy", b"Di", b"Ed"]),
        ("&$top=3", [b"Ada", b"Bob", b"Cy"]),
        ("&$top=4&$skip=3", [b"Di", b"Ed"]),
        ("&$orderby=nickname%20desc", [b"Ada", b"Cy", b"Bob", b"Di", b"Ed"]),
    ],
)
def test_all_pages_come_in_one_answer(small, query, names):
    assert _lines(small, f"$format=csv&$select=name{query}") == [b"name", *names]


def test_related_entities_come_with_every_page(small):
    lines = _lines(small, "$format=ndjson&$select=name&$expand=manager($select=name)")

    assert lines[0] == b'{"name":"Ada","manager":null}'
    assert lines[4] == b'{"name":"Ed","manager":{"name":"Di"}}'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"=1+1"', b"'=1+1\r\n"),
        ('"-x"', b"'-x\r\n"),
        ('"@a"', b"'@a\r\n"),
        ("-1.50", b"-1.50\r\n"),
        ('"plain"', b"plain\r\n"),
    ],
)
def test_b7_g3_formulas_are_guarded_where_that_is_wanted(text, line):
    writer = CsvWriter([OutputValue("a", NULL, Primitive.STRING)], guards_formulas=True)

    assert writer.rows([b'{"a":' + text.encode() + b"}"]) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"=1+1"', b"=1+1\r\n"),
        ('"a,b"', b'"a,b"\r\n'),
        ('"say \\"x\\""', b'"say ""x"""\r\n'),
        ('"a\\nb"', b'"a\nb"\r\n'),
        ('""', b'""\r\n'),
        ("null", b"\r\n"),
        ("12345678901234567890.10", b"12345678901234567890.10\r\n"),
        ("[1,2]", b'"[1,2]"\r\n'),
    ],
)
def test_values_keep_what_they_are(text, line):
    writer = CsvWriter([OutputValue("a", NULL, Primitive.STRING)])

    assert writer.rows([b'{"a":' + text.encode() + b"}"]) == line
