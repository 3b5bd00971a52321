from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from models.company import Company
from models.currency import Currency
from models.customer import Customer
from models.default_dimension import DefaultDimension
from models.demo import fill
from models.demo.identifiers import (
    ADATUM,
    COMPANIES,
    CRONUS,
    MY_COMPANY,
    PAYMENT_METHOD,
    PAYMENT_TERMS,
    SHIPMENT_METHOD,
    TAX_AREA,
    TREY_RESEARCH,
)
from models.dimension import Dimension
from models.dimension_value import DimensionValue
from models.payment_method import PaymentMethod
from models.payment_term import PaymentTerm
from models.shipment_method import ShipmentMethod
from models.tax_area import TaxArea

NO_ID = "00000000-0000-0000-0000-000000000000"
SHARED = {
    "type": 0,
    "country": "US",
    "taxLiable": True,
    "taxAreaId": "c6d7e8f9-a0b1-2345-6789-0abcdef12345",
    "currencyId": NO_ID,
    "currencyCode": "USD",
    "paymentTermsId": "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5",
    "shipmentMethodId": "f6f6f6f6-a7a7-b8b8-c9c9-d0d0d0d0d0d0",
    "paymentMethodId": "e5e5e5e5-d4d4-c3c3-b2b2-a1a1a1a1a1a1",
    "blocked": 0,
}
SEED = {
    "d1e2f3a4-b5c6-7890-1234-567890abcdef": {
        **SHARED,
        "number": "10000",
        "displayName": "Adatum Corporation",
        "addressLine1": "192 Market Square",
        "addressLine2": "Suite 300",
        "city": "Atlanta",
        "state": "GA",
        "postalCode": "31772",
        "phoneNumber": "+1-404-555-0100",
        "email": "accounts@adatum.com",
        "website": "https://www.adatum.com",
        "taxAreaDisplayName": "Atlanta, GA",
        "taxRegistrationNumber": "98-7654321",
        "balance": Decimal("15750.00"),
        "overdueAmount": Decimal("3200.00"),
        "totalSalesExcludingTax": Decimal("245000.00"),
        "lastModifiedDateTime": datetime.datetime(2025, 2, 15, 9, 30, tzinfo=datetime.UTC),
    },
    "e2f3a4b5-c6d7-8901-2345-67890abcdef1": {
        **SHARED,
        "number": "20000",
        "displayName": "Trey Research",
        "addressLine1": "1 Main Street",
        "addressLine2": "",
        "city": "Dallas",
        "state": "TX",
        "postalCode": "74532",
        "phoneNumber": "+1-214-555-0200",
        "email": "info@treyresearch.net",
        "website": "https://www.treyresearch.net",
        "taxAreaDisplayName": "Dallas, TX",
        "taxRegistrationNumber": "87-6543210",
        "balance": Decimal("8450.50"),
        "overdueAmount": Decimal("0.00"),
        "totalSalesExcludingTax": Decimal("125000.00"),
        "lastModifiedDateTime": datetime.datetime(2025, 2, 14, 16, 15, tzinfo=datetime.UTC),
    },
}
HITS = {
    "blocked eq ' '": Customer.blocked == 0,
    "balance gt 0": Customer.balance > 0,
    "overdueAmount gt 0": Customer.overdue_amount > 0,
    "lastModifiedDateTime gt 2024": Customer.last_modified
    > datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC),
    "contains(displayName,'Corp')": Customer.display_name.contains("Corp"),
    "displayName eq 'Adatum Corporation'": Customer.display_name == "Adatum Corporation",
    "currencyCode eq 'USD'": Customer.currency_code == "USD",
    "type eq 'Company'": Customer.type == 0,
}


@pytest.mark.parametrize(("key", "properties"), SEED.items())
def test_the_customers_of_the_document_are_there_value_for_value(desk, key, properties):
    stored = desk.stored("customers", key)
    assert {name: stored[name] for name in properties} == properties


