"""Every request and every answer of the customers document that the service is named after."""

from __future__ import annotations

import re

from tests.integration.service import CUSTOMERS, NO_ID, Service, error_of, without

ADATUM = f"{CUSTOMERS}(d1e2f3a4-b5c6-7890-1234-567890abcdef)"
ADATUM_TAG = 'W/"JzE5OzEyMzQ1Njc4OTA7REFWSUQ7Jw=="'
CONTEXT = (
    "http://localhost/v2.0/e3a1b2c3-d4e5-6789-abcd-ef0123456789/Production/api/v2.0/$metadata"
    "#companies(a1b2c3d4-e5f6-7890-abcd-ef1234567890)/customers"
)
TENANT_ROOT = "/v2.0/e3a1b2c3-d4e5-6789-abcd-ef0123456789/Production/api/v2.0"
# The document ends at lastModifiedDateTime; these follow it.
ADDITIONS = (
    "salespersonCode",
    "balanceDue",
    "creditLimit",
    "integerId",
    "code",
    "legalName",
    "status",
    "customerType",
    "otherPhoneNumber",
    "faxNumber",
    "notes",
    "branchId",
    "createdDateTime",
    "customFields",
)

ADATUM_ROW = {
    "@odata.etag": 'W/"JzE5OzEyMzQ1Njc4OTA7REFWSUQ7Jw=="',
    "id": "d1e2f3a4-b5c6-7890-1234-567890abcdef",
    "number": "10000",
    "displayName": "Adatum Corporation",
    "type": "Company",
    "addressLine1": "192 Market Square",
    "addressLine2": "Suite 300",
    "city": "Atlanta",
    "state": "GA",
    "country": "US",
    "postalCode": "31772",
    "phoneNumber": "+1-404-555-0100",
    "email": "accounts@adatum.com",
    "website": "https://www.adatum.com",
    "taxLiable": True,
    "taxAreaId": "c6d7e8f9-a0b1-2345-6789-0abcdef12345",
    "taxAreaDisplayName": "Atlanta, GA",
    "taxRegistrationNumber": "98-7654321",
    "currencyId": "00000000-0000-0000-0000-000000000000",
    "currencyCode": "USD",
    "paymentTermsId": "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5",
    "shipmentMethodId": "f6f6f6f6-a7a7-b8b8-c9c9-d0d0d0d0d0d0",
    "paymentMethodId": "e5e5e5e5-d4d4-c3c3-b2b2-a1a1a1a1a1a1",
    "blocked": " ",
    "balance": 15750.00,
    "overdueAmount": 3200.00,
    "totalSalesExcludingTax": 245000.00,
    "lastModifiedDateTime": "2025-02-15T09:30:00Z",
}
TREY_RESEARCH_ROW = {
    "@odata.etag": 'W/"JzE5OzU2Nzg5MDEyMzQ7QkVOOw=="',
    "id": "e2f3a4b5-c6d7-8901-2345-67890abcdef1",
    "number": "20000",
    "displayName": "Trey Research",
    "type": "Company",
    "addressLine1": "1 Main Street",
    "addressLine2": "",
    "city": "Dallas",
    "state": "TX",
    "country": "US",
    "postalCode": "74532",
    "phoneNumber": "+1-214-555-0200",
    "email": "info@treyresearch.net",
    "website": "https://www.treyresearch.net",
    "taxLiable": True,
    "taxAreaId": "c6d7e8f9-a0b1-2345-6789-0abcdef12345",
    "taxAreaDisplayName": "Dallas, TX",
    "taxRegistrationNumber": "87-6543210",
    "currencyId": "00000000-0000-0000-0000-000000000000",
    "currencyCode": "USD",
    "paymentTermsId": "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5",
    "shipmentMethodId": "f6f6f6f6-a7a7-b8b8-c9c9-d0d0d0d0d0d0",
    "paymentMethodId": "e5e5e5e5-d4d4-c3c3-b2b2-a1a1a1a1a1a1",
    "blocked": " ",
    "balance": 8450.50,
    "overdueAmount": 0.00,
    "totalSalesExcludingTax": 125000.00,
    "lastModifiedDateTime": "2025-02-14T16:15:00Z",
}
FABRIKAM = {
    "displayName": "Fabrikam, Inc.",
    "type": "Company",
    "addressLine1": "3456 Oak Avenue",
    "addressLine2": "Building C",
    "city": "Chicago",
    "state": "IL",
    "country": "US",
    "postalCode": "60601",
    "phoneNumber": "+1-312-555-0300",
    "email": "billing@fabrikam.com",
    "website": "https://www.fabrikam.com",
    "taxLiable": True,
    "taxRegistrationNumber": "76-5432109",
    "currencyCode": "USD",
    "paymentTermsId": "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5",
    "paymentMethodId": "e5e5e5e5-d4d4-c3c3-b2b2-a1a1a1a1a1a1",
}
CHANGE = {
    "email": "new-billing@adatum.com",
    "phoneNumber": "+1-404-555-0199",
    "addressLine1": "200 Market Square",
}


