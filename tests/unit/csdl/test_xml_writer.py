import pytest
from lxml import etree

from odata.csdl import write_xml
from tests.unit.csdl.conformance_data import needs_conformance_data, terms, xml_schema
from tests.unit.csdl.models import shop_model, technical_model

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"

SHOP = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">'
    '<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/'
    'Org.OData.Capabilities.V1.xml"><edmx:Include Namespace="Org.OData.Capabilities.V1" />'
    "</edmx:Reference>"
    '<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/'
    'Org.OData.Core.V1.xml"><edmx:Include Namespace="Org.OData.Core.V1" /></edmx:Reference>'
    "<edmx:DataServices>"
    '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Microsoft.NAV">'
    '<EnumType Name="customerBlocked"><Member Name="_x0020_" Value="0" /></EnumType>'
    '<EntityType Name="paymentTerm"><Key><PropertyRef Name="id" /></Key>'
    '<Property Name="id" Type="Edm.Guid" Nullable="false">'
    '<Annotation Term="Org.OData.Core.V1.Computed" Bool="true" /></Property>'
    '<Property Name="code" Type="Edm.String" Nullable="true" MaxLength="10" />'
    "</EntityType>"
    '<EntityType Name="customer"><Key><PropertyRef Name="id" /></Key>'
    '<Property Name="id" Type="Edm.Guid" Nullable="false">'
    '<Annotation Term="Org.OData.Core.V1.Computed" Bool="true" /></Property>'
    '<Property Name="displayName" Type="Edm.String" Nullable="false" MaxLength="100" />'
    '<Property Name="blocked" Type="Microsoft.NAV.customerBlocked" Nullable="true" />'
    '<Property Name="balance" Type="Edm.Decimal" Nullable="true" Scale="variable">'
    '<Annotation Term="Org.OData.Core.V1.Computed" Bool="true" /></Property>'
    '<Property Name="paymentTermsId" Type="Edm.Guid" Nullable="true" />'
    '<NavigationProperty Name="paymentTerm" Type="Microsoft.NAV.paymentTerm" Nullable="true"'
    ' ContainsTarget="true">'
    '<ReferentialConstraint Property="paymentTermsId" ReferencedProperty="id" />'
    "</NavigationProperty></EntityType>"
    '<EntityContainer Name="NAV">'
    '<Annotation Term="Org.OData.Core.V1.ODataVersions" String="4.01" />'
)


@pytest.mark.parametrize("version", ["4.0", "4.01"])
@pytest.mark.parametrize("model", [technical_model, shop_model])
@needs_conformance_data
def test_document_is_valid_in_both_versions(model, version):
    root = etree.fromstring(write_xml(model(), version=version))

    xml_schema().assertValid(root)
    assert root.get("Version") == version


def test_versions_differ_in_the_version_attribute_alone():
    old, new = (write_xml(technical_model(), version=version) for version in ("4.0", "4.01"))

    assert old.replace(b'Version="4.0"', b'Version="4.01"') == new


def test_same_model_gives_the_same_bytes():
    assert write_xml(shop_model(), version="4.0") == write_xml(shop_model(), version="4.0")


def test_shop_is_written_as_business_central_clients_read_it():
    assert write_xml(shop_model(), version="4.0").decode().startswith(SHOP)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Binary", 'Type="Edm.Binary" Nullable="true" MaxLength="16" DefaultValue="AP8="'),
        ("Boolean", 'Type="Edm.Boolean" Nullable="true" DefaultValue="false"'),
        ("Byte", 'Type="Edm.Byte" Nullable="true" DefaultValue="0"'),
        ("Date", 'Type="Edm.Date" Nullable="true"'),
        (
            "DateTimeOffset",
            (
                'Type="Edm.DateTimeOffset" Nullable="true" Precision="3"'
                ' DefaultValue="2025-02-15T09:30:00Z"'
            ),
        ),
        ("DateTimePlain", 'Type="Edm.DateTimeOffset" Nullable="true" Precision="6"'),
        (
            "Decimal",
            'Type="Edm.Decimal" Nullable="true" Precision="18" Scale="2" DefaultValue="1.50"',
        ),
        ("DecimalPlain", 'Type="Edm.Decimal" Nullable="false" Scale="variable"'),
        (
            "Duration",
            'Type="Edm.Duration" Nullable="true" Precision="6" DefaultValue="P1DT7200.5S"',
        ),
        ("Guid", 'Type="Edm.Guid" Nullable="true"'),
        ("Stream", 'Type="Edm.Stream" Nullable="true"'),
        ("String", 'Type="Edm.String" Nullable="true" MaxLength="3" DefaultValue="EUR"'),
        ("TimeOfDay", 'Type="Edm.TimeOfDay" Nullable="true" Precision="0"'),
        ("Enum", 'Type="Test.Technical.Colour" Nullable="true" DefaultValue="Green"'),
        ("Flags", 'Type="Test.Technical.Access" Nullable="true" DefaultValue="Read,Write"'),
        ("Complex", 'Type="Test.Technical.Address" Nullable="false"'),
        ("Strings", 'Type="Collection(Edm.String)" Nullable="false"'),
        ("Places", 'Type="Collection(Test.Technical.Place)" Nullable="true"'),
    ],
)
def test_facets_are_written_out(name, expected):
    text = write_xml(technical_model(), version="4.0").decode()

    assert f'<Property Name="{name}" {expected} />' in text or (
        f'<Property Name="{name}" {expected}>' in text
    )


