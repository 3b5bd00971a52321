"""Business Central reference §6.5 and §15: what the service says of itself."""

from __future__ import annotations

import re

import pytest

from tests.integration.service import Service, error_of

pytestmark = pytest.mark.conformance


def test_a_definition_names_a_type_with_captions(shared: Service):
    found = shared.get("entityDefinitions('salesQuote')")
    assert (found["entityName"], found["entitySetName"]) == ("salesQuote", "salesQuotes")
    assert found["entityCaptions"] == [{"languageCode": 1033, "caption": "Sales Quote"}]
    assert found["entitySetCaptions"] == [{"languageCode": 1033, "caption": "Sales Quotes"}]
    assert [item["name"] for item in found["actions"]] == ["makeInvoice", "makeOrder", "send"]
    names = [item["name"] for item in found["properties"]]
    assert (names[0], "validUntilDate" in names) == ("id", True)
    number = next(item for item in found["properties"] if item["name"] == "number")
    assert number["captions"] == [{"languageCode": 1033, "caption": "Number"}]
    assert found["enumMembers"] == []


def test_a_definition_of_an_enumeration_has_its_members(shared: Service):
    found = shared.get("entityDefinitions('itemType')", "$select=enumMembers")
    assert [(item["name"], item["value"]) for item in found["enumMembers"]] == [
        ("Inventory", 0),
        ("Service", 1),
        ("Non_x002D_Inventory", 2),
    ]
    assert found["enumMembers"][2]["captions"] == [
        {"languageCode": 1033, "caption": "Non-Inventory"}
    ]


def test_every_set_is_defined(shared: Service):
    document = shared.get("")["value"]
    rows = shared.rows("$filter=entitySetName ne ''&$select=entitySetName", "entityDefinitions")
    # The log of changes is of this service, not of Business Central.
    expected = {item["name"] for item in document} - {"auditEntries"}
    assert {row["entitySetName"] for row in rows} == expected


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_definitions_are_read_only(shared: Service, method):
    target = "entityDefinitions" if method == "POST" else "entityDefinitions('item')"
    assert error_of(shared.send(method, target, {"If-Match": "*"}))[0] == 405


def test_companies_tell_their_alternate_keys_in_both_vocabularies(shared: Service):
    text = shared.ask("$metadata").text
    company = text.partition('<EntityType Name="company"')[2].partition("</EntityType>")[0]
    for term in ("Org.OData.Core.V1", "OData.Community.Keys.V1"):
        keys = company.partition(f'Term="{term}.AlternateKeys"')[2].partition("</Annotation>")[0]
        assert re.findall(r'Alias" String="(\w+)"', keys) == ["name", "businessProfileId"]


def test_ways_back_to_a_parent_are_marked(shared: Service):
    text = shared.ask("$metadata").text
    lines = text.partition('<EntityType Name="salesInvoiceLine"')[2].partition("</EntityType>")[0]
    back = lines.partition('<NavigationProperty Name="salesInvoice"')[2]
    back = back.partition("</NavigationProperty>")[0]
    assert '<Annotation Term="Microsoft.NAV.IsBidirectionalPartnerNavigation" Bool="true"' in back


def test_a_blank_name_chooses_no_company(shared: Service):
    assert error_of(shared.ask("customers?company="))[0] == 404
