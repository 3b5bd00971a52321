"""What customers have beyond Business Central, as OData sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    NO_ID,
    Service,
    customer,
    customer_id,
    error_of,
    without,
)

ADATUM = customer("10000")
PARTS = f"{ADATUM}/contacts"


def added(service: Service, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """An entity that was created under a path."""
    answer = service.post(path, body)
    assert answer.status_code == 201, answer.text
    return answer.json


def path_of(set_name: str, row: dict[str, Any]) -> str:
    return f"{COMPANY}/{set_name}({row['id']})"


# --- contacts -----------------------------------------------------------------------------------


def test_the_first_contact_is_the_primary_one(service: Service):
    first = added(service, PARTS, {"displayName": "John Smith", "jobTitle": "Manager"})
    second = added(service, PARTS, {"displayName": "Jane Doe"})

    assert (first["isPrimary"], second["isPrimary"]) == (True, False)
    assert first["customerId"] == customer_id("10000")


@pytest.mark.parametrize("key", ["number='10000'", "integerId=1"])
def test_a_contact_is_created_below_a_customer_by_another_key(service: Service, key: str):
    contact = added(service, f"{COMPANY}/customers({key})/contacts", {"displayName": "John"})

    assert contact["customerId"] == customer_id("10000")


def test_expanded_contacts_and_addresses_come_in_the_order_of_their_lists(service: Service):
    names = [f"Contact {letter}" for letter in "ABCDEF"]
    cities = ["Lyon", "Brest", "Nice", "Metz"]
    body = {
        "displayName": "Ordered",
        "contacts": [{"displayName": name} for name in names],
        "addresses": [{"city": city, "country": "FR"} for city in cities],
    }
    path = f"{CUSTOMERS}({added(service, CUSTOMERS, body)['id']})"
    found = service.get(path, "$expand=contacts,addresses")
    first = service.get(path, "$expand=contacts($top=2;$select=displayName)")

    assert [row["displayName"] for row in found["contacts"]] == names
    assert [row["city"] for row in found["addresses"]] == cities
    assert [row["displayName"] for row in first["contacts"]] == names[:2]


def test_the_faults_of_nested_entities_are_told_together_with_their_paths(service: Service):
    body = {
        "displayName": "Faulty",
        "contacts": [{"displayName": "A"}, {"displayName": "B", "email": "b", "phoneNumber": "c"}],
        "addresses": [{"country": "XX"}],
    }
    created = service.post(CUSTOMERS, body)
    nested = {name: body[name] for name in ("contacts", "addresses")}
    changed = service.patch(ADATUM, nested)

    for answer in (created, changed):
        assert answer.status_code == 400
        assert [item["target"] for item in answer.json["error"]["details"]] == [
            "contacts/1/email",
            "contacts/1/phoneNumber",
            "addresses/0/country",
        ]
    assert service.rows("$filter=displayName eq 'Faulty'") == []
    assert service.rows("", PARTS) == []


def test_a_new_primary_contact_takes_the_place_of_the_old_one(service: Service):
    first = added(service, PARTS, {"displayName": "John Smith"})
    added(service, PARTS, {"displayName": "Jane Doe", "isPrimary": True})

    rows = service.rows("", PARTS)
    assert [(row["displayName"], row["isPrimary"]) for row in rows] == [
        ("John Smith", False),
        ("Jane Doe", True),
    ]
    assert rows[0]["@odata.etag"] != first["@odata.etag"]


def test_a_contact_moves_the_tag_of_its_customer(service: Service):
    before = service.tag(ADATUM)
    contact = added(service, PARTS, {"displayName": "John Smith"})
    after_create = service.tag(ADATUM)
    service.delete(path_of("customerContacts", contact))

    assert len({before, after_create, service.tag(ADATUM)}) == 3


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({}, "displayName"),
        ({"displayName": " "}, "displayName"),
        ({"displayName": "A", "email": "no address"}, "email"),
        ({"displayName": "A", "phoneNumber": "call me"}, "phoneNumber"),
    ],
)
def test_a_contact_that_cannot_be_true_is_refused(shared: Service, body: Any, target: str):
    answer = shared.post(PARTS, body)

    assert (answer.status_code, answer.json["error"]["target"]) == (400, target)


def test_a_contact_needs_a_customer_that_exists(shared: Service):
    path = f"{COMPANY}/customerContacts"

    assert shared.post(path, {"displayName": "A"}).status_code == 400
    assert shared.post(path, {"displayName": "A", "customerId": NO_ID}).status_code == 400


# --- addresses ----------------------------------------------------------------------------------


def test_every_demo_customer_with_an_address_has_it_as_its_primary_one(shared: Service):
    rows = shared.rows("$expand=addresses&$top=3")

    assert [
        [(item["addressLine1"], item["city"], item["isPrimary"]) for item in row["addresses"]]
        for row in rows
    ] == [[(row["addressLine1"], row["city"], True)] for row in rows]


def test_the_customer_s_own_address_is_the_primary_one(service: Service):
    row = added(service, CUSTOMERS, {"displayName": "New", "city": "Chicago", "country": "US"})
    path = path_of("customers", row)
    created = service.rows("", f"{path}/addresses")
    service.patch(path, {"city": "Boston"})
    changed = service.rows("", f"{path}/addresses")

    assert [(item["city"], item["addressType"]) for item in created] == [("Chicago", "both")]
    assert [item["city"] for item in changed] == ["Boston"]
    assert changed[0]["@odata.etag"] != created[0]["@odata.etag"]


def test_a_new_primary_address_becomes_the_customer_s_own(service: Service):
    body = {"addressType": "shipping", "city": "Macon", "country": "US", "isPrimary": True}
    added(service, f"{ADATUM}/addresses", body)

    row = service.get(ADATUM)
    assert (row["city"], row["addressLine1"]) == ("Macon", "")
    primary = [item["isPrimary"] for item in service.rows("", f"{ADATUM}/addresses")]
    assert primary == [False, True]


def test_a_removed_primary_address_leaves_its_place_to_the_oldest(service: Service):
    body = {"city": "Macon", "country": "US", "isPrimary": True}
    second = added(service, f"{ADATUM}/addresses", body)
    service.delete(path_of("customerAddresses", second))

    row = service.get(ADATUM)
    assert (row["city"], row["addressLine1"]) == ("Atlanta", "192 Market Square")


def test_one_address_stays_primary(service: Service):
    address = service.rows("", f"{ADATUM}/addresses")[0]

    answer = service.patch(path_of("customerAddresses", address), {"isPrimary": False})

    assert error_of(answer)[:2] == (400, "Application_DialogException")


def test_an_address_is_in_a_country_of_two_letters(shared: Service):
    answer = shared.post(f"{ADATUM}/addresses", {"country": "USA"})

    assert (answer.status_code, answer.json["error"]["target"]) == (400, "country")


def test_a_customer_is_created_with_its_contacts_and_addresses(service: Service):
    body = {
        "displayName": "Sunrise",
        "contacts": [{"displayName": "A"}, {"displayName": "B", "isPrimary": True}],
        "addresses": [
            {"city": "Berlin", "country": "DE", "addressType": "billing"},
            {"city": "Bonn", "country": "DE", "addressType": "shipping"},
        ],
    }
    row = added(service, CUSTOMERS, body)

    assert (row["city"], row["country"]) == ("Berlin", "DE")
    contacts = {item["displayName"]: item["isPrimary"] for item in row["contacts"]}
    addresses = {item["city"]: item["isPrimary"] for item in row["addresses"]}
    assert contacts == {"A": False, "B": True}
    assert addresses == {"Berlin": True, "Bonn": False}


# --- codes, branches, other systems -------------------------------------------------------------


def test_a_code_names_one_customer(service: Service):
    service.patch(ADATUM, {"code": "adatum"})
    answer = service.patch(customer("20000"), {"code": "ADATUM"})

    assert service.get(ADATUM)["code"] == "ADATUM"
    assert error_of(answer)[:2] == (409, "Internal_EntityWithSameKeyExists")


def test_a_customer_is_found_by_its_integer_id(shared: Service):
    row = shared.get(ADATUM)
    found = shared.get(f"{COMPANY}/customers(integerId={row['integerId']})")

    assert found["id"] == row["id"]


def test_a_branch_in_use_is_not_removed(service: Service):
    branch = added(service, f"{COMPANY}/branches", {"code": "NE", "displayName": "Northeast"})
    service.patch(ADATUM, {"branchId": branch["id"]})

    row = service.get(ADATUM, "$expand=branch")
    answer = service.delete(path_of("branches", branch))
    assert row["branch"]["displayName"] == "Northeast"
    assert error_of(answer)[:2] == (400, "Application_DialogException")


def test_an_id_of_another_system_means_one_customer(service: Service):
    body = {"system": "stripe", "value": "cus_1"}
    added(service, f"{ADATUM}/externalIds", body)
    again = service.post(f"{customer('20000')}/externalIds", body)

    found = service.numbers("$filter=externalIds/any(e:e/system eq 'stripe')")
    assert found == ["10000"]
    assert again.status_code == 409


# --- the portal ---------------------------------------------------------------------------------


def test_who_signs_up_with_a_contact_s_e_mail_belongs_to_its_customer(service: Service):
    contact = added(service, PARTS, {"displayName": "Tia", "email": "Tia@Acme.example"})
    user = added(service, f"{COMPANY}/portalUsers", {"email": "tia@acme.example"})

    assert (user["contactId"], user["customerId"]) == (contact["id"], customer_id("10000"))


def test_who_has_signed_up_before_belongs_to_the_customer_of_a_later_contact(service: Service):
    user = added(service, f"{COMPANY}/portalUsers", {"email": "tia@acme.example"})
    contact = added(service, PARTS, {"displayName": "Tia", "email": "tia@acme.example"})

    path = path_of("portalUsers", user)
    assert user["customerId"] == NO_ID
    assert service.get(path)["customerId"] == customer_id("10000")
    service.delete(path_of("customerContacts", contact))
    assert service.get(path)["customerId"] == NO_ID


def test_an_e_mail_signs_up_once(service: Service):
    path = f"{COMPANY}/portalUsers"
    added(service, path, {"email": "tia@acme.example"})

    assert service.post(path, {"email": "TIA@acme.example"}).status_code == 409


# --- records and the trash ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("set_name", "number", "reason"),
    [
        ("workOrders", "WO-10001", "it has active work orders"),
        ("serviceContracts", "SC-10001", "it has active service contracts"),
    ],
)
@pytest.mark.parametrize("way", ["delete", "trash"])
def test_active_records_keep_their_customer(
    service: Service, set_name: str, number: str, reason: str, way: str
):
    record = added(service, f"{ADATUM}/{set_name}", {"description": "Filters"})

    def remove() -> Any:
        action = f"{ADATUM}/Microsoft.NAV.moveToTrash"
        return service.delete(ADATUM) if way == "delete" else service.post(action, {})

    refused = remove()
    service.patch(path_of(set_name, record), {"status": "completed"})

    assert record["number"] == number
    assert error_of(refused) == (
        400,
        "Application_DialogException",
        f"You cannot delete Customer 10000 because {reason}.",
    )
    assert remove().status_code == 204


def test_a_customer_comes_back_from_the_trash_with_all_that_was_its(service: Service):
    added(service, PARTS, {"displayName": "John Smith", "email": "john@acme.example"})
    added(service, f"{ADATUM}/assets", {"description": "Boiler"})
    user = added(service, f"{COMPANY}/portalUsers", {"email": "john@acme.example"})
    everything = "$expand=contacts,addresses,assets,defaultDimensions"
    before = service.get(ADATUM, everything)

    moved = service.post(f"{ADATUM}/Microsoft.NAV.moveToTrash", {})
    gone = service.ask(ADATUM).status_code
    lists = [
        service.rows(f"$filter=customerId eq {before['id']}", f"{COMPANY}/{name}")
        for name in ("customerContacts", "customerAddresses", "assets")
    ]
    trashed = service.rows("", f"{COMPANY}/deletedCustomers")
    user_meanwhile = service.get(path_of("portalUsers", user))
    path = path_of("deletedCustomers", trashed[0])
    restored = service.post(f"{path}/Microsoft.NAV.restore", {})
    after = service.get(ADATUM, everything)

    assert (moved.status_code, gone, lists) == (204, 404, [[], [], []])
    assert [(row["number"], row["deletedBy"]) for row in trashed] == [("10000", "kontor-dev")]
    assert user_meanwhile["customerId"] == NO_ID
    assert (restored.status_code, restored.json["id"]) == (201, before["id"])
    assert service.rows("", f"{COMPANY}/deletedCustomers") == []
    assert _lasting(after) == _lasting(before)
    assert after["@odata.etag"] != before["@odata.etag"]
    assert service.get(path_of("portalUsers", user))["customerId"] == before["id"]
    assert service.numbers('$search="Adatum Corporation"') == ["10000"]


def _lasting(value: Any) -> Any:
    """A representation without its tags and instants."""
    if isinstance(value, list):
        return [_lasting(item) for item in value]
    if isinstance(value, dict):
        kept = without(value, "@odata.etag", "lastModifiedDateTime")
        return {name: _lasting(item) for name, item in kept.items()}
    return value


def test_a_customer_whose_number_was_given_away_stays_in_the_trash(service: Service):
    service.post(f"{ADATUM}/Microsoft.NAV.moveToTrash", {})
    added(service, CUSTOMERS, {"displayName": "Another", "number": "10000"})
    trashed = service.rows("", f"{COMPANY}/deletedCustomers")[0]

    answer = service.post(f"{path_of('deletedCustomers', trashed)}/Microsoft.NAV.restore", {})

    assert error_of(answer)[:2] == (409, "Internal_EntityWithSameKeyExists")


def test_the_trash_is_emptied_for_good(service: Service):
    service.post(f"{ADATUM}/Microsoft.NAV.moveToTrash", {})
    path = path_of("deletedCustomers", service.rows("", f"{COMPANY}/deletedCustomers")[0])

    assert service.delete(path).status_code == 204
    assert service.ask(path).status_code == 404


def test_a_stale_tag_keeps_a_customer_out_of_the_trash(service: Service):
    stale = service.tag(ADATUM)
    service.patch(ADATUM, {"notes": "changed"})
    action = f"{ADATUM}/Microsoft.NAV.moveToTrash"

    assert service.post(action, {}, If_Match=stale).status_code == 409
