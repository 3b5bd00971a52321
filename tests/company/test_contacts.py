from __future__ import annotations

import pytest

from tests.company.conftest import message


@pytest.mark.bc("ContactsE2E")
def test_a_contact_is_created_changed_and_removed(clerk):
    made = clerk.create("contacts", {"displayName": "Litware", "jobTitle": "Buyer"})
    names = ("number", "type", "searchName", "contactBusinessRelation", "lastInteractionDate")
    assert [made[name] for name in names] == [
        "CT000006",
        "Company",
        "LITWARE",
        "None",
        "0001-01-01",
    ]
    path = f"contacts({made['id']})"
    assert clerk.change(path, {"city": "Ulm"})["city"] == "Ulm"
    assert clerk.delete(path).status_code == 204


def test_a_contact_needs_a_name(clerk):
    assert message(clerk.post("contacts", {})) == 'A "displayName" must be provided.'
    response = clerk.post("contacts", {"displayName": ""})
    assert message(response) == 'The blank "displayName" is not allowed.'


@pytest.mark.bc("ContactsInfE2E")
def test_the_contacts_of_a_customer_are_found_through_it(clerk):
    (customer,) = clerk.rows(
        "customers", _filter="number eq '10000'", _expand="contactsInformation"
    )
    rows = customer["contactsInformation"]
    assert [row["contactNumber"] for row in rows] == ["CT000001", "CT000002"]
    assert {row["relatedType"] for row in rows} == {"Customer"}
    assert clerk.rows(f"customers({customer['id']})/contactsInformation") != []


def test_contacts_information_is_listed_by_parent_only(clerk):
    assert message(clerk.ask("contactsInformation")) == "id type not specified."


@pytest.mark.bc("CompanyInfoE2E")
def test_company_information_can_be_changed_alone(clerk):
    (row,) = clerk.rows("companyInformation")
    assert (row["displayName"], row["currencyCode"]) == ("CRONUS USA, Inc.", "USD")
    path = f"companyInformation({row['id']})"
    assert clerk.change(path, {"industry": "Furniture"})["industry"] == "Furniture"
    assert message(clerk.patch(path, {"experience": "None at all"})) == (
        "Failed to save experience tier for the current company."
    )
    assert clerk.post("companyInformation", {}).status_code == 405
    assert clerk.delete(path).status_code == 405


def test_the_routes_of_the_service_belong_to_no_company(client):
    response = client.get("/api/v2.0/apicategoryroutes")
    assert response.json["value"] == [
        {
            "route": "microsoft/runtime/beta",
            "publisher": "microsoft",
            "group": "runtime",
            "version": "beta",
        },
        {"route": "v2.0", "publisher": "", "group": "", "version": "v2.0"},
    ]
