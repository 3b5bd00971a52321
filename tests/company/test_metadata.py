"""``$metadata`` against the tables of the reference, set by set.

The tables are in ``metadata_sets.txt``; ``metadata.py`` tells how they are written. A set that
is not in the reference needs no table.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import peewee
import pytest

from models.container import build_source
from odata.csdl import write_xml
from tests.company.metadata import EDM, described

TABLES = Path(__file__).with_name("metadata_sets.txt").read_text(encoding="utf-8")
SETS = {table.partition(" ")[0]: table for table in TABLES.strip().split("\n\n")}
ENUMERATIONS = {
    "itemType": "Inventory=0 Service=1 Non_x002D_Inventory=2",
    "vendorBlocked": "_x0020_=0 Payment=1 All=2",
    "countryRegionAddressFormat": (
        "Post_x0020_Code_x002B_City=0 City_x002B_Post_x0020_Code=1 "
        "City_x002B_County_x002B_Post_x0020_Code=2 "
        "Blank_x0020_Line_x002B_Post_x0020_Code_x002B_City=3 Custom=13"
    ),
}


@pytest.fixture(scope="module")
def schema() -> ET.Element:
    source = build_source(peewee.SqliteDatabase(":memory:"))
    found = ET.fromstring(write_xml(source.model, version="4.0")).find(f".//{EDM}Schema")  # noqa: S314 - ours
    assert found is not None
    return found


@pytest.mark.parametrize(("set_name", "expected"), SETS.items())
def test_a_set_is_what_its_table_says(schema, set_name, expected):
    entity_set = schema.find(f".//{EDM}EntitySet[@Name='{set_name}']")
    assert described(schema, entity_set).splitlines() == expected.splitlines()


OF_ALL_COMPANIES = {
    "companies",
    "apicategoryroutes",
    "entityDefinitions",
    "subscriptions",
    "webhookDeliveries",
}


def test_the_sets_are_listed_in_the_order_of_their_tables(schema):
    names = [item.get("Name") for item in schema.findall(f".//{EDM}EntitySet")]
    assert [name for name in names if name in SETS] == list(SETS)


def test_a_company_has_a_way_to_each_of_its_sets(schema):
    company = schema.find(f"{EDM}EntityType[@Name='company']")
    ways = company.findall(f"{EDM}NavigationProperty[@ContainsTarget='true']")
    names = [item.get("Name") for item in schema.findall(f".//{EDM}EntitySet")]
    assert [item.get("Name") for item in ways] == [
        name for name in names if name not in OF_ALL_COMPANIES
    ]


@pytest.mark.parametrize(("name", "expected"), ENUMERATIONS.items())
def test_enumerations_have_the_members_of_the_reference(schema, name, expected):
    members = schema.findall(f"{EDM}EnumType[@Name='{name}']/{EDM}Member")
    assert " ".join(f"{item.get('Name')}={item.get('Value')}" for item in members) == expected
