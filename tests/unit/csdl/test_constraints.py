"""What is enforced of values, as both representations of ``$metadata`` and OpenAPI tell it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from lxml import etree

from odata.csdl import write_json, write_xml
from odata.csdl.openapi.schemas import Purpose, build_schemas
from odata.edm.annotations import ISO_CURRENCY, PathValue
from odata.edm.constraints import Choice, Constraint, Pattern, Range
from odata.edm.model import EntitySet, EntityType, Model
from odata.edm.types import Facets, Primitive, Property

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
VALIDATION = "Org.OData.Validation.V1"


def _refuse(value: object, _known: object) -> str:
    return f"not {value}"


def _model(definition: Property) -> Model:
    model = Model("Ns")
    key = Property("id", Primitive.GUID, Facets(nullable=False), is_computed=True)
    thing = EntityType("thing", "Ns", (key, definition), key=("id",))
    model.entity_types["thing"] = thing
    model.entity_sets["things"] = EntitySet("things", thing)
    return model


def _in_json(model: Model) -> dict[str, object]:
    written = json.loads(write_json(model, version="4.01"))["Ns"]["thing"]["value"]
    return {name: value for name, value in written.items() if name.startswith("@")}


@pytest.mark.parametrize(
    ("edm_type", "constraint", "told", "keywords"),
    [
        (
            Primitive.STRING,
            Pattern("a|b", _refuse),
            {f"@{VALIDATION}.Pattern": "^(?:a|b)$"},
            {"pattern": "^(?:a|b)$"},
        ),
        (
            Primitive.DECIMAL,
            Range(Decimal(0), Decimal("99.5")),
            {f"@{VALIDATION}.Minimum": 0, f"@{VALIDATION}.Maximum": 99.5},
            {"minimum": 0, "maximum": 99.5},
        ),
        (
            Primitive.DECIMAL,
            Range(minimum=Decimal(1)),
            {f"@{VALIDATION}.Minimum": 1},
            {"minimum": 1},
        ),
        (
            Primitive.STRING,
            Choice(("a", "b"), _refuse),
            {f"@{VALIDATION}.AllowedValues": [{"Value": "a"}, {"Value": "b"}]},
            {"enum": ["a", "b", None]},
        ),
    ],
)
def test_a_constraint_is_told_everywhere(
    edm_type: Primitive, constraint: Constraint, told: object, keywords: dict[str, object]
):
    model = _model(Property("value", edm_type, constraint=constraint))
    schemas = build_schemas(model)
    texts = [element.attrib for element in etree.fromstring(write_xml(model, version="4.0")).iter()]

    assert _in_json(model) == told
    assert {name.removeprefix("@") for name in told} <= {item.get("Term") for item in texts}
    created = schemas[f"Ns.thing{Purpose.CREATE.value}"]["properties"]["value"]
    shown = schemas["Ns.thing"]["properties"]["value"]
    assert keywords.items() <= created.items()
    assert not keywords.keys() & shown.keys()


def test_a_computed_default_is_told():
    model = _model(Property("value", Primitive.STRING, has_computed_default=True))
    assert _in_json(model) == {"@Org.OData.Core.V1.ComputedDefaultValue": True}


def test_a_path_leads_to_what_the_type_has():
    known, unknown = (
        _model(Property("value", Primitive.DECIMAL, annotations=((ISO_CURRENCY, PathValue(path)),)))
        for path in ("id", "currencyCode")
    )
    assert _in_json(known) == {f"@{ISO_CURRENCY}": {"$Path": "id"}}
    assert _in_json(unknown) == {}


@pytest.mark.parametrize(
    ("constraint", "value", "sentence"),
    [
        (Pattern("a+", _refuse), "aa", None),
        (Pattern("a+", _refuse), "aab", "not aab"),
        (Pattern("a+", _refuse), "a\n", "not a\n"),
        (Range(Decimal(0), Decimal(9)), Decimal(0), None),
        (
            Range(Decimal(0), Decimal(9)),
            10,
            "The value must be less than or equal to 9. Value: 10.",
        ),
        (
            Range(Decimal(0), Decimal(9)),
            Decimal("-0.1"),
            "The value must be greater than or equal to 0. Value: -0.1.",
        ),
        (Choice(("a",), _refuse), "a", None),
        (Choice(("a",), _refuse), "b", "not b"),
    ],
)
def test_a_value_is_held_against_it(constraint: Constraint, value: object, sentence: str | None):
    refused = None if constraint.allows(value) else constraint.sentence(value, {}.get)
    assert refused == sentence
