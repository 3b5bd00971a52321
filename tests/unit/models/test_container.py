from __future__ import annotations

import peewee
import pytest

from models.container import build_source
from odata.edm.types import EnumType
from odata.sql.mapping import DataSource

MEMBERS = {
    "contactType": {"Company": 0, "Person": 1},
    "customerBlocked": {" ": 0, "Ship": 1, "Invoice": 2, "All": 3},
    "defaultDimensionParentType": {" ": 0, "Customer": 1, "Item": 2, "Vendor": 3, "Employee": 4},
    "defaultDimensionValuePostingType": {
        " ": 0,
        "Code Mandatory": 1,
        "Same Code": 2,
        "No Code": 3,
    },
    "pictureEntityParentType": {
        "Customer": 1,
        "Item": 2,
        "Vendor": 3,
        "Employee": 4,
        "Contact": 5,
    },
    "taxBufferType": {"Sales Tax": 0, "VAT": 1},
}


@pytest.fixture(scope="module")
def published() -> DataSource:
    return build_source(peewee.SqliteDatabase(":memory:"))


@pytest.mark.parametrize(("enum_name", "members"), MEMBERS.items())
def test_enumerations_have_the_numbers_of_business_central(published, enum_name, members):
    enum_type = published.model.enum_types[enum_name]
    assert isinstance(enum_type, EnumType)
    assert {member.text: member.number for member in enum_type.members} == members


def test_every_entity_of_a_company_has_an_entity_tag(published):
    company = published.model.entity_types["company"]
    untagged = [item.name for item in company.navigation if not item.target.has_entity_tag]
    # The log of changes, which never change, and what depends on the model alone.
    assert untagged == ["auditEntries", "webhookSupportedResources"]
    assert all(published.of(item.target).scope is not None for item in company.navigation)


def test_companies_have_no_entity_tag_and_an_alternate_key(published):
    company = published.model.entity_types["company"]
    assert not company.has_entity_tag
    assert [key.property_names for key in company.alternate_keys] == [
        ("name",),
        ("businessProfileId",),
    ]


@pytest.mark.parametrize(
    ("name", "length", "nullable"),
    [
        ("number", 20, True),
        ("displayName", 100, False),
        ("addressLine1", 100, True),
        ("addressLine2", 50, True),
        ("city", 30, True),
        ("country", 10, True),
        ("email", 80, True),
        ("website", 255, True),
        ("taxAreaDisplayName", None, True),
    ],
)
def test_customer_texts_have_the_lengths_of_business_central(published, name, length, nullable):
    definition = published.model.entity_types["customer"].find_property(name)
    assert definition is not None
    assert (definition.facets.max_length, definition.nullable) == (length, nullable)


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "taxAreaDisplayName",
        "balance",
        "overdueAmount",
        "totalSalesExcludingTax",
        "lastModifiedDateTime",
        "balanceDue",
    ],
)
def test_what_the_server_computes_is_read_only(published, name):
    definition = published.model.entity_types["customer"].find_property(name)
    assert definition is not None
    assert definition.is_computed


def test_the_plural_of_financial_details_is_an_alias(published):
    customer = published.model.entity_types["customer"]
    assert customer.find_navigation("customerFinancialDetails") is customer.find_navigation(
        "customerFinancialDetail"
    )


@pytest.mark.parametrize(
    ("set_name", "writable"),
    [
        ("companies", (False, False, False)),
        ("customers", (True, True, True)),
        ("customerFinancialDetails", (False, False, False)),
        ("defaultDimensions", (True, True, True)),
        ("dimensions", (False, False, False)),
        ("dimensionValues", (False, False, False)),
        ("pictures", (False, True, True)),
        ("currencies", (True, True, True)),
        ("paymentTerms", (True, True, True)),
        ("paymentMethods", (True, True, True)),
        ("shipmentMethods", (True, True, True)),
        ("taxAreas", (True, True, True)),
    ],
)
def test_sets_allow_what_business_central_allows(published, set_name, writable):
    found = published.model.entity_sets[set_name].capabilities
    assert (found.insertable, found.updatable, found.deletable) == writable