@pytest.mark.parametrize(
    ("key", "tag"),
    [
        (ADATUM, "JzE5OzEyMzQ1Njc4OTA7REFWSUQ7Jw=="),
        (TREY_RESEARCH, "JzE5OzU2Nzg5MDEyMzQ7QkVOOw=="),
    ],
)
def test_the_customers_of_the_document_have_its_entity_tags(source, key, tag):
    assert Customer.get_by_id(key).etag == tag


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (PaymentTerm, PAYMENT_TERMS),
        (PaymentMethod, PAYMENT_METHOD),
        (ShipmentMethod, SHIPMENT_METHOD),
        (TaxArea, TAX_AREA),
    ],
)
def test_what_the_document_refers_to_exists(source, model, key):
    assert model.get_by_id(key).company_id == "a1b2c3d4-e5f6-7890-abcd-ef1234567890"


def test_there_are_two_companies(source):
    names = {row.id: row.name for row in Company.select()}
    assert names == {CRONUS: "CRONUS USA, Inc.", MY_COMPANY: "My Company"}


@pytest.mark.parametrize("company", COMPANIES)
def test_no_company_lists_its_own_currency(source, company):
    local = Company.get_by_id(company).local_currency_code
    codes = [row.code for row in Currency.select().where(Currency.company_id == company)]
    assert codes
    assert local not in codes


@pytest.mark.parametrize("company", COMPANIES)
def test_number_30000_is_free(source, company):
    taken = Customer.select().where(Customer.company_id == company, Customer.number == "30000")
    assert not taken.exists()


@pytest.mark.parametrize("condition", HITS.values(), ids=HITS.keys())
def test_every_filter_of_the_document_has_hits_and_misses(source, condition):
    customers = Customer.select().where(Customer.company_id == CRONUS)
    assert 0 < customers.where(condition).count() < customers.count()


def test_more_than_twenty_customers_match_the_combined_filter(source):
    matching = Customer.select().where(
        Customer.company_id == CRONUS, Customer.blocked == 0, Customer.balance > 0
    )
    assert matching.count() > 20


def test_ids_that_customers_refer_to_exist_in_their_company(source):
    for column, model in (
        (Customer.currency_id, Currency),
        (Customer.payment_terms_id, PaymentTerm),
        (Customer.payment_method_id, PaymentMethod),
        (Customer.shipment_method_id, ShipmentMethod),
        (Customer.tax_area_id, TaxArea),
    ):
        known = {(row.company_id, row.id) for row in model.select()}
        used = {
            (row.company_id, getattr(row, column.name))
            for row in Customer.select().where(column != NO_ID)
        }
        assert used <= known, column.name


def test_entity_tags_are_in_the_envelope_and_differ(source):
    tags = [row.etag for row in Customer.select()]
    assert len(set(tags)) == len(tags)
    assert {tag[:6] for tag in tags} == {"JzE5Oz"}


def test_a_dimension_and_a_dimension_value_are_blocked(source):
    assert [row.code for row in Dimension.select().where(Dimension.blocked)] == ["SEASON"] * 2
    blocked = DimensionValue.select().where(DimensionValue.blocked)
    assert [row.code for row in blocked] == ["30", "30"]


def test_filling_again_changes_nothing(source):
    before = list(Customer.select().order_by(Customer.id).tuples())
    Customer.update(city="Elsewhere").where(Customer.id == ADATUM).execute()
    fill(source.database)
    assert Customer.get_by_id(ADATUM).city == "Elsewhere"
    assert Customer.select().count() == len(before)


def test_load_adds_the_number_asked_for_once(source):
    before = Customer.select().count()
    fill(source.database, customers=120)
    fill(source.database, customers=120)
    assert Customer.select().count() == before + 120
    loaded = Customer.select().where(Customer.number.startswith("L"))
    dimensions = DefaultDimension.select().where(
        DefaultDimension.parent_id.in_(loaded.select(Customer.id))
    )
    assert 120 < dimensions.count() < 240


def test_load_is_the_same_on_every_machine(source):
    fill(source.database, customers=1)
    row = Customer.get(Customer.number == "L0000001")
    assert (row.id, row.display_name, row.balance) == (
        "a39b9c8e-3236-54fd-99c8-3c5f830b30a5",
        "Blue Forge Partners 1",
        Decimal("26198.78"),
    )
