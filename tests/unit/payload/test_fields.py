"""One value of every type, read strictly."""

import datetime
import math
from decimal import Decimal

import pytest
from marshmallow import ValidationError

from odata.edm.types import (
    ComplexType,
    EnumMember,
    EnumType,
    Facets,
    Primitive,
    Property,
)
from odata.payload.dynamic import DynamicValue
from odata.payload.edm_field import Fault
from odata.payload.json_document import read_json
from odata.payload.schemas import make_field

NO_FACETS = Facets()
BLOCKED = EnumType(
    "customerBlocked",
    "Microsoft.NAV",
    (
        EnumMember("_x0020_", 0, " "),
        EnumMember("Ship", 1),
        EnumMember("Invoice", 2),
        EnumMember("Sales_x0020_Order", 3, "Sales Order"),
    ),
)
ACCESS = EnumType(
    "access",
    "Microsoft.NAV",
    (EnumMember("Read", 1), EnumMember("Write", 2), EnumMember("Run", 4)),
    is_flags=True,
)
ADDRESS = ComplexType(
    "address",
    "Microsoft.NAV",
    (
        Property("city", Primitive.STRING, Facets(max_length=5)),
        Property("zip", Primitive.INT32, Facets(nullable=False)),
        Property("computed", Primitive.STRING, is_computed=True),
    ),
)
GUID_MESSAGE = (
    "Invalid format of GUID string. The correct format of the GUID string is: "
    "CDEF7890-ABCD-0123-1234-567890ABCDEF where 0-9, A-F symbolizes hexadecimal digits."
)


def read(text, edm_type, facets=NO_FACETS, **options):
    return make_field(Property("x", edm_type, facets, **options)).deserialize(
        read_json(text.encode())
    )


def messages_of(text, edm_type, facets=NO_FACETS, **options):
    with pytest.raises(ValidationError) as caught:
        read(text, edm_type, facets, **options)
    return caught.value.messages


P = Primitive


