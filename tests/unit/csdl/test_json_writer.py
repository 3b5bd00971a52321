import json

import pytest

from odata.csdl import write_json
from tests.unit.csdl.conformance_data import json_validator, needs_conformance_data
from tests.unit.csdl.models import shop_model, technical_model


def technical():
    return json.loads(write_json(technical_model(), version="4.01"))


@pytest.mark.parametrize("model", [technical_model, shop_model])
@needs_conformance_data
def test_document_is_valid(model):
    json_validator().validate(json.loads(write_json(model(), version="4.01")))


def test_root_names_version_and_container():
    document = technical()

    assert document["$Version"] == "4.01"
    assert document["$EntityContainer"] == "Test.Technical.Container"


def test_vocabularies_are_referenced_in_json():
    vocabularies = "https://oasis-tcs.github.io/odata-vocabularies/vocabularies"

    assert technical()["$Reference"] == {
        f"{vocabularies}/{name}.json": {"$Include": [{"$Namespace": name}]}
        for name in (
            "Org.OData.Capabilities.V1",
            "Org.OData.Core.V1",
            "Org.OData.Measures.V1",
            "Org.OData.Validation.V1",
        )
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "String",
            {
                "$Nullable": True,
                "$MaxLength": 3,
                "$DefaultValue": "EUR",
                "@Org.OData.Core.V1.Description": 'A "code" & <more>',
                "@Org.OData.Validation.V1.Pattern": "^[A-Z]+$",
                "@Org.OData.Validation.V1.Pattern#loose": ".*",
            },
        ),
        (
            "Decimal",
            {
                "$Type": "Edm.Decimal",
                "$Nullable": True,
                "$Precision": 18,
                "$Scale": 2,
                "$DefaultValue": 1.5,
                "@Org.OData.Measures.V1.ISOCurrency": {"$Path": "String"},
                "@Org.OData.Measures.V1.Scale": 2,
                "@Org.OData.Validation.V1.Maximum": 99.5,
            },
        ),
        ("DecimalPlain", {"$Type": "Edm.Decimal", "$Nullable": False, "$Scale": "variable"}),
        ("Byte", {"$Type": "Edm.Byte", "$Nullable": True, "$DefaultValue": 0}),
        ("Boolean", {"$Type": "Edm.Boolean", "$Nullable": True, "$DefaultValue": False}),
        ("TimeOfDay", {"$Type": "Edm.TimeOfDay", "$Nullable": True, "$Precision": 0}),
        (
            "Flags",
            {"$Type": "Test.Technical.Access", "$Nullable": True, "$DefaultValue": "Read,Write"},
        ),
        ("Strings", {"$Collection": True, "$Nullable": False}),
        (
            "Parts",
            {
                "$Kind": "NavigationProperty",
                "$Collection": True,
                "$Type": "Test.Technical.Part",
                "$Partner": "Thing",
                "$ContainsTarget": True,
            },
        ),
    ],
)
def test_member_of_an_entity_type_is_written(name, expected):
    assert technical()["Test.Technical"]["Thing"][name] == expected


def test_enumeration_lists_members_with_numbers():
    assert technical()["Test.Technical"]["Access"] == {
        "$Kind": "EnumType",
        "$UnderlyingType": "Edm.Byte",
        "$IsFlags": True,
        "Read": 1,
        "Write": 2,
        "Delete": 4,
    }


def test_overloads_share_an_array():
    assert technical()["Test.Technical"]["total"] == [
        {
            "$Kind": "Function",
            "$IsBound": True,
            "$Parameter": [
                {"$Name": "things", "$Collection": True, "$Type": "Test.Technical.Thing"}
            ],
            "$ReturnType": {"$Type": "Edm.Decimal", "$Nullable": False, "$Scale": "variable"},
        },
        {
            "$Kind": "Function",
            "$IsBound": True,
            "$Parameter": [
                {"$Name": "things", "$Collection": True, "$Type": "Test.Technical.Thing"},
                {"$Name": "colour", "$Type": "Test.Technical.Colour", "$Nullable": False},
            ],
            "$ReturnType": {"$Type": "Edm.Decimal", "$Nullable": False, "$Scale": "variable"},
        },
    ]


def test_container_is_written():
    container = technical()["Test.Technical"]["Container"]

    assert container["Files"] == {
        "$Collection": True,
        "$Type": "Test.Technical.Media",
        "$IncludeInServiceDocument": False,
        "@Org.OData.Capabilities.V1.ChangeTracking": {"Supported": True},
        "@Org.OData.Capabilities.V1.DeleteRestrictions": {"Deletable": False},
        "@Org.OData.Capabilities.V1.InsertRestrictions": {"Insertable": False},
        "@Org.OData.Capabilities.V1.UpdateRestrictions": {"Updatable": False},
        "@Org.OData.Capabilities.V1.SortRestrictions": {"Sortable": False},
        "@Org.OData.Capabilities.V1.SearchRestrictions": {"Searchable": False},
        "@Org.OData.Core.V1.OptimisticConcurrency": [],
    }
    assert container["First"] == {"$Type": "Test.Technical.Thing"}
    assert container["Now"] == {
        "$Function": "Test.Technical.now",
        "$IncludeInServiceDocument": True,
    }
    assert container["Reset"] == {"$Action": "Test.Technical.reset"}
    assert container["@Org.OData.Capabilities.V1.ConformanceLevel"] == "Minimal"
    assert container["@Org.OData.Core.V1.ODataVersions"] == "4.01"
