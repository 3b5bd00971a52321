from decimal import Decimal

import pytest

from odata.edm.annotations import (
    Annotation,
    CollectionValue,
    EnumValue,
    PathKind,
    PathValue,
    RecordEntry,
    RecordValue,
    collection,
    conformance_level,
    filter_functions,
    is_annotation_value,
    navigation_path,
    odata_versions,
    property_path,
    read_annotation,
    record,
)


@pytest.mark.parametrize(
    "value",
    [
        True,
        "text",
        7,
        Decimal("1.5"),
        PathValue("a/b"),
        EnumValue("Test.Colour", ("Red",)),
        record(Supported=False, Items=collection(["a", record()])),
        collection(),
    ],
)
def test_value_can_annotate(value):
    assert is_annotation_value(value)


@pytest.mark.parametrize(
    "value", [None, 0.5, ["a"], {"a": 1}, collection([None]), record(Supported=None)]
)
def test_value_cannot_annotate(value):
    assert not is_annotation_value(value)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (("Test.Tag", True), Annotation("Test.Tag", value=True)),
        (("Test.Tag#big", "x"), Annotation("Test.Tag", "x", "big")),
    ],
)
def test_declared_annotation_is_read(declared, expected):
    assert read_annotation(declared) == expected


def test_value_that_cannot_annotate_is_refused():
    with pytest.raises(TypeError, match="float"):
        read_annotation(("Test.Tag", 0.5))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (
            filter_functions(["contains"]),
            ("Org.OData.Capabilities.V1.FilterFunctions", CollectionValue(("contains",))),
        ),
        (odata_versions("4.01"), ("Org.OData.Core.V1.ODataVersions", "4.01")),
        (
            conformance_level("Advanced"),
            (
                "Org.OData.Capabilities.V1.ConformanceLevel",
                EnumValue("Org.OData.Capabilities.V1.ConformanceLevelType", ("Advanced",)),
            ),
        ),
        (property_path("a"), PathValue("a", PathKind.PROPERTY)),
        (navigation_path("a"), PathValue("a", PathKind.NAVIGATION)),
        (record(A=1), RecordValue((RecordEntry("A", 1),))),
    ],
)
def test_declaration_is_spelt_by_a_function(declared, expected):
    assert declared == expected
