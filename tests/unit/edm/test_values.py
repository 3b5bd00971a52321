import datetime
from decimal import Decimal

import pytest

from odata.edm.types import ComplexType, EnumMember, EnumType, Facets, Primitive, Property
from odata.edm.values import find_value_fault

COLOUR = EnumType("Colour", "Test", (EnumMember("Red", 1), EnumMember("Green", 4)))
ACCESS = EnumType("Access", "Test", (EnumMember("Read", 1), EnumMember("Write", 4)), is_flags=True)
PLACE = ComplexType("Place", "Test")
GUID = "b3a2c1d0-0000-4000-8000-00000000000f"
NOON = datetime.datetime(2025, 2, 15, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("edm_type", "facets", "value"),
    [
        (Primitive.STRING, Facets(max_length=3), "abc"),
        (Primitive.STRING, Facets(), None),
        (Primitive.GUID, Facets(), GUID),
        (Primitive.BOOLEAN, Facets(), False),
        (Primitive.BYTE, Facets(), 255),
        (Primitive.INT64, Facets(), -(2**63)),
        (Primitive.DOUBLE, Facets(), 0.5),
        (Primitive.DECIMAL, Facets(precision=4, scale=2), Decimal("99.99")),
        (Primitive.DECIMAL, Facets(precision=4, scale=2), Decimal("0.00")),
        (Primitive.DECIMAL, Facets(precision=4), Decimal("1.234")),
        (Primitive.DECIMAL, Facets(scale="variable"), Decimal("1E+3")),
        (Primitive.DECIMAL, Facets(precision=4, scale=2), 99),
        (Primitive.DOUBLE, Facets(), 0),
        (Primitive.DATE, Facets(), datetime.date(1, 1, 1)),
        (Primitive.DATE_TIME_OFFSET, Facets(), NOON),
        (Primitive.TIME_OF_DAY, Facets(), datetime.time(13, 20)),
        (Primitive.DURATION, Facets(), datetime.timedelta(1)),
        (Primitive.BINARY, Facets(max_length=2), b"\x00\x01"),
        (Primitive.UNTYPED, Facets(), True),
        (COLOUR, Facets(), 4),
        (ACCESS, Facets(), 5),
        (ACCESS, Facets(), 0),
        (PLACE, Facets(), {"Town": "Bergen"}),
    ],
)
def test_value_belongs_to_the_type(edm_type, facets, value):
    assert find_value_fault(value, Property("p", edm_type, facets)) is None


@pytest.mark.parametrize(
    ("edm_type", "facets", "value", "fault"),
    [
        (Primitive.STRING, Facets(max_length=3), "abcd", "a length of 4 exceeds 3"),
        (Primitive.STRING, Facets(), 1, "str is expected, not int"),
        (Primitive.STRING, Facets(nullable=False), None, "null is not allowed"),
        (
            Primitive.GUID,
            Facets(),
            GUID.upper(),
            "a GUID is 32 lower-case hexadecimal digits with hyphens",
        ),
        (Primitive.BOOLEAN, Facets(), 0, "bool is expected, not int"),
        (Primitive.INT32, Facets(), False, "int is expected, not bool"),
        (Primitive.BYTE, Facets(), 256, "256 is out of range"),
        (Primitive.SBYTE, Facets(), -129, "-129 is out of range"),
        (Primitive.DECIMAL, Facets(), 1.5, "Decimal is expected, not float"),
        (Primitive.DECIMAL, Facets(), Decimal("NaN"), "NaN is no decimal number"),
        (
            Primitive.DECIMAL,
            Facets(scale=2),
            Decimal("1.005"),
            "1.005 has more than 2 digits after the point",
        ),
        (
            Primitive.DECIMAL,
            Facets(precision=4, scale=2),
            Decimal(100),
            "100 has more than 4 digits",
        ),
        (Primitive.DECIMAL, Facets(precision=1), 10, "10 has more than 1 digits"),
        (Primitive.DATE, Facets(), NOON, "date is expected, not datetime"),
        (
            Primitive.DATE_TIME_OFFSET,
            Facets(),
            NOON.replace(tzinfo=None),
            "an instant needs an offset",
        ),
        (COLOUR, Facets(), 5, "Colour has no member with the number 5"),
        (COLOUR, Facets(), "Red", "the number of a member is expected"),
        (ACCESS, Facets(), 2, "Access has no member with the number 2"),
        (PLACE, Facets(), "Bergen", "a mapping is expected"),
    ],
)
def test_value_is_refused(edm_type, facets, value, fault):
    assert find_value_fault(value, Property("p", edm_type, facets)) == fault


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (["a", "b"], None),
        ([], None),
        ("ab", "a list is expected"),
        (["a", "bcd"], "a length of 3 exceeds 2"),
    ],
)
def test_collection_is_judged_by_its_items(value, fault):
    definition = Property("p", Primitive.STRING, Facets(max_length=2), is_collection=True)

    assert find_value_fault(value, definition) == fault