@pytest.mark.parametrize(
    ("text", "edm_type", "facets", "expected"),
    [
        ('"abc"', P.STRING, Facets(), "abc"),
        ('""', P.STRING, Facets(), ""),
        ('"  a b  "', P.STRING, Facets(), "  a b  "),
        ('"🙂🙂"', P.STRING, Facets(max_length=2), "🙂🙂"),
        ('"<script>=1+1\\u202e"', P.STRING, Facets(), "<script>=1+1\u202e"),
        (
            '"D1E2F3A4-B5C6-7890-1234-567890ABCDEF"',
            P.GUID,
            Facets(),
            "d1e2f3a4-b5c6-7890-1234-567890abcdef",
        ),
        ("true", P.BOOLEAN, Facets(), True),
        ("false", P.BOOLEAN, Facets(), False),
        ("0", P.BYTE, Facets(), 0),
        ("255", P.BYTE, Facets(), 255),
        ("-128", P.SBYTE, Facets(), -128),
        ("-32768", P.INT16, Facets(), -32768),
        ("2147483647", P.INT32, Facets(), 2147483647),
        ("9223372036854775807", P.INT64, Facets(), 9223372036854775807),
        ('"9223372036854775807"', P.INT64, Facets(), 9223372036854775807),
        ('"-5"', P.INT64, Facets(), -5),
        ("15750", P.DECIMAL, Facets(), Decimal(15750)),
        ("0.1234567890123456789", P.DECIMAL, Facets(), Decimal("0.1234567890123456789")),
        ('"0.30"', P.DECIMAL, Facets(), Decimal("0.3")),
        ("1.5e3", P.DECIMAL, Facets(), Decimal(1500)),
        ("12.3400", P.DECIMAL, Facets(precision=4, scale=2), Decimal("12.34")),
        ("99.99", P.DECIMAL, Facets(precision=4, scale=2), Decimal("99.99")),
        ("0.0001", P.DECIMAL, Facets(precision=4, scale="variable"), Decimal("0.0001")),
        ("-0.0", P.DECIMAL, Facets(precision=4, scale=2), Decimal(0)),
        ("0e5", P.DECIMAL, Facets(precision=4, scale=2), Decimal(0)),
        ("1.5", P.DOUBLE, Facets(), 1.5),
        ("3", P.DOUBLE, Facets(), 3.0),
        ("1e308", P.DOUBLE, Facets(), 1e308),
        ('"INF"', P.DOUBLE, Facets(), math.inf),
        ('"-INF"', P.SINGLE, Facets(), -math.inf),
        ("3.4e38", P.SINGLE, Facets(), 3.4e38),
        ('"2024-02-29"', P.DATE, Facets(), datetime.date(2024, 2, 29)),
        ('"0001-01-01"', P.DATE, Facets(), datetime.date(1, 1, 1)),
        (
            '"2025-02-15T09:30:00Z"',
            P.DATE_TIME_OFFSET,
            Facets(),
            datetime.datetime(2025, 2, 15, 9, 30, tzinfo=datetime.UTC),
        ),
        (
            '"2025-02-15T09:30:00.1234567+02:00"',
            P.DATE_TIME_OFFSET,
            Facets(precision=3),
            datetime.datetime(2025, 2, 15, 7, 30, 0, 123000, tzinfo=datetime.UTC),
        ),
        (
            '"2025-02-15T09:30:00.1234567Z"',
            P.DATE_TIME_OFFSET,
            Facets(),
            datetime.datetime(2025, 2, 15, 9, 30, 0, 123456, tzinfo=datetime.UTC),
        ),
        ('"07:59"', P.TIME_OF_DAY, Facets(), datetime.time(7, 59)),
        ('"23:59:59.5"', P.TIME_OF_DAY, Facets(), datetime.time(23, 59, 59, 500000)),
        (
            '"-P1DT2H3M4.5S"',
            P.DURATION,
            Facets(),
            -datetime.timedelta(days=1, hours=2, minutes=3, seconds=4.5),
        ),
        ('"T0RhdGE"', P.BINARY, Facets(), b"OData"),
        ('"T0RhdGE="', P.BINARY, Facets(), b"OData"),
        ('"_-8="', P.BINARY, Facets(max_length=2), b"\xff\xef"),
        ('"/+8="', P.BINARY, Facets(), b"\xff\xef"),
        ('{"a":[1]}', P.UNTYPED, Facets(), {"a": [1]}),
        ("null", P.STRING, Facets(), None),
        ("null", P.DECIMAL, Facets(), None),
        ('"Ship"', BLOCKED, Facets(), 1),
        ('"2"', BLOCKED, Facets(), 2),
        ('"_x0020_"', BLOCKED, Facets(), 0),
        ('" "', BLOCKED, Facets(), 0),
        ('""', BLOCKED, Facets(), 0),
        ('"Sales Order"', BLOCKED, Facets(), 3),
        ('"Sales_x0020_Order"', BLOCKED, Facets(), 3),
        ('"Read"', ACCESS, Facets(), 1),
        ('"Read,Run"', ACCESS, Facets(), 5),
        ('"Write, 4"', ACCESS, Facets(), 6),
        ('{"city":"Ulm","zip":1}', ADDRESS, Facets(), {"city": "Ulm", "zip": 1}),
        ('{"city":null}', ADDRESS, Facets(), {"city": None}),
        (
            '{"@odata.type":"#Microsoft.NAV.address","city@x.y":1,"computed":"no"}',
            ADDRESS,
            Facets(),
            {},
        ),
        ("null", ADDRESS, Facets(), None),
    ],
)
def test_values_of_the_type_are_read(text, edm_type, facets, expected):
    found = read(text, edm_type, facets)
    assert found == expected
    assert type(found) is type(expected)


def test_not_a_number_is_read_from_its_string():
    assert math.isnan(read('"NaN"', P.DOUBLE))