def documented(row):
    return without(row, *ADDITIONS)


# --- 1 and 2: list and single -----------------------------------------------------------------


def test_the_list_is_the_documented_one(shared: Service):
    body = shared.under(TENANT_ROOT).get(CUSTOMERS, "$top=2")

    assert list(body) == ["@odata.context", "value"]
    assert body["@odata.context"] == CONTEXT
    assert [documented(row) for row in body["value"]] == [ADATUM_ROW, TREY_RESEARCH_ROW]


def test_the_properties_come_in_the_documented_order(shared: Service):
    row = shared.get(CUSTOMERS)["value"][0]

    assert list(row) == [*ADATUM_ROW, *ADDITIONS]


def test_the_list_holds_every_customer_sorted_by_number(shared: Service):
    numbers = shared.numbers()

    assert len(numbers) == 55
    assert numbers == sorted(numbers)


def test_a_single_customer_is_the_row_of_the_list(shared: Service):
    body = shared.under(TENANT_ROOT).get(ADATUM)

    assert documented(body) == {"@odata.context": f"{CONTEXT}/$entity", **ADATUM_ROW}


def test_amounts_keep_their_decimal_places_out_of_floats(shared: Service):
    text = shared.ask(ADATUM).text

    assert re.search(r'"balance":15750(\.0+)?,', text)


# --- 3: create --------------------------------------------------------------------------------


def test_create_answers_the_documented_customer(service: Service):
    answer = service.under(TENANT_ROOT).post(CUSTOMERS, FABRIKAM)

    created = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == (
        f"http://localhost{TENANT_ROOT}/{CUSTOMERS}({created['id']})"
    )
    assert without(documented(created), "@odata.etag", "id", "lastModifiedDateTime") == {
        "@odata.context": f"{CONTEXT}/$entity",
        "number": "30000",
        **FABRIKAM,
        "taxAreaId": NO_ID,
        "taxAreaDisplayName": "",
        "currencyId": NO_ID,
        "shipmentMethodId": NO_ID,
        "blocked": " ",
        "balance": 0.00,
        "overdueAmount": 0.00,
        "totalSalesExcludingTax": 0.00,
    }
    assert service.get(f"{CUSTOMERS}({created['id']})")["@odata.etag"] == created["@odata.etag"]


# --- 4 and 5: update and delete ---------------------------------------------------------------


def test_update_with_the_documented_tag_answers_the_whole_customer(service: Service):
    answer = service.under(TENANT_ROOT).patch(ADATUM, CHANGE, ADATUM_TAG)

    changed = answer.json
    assert answer.status_code == 200
    assert without(documented(changed), "@odata.etag", "lastModifiedDateTime") == {
        "@odata.context": f"{CONTEXT}/$entity",
        **without(ADATUM_ROW, "@odata.etag", "lastModifiedDateTime"),
        **CHANGE,
    }
    assert changed["@odata.etag"] != ADATUM_TAG
    assert changed["lastModifiedDateTime"] > "2025-02-15T09:30:00Z"
    assert without(service.get(ADATUM), "@odata.context") == without(changed, "@odata.context")


def test_a_second_update_with_the_same_tag_is_a_conflict(service: Service):
    first = service.patch(ADATUM, CHANGE, ADATUM_TAG).json
    second = service.patch(ADATUM, {"city": "Rome"}, ADATUM_TAG)

    assert error_of(second) == (
        409,
        "Request_EntityChanged",
        "Another user has already changed the record.",
    )
    assert service.get(ADATUM) == first


def test_after_a_conflict_the_new_tag_works(service: Service):
    service.patch(ADATUM, CHANGE, ADATUM_TAG)
    assert service.patch(ADATUM, {"city": "Rome"}, ADATUM_TAG).status_code == 409

    again = service.patch(ADATUM, {"city": "Rome"}, service.tag(ADATUM))

    assert (again.status_code, again.json["city"]) == (200, "Rome")


def test_delete_with_a_stale_tag_is_a_conflict(service: Service):
    service.patch(ADATUM, CHANGE, ADATUM_TAG)

    assert service.delete(ADATUM, ADATUM_TAG).status_code == 409
    assert service.get(ADATUM)["number"] == "10000"


def test_delete_with_the_documented_tag_answers_nothing(service: Service):
    answer = service.delete(ADATUM, ADATUM_TAG)

    assert (answer.status_code, answer.data) == (204, b"")
    assert service.ask(ADATUM).status_code == 404
    assert service.delete(ADATUM, ADATUM_TAG).status_code == 404
