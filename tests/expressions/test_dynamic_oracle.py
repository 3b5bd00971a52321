"""Every kind of dynamic value against every kind of literal, and against each other.

A small evaluator of its own says which rows must come.
"""

from __future__ import annotations

import datetime
import operator
from decimal import Decimal

import pytest

from tests.write.technical_client import fill, technical_client

DAY, INSTANT = datetime.date(2025, 1, 1), datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
LATER = INSTANT + datetime.timedelta(hours=1)
HOUR = datetime.timedelta(hours=1)
# As JSON with the type, as Python, as a literal.
VALUES = (
    (None, "", None, "null"),
    ("true", "", True, "true"),
    ("false", "", False, "false"),
    ("0", "", Decimal(0), "0"),
    ("-1.50", "", Decimal("-1.5"), "-1.5"),
    ("2", "", Decimal(2), "2"),
    ("2.0", "", Decimal(2), "2.0"),
    ("9007199254740993", "Int64", Decimal(9007199254740993), "9007199254740993"),
    ('""', "", "", "''"),
    ('"2"', "", "2", "'2'"),
    ('"true"', "", "true", "'true'"),
    ('"2025-01-01"', "", "2025-01-01", "'2025-01-01'"),
    ('"ö\\"\'"', "", "ö\"'", "'ö\"'''"),
    ('"2025-01-01"', "Date", DAY, "2025-01-01"),
    ('"2025-01-01T00:00:00Z"', "DateTimeOffset", INSTANT, "2025-01-01T00:00:00Z"),
    ('"2025-01-01T01:00:00Z"', "DateTimeOffset", LATER, "2025-01-01T01:00:00Z"),
    ('"PT1H"', "Duration", HOUR, "duration'PT1H'"),
)
OPERATORS = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def as_kind(value, kind):
    """The value, where it is of the kind; a day is an instant too."""
    if kind is datetime.datetime and type(value) is datetime.date:
        return datetime.datetime.combine(value, datetime.time(), datetime.UTC)
    return value if type(value) is kind else None


def holds(name, one, other):
    if one is None or other is None:
        same = one is None and other is None
        return same if name in ("eq", "ge", "le") else name == "ne" and not same
    return OPERATORS[name](one, other)


def of_two(name, one, other):
    """Two dynamic values: unequal where their kinds differ."""
    if one is None or other is None:
        return holds(name, one, other)
    kind = type(one)
    if {type(one), type(other)} == {datetime.date, datetime.datetime}:
        kind = datetime.datetime
    left, right = as_kind(one, kind), as_kind(other, kind)
    if left is None or right is None:
        return name == "ne"
    return holds(name, left, right)


def member(name, text, edm_type):
    """One dynamic property as it is written."""
    annotation = f'"{name}@odata.type":"#{edm_type}",' if edm_type else ""
    return f'{annotation}"{name}":{text or "null"}'


@pytest.fixture
def client(database_from):
    """Rows with every pair of values; the number of a row tells which."""
    found = technical_client(database_from("technical-write", fill))
    for first, (one, one_type, _, _) in enumerate(VALUES):
        for second, (other, other_type, _, _) in enumerate(VALUES):
            pair = f"{member('a', one, one_type)},{member('b', other, other_type)}"
            body = f'{{"id":{1000 + first * 100 + second},"name":"x",{pair}}}'.encode()
            answer = found.send("POST", "parcels", body, content_type="application/json")
            assert answer.status == 201, answer.body
    yield found
    found.engine.source.database.close()


def expected_rows(name, literal):
    """The numbers of the values that must be found."""
    found = [value for _, _, value, _ in VALUES]
    if literal is not None:
        found = [as_kind(value, type(literal)) for value in found]
    return [number for number, value in enumerate(found) if holds(name, value, literal)]


def wrong_comparisons(client, name):
    def rows(condition):
        asked = f"parcels?$filter=id ge 1000 and ({condition})&$select=id"
        return [row["id"] - 1000 for row in client.read(asked)["value"]]

    numbers = range(len(VALUES))
    for _, _, literal, text in VALUES:
        expected = expected_rows(name, literal)
        others = [number for number in numbers if number not in expected]
        for condition, wanted in (
            (f"a {name} {text}", expected),
            (f"not (a {name} {text})", others),
        ):
            if rows(f"({condition}) and b eq null") != [number * 100 for number in wanted]:
                yield condition
    pairs = [
        first * 100 + second
        for first in numbers
        for second in numbers
        if of_two(name, VALUES[first][2], VALUES[second][2])
    ]
    if rows(f"a {name} b") != pairs:
        yield f"a {name} b"


def test_dynamic_values_are_compared_by_their_kinds(client):
    assert [fault for name in OPERATORS for fault in wrong_comparisons(client, name)] == []