@pytest.mark.parametrize(
    ("text", "edm_type"),
    [
        ("5", P.STRING),
        ("true", P.STRING),
        ("[]", P.STRING),
        ("1", P.BOOLEAN),
        ('"yes"', P.BOOLEAN),
        ('"true"', P.BOOLEAN),
        ('"5"', P.INT32),
        ("5.7", P.INT32),
        ("5.0", P.INT32),
        ("1e2", P.INT32),
        ("true", P.INT32),
        ('"5"', P.INT16),
        ('"5.0"', P.INT64),
        ('"1_000"', P.INT64),
        ('" 5"', P.INT64),
        ('"\u0665"', P.INT64),
        ("true", P.DECIMAL),
        ('"abc"', P.DECIMAL),
        ('"1,5"', P.DECIMAL),
        ('"INF"', P.DECIMAL),
        ('"1e9999999"', P.DECIMAL),
        ("[1]", P.DECIMAL),
        ('"1.5"', P.DOUBLE),
        ('"Infinity"', P.DOUBLE),
        ("false", P.DOUBLE),
        ('"20240101"', P.DATE),
        ('"2024-W01-1"', P.DATE),
        ('"2024-02-30"', P.DATE),
        ('"2024-02-29T00:00:00Z"', P.DATE),
        ('"10000-01-01"', P.DATE),
        ('"٢٠٢٤-02-29"', P.DATE),
        ("20240229", P.DATE),
        ('"2024-02-29T00:00:00"', P.DATE_TIME_OFFSET),
        ('"2024-02-29 00:00:00Z"', P.DATE_TIME_OFFSET),
        ('"2024-02-29T00:00:00 01:00"', P.DATE_TIME_OFFSET),
        ('"2024-02-29T24:00:00Z"', P.DATE_TIME_OFFSET),
        ('"2024-02-29T00:00:00+99:99"', P.DATE_TIME_OFFSET),
        ('"0001-01-01T00:00:00+02:00"', P.DATE_TIME_OFFSET),
        ('"25:00"', P.TIME_OF_DAY),
        ('"7:59"', P.TIME_OF_DAY),
        ('"P"', P.DURATION),
        ('"1D"', P.DURATION),
        ('"P1Y"', P.DURATION),
        ('"P999999999999D"', P.DURATION),
        ('"a b"', P.BINARY),
        ('"A"', P.BINARY),
        ("1", P.BINARY),
        ('"text"', ADDRESS),
        ("[]", ADDRESS),
    ],
)
def test_values_of_other_types_are_refused_by_name(text, edm_type):
    (fault,) = messages_of(text, edm_type)
    assert fault.code == "BadRequest"
    assert fault.message.startswith("Unable to convert value to ")
    assert "The property 'x' expects " in fault.message


@pytest.mark.parametrize(
    ("text", "edm_type", "facets", "message", "code"),
    [
        (
            '"abcd"',
            P.STRING,
            Facets(max_length=3),
            (
                "The length of the string is 4, but it must be less than or equal to 3 characters. "
                "Value: abcd"
            ),
            "Application_StringExceededLength",
        ),
        (
            '"🙂🙂🙂"',
            P.STRING,
            Facets(max_length=2),
            (
                "The length of the string is 3, but it must be less than or equal to 2 characters. "
                "Value: 🙂🙂🙂"
            ),
            "Application_StringExceededLength",
        ),
        ('"abc"', P.GUID, Facets(), GUID_MESSAGE, "Application_InvalidGUID"),
        ('""', P.GUID, Facets(), GUID_MESSAGE, "Application_InvalidGUID"),
        (
            '"{d1e2f3a4-b5c6-7890-1234-567890abcdef}"',
            P.GUID,
            Facets(),
            GUID_MESSAGE,
            "Application_InvalidGUID",
        ),
        (
            '"d1e2f3a4b5c678901234567890abcdef"',
            P.GUID,
            Facets(),
            GUID_MESSAGE,
            "Application_InvalidGUID",
        ),
        ("5", P.GUID, Facets(), GUID_MESSAGE, "Application_InvalidGUID"),
        (
            "256",
            P.BYTE,
            Facets(),
            "The value of 'x' must be between 0 and 255.",
            "BadRequest",
        ),
        (
            "2147483648",
            P.INT32,
            Facets(),
            "The value of 'x' must be between -2147483648 and 2147483647.",
            "BadRequest",
        ),
        (
            '"9223372036854775808"',
            P.INT64,
            Facets(),
            "The value of 'x' must be between -9223372036854775808 and 9223372036854775807.",
            "BadRequest",
        ),
        (
            "1.234",
            P.DECIMAL,
            Facets(precision=18, scale=2),
            "The value of 'x' must not have more than 2 decimal places.",
            "BadRequest",
        ),
        (
            "100",
            P.DECIMAL,
            Facets(precision=4, scale=2),
            "The value of 'x' must not have more than 4 digits.",
            "BadRequest",
        ),
        (
            "1e30",
            P.DECIMAL,
            Facets(precision=18, scale=2),
            "The value of 'x' must not have more than 18 digits.",
            "BadRequest",
        ),
        (
            "12.345",
            P.DECIMAL,
            Facets(precision=4, scale="variable"),
            "The value of 'x' must not have more than 4 digits.",
            "BadRequest",
        ),
        (
            "1e400",
            P.DOUBLE,
            Facets(),
            "The value of 'x' is too large for its type.",
            "BadRequest",
        ),
        (
            "3.5e38",
            P.SINGLE,
            Facets(),
            "The value of 'x' is too large for its type.",
            "BadRequest",
        ),
        (
            '"T0RhdGE"',
            P.BINARY,
            Facets(max_length=4),
            "The value of 'x' must not exceed 4 bytes.",
            "BadRequest",
        ),
        (
            "null",
            P.STRING,
            Facets(nullable=False),
            "Field 'x' must not be blank or empty.",
            "BadRequest_RequiredParamNotProvided",
        ),
        (
            '"Invalid Type"',
            BLOCKED,
            Facets(),
            "'Invalid Type' is not an option. The existing options are:  ,Ship,Invoice,Sales Order",
            "Unknown",
        ),
        (
            '"Read,Fly"',
            ACCESS,
            Facets(),
            "'Read,Fly' is not an option. The existing options are: Read,Write,Run",
            "Unknown",
        ),
        (
            "1",
            ACCESS,
            Facets(),
            "'1' is not an option. The existing options are: Read,Write,Run",
            "Unknown",
        ),
        (
            "\"Microsoft.NAV.access'Read'\"",
            ACCESS,
            Facets(),
            (
                "'Microsoft.NAV.access'Read'' is not an option. "
                "The existing options are: Read,Write,Run"
            ),
            "Unknown",
        ),
        (
            '"ship"',
            BLOCKED,
            Facets(),
            "'ship' is not an option. The existing options are:  ,Ship,Invoice,Sales Order",
            "Unknown",
        ),
        (
            "true",
            BLOCKED,
            Facets(),
            "'true' is not an option. The existing options are:  ,Ship,Invoice,Sales Order",
            "Unknown",
        ),
    ],
)
def test_faults_speak_as_business_central_does(text, edm_type, facets, message, code):
    assert messages_of(text, edm_type, facets) == [Fault(message, code)]


