"""The customer of the order management document, read and written whole.

The document shows a placeholder for most texts; a telephone number stands here as one.
"""

from __future__ import annotations

import pytest

from tests.rest.conftest import Documents

CUSTOMER = {
    "id": "4021",
    "name": "Sunrise Craft Beverages",
    "code": "SUNRISE",
    "companyName": "string",
    "email": "user@example.com",
    "phone": "+1-555-0100",
    "paymentTerms": "Net 30",
    "notes": "string",
    "contacts": [
        {
            "name": "string",
            "email": "user@example.com",
            "phone": "+1-555-0101",
            "isPrimary": True,
        }
    ],
    "addresses": [
        {
            "addressType": "billing",
            "street": "string",
            "city": "string",
            "state": "string",
            "zipCode": "STRING",
            "country": "US",
            "isPrimary": True,
        }
    ],
}
GIVEN = {name: value for name, value in CUSTOMER.items() if name != "id"}
PATH = "/order-management/customers/4021"


@pytest.fixture
def sunrise(documents: Documents) -> Documents:
    documents.next_id("customer", 4021)
    documents.rest.post("/order-management/customers", GIVEN)
    return documents


def test_the_full_customer_is_created_and_read(documents: Documents):
    documents.next_id("customer", 4021)
    created = documents.rest.ask("POST", "/order-management/customers", GIVEN)

    assert (created.status_code, created.json) == (201, CUSTOMER)
    assert created.headers["Location"] == f"http://localhost{PATH}"
    read = documents.rest.ask("GET", PATH)
    assert (read.status_code, read.json) == (200, CUSTOMER)
    assert read.headers["ETag"] == created.headers["ETag"]
    assert documents.rest.get("/order-management/customers") == [CUSTOMER]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_lists_become_what_the_body_says(sunrise: Documents, method: str):
    contacts = [
        {"name": "A", "email": None, "phone": None, "isPrimary": False},
        {"name": "B", "email": "b@example.com", "phone": None, "isPrimary": True},
    ]
    addresses = [
        {**CUSTOMER["addresses"][0], "isPrimary": False},
        {**CUSTOMER["addresses"][0], "addressType": "shipping", "city": "Lyon", "country": "FR"},
    ]
    before = [row["id"] for row in sunrise.rest.rows("customerContacts")]
    answer = sunrise.rest.ask(method, PATH, {"contacts": contacts, "addresses": addresses})

    assert answer.status_code == 200
    assert answer.json == {**CUSTOMER, "contacts": contacts, "addresses": addresses}
    assert [row["id"] for row in sunrise.rest.rows("customerContacts")][:1] == before
    assert sunrise.rest.odata("customers(integerId=4021)")["city"] == "Lyon"
    shorter = sunrise.rest.ask(method, PATH, {"contacts": contacts[:1]})
    assert shorter.json["contacts"] == [{**contacts[0], "isPrimary": True}]


def test_lists_of_several_are_emptied(sunrise: Documents):
    several = {"contacts": [{"name": "A"}, {"name": "B"}], "addresses": [{"city": "A"}] * 3}
    sunrise.rest.ask("PATCH", PATH, several)
    answer = sunrise.rest.ask("PATCH", PATH, {"contacts": [], "addresses": []})

    assert answer.status_code == 200
    assert answer.json == {**CUSTOMER, "contacts": [], "addresses": []}
    assert sunrise.rest.odata("customers(integerId=4021)")["city"] == ""


@pytest.mark.parametrize(
    ("body", "targets"),
    [
        ({"email": "no address"}, ["email"]),
        ({"paymentTerms": "Net 31"}, ["paymentTerms"]),
        ({"contacts": [{"name": "A", "isPrimary": True}] * 2}, ["contacts"]),
        ({"addresses": [{"isPrimary": True}] * 2}, ["addresses"]),
        ({"addresses": [{"country": "USA"}]}, ["addresses.0.country"]),
        ({"addresses": [{"addressType": "home"}]}, ["addresses.0.addressType"]),
        ({"contacts": [{"email": "a@b.example"}]}, ["contacts.0.name"]),
    ],
)
def test_what_cannot_be_is_refused(sunrise: Documents, body, targets):
    answer = sunrise.rest.ask("PATCH", PATH, body)

    error = answer.json["error"]
    found = [item["target"] for item in error.get("details", [error])]
    assert (answer.status_code, found) == (422, targets)
    assert sunrise.rest.get(PATH) == CUSTOMER


def test_payment_terms_are_those_of_new_sales_orders(sunrise: Documents):
    rest = sunrise.rest
    terms = {row["code"]: row["id"] for row in rest.rows("paymentTerms")}
    number = rest.odata("customers(integerId=4021)")["number"]
    usual = rest.post("/api/v2.0/salesOrders", {"customerNumber": number})
    chosen = {"customerNumber": number, "paymentTermsId": terms["COD"]}
    overridden = rest.post("/api/v2.0/salesOrders", chosen)

    assert usual["paymentTermsId"] == terms["30 DAYS"]
    assert overridden["paymentTermsId"] == terms["COD"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("net30", "Net 30"),
        ("NET 30 DAYS", "Net 30"),
        ("30 days", "Net 30"),
        ("Due on receipt", "Due on receipt"),
        ("COD", "Due on receipt"),
        ("1M(8D)", "1 Month/2% 8 days"),
        (None, None),
    ],
)
def test_payment_terms_are_understood_and_shown_as_text(sunrise: Documents, said, shown):
    answer = sunrise.rest.ask("PATCH", PATH, {"paymentTerms": said})

    assert (answer.status_code, answer.json["paymentTerms"]) == (200, shown)
