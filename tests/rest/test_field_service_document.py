"""Every example of the field service document, the whole answer each."""

from __future__ import annotations

import pytest

from tests.rest.conftest import Documents

ADDRESS = {
    "street": "123 Main Street",
    "city": "New York",
    "state": "NY",
    "postal_code": "10001",
    "country": "US",
}
ACME_ROW = {
    "id": "cust-001",
    "name": "Acme Corporation",
    "customer_number": "C-10001",
    "status": "active",
    "email": "contact@acme.com",
    "phone": "+1-555-123-4567",
    "address": ADDRESS,
    "created_at": "2023-06-15T10:30:00Z",
}
CONTACT = {
    "id": "contact-001",
    "name": "John Smith",
    "title": "Facilities Manager",
    "email": "jsmith@acme.com",
    "phone": "+1-555-111-2222",
    "is_primary": True,
}
ACME = {
    "id": "cust-001",
    "name": "Acme Corporation",
    "customer_number": "C-10001",
    "status": "active",
    "customer_type": "commercial",
    "email": "contact@acme.com",
    "phone": "+1-555-123-4567",
    "fax": "+1-555-123-4568",
    "website": "https://acme.com",
    "address": ADDRESS,
    "billing_address": {
        "street": "456 Finance Ave",
        "city": "New York",
        "state": "NY",
        "postal_code": "10002",
        "country": "US",
    },
    "contacts": [CONTACT],
    "branch": {"id": "branch-001", "name": "Northeast Region"},
    "tax_id": "12-3456789",
    "payment_terms": "net30",
    "notes": "VIP customer - priority service",
    "custom_fields": {"industry": "Manufacturing", "employee_count": "500+"},
    "created_at": "2023-06-15T10:30:00Z",
    "updated_at": "2024-01-20T14:15:00Z",
}
KEPT_BY_THE_SERVICE = ("id", "customer_number", "status", "created_at", "updated_at", "branch")
NEW_COMPANY = {
    "name": "New Company Inc",
    "customer_type": "commercial",
    "email": "info@newcompany.com",
    "phone": "+1-555-999-8888",
    "address": {
        "street": "789 Business Blvd",
        "city": "Chicago",
        "state": "IL",
        "postal_code": "60601",
        "country": "US",
    },
    "branch_id": "branch-002",
    "payment_terms": "net30",
}
JANE = {
    "name": "Jane Doe",
    "title": "Operations Manager",
    "email": "jdoe@company.com",
    "phone": "+1-555-222-3333",
    "is_primary": False,
}


# 244 more whose names have it, too.
MANY = """
WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < 245)
INSERT INTO customer (id, company_id, etag, last_modified, number, display_name, integer_id,
created_date_time, type, address_line1, address_line2, city, state, country, postal_code,
phone_number,
email, website, tax_liable, tax_area_id, tax_area_display_name, tax_registration_number,
currency_id, currency_code, payment_terms_id, shipment_method_id, payment_method_id,
blocked, balance, overdue_amount, total_sales_excluding_tax, salesperson_code,
balance_due, credit_limit, privacy_blocked)
SELECT '00000000-0000-4000-8000-' || (100000000000 + n), company_id, 'tag' || n, last_modified,
'C-' || (20000 + n), 'Acme ' || n, n,
created_date_time, type, address_line1, address_line2, city, state, country, postal_code,
phone_number,
email, website, tax_liable, tax_area_id, tax_area_display_name, tax_registration_number,
currency_id, currency_code, payment_terms_id, shipment_method_id, payment_method_id,
blocked, balance, overdue_amount, total_sales_excluding_tax, salesperson_code,
balance_due, credit_limit, privacy_blocked
FROM customer, numbers WHERE integer_id = 1
"""


@pytest.fixture
def acme(documents: Documents) -> Documents:
    """Where the document begins: one customer and two branches."""
    rest, clock = documents.rest, documents.clock
    clock.set("2023-06-15T10:30:00Z")
    for code, name in (("NE", "Northeast Region"), ("MW", "Midwest Region")):
        branch = {"code": code, "displayName": name}
        assert rest.ask("POST", "/api/v2.0/branches", branch).status_code == 201
    body = {name: value for name, value in ACME.items() if name not in KEPT_BY_THE_SERVICE}
    rest.post("/api/v1/customers", {**body, "branch_id": "branch-001", "notes": None})
    clock.set("2024-01-20T14:15:00Z")
    answer = rest.ask("PUT", "/api/v1/customers/cust-001", {"notes": ACME["notes"]})
    assert answer.json == {"data": ACME}
    return documents


@pytest.mark.parametrize("root", ["/api/v1", "/v1"])
def test_list_customers(acme: Documents, root: str):
    acme.execute(MANY)
    body = acme.rest.get(f"{root}/customers?search=acme&per_page=25")

    assert body["data"][0] == ACME_ROW
    assert len(body["data"]) == 25
    assert body["meta"] == {"current_page": 1, "total_pages": 10, "total_count": 245}


def test_get_customer(acme: Documents):
    answer = acme.rest.ask("GET", "/v1/customers/cust-001")

    assert (answer.status_code, answer.json) == (200, {"data": ACME})
    tag = acme.rest.odata("customers(integerId=1)")["@odata.etag"]
    assert answer.headers["ETag"] == tag