def test_a_long_text_is_not_echoed_whole():
    (fault,) = messages_of(f'"{"y" * 100_000}"', P.STRING, Facets(max_length=3))
    assert len(fault.message) < 400


def test_codes_are_trimmed_and_upper_cased_before_they_are_measured():
    assert read('"  abc1 "', P.STRING, Facets(max_length=4), upper_case=True) == "ABC1"


@pytest.mark.parametrize(
    ("edm_type", "unset"),
    [(P.STRING, ""), (P.DECIMAL, 0), (P.GUID, "00000000-0000-0000-0000-000000000000")],
)
def test_null_writes_the_unset_value(edm_type, unset):
    assert read("null", edm_type, Facets(), has_unset=True, unset=unset) == unset


def test_null_is_refused_for_a_required_property_that_has_an_unset_value():
    assert messages_of("null", P.STRING, has_unset=True, unset="", is_required=True) == [
        Fault("Field 'x' must not be blank or empty.", "BadRequest_RequiredParamNotProvided")
    ]


def test_collections_are_read_item_by_item():
    assert read("[1,2]", P.INT32, is_collection=True) == [1, 2]
    assert read("[]", P.INT32, is_collection=True) == []
    assert read("[null]", P.INT32, is_collection=True) == [None]


def test_every_faulty_item_of_a_collection_is_named():
    found = messages_of('[1,"a",2,2.5]', P.INT32, is_collection=True)
    assert list(found) == [1, 3]


@pytest.mark.parametrize("text", ["null", "1", "{}"])
def test_a_collection_is_an_array(text):
    assert len(messages_of(text, P.INT32, is_collection=True)) == 1


def test_all_faults_of_a_complex_value_are_named():
    found = messages_of('{"city":"Hamburg","zip":null,"street":"x"}', ADDRESS)
    assert found == {
        "city": [
            Fault(
                "The length of the string is 7, but it must be less than or equal to 5 "
                "characters. Value: Hamburg",
                "Application_StringExceededLength",
            )
        ],
        "zip": [
            Fault("Field 'zip' must not be blank or empty.", "BadRequest_RequiredParamNotProvided")
        ],
        "street": [
            Fault(
                "The property 'street' does not exist on type 'Microsoft.NAV.address'. "
                "Make sure to only use property names that are defined by the type."
            )
        ],
    }


def test_an_open_complex_value_keeps_what_it_does_not_declare():
    open_type = ComplexType("bag", "N", (Property("a", P.INT32),), is_open=True)
    assert read('{"a":1,"b":"x","@c":2}', open_type) == {"a": 1, "b": DynamicValue("x")}


@pytest.mark.parametrize("name", ["load", "fields", "Meta", "context", "validate", "class"])
def test_members_may_have_the_names_of_marshmallow(name):
    complex_type = ComplexType("odd", "N", (Property(name, P.INT32),))
    assert read(f'{{"{name}":1}}', complex_type) == {name: 1}
