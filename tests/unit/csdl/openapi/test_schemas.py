import dataclasses

import jsonschema
import pytest

from odata.csdl.openapi.schemas import build_schemas, value_schema
from odata.edm.types import Facets, Primitive, Property
from tests.unit.csdl.models import shop_model, technical_model

THING = "Test.Technical.Thing"
NOT_NULL = Facets(nullable=False)


@pytest.mark.parametrize(
    ("primitive", "facets", "expected"),
    [
        (Primitive.STRING, NOT_NULL, {"type": "string"}),
        (
            Primitive.STRING,
            Facets(max_length=20),
            {"type": ["string", "null"], "maxLength": 20},
        ),
        (Primitive.GUID, NOT_NULL, {"type": "string", "format": "uuid"}),
        (Primitive.DATE, NOT_NULL, {"type": "string", "format": "date"}),
        (Primitive.DATE_TIME_OFFSET, NOT_NULL, {"type": "string", "format": "date-time"}),
        (Primitive.BOOLEAN, NOT_NULL, {"type": "boolean"}),
        (
            Primitive.INT16,
            NOT_NULL,
            {"type": "integer", "format": "int16", "minimum": -32768, "maximum": 32767},
        ),
        (Primitive.INT64, Facets(), {"type": ["integer", "string", "null"], "format": "int64"}),
        (
            Primitive.DECIMAL,
            Facets(nullable=False, precision=5, scale=2),
            {
                "type": ["number", "string"],
                "format": "decimal",
                "minimum": -999.99,
                "maximum": 999.99,
            },
        ),
        (
            Primitive.DECIMAL,
            Facets(nullable=False, precision=18, scale=2),
            {"type": ["number", "string"], "format": "decimal"},
        ),
        (
            Primitive.DOUBLE,
            Facets(),
            {
                "anyOf": [
                    {
                        "anyOf": [
                            {"type": "number", "format": "double"},
                            {"enum": ["-INF", "INF", "NaN"]},
                        ]
                    },
                    {"type": "null"},
                ]
            },
        ),
        (
            Primitive.BINARY,
            Facets(nullable=False, max_length=16),
            {"type": "string", "format": "base64url", "maxLength": 24},
        ),
    ],
)
def test_primitive_value_has_a_schema(primitive, facets, expected):
    assert value_schema(primitive, facets) == expected


def test_enumeration_takes_both_spellings_of_a_member():
    schemas = build_schemas(technical_model())

    assert schemas["Test.Technical.Colour"] == {
        "type": "string",
        "enum": [" ", "_x0020_", "Red", "Green"],
        "description": "What it looks like",
    }


@pytest.mark.parametrize(("value", "is_valid"), [("Read", True), ("Read,Write", True), ("", False)])
def test_flags_are_listed(value, is_valid):
    schema = build_schemas(technical_model())["Test.Technical.Access"]

    assert jsonschema.Draft202012Validator(schema).is_valid(value) is is_valid


def test_customer_has_three_schemas():
    schemas = build_schemas(shop_model())
    blocked = {
        "anyOf": [{"$ref": "#/components/schemas/Microsoft.NAV.customerBlocked"}, {"type": "null"}]
    }
    name = {"type": "string", "maxLength": 100}
    optional_id = {"type": ["string", "null"], "format": "uuid"}

    assert schemas["Microsoft.NAV.customer"]["properties"] == {
        "@odata.etag": {"type": "string"},
        "id": {"type": "string", "format": "uuid", "readOnly": True},
        "displayName": name,
        "blocked": blocked,
        "balance": {
            "type": ["number", "string", "null"],
            "format": "decimal",
            "readOnly": True,
        },
        "paymentTermsId": optional_id,
        "paymentTerm": {
            "anyOf": [{"$ref": "#/components/schemas/Microsoft.NAV.paymentTerm"}, {"type": "null"}]
        },
    }
    assert list(schemas["Microsoft.NAV.customer-create"]["properties"]) == [
        "displayName",
        "blocked",
        "paymentTermsId",
        "paymentTerm",
    ]
    assert schemas["Microsoft.NAV.customer-update"]["properties"] == {
        "displayName": name,
        "blocked": blocked,
        "paymentTermsId": optional_id,
    }


@pytest.mark.parametrize(
    ("name", "purpose", "is_part"),
    [
        ("Id", "-create", True),
        ("Id", "-update", False),
        ("Int16", "-create", False),
        ("Int32", "-create", True),
        ("Int32", "-update", False),
        ("Stream", "", False),
        ("Stream@odata.mediaReadLink", "", True),
        ("Parts", "-create", True),
        ("Other", "-create", False),
        ("Parts", "-update", False),
    ],
)
def test_member_is_part_of_the_schemas_where_it_can_be(name, purpose, is_part):
    properties = build_schemas(technical_model())[f"{THING}{purpose}"]["properties"]

    assert (name in properties) is is_part


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "String",
            {
                "type": ["string", "null"],
                "maxLength": 3,
                "description": 'A "code" & <more>',
                "default": "EUR",
                "pattern": "^[A-Z]+$",
            },
        ),
        (
            "Decimal",
            {
                "type": ["number", "string", "null"],
                "format": "decimal",
                "default": 1.5,
                "maximum": 99.5,
            },
        ),
        ("Date", {"type": "string", "format": "date"}),
        ("Complex", {"$ref": "#/components/schemas/Test.Technical.Address"}),
        ("Strings", {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_property_is_described_as_it_is_read(name, expected):
    assert build_schemas(technical_model())[THING]["properties"][name] == expected


def test_required_property_is_required_on_create_alone():
    model = shop_model()
    customer = model.entity_types["customer"]
    name = Property("displayName", Primitive.STRING, NOT_NULL, is_required=True)
    model.entity_types["customer"] = dataclasses.replace(customer, properties=(name,), key=())

    schemas = build_schemas(model)

    assert schemas["Microsoft.NAV.customer-create"]["required"] == ["displayName"]
    assert "required" not in schemas["Microsoft.NAV.customer"]
    assert "required" not in schemas["Microsoft.NAV.customer-update"]


def test_error_has_code_and_message():
    validator = jsonschema.Draft202012Validator(build_schemas(shop_model())["error"])

    assert validator.is_valid({"error": {"code": "BadRequest", "message": "no"}})
    assert not validator.is_valid({"error": {"message": "no"}})