@pytest.mark.parametrize(
    "expected",
    [
        '<EnumType Name="Access" UnderlyingType="Edm.Byte" IsFlags="true">',
        '<Member Name="Green" Value="10" />',
        '<ComplexType Name="Place" OpenType="true">',
        '<ComplexType Name="Address" BaseType="Test.Technical.Place">',
        '<EntityType Name="Base" Abstract="true" />',
        '<EntityType Name="Media" BaseType="Test.Technical.Base" HasStream="true">',
        '<Key><PropertyRef Name="ThingId" /><PropertyRef Name="Number" /></Key>',
        (
            '<NavigationProperty Name="Parts" Type="Collection(Test.Technical.Part)"'
            ' Partner="Thing" ContainsTarget="true" />'
        ),
        (
            '<Function Name="near" IsBound="true" IsComposable="true" EntitySetPath="things">'
            '<Parameter Name="things" Type="Collection(Test.Technical.Thing)" />'
        ),
        '<Annotation Term="Org.OData.Core.V1.OptionalParameter"><Record /></Annotation>',
        '<ReturnType Type="Collection(Test.Technical.Thing)" />',
        '<Action Name="reset" />',
        '<Singleton Name="First" Type="Test.Technical.Thing" />',
        (
            '<FunctionImport Name="Now" Function="Test.Technical.now"'
            ' IncludeInServiceDocument="true" />'
        ),
        '<FunctionImport Name="Names" Function="Test.Technical.names" />',
        '<ActionImport Name="Reset" Action="Test.Technical.reset" />',
        '<Annotation Term="Org.OData.Validation.V1.Pattern" Qualifier="loose" String=".*" />',
        '<Annotation Term="Org.OData.Measures.V1.ISOCurrency" Path="String" />',
        '<Annotation Term="Org.OData.Validation.V1.Maximum" Decimal="99.5" />',
        '<Annotation Term="Org.OData.Core.V1.Immutable" Bool="true" />',
        (
            '<Annotation Term="Org.OData.Capabilities.V1.FilterFunctions">'
            "<Collection><String>contains</String><String>tolower</String></Collection></Annotation>"
        ),
        'EnumMember="Org.OData.Capabilities.V1.ConformanceLevelType/Minimal"',
        'String="A &quot;code&quot; &amp; &lt;more&gt;"',
        (
            '<PropertyValue Property="Name" PropertyPath="Guid" />'
            '<PropertyValue Property="Alias" String="Guid" />'
        ),
    ],
)
def test_element_is_written(expected):
    assert expected in write_xml(technical_model(), version="4.01").decode()


def test_entity_set_has_the_annotations_of_business_central_and_its_tags():
    root = etree.fromstring(write_xml(shop_model(), version="4.0"))

    entity_set = root.find(f".//{EDM}EntitySet[@Name='paymentTerms']")
    written = {
        item.get("Term"): [child.get("Bool") for child in item.iter(f"{EDM}PropertyValue")]
        for item in entity_set
    }

    assert written == {
        "Org.OData.Capabilities.V1.ChangeTracking": ["false"],
        "Org.OData.Capabilities.V1.DeleteRestrictions": ["false"],
        "Org.OData.Capabilities.V1.InsertRestrictions": ["true"],
        "Org.OData.Capabilities.V1.UpdateRestrictions": ["true", "false", "true", "true", None],
        "Org.OData.Capabilities.V1.SortRestrictions": ["true"],
        "Org.OData.Capabilities.V1.SearchRestrictions": ["false"],
        "Org.OData.Core.V1.OptimisticConcurrency": [],
    }


def test_declared_annotation_replaces_the_implied_one():
    root = etree.fromstring(write_xml(technical_model(), version="4.0"))

    files = root.find(f".//{EDM}EntitySet[@Name='Files']")
    (tracking,) = (item for item in files if item.get("Term").endswith("ChangeTracking"))

    assert tracking.find(f".//{EDM}PropertyValue").get("Bool") == "true"


def test_unclaimed_conformance_level_is_not_written():
    assert b"ConformanceLevel" not in write_xml(shop_model(), version="4.01")


def test_navigation_is_not_bound_to_entity_sets():
    assert b"NavigationPropertyBinding" not in write_xml(technical_model(), version="4.01")


@pytest.mark.parametrize("model", [technical_model, shop_model])
@needs_conformance_data
def test_annotations_use_terms_of_the_standard_on_targets_they_allow(model):
    root = etree.fromstring(write_xml(model(), version="4.01"))

    for annotation in root.iter(f"{EDM}Annotation"):
        name = annotation.get("Term")
        if not name.startswith("Org.OData."):
            continue
        target = annotation.getparent().tag.removeprefix(EDM)
        allowed = terms()[name]["applies_to"]
        assert allowed is None or target in allowed, f"{name} on {target}"
        assert terms()[name]["deprecated"] is False, name


@needs_conformance_data
def test_annotation_values_are_collections_where_the_term_is():
    root = etree.fromstring(write_xml(technical_model(), version="4.01"))

    for annotation in root.iter(f"{EDM}Annotation"):
        term = terms().get(annotation.get("Term"))
        if term is not None:
            is_collection = annotation.find(f"{EDM}Collection") is not None
            assert is_collection is term["collection"], annotation.get("Term")


def test_every_vocabulary_used_is_referenced():
    root = etree.fromstring(write_xml(technical_model(), version="4.01"))

    included = {
        item.get("Namespace")
        for item in root.iter("{http://docs.oasis-open.org/odata/ns/edmx}Include")
    }
    used = {item.get("Term").rpartition(".")[0] for item in root.iter(f"{EDM}Annotation")}

    assert included == used - {"Test.Technical"}
