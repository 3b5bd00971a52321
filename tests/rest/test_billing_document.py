"""Every example of the billing document, the whole answer each."""

from __future__ import annotations

import pytest

from tests.rest.conftest import Documents

GIVEN = {
    "number": "CUST-0001",
    "name": "Acme",
    "email": "billing@acmecorp.com",
    "address1": "342 Amber St",
    "address2": None,
    "city": "Hill Valley",
    "state": "CA",
    "postal_code": "94523",
    "country": "United States",
    "tax_id": "893-934835",
    "phone": "(820) 297-2983",
    "other_phone": None,
    "website": "acmecorp.com",
    "notes": None,
}
NEW = {
    "created_at": 1415222128,
    "updated_at": None,
    "id": 15444,
    **GIVEN,
    "balance": 0,
    "stripe_customer": None,
}
ACME = {**NEW, "updated_at": 1417460942, "balance": 3395.47}
TIA = {
    "customer": 15444,
    "name": "Tia Lesa Dunn",
    "email": "billings@acmecorp.com",
    "primary": True,
}
CONTACT = {"created_at": 1415222128, "updated_at": 1418883302, "id": 22256, **TIA}


@pytest.fixture
def acme(documents: Documents) -> Documents:
    """Where the document begins: a customer that owes something and was changed since."""
    documents.clock.set(1415222128)
    documents.next_id("customer", 15444)
    documents.rest.post("/customers", GIVEN)
    documents.clock.set(1417460942)
    documents.rest.ask("PATCH", "/customers/15444", {})
    documents.execute("UPDATE customer SET balance = 339547 WHERE integer_id = 15444")
    return documents


def test_creating_a_customer(documents: Documents):
    documents.clock.set(1415222128)
    documents.next_id("customer", 15444)
    answer = documents.rest.ask("POST", "/customers", GIVEN)

    assert (answer.status_code, answer.json) == (201, {"customer": NEW})
    assert answer.headers["Location"] == "http://localhost/customers/15444"


def test_fetch_a_customer(acme: Documents):
    answer = acme.rest.ask("GET", "/customers/15444")

    assert (answer.status_code, answer.json) == (200, {"customer": ACME})
    assert answer.headers["ETag"] == acme.rest.odata("customers(integerId=15444)")["@odata.etag"]


def test_list_customers(acme: Documents):
    for number in range(2, 31):
        acme.rest.post("/customers", {"name": f"Customer {number:02d}"})
    answer = acme.rest.ask("GET", "/customers")

    assert answer.json["customers"][0] == ACME
    assert [row["number"] for row in answer.json["customers"][1:]] == [
        f"CUST-{number:04d}" for number in range(2, 11)
    ]
    assert answer.headers["X-Total-Count"] == "30"
    assert answer.headers["Link"] == (
        '<http://localhost/customers?page=1&per_page=10>; rel="self", '
        '<http://localhost/customers?page=1&per_page=10>; rel="first", '
        '<http://localhost/customers?page=2&per_page=10>; rel="next", '
        '<http://localhost/customers?page=3&per_page=10>; rel="last"'
    )
    last = acme.rest.ask("GET", "/customers?page=3")
    assert last.headers["Link"] == (
        '<http://localhost/customers?page=3&per_page=10>; rel="self", '
        '<http://localhost/customers?page=1&per_page=10>; rel="first", '
        '<http://localhost/customers?page=2&per_page=10>; rel="previous", '
        '<http://localhost/customers?page=3&per_page=10>; rel="last"'
    )


def test_a_list_is_sorted_and_filtered(acme: Documents):
    acme.rest.post("/customers", {"name": "Zeta", "state": "CA", "country": "US"})
    acme.rest.post("/customers", {"name": "Mu", "country": "Germany"})
    names = [row["name"] for row in acme.rest.get("/customers?sort=name desc")["customers"]]
    found = acme.rest.get("/customers?filter[state]=CA&filter[country]=United States")

    assert names == ["Zeta", "Mu", "Acme"]
    assert [row["name"] for row in found["customers"]] == ["Acme", "Zeta"]


def test_contacts(acme: Documents):
    rest, path = acme.rest, "/customers/15444/contacts"
    acme.clock.set(1415222128)
    acme.next_id("contact", 22256)
    created = rest.ask("POST", path, TIA)
    acme.clock.set(1418883302)
    changed = rest.ask("PATCH", f"{path}/22256", {"name": "Tia Lesa Dunn"})
    listed = rest.ask("GET", path)
    edited = rest.ask("PATCH", f"{path}/22256", {"primary": False})
    now = rest.get(f"{path}/22256")
    deleted = rest.ask("DELETE", f"{path}/22256")

    new = {**CONTACT, "updated_at": None}
    assert (created.status_code, created.json) == (201, {"contact": new})
    assert changed.status_code == 200
    assert listed.json == {"contacts": [CONTACT]}
    assert listed.headers["X-Total-Count"] == "1"
    assert listed.headers["Link"] == (
        '<http://localhost/customers/15444/contacts?page=1&per_page=10>; rel="self", '
        '<http://localhost/customers/15444/contacts?page=1&per_page=10>; rel="first", '
        '<http://localhost/customers/15444/contacts?page=1&per_page=10>; rel="last"'
    )
    assert (edited.status_code, edited.json) == (200, {"success": True})
    assert now == {"contact": {**CONTACT, "primary": False}}
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert rest.get(path) == {"contacts": []}


def test_editing_and_deleting_a_customer(acme: Documents):
    change = {"other_phone": "(820) 297-2984", "notes": "Notes about customer..."}
    edited = acme.rest.ask("PATCH", "/customers/15444", change)
    fetched = acme.rest.get("/customers/15444")
    deleted = acme.rest.ask("DELETE", "/customers/15444")

    assert (edited.status_code, edited.json) == (200, {"success": True})
    assert fetched == {"customer": {**ACME, **change}}
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert acme.rest.ask("GET", "/customers/15444").status_code == 404
    assert acme.rest.rows("deletedCustomers") == []


def test_a_stripe_customer_is_one_of_the_ids_in_other_systems(acme: Documents):
    path = "/api/v2.0/customers(integerId=15444)/externalIds"
    acme.rest.ask("POST", path, {"system": "stripe", "value": "cus_123"})

    assert acme.rest.get("/customers/15444")["customer"]["stripe_customer"] == "cus_123"


def test_the_customer_in_a_contact_is_that_of_the_path(acme: Documents):
    answer = acme.rest.ask("POST", "/customers/15444/contacts", {**TIA, "customer": 1})

    assert (answer.status_code, answer.json["error"]["target"]) == (422, "customer")
