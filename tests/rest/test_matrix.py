"""A customer that was created in one dialect is the same customer in all of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rest.client import Rest

FIELD_SERVICE = {
    "name": "Acme",
    "customer_number": "X-1",
    "email": "a@acme.example",
    "phone": "+1-555-0100",
    "website": "https://acme.example",
    "address": {
        "street": "1 Main Street",
        "city": "Chicago",
        "state": "IL",
        "postal_code": "60601",
        "country": "US",
    },
    "contacts": [{"name": "Tia", "email": "t@acme.example", "phone": "+1-555-0101"}],
    "tax_id": "12-3456789",
    "payment_terms": "net30",
    "notes": "a note",
}
BILLING = {
    "name": "Acme",
    "number": "X-1",
    "email": "a@acme.example",
    "phone": "+1-555-0100",
    "website": "https://acme.example",
    "address1": "1 Main Street",
    "city": "Chicago",
    "state": "IL",
    "postal_code": "60601",
    "country": "United States",
    "tax_id": "12-3456789",
    "notes": "a note",
}
ORDER_MANAGEMENT = {
    "name": "Acme",
    "email": "a@acme.example",
    "phone": "+1-555-0100",
    "paymentTerms": "Net 30",
    "notes": "a note",
    "contacts": [{"name": "Tia", "email": "t@acme.example", "phone": "+1-555-0101"}],
    "addresses": [
        {
            "addressType": "both",
            "street": "1 Main Street",
            "city": "Chicago",
            "state": "IL",
            "zipCode": "60601",
            "country": "US",
            "isPrimary": True,
        }
    ],
}
ODATA = {
    "displayName": "Acme",
    "number": "X-1",
    "email": "a@acme.example",
    "phoneNumber": "+1-555-0100",
    "website": "https://acme.example",
    "addressLine1": "1 Main Street",
    "city": "Chicago",
    "state": "IL",
    "postalCode": "60601",
    "country": "US",
    "taxRegistrationNumber": "12-3456789",
    "notes": "a note",
    "contacts": [{"displayName": "Tia", "email": "t@acme.example", "phoneNumber": "+1-555-0101"}],
}
WAYS = {
    "field-service": ("/api/v1/customers", FIELD_SERVICE),
    "billing": ("/customers", BILLING),
    "order-management": ("/order-management/customers", ORDER_MANAGEMENT),
    "odata": ("/api/v2.0/customers", ODATA),
}
# What each dialect does not name and so cannot have written.
UNSAID = {
    "field-service": set(),
    "billing": {"contact", "terms"},
    "order-management": {"number", "website", "tax"},
    "odata": {"terms"},
}


def read_field_service(row: dict[str, Any]) -> dict[str, Any]:
    row = row["data"]
    return {
        "name": row["name"],
        "number": row["customer_number"],
        "email": row["email"],
        "phone": row["phone"],
        "website": row["website"],
        "street": row["address"]["street"],
        "city": row["address"]["city"],
        "postal_code": row["address"]["postal_code"],
        "tax": row["tax_id"],
        "notes": row["notes"],
        "terms": row["payment_terms"],
        "contact": [(one["name"], one["email"], one["is_primary"]) for one in row["contacts"]],
    }


def read_billing(row: dict[str, Any]) -> dict[str, Any]:
    row = row["customer"]
    return {
        "name": row["name"],
        "number": row["number"],
        "email": row["email"],
        "phone": row["phone"],
        "website": row["website"],
        "street": row["address1"],
        "city": row["city"],
        "postal_code": row["postal_code"],
        "tax": row["tax_id"],
        "notes": row["notes"],
    }


def read_order_management(row: dict[str, Any]) -> dict[str, Any]:
    address = row["addresses"][0]
    assert (address["addressType"], address["isPrimary"]) == ("both", True)
    return {
        "name": row["name"],
        "email": row["email"],
        "phone": row["phone"],
        "street": address["street"],
        "city": address["city"],
        "postal_code": address["zipCode"],
        "notes": row["notes"],
        "terms": {"Net 30": "net30"}.get(row["paymentTerms"]),
        "contact": [(one["name"], one["email"], one["isPrimary"]) for one in row["contacts"]],
    }


def read_odata(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["displayName"],
        "number": row["number"],
        "email": row["email"],
        "phone": row["phoneNumber"],
        "website": row["website"],
        "street": row["addressLine1"],
        "city": row["city"],
        "postal_code": row["postalCode"],
        "tax": row["taxRegistrationNumber"],
        "notes": row["notes"],
        "contact": [
            (one["displayName"], one["email"], one["isPrimary"]) for one in row["contacts"]
        ],
    }


SAID = {
    "name": "Acme",
    "number": "X-1",
    "email": "a@acme.example",
    "phone": "+1-555-0100",
    "website": "https://acme.example",
    "street": "1 Main Street",
    "city": "Chicago",
    "postal_code": "60601",
    "tax": "12-3456789",
    "notes": "a note",
    "terms": "net30",
    "contact": [("Tia", "t@acme.example", True)],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_customer_is_the_same_in_every_dialect(rest: Rest, way: str):
    path, body = WAYS[way]
    rest.post(path, body)
    rows = rest.rows("customers?$filter=displayName eq 'Acme'")
    assert len(rows) == 1
    number = rows[0]["integerId"]
    answers = {
        "field-service": rest.ask("GET", f"/v1/customers/cust-{number:03d}"),
        "billing": rest.ask("GET", f"/customers/{number}"),
        "order-management": rest.ask("GET", f"/order-management/customers/{number}"),
        "odata": rest.ask("GET", f"/api/v2.0/customers(integerId={number})?$expand=contacts"),
    }

    readers = (read_field_service, read_billing, read_order_management, read_odata)
    for (name, answer), read in zip(answers.items(), readers, strict=True):
        found = read(answer.json)
        expected = {key: SAID[key] for key in found if key not in UNSAID[way]}
        assert {key: found[key] for key in expected} == expected, name
    assert len({answer.headers["ETag"] for answer in answers.values()}) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_change_in_one_dialect_makes_the_tags_of_all_stale(rest: Rest, way: str):
    number = rest.rows("customers")[0]["integerId"]
    targets = {
        "field-service": ("PUT", f"/v1/customers/cust-{number:03d}", {"notes": "x"}),
        "billing": ("PATCH", f"/customers/{number}", {"notes": "x"}),
        "order-management": ("PATCH", f"/order-management/customers/{number}", {"notes": "x"}),
        "odata": ("PATCH", f"/api/v2.0/customers(integerId={number})", {"notes": "x"}),
    }
    tag = rest.ask("GET", targets[way][1]).headers["ETag"]
    method, target, body = targets[way]
    assert rest.ask(method, target, body, If_Match=tag).status_code == 200

    for method, target, body in targets.values():
        assert rest.ask(method, target, body, If_Match=tag).status_code == 409