def test_create_customer(acme: Documents):
    acme.clock.set("2024-01-27T16:00:00Z")
    answer = acme.rest.ask("POST", "/api/v1/customers", NEW_COMPANY)

    assert (answer.status_code, answer.json) == (
        201,
        {
            "data": {
                "id": "cust-002",
                "customer_number": "C-10002",
                "name": "New Company Inc",
                "status": "active",
                "created_at": "2024-01-27T16:00:00Z",
            }
        },
    )
    assert answer.headers["Location"] == "http://localhost/api/v1/customers/cust-002"
    stored = acme.rest.get("/api/v1/customers/cust-002")["data"]
    assert stored["branch"] == {"id": "branch-002", "name": "Midwest Region"}
    for name in ("name", "customer_type", "email", "phone", "address", "payment_terms"):
        assert stored[name] == NEW_COMPANY[name]


def test_update_customer(acme: Documents):
    change = {
        "email": "newemail@company.com",
        "phone": "+1-555-888-7777",
        "notes": "Updated contact information",
    }
    acme.clock.set("2024-02-01T08:00:00Z")
    answer = acme.rest.ask("PUT", "/api/v1/customers/cust-001", change)

    assert answer.status_code == 200
    assert answer.json == {"data": {**ACME, **change, "updated_at": "2024-02-01T08:00:00Z"}}


def test_delete_customer(acme: Documents):
    answer = acme.rest.ask("DELETE", "/api/v1/customers/cust-001")

    assert (answer.status_code, answer.data) == (204, b"")
    assert acme.rest.ask("GET", "/api/v1/customers/cust-001").status_code == 404


def test_contacts(acme: Documents):
    path = "/api/v1/customers/cust-001/contacts"
    listed = acme.rest.get(path)
    created = acme.rest.ask("POST", path, JANE)
    updated = acme.rest.ask("PUT", "/api/v1/contacts/contact-002", {"title": "Director"})
    deleted = acme.rest.ask("DELETE", "/api/v1/contacts/contact-001")
    left = acme.rest.get(path)

    assert listed == {
        "data": [CONTACT],
        "meta": {"current_page": 1, "total_pages": 1, "total_count": 1},
    }
    jane = {"id": "contact-002", **JANE}
    assert (created.status_code, created.json) == (201, {"data": jane})
    assert (updated.status_code, updated.json) == (200, {"data": {**jane, "title": "Director"}})
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert left["data"] == [{**jane, "title": "Director", "is_primary": True}]


def test_contacts_inside_a_customer_keep_their_ids(acme: Documents):
    rest, path = acme.rest, "/api/v1/customers/cust-001"
    rest.post(f"{path}/contacts", JANE)
    jane = {"id": "contact-002", **JANE, "title": "Director", "is_primary": True}
    new = {"name": "Ann Lee", "title": None, "email": None, "phone": None, "is_primary": False}
    answer = rest.ask("PUT", path, {"contacts": [jane, new]})
    unknown = rest.ask("PUT", path, {"contacts": [jane, {**new, "id": "contact-009"}]})
    malformed = rest.ask("PUT", path, {"contacts": [{**new, "id": "9"}]})

    assert answer.json["data"]["contacts"] == [jane, {"id": "contact-003", **new}]
    for refused, target in ((unknown, "contacts.1.id"), (malformed, "contacts.0.id")):
        assert (refused.status_code, refused.json["error"]["target"]) == (422, target)
    assert rest.get(path)["data"] == answer.json["data"]


def test_assets_and_work_orders(acme: Documents):
    rest = acme.rest
    acme.clock.set("2024-03-01T09:00:00Z")
    asset = {"description": "Boiler", "serialNumber": "S-1"}
    assert rest.ask("POST", "/api/v2.0/customers(integerId=1)/assets", asset).status_code == 201
    key = rest.rows("assets")[0]["id"]
    order = {"description": "Inspect", "assetId": key, "scheduledDate": "2024-03-05"}
    path = "/api/v2.0/customers(integerId=1)/workOrders"
    assert rest.ask("POST", path, order).status_code == 201

    boiler = {
        "id": "asset-001",
        "customer_id": "cust-001",
        "asset_number": "A-10001",
        "name": "Boiler",
        "serial_number": "S-1",
        "status": "active",
        "created_at": "2024-03-01T09:00:00Z",
        "updated_at": "2024-03-01T09:00:00Z",
    }
    meta = {"current_page": 1, "total_pages": 1, "total_count": 1}
    assert rest.get("/api/v1/customers/cust-001/assets") == {"data": [boiler], "meta": meta}
    assert rest.get("/api/v1/assets/asset-001") == {"data": boiler}
    assert rest.get("/api/v1/customers/cust-001/work-orders") == {
        "data": [
            {
                "id": "work-order-001",
                "customer_id": "cust-001",
                "work_order_number": "WO-10001",
                "description": "Inspect",
                "status": "open",
                "asset_id": "asset-001",
                "scheduled_date": "2024-03-05",
                "created_at": "2024-03-01T09:00:00Z",
                "updated_at": "2024-03-01T09:00:00Z",
            }
        ],
        "meta": meta,
    }
    answer = rest.ask("DELETE", "/api/v1/customers/cust-001")
    assert answer.status_code == 409
    assert "it has active work orders" in answer.json["error"]["message"]
