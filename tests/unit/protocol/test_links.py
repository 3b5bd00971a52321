"""Next links, locations and key predicates."""

import datetime
from decimal import Decimal

import pytest

from odata.edm.types import Primitive
from odata.protocol.links import (
    KeyValue,
    Page,
    PathSegment,
    context_path,
    entity_location,
    entity_path,
    key_predicate,
    next_link,
)

ROOT = "https://host/v2.0/t/Production/api/v2.0/"
COMPANY = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"


@pytest.mark.parametrize(
    ("options", "page", "query"),
    [
        ([], Page("tok"), "aid=FIN&$skiptoken=tok"),
        (
            [("$select", "id,displayName,email")],
            Page("tok"),
            "$select=id%2CdisplayName%2Cemail&aid=FIN&$skiptoken=tok",
        ),
        (
            [("$filter", "city eq 'A&B=C+D#%'"), ("$orderby", "id desc")],
            Page("tok"),
            "$filter=city%20eq%20%27A%26B%3DC%2BD%23%25%27&$orderby=id%20desc&aid=FIN&$skiptoken=tok",
        ),
        (
            [("$expand", "defaultDimensions($select=id;$top=1)")],
            Page("tok"),
            "$expand=defaultDimensions%28%24select%3Did%3B%24top%3D1%29&aid=FIN&$skiptoken=tok",
        ),
        (
            [("$top", "25000"), ("$count", "true")],
            Page("tok", 5000),
            "$top=5000&$count=true&aid=FIN&$skiptoken=tok",
        ),
        ([("top", "5")], Page("tok", 2), "$top=2&aid=FIN&$skiptoken=tok"),
        ([("$TOP", "5")], Page("tok", 2), "$top=2&aid=FIN&$skiptoken=tok"),
        (
            [("$skip", "10"), ("skip", "10"), ("company", "CRONUS USA, Inc.")],
            Page("tok"),
            "company=CRONUS%20USA%2C%20Inc.&aid=FIN&$skiptoken=tok",
        ),
        (
            [("aid", "FIN"), ("$skiptoken", "old"), ("$skipToken", "old"), ("tenant", "x")],
            Page("new"),
            "tenant=x&aid=FIN&$skiptoken=new",
        ),
        (
            [("$filter", "city eq @c"), ("@c", "'Köln'")],
            Page("tok"),
            "$filter=city%20eq%20%40c&@c=%27K%C3%B6ln%27&aid=FIN&$skiptoken=tok",
        ),
    ],
)
def test_a_next_link_carries_the_query_on(options, page, query):
    found = next_link(ROOT, f"companies({COMPANY})/customers", options, page)
    assert found == f"{ROOT}companies({COMPANY})/customers?{query}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([KeyValue("id", Primitive.GUID, COMPANY)], COMPANY),
        ([KeyValue("n", Primitive.INT32, -5)], "-5"),
        ([KeyValue("name", Primitive.STRING, "O'Neil")], "'O''Neil'"),
        (
            [KeyValue("name", Primitive.STRING, "A"), KeyValue("line", Primitive.INT32, 10000)],
            "name='A',line=10000",
        ),
        ([KeyValue("b", Primitive.BOOLEAN, True)], "true"),
        ([KeyValue("d", Primitive.DATE, datetime.date(2024, 2, 29))], "2024-02-29"),
        ([KeyValue("d", Primitive.DECIMAL, Decimal("1E+3"))], "1000"),
        (
            [
                KeyValue(
                    "t",
                    Primitive.DATE_TIME_OFFSET,
                    datetime.datetime(2025, 2, 15, 9, 30, 25, 610000, tzinfo=datetime.UTC),
                )
            ],
            "2025-02-15T09:30:25.61Z",
        ),
        (
            [
                KeyValue(
                    "t",
                    Primitive.DATE_TIME_OFFSET,
                    datetime.datetime(2025, 2, 15, 9, 30, tzinfo=datetime.UTC),
                )
            ],
            "2025-02-15T09:30:00Z",
        ),
        (
            [KeyValue("t", Primitive.DURATION, datetime.timedelta(hours=-1, microseconds=500000))],
            "duration'-PT3599.5S'",
        ),
        ([KeyValue("t", Primitive.BINARY, b"\xff\xfe")], "binary'__4='"),
        ([KeyValue("t", Primitive.TIME_OF_DAY, datetime.time(7, 59, 1))], "07:59:01"),
    ],
)
def test_key_predicates(values, expected):
    assert key_predicate(values) == expected


@pytest.mark.parametrize(
    ("segments", "text", "encoded"),
    [
        (
            [PathSegment("companies", COMPANY), PathSegment("customers", "d1")],
            f"companies({COMPANY})/customers(d1)",
            f"companies({COMPANY})/customers(d1)",
        ),
        (
            [PathSegment("companies", COMPANY), PathSegment("customers")],
            f"companies({COMPANY})/customers",
            f"companies({COMPANY})/customers",
        ),
        (
            [PathSegment("things", "'A/B? %#é'")],
            "things('A/B? %#é')",
            "things('A%2FB%3F%20%25%23%C3%A9')",
        ),
        ([PathSegment("things", "a='x',b=1")], "things(a='x',b=1)", "things(a='x',b=1)"),
    ],
)
def test_paths_are_encoded_in_urls_and_plain_in_context_urls(segments, text, encoded):
    assert context_path(segments) == text
    assert entity_path(segments) == encoded
    assert entity_location(ROOT, segments) == ROOT + encoded
