"""Derived types in JSON Schema: on top of their base types."""

import jsonschema
import peewee
import pytest

from odata.csdl.openapi.schemas import build_schemas
from tests.technical import build_technical


@pytest.fixture(scope="module")
def schemas():
    return build_schemas(build_technical(peewee.SqliteDatabase(":memory:")).model)


def test_a_derived_type_adds_to_its_base(schemas):
    assert schemas["Technical.sportsCar"] == {
        "allOf": [
            {"$ref": "#/components/schemas/Technical.car"},
            {
                "type": "object",
                "properties": {
                    "topSpeed": {
                        "type": ["integer", "null"],
                        "format": "int32",
                        "minimum": -2147483648,
                        "maximum": 2147483647,
                    }
                },
            },
        ],
        "title": "sportsCar",
    }


def test_the_base_names_the_types_that_there_are(schemas):
    assert schemas["Technical.asset-create"]["properties"]["@odata.type"] == {
        "type": "string",
        "enum": ["#Technical.car", "#Technical.sportsCar", "#Technical.truck"],
    }
    assert schemas["Technical.spot"]["properties"]["@odata.type"]["enum"] == [
        "#Technical.spot",
        "#Technical.garage",
        "#Technical.kerb",
    ]


@pytest.mark.parametrize(
    ("entity", "is_valid"),
    [
        ({"@odata.type": "#Technical.sportsCar", "id": 2, "topSpeed": 300}, True),
        ({"@odata.type": "#Technical.sportsCar", "id": "two"}, False),
        ({"topSpeed": "fast"}, False),
    ],
)
def test_an_entity_is_held_against_the_whole_line(schemas, entity, is_valid):
    document = {
        "$ref": "#/components/schemas/Technical.sportsCar",
        "components": {"schemas": schemas},
    }

    found = list(jsonschema.Draft202012Validator(document).iter_errors(entity))

    assert (found == []) is is_valid
