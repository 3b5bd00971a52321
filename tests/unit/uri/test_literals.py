from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odata.edm.types import Primitive
from odata.errors import UriSemanticError
from odata.uri.ast import LiteralKind
from odata.uri.literals import has_form, read_literal, read_value, write_literal
from odata.uri.parser import parse_literal

P = Primitive
ID = "d1e2f3a4-b5c6-7890-1234-567890abcdef"

READ = [
    ("'O''Neil'", P.STRING, "O'Neil"),
    ("null", P.STRING, None),
    (ID.upper(), P.GUID, ID),
    (f"'{ID}'", P.GUID, ID),
    ("true", P.BOOLEAN, True),
    ("FALSE", P.BOOLEAN, False),
    ("255", P.BYTE, 255),
    ("-128", P.SBYTE, -128),
    ("+32767", P.INT16, 32767),
    ("-2147483648", P.INT32, -(2**31)),
    ("9223372036854775807", P.INT64, 2**63 - 1),
    ("0" * 30 + "7", P.INT64, 7),
    ("5", P.DECIMAL, Decimal(5)),
    ("5.10", P.DECIMAL, Decimal("5.10")),
    ("5e2", P.DECIMAL, Decimal("5e2")),
    ("0.1234567890123456789", P.DECIMAL, Decimal("0.1234567890123456789")),
    ("5", P.DOUBLE, 5.0),
    ("-1.5e3", P.DOUBLE, -1500.0),
    ("-INF", P.DOUBLE, float("-inf")),
    ("3.5", P.SINGLE, 3.5),
    ("2024-02-29", P.DATE, date(2024, 2, 29)),
    ("'2024-02-29'", P.DATE, date(2024, 2, 29)),
    ("0001-01-01", P.DATE, date(1, 1, 1)),
    ("2024-01-01T00:00:00Z", P.DATE_TIME_OFFSET, datetime(2024, 1, 1, tzinfo=UTC)),
    ("2024-01-01T10:00+01:30", P.DATE_TIME_OFFSET, datetime(2024, 1, 1, 8, 30, tzinfo=UTC)),
    ("2024-01-01T10:00 01:00", P.DATE_TIME_OFFSET, datetime(2024, 1, 1, 9, tzinfo=UTC)),
    ("2023-12-31T23:00:00-02:00", P.DATE_TIME_OFFSET, datetime(2024, 1, 1, 1, tzinfo=UTC)),
    ("2016-12-31t23:59:60z", P.DATE_TIME_OFFSET, datetime(2017, 1, 1, tzinfo=UTC)),
    (
        "2024-01-01T00:00:00.123456789012Z",
        P.DATE_TIME_OFFSET,
        datetime(2024, 1, 1, 0, 0, 0, 123456, tzinfo=UTC),
    ),
    ("2024-01-01", P.DATE_TIME_OFFSET, datetime(2024, 1, 1, tzinfo=UTC)),
    ("12:30", P.TIME_OF_DAY, time(12, 30)),
    ("12:30:15.5", P.TIME_OF_DAY, time(12, 30, 15, 500000)),
    ("duration'P1DT2H3M4.5S'", P.DURATION, timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ("'-PT1S'", P.DURATION, timedelta(seconds=-1)),
    ("binary'Zm9v'", P.BINARY, b"foo"),
    ("binary'Zg'", P.BINARY, b"f"),
    ("binary'_-8='", P.BINARY, b"\xff\xef"),
    ("7", P.UNTYPED, 7),
    ("7.0", P.UNTYPED, Decimal("7.0")),
    ("'x'", P.UNTYPED, "x"),
    ("Ns.T'x'", P.STRING, "x"),
]


@pytest.mark.parametrize(("source", "primitive", "expected"), READ)
def test_literal_becomes_python_value(source, primitive, expected):
    value = read_literal(parse_literal(source), primitive)
    assert value == expected
    assert type(value) is type(expected)


REFUSED = [
    ("'5'", P.INT32),
    ("5", P.STRING),
    ("5.0", P.INT32),
    ("true", P.STRING),
    ("1", P.BOOLEAN),
    ("256", P.BYTE),
    ("128", P.SBYTE),
    ("32768", P.INT16),
    ("2147483648", P.INT32),
    ("9223372036854775808", P.INT64),
    ("9" * 5000, P.INT64),
    ("1e9999999", P.DECIMAL),
    ("9" * 101, P.DECIMAL),
    ("INF", P.DECIMAL),
    ("NaN", P.DECIMAL),
    ("1e999", P.DOUBLE),
    ("1e39", P.SINGLE),
    ("2024-02-30", P.DATE),
    ("0000-01-01", P.DATE),
    ("-0001-01-01", P.DATE),
    ("10000-01-01", P.DATE),
    ("9999-12-31T23:59:59-01:00", P.DATE_TIME_OFFSET),
    ("0001-01-01T00:00:00+01:00", P.DATE_TIME_OFFSET),
    ("'2024-01-01T00:00'", P.DATE_TIME_OFFSET),
    ("12:00:60", P.TIME_OF_DAY),
    (f"duration'P{'9' * 30}D'", P.DURATION),
    (f"'{{{ID}}}'", P.GUID),
    (f"'{ID.replace('-', '')}'", P.GUID),
    ("'urn:uuid:" + ID + "'", P.GUID),
    ("'Zm9v'", P.BINARY),
    ("geography'SRID=0;Point(1 2)'", P.STRING),
    ("5", P.STREAM),
]


@pytest.mark.parametrize(("source", "primitive"), REFUSED)
def test_literal_of_another_type_or_range_is_refused(source, primitive):
    with pytest.raises(UriSemanticError) as caught:
        read_literal(parse_literal(source), primitive)
    assert primitive.qualified_name in caught.value.message
    assert len(caught.value.message) < 150


def test_text_with_a_zero_character_is_refused():
    with pytest.raises(UriSemanticError):
        read_literal(parse_literal("'a\0b'"), P.STRING)


VALUES = [
    ("true", P.BOOLEAN, True),
    ("O'Neil", P.STRING, "O'Neil"),
    ("-2", P.DECIMAL, Decimal(-2)),
    ("PT1S", P.DURATION, timedelta(seconds=1)),
    ("Zg==", P.BINARY, b"f"),
]


@pytest.mark.parametrize(("text", "primitive", "expected"), VALUES)
def test_raw_value_becomes_python_value(text, primitive, expected):
    assert read_value(text, primitive) == expected


@pytest.mark.parametrize(
    ("text", "primitive"),
    [("True", P.BOOLEAN), ("1_0", P.INT32), (" 5", P.INT32), ("٣", P.INT32), ("42.", P.DECIMAL)],
)
def test_malformed_raw_value_is_refused(text, primitive):
    with pytest.raises(UriSemanticError):
        read_value(text, primitive)


def test_enumeration_value_is_a_list_of_members_and_numbers():
    assert has_form("Solid,Yellow,+42", LiteralKind.ENUM)
    assert not has_form("Solid Yellow", LiteralKind.ENUM)


WRITTEN = [
    (None, P.STRING, "null"),
    ("O'Neil", P.STRING, "'O''Neil'"),
    (ID, P.GUID, ID),
    (True, P.BOOLEAN, "true"),
    (-5, P.INT16, "-5"),
    (Decimal("1E+3"), P.DECIMAL, "1000"),
    (Decimal("0.10"), P.DECIMAL, "0.10"),
    (float("inf"), P.DOUBLE, "INF"),
    (float("-inf"), P.SINGLE, "-INF"),
    (1e22, P.DOUBLE, "1e+22"),
    (date(1, 1, 1), P.DATE, "0001-01-01"),
    (
        datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        P.DATE_TIME_OFFSET,
        "2024-01-01T00:00:00Z",
    ),
    (
        datetime(2024, 1, 1, 0, 0, 0, 120000, tzinfo=UTC),
        P.DATE_TIME_OFFSET,
        "2024-01-01T00:00:00.12Z",
    ),
    (time(1, 2, 3), P.TIME_OF_DAY, "01:02:03"),
    (timedelta(days=-1, seconds=-1), P.DURATION, "duration'-P1DT1S'"),
    (timedelta(0), P.DURATION, "duration'PT0S'"),
    (timedelta(days=2), P.DURATION, "duration'P2D'"),
    (b"foo", P.BINARY, "binary'Zm9v'"),
]


@pytest.mark.parametrize(("value", "primitive", "expected"), WRITTEN)
def test_python_value_becomes_literal(value, primitive, expected):
    assert write_literal(value, primitive) == expected


GENERATED = {
    P.STRING: st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    P.BOOLEAN: st.booleans(),
    P.INT64: st.integers(-(2**63), 2**63 - 1),
    P.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False, places=10, max_value=10**30),
    P.DOUBLE: st.floats(allow_nan=False),
    P.DATE: st.dates(),
    P.DATE_TIME_OFFSET: st.datetimes(timezones=st.just(UTC)),
    P.TIME_OF_DAY: st.times(),
    P.DURATION: st.timedeltas(),
    P.BINARY: st.binary(),
    P.GUID: st.uuids().map(str),
}


@pytest.mark.parametrize("primitive", GENERATED)
@given(data=st.data())
def test_written_literal_reads_as_the_same_value(primitive, data):
    value = data.draw(GENERATED[primitive])
    assert read_literal(parse_literal(write_literal(value, primitive)), primitive) == value
