"""Links between entities: $ref, bind, and references of version 4.01."""

import json

import pytest

ANY = {"If_Match": "*"}
V401 = {"OData_Version": "4.01", "OData_MaxVersion": "4.01"}


def reference(url):
    return {"@odata.id": url}


@pytest.fixture
def manager(technical):
    """Gives the id of an employee's manager."""
    return lambda key: technical.read(f"employees({key})")["managerId"]


@pytest.mark.parametrize(
    "url", ["employees(3)", "/employees(3)", "/t/employees(3)", "http://h/t/employees(3)"]
)
def test_put_sets_a_single_link(technical, manager, url):
    response = technical.send("PUT", "employees(2)/manager/$ref", reference(url))

    assert (response.status, response.body) == (204, b"")
    assert manager(2) == 3


def test_a_reference_of_4_01_is_read(technical, manager):
    response = technical.send("PUT", "employees(2)/manager/$ref", {"@id": "employees(3)"}, **V401)

    assert response.status == 204
    assert manager(2) == 3


def test_a_link_over_two_properties_is_set(technical):
    url = "departments(country='DE',code='HR')"

    assert technical.send("PUT", "employees(1)/department/$ref", reference(url)).status == 204

    found = technical.read("employees(1)")
    assert (found["country"], found["departmentCode"]) == ("DE", "HR")


def test_delete_clears_a_single_link(technical, manager):
    assert technical.send("DELETE", "employees(2)/manager/$ref").status == 204
    assert manager(2) is None


def test_a_changed_link_changes_the_tag(technical):
    before = technical.read("employees(2)")["@odata.etag"]

    technical.send("PUT", "employees(2)/manager/$ref", reference("employees(3)"))

    assert technical.read("employees(2)")["@odata.etag"] != before


def test_post_adds_a_member_and_again(technical, manager):
    for _ in range(2):
        response = technical.send("POST", "employees(3)/reports/$ref", reference("employees(5)"))
        assert response.status == 204

    assert manager(5) == 3


@pytest.mark.parametrize(
    "path", ["employees(1)/reports/$ref?$id=employees(2)", "employees(1)/reports(2)/$ref"]
)
def test_delete_takes_one_member_out(technical, manager, path):
    assert technical.send("DELETE", path).status == 204
    assert (manager(2), manager(3)) == (None, 1)


def test_delete_without_an_id_empties_a_collection(technical, manager):
    assert technical.send("DELETE", "employees(1)/reports/$ref").status == 204
    assert (manager(2), manager(3)) == (None, None)


def test_put_replaces_the_members(technical, manager):
    body = {"value": [reference("employees(3)"), reference("employees(5)")]}

    assert technical.send("PUT", "employees(1)/reports/$ref", body).status == 204
    assert (manager(2), manager(3), manager(5)) == (None, 1, 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "employees(2)/manager/$ref", {}, 400),
        ("PUT", "employees(2)/manager/$ref", reference("employees(99)"), 400),
        ("PUT", "employees(2)/manager/$ref", reference("http://other/t/employees(3)"), 400),
        ("PUT", "employees(2)/manager/$ref", reference("employees"), 400),
        (
            "PUT",
            "employees(2)/manager/$ref",
            reference("departments(country='DE',code='HR')"),
            400,
        ),
        ("PUT", "employees(99)/manager/$ref", reference("employees(1)"), 404),
        ("POST", "employees(2)/manager/$ref", reference("employees(1)"), 405),
        ("DELETE", "employees(2)/manager/$ref?$id=employees(1)", None, 400),
        ("PATCH", "employees(1)/reports/$ref", reference("employees(1)"), 405),
        ("PUT", "employees(1)/$ref", reference("employees(1)"), 405),
    ],
)
def test_what_is_no_link_is_refused(technical, method, path, body, status):
    before = technical.read("employees")

    assert technical.send(method, path, body).status == status

    assert technical.read("employees") == before


def test_the_tag_of_the_entity_that_has_the_link_is_compared(technical, manager):
    body = reference("employees(3)")

    stale = technical.send("PUT", "employees(2)/manager/$ref", body, If_Match='W/"QQ=="')
    fresh = technical.send("PUT", "employees(2)/manager/$ref", body, If_Match='W/"Qg=="')

    assert (stale.status, fresh.status) == (409, 204)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"manager@odata.bind": "employees(3)"}, {}),
        ({"manager@odata.bind": "employees(3)", "managerId": 1}, {}),
        ({"manager": {"@id": "employees(3)"}}, V401),
    ],
)
def test_an_update_binds(technical, manager, body, headers):
    assert technical.send("PATCH", "employees(2)", body, **ANY, **headers).status == 200
    assert manager(2) == 3


def test_an_update_binds_to_nothing(technical, manager):
    assert (
        technical.send("PATCH", "employees(2)", {"manager@odata.bind": None}, **ANY).status == 200
    )
    assert manager(2) is None


def test_a_create_binds_both_ends(technical, manager):
    body = {
        "id": 9,
        "name": "Flo",
        "manager@odata.bind": "employees(1)",
        "reports@odata.bind": ["employees(4)", "http://h/t/employees(5)"],
    }

    response = technical.send("POST", "employees", body)

    assert response.status == 201, response.body
    assert (manager(9), manager(4), manager(5)) == (1, 9, 9)


def test_an_unknown_bind_creates_nothing(technical):
    body = {"id": 9, "name": "Flo", "manager@odata.bind": "employees(99)"}

    response = technical.send("POST", "employees", body)

    assert response.status == 400
    assert json.loads(response.body)["error"]["target"] == "manager"
    assert technical.send("GET", "employees(9)").status == 404


def test_a_link_of_business_central_follows_its_company(client, adatum, company):
    terms = client.get(f"/api/v2.0/{company}/paymentTerms?$select=id&$top=1").json["value"][0]["id"]
    others = client.get("/api/v2.0/companies?$select=id").json["value"]
    other = next(item["id"] for item in others if item["id"] not in company)
    foreign = client.get(f"/api/v2.0/companies({other})/paymentTerms?$top=1").json["value"][0]["id"]

    def put(url):
        path = f"/api/v2.0/{adatum}/paymentTerm/$ref"
        return client.put(path, json={"@odata.id": url}).status_code

    assert put(f"http://localhost/api/v2.0/{company}/paymentTerms({terms})") == 204
    assert put(f"paymentTerms({terms})") == 204
    assert put(f"http://localhost/api/v2.0/companies({other})/paymentTerms({foreign})") == 400
    assert put(f"paymentTerms({foreign})") == 400
    assert client.get(f"/api/v2.0/{adatum}").json["paymentTermsId"] == terms
    assert client.post(f"/api/v2.0/{adatum}/defaultDimensions/$ref").status_code == 405
