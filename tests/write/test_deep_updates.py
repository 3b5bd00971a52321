"""Nested entities in creates and, at version 4.01, in updates."""

import json

import pytest

V401 = {"OData_Version": "4.01", "OData_MaxVersion": "4.01", "If_Match": "*"}


@pytest.fixture
def reports(technical):
    """Gives the ids of an employee's reports."""

    def read(key):
        found = technical.read(f"employees({key})/reports?$select=id")["value"]
        return [item["id"] for item in found]

    return read


def test_a_create_makes_what_is_nested(technical, reports):
    body = {
        "id": 9,
        "name": "Flo",
        "reports": [{"id": 10, "name": "Gus", "reports": [{"id": 11, "name": "Hal"}]}],
        "department": {"country": "NO", "code": "IT", "name": "Data"},
    }

    response = technical.send("POST", "employees", body)

    assert response.status == 201, response.body
    shown = json.loads(response.body)
    assert shown["reports"][0]["reports"][0]["name"] == "Hal"
    assert shown["department"]["name"] == "Data"
    assert (reports(9), reports(10)) == ([10], [11])


def test_one_bad_entity_below_creates_nothing(technical):
    body = {"id": 9, "name": "Flo", "reports": [{"id": 1, "name": "Twice"}]}

    assert technical.send("POST", "employees", body).status == 409
    assert technical.send("GET", "employees(9)").status == 404


def test_a_nested_collection_becomes_what_is_listed(technical, reports):
    body = {"reports": [{"id": 2, "points": 5}, {"id": 5}, {"id": 9, "name": "Flo"}]}

    response = technical.send("PATCH", "employees(1)", body, **V401)

    assert response.status == 200, response.body
    assert reports(1) == [2, 5, 9]
    assert technical.read("employees(2)")["points"] == 5
    assert technical.read("employees(3)")["managerId"] is None


def test_a_nested_delta_changes_what_it_names(technical, reports):
    body = {
        "reports@delta": [
            {"@removed": {"reason": "changed"}, "@id": "employees(2)"},
            {"@removed": {"reason": "deleted"}, "id": 3},
            {"@id": "employees(5)"},
            {"id": 9, "name": "Flo"},
        ]
    }

    response = technical.send("PATCH", "employees(1)", body, **V401)

    assert response.status == 200, response.body
    assert reports(1) == [5, 9]
    assert technical.read("employees(2)")["managerId"] is None
    assert technical.send("GET", "employees(3)").status == 404


def test_a_nested_single_entity_is_updated(technical):
    body = {"manager": {"id": 1, "points": 3}}

    assert technical.send("PATCH", "employees(2)", body, **V401).status == 200
    assert technical.read("employees(1)")["points"] == 3


def test_a_nested_null_clears_the_link(technical):
    assert technical.send("PATCH", "employees(2)", {"manager": None}, **V401).status == 200
    assert technical.read("employees(2)")["managerId"] is None


def test_an_update_of_4_0_has_no_nested_content(technical):
    body = {"reports": [{"id": 2, "points": 5}]}

    response = technical.send("PATCH", "employees(1)", body, If_Match="*", OData_Version="4.0")

    assert response.status == 400
    assert technical.read("employees(2)")["points"] is None


def test_a_failure_below_undoes_the_whole_update(technical, reports):
    body = {"points": 1, "reports": [{"id": 2, "points": "x"}]}

    assert technical.send("PATCH", "employees(1)", body, **V401).status == 400
    assert reports(1) == [2, 3]


# --- what clients do not create or change ---------------------------------------------------------

NEW_VERSION = {"OData-Version": "4.01", "OData-MaxVersion": "4.01", "If-Match": "*"}


@pytest.mark.parametrize(
    ("name", "nested"),
    [
        ("contactsInformation", [{}]),
        ("agedAccountsReceivable", {}),
        ("customerFinancialDetail", {}),
        ("picture", {}),
    ],
)
def test_what_is_not_created_at_its_own_url_is_not_created_below_another_entity(
    client, company, customers, name, nested
):
    before = customers()
    body = {"displayName": "New", name: nested}

    answer = client.post(f"/api/v2.0/{company}/customers", json=body)

    assert answer.status_code == 400
    assert answer.json["error"]["message"].startswith(
        f"Entities of '{name}' are not created by clients."
    )
    assert answer.json["error"]["target"].partition("/")[0] == name
    assert customers() == before


@pytest.mark.parametrize(
    ("form", "nested"),
    [
        ("contactsInformation", [{}]),
        ("contactsInformation", []),
        ("contactsInformation@delta", [{}]),
    ],
)
def test_nor_is_it_made_or_removed_below_one_that_is_changed(client, adatum, form, nested):
    body = {"displayName": "Other", form: nested}

    answer = client.patch(f"/api/v2.0/{adatum}", json=body, headers=NEW_VERSION)

    assert answer.status_code == 400
    assert client.get(f"/api/v2.0/{adatum}").json["displayName"] != "Other"


@pytest.mark.parametrize("name", ["agedAccountsReceivable", "customerFinancialDetail"])
def test_what_is_not_changed_may_be_named_without_values(client, adatum, name):
    body = {"displayName": "Other", name: {}}

    answer = client.patch(f"/api/v2.0/{adatum}", json=body, headers=NEW_VERSION)

    assert answer.status_code == 200
    assert answer.json["displayName"] == "Other"


def test_values_of_what_is_not_changed_are_refused(client, adatum):
    body = {"displayName": "Other", "customerFinancialDetail": {"balance": 1}}

    answer = client.patch(f"/api/v2.0/{adatum}", json=body, headers=NEW_VERSION)

    assert answer.status_code == 400
    assert answer.json["error"]["target"] == "customerFinancialDetail/balance"
    assert client.get(f"/api/v2.0/{adatum}").json["displayName"] != "Other"
