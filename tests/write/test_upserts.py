"""Replacing, upserting, conditions of creation, and many entities at once."""

import json

import pytest

ANY = {"If_Match": "*"}
V401 = {"OData_Version": "4.01", "OData_MaxVersion": "4.01"}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_entity_is_created_at_the_key_of_the_path(technical, method):
    response = technical.send(method, "employees(9)", {"name": "Flo", "points": 3})

    assert response.status == 201, response.body
    assert response.header("location") == "http://h/t/employees(9)"
    assert json.loads(response.body)["id"] == 9
    assert technical.read("employees(9)")["points"] == 3


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize("key", [2**31, -(2**31) - 1, 10**12])
def test_a_key_beyond_its_type_is_no_place_for_an_entity(technical, method, key):
    response = technical.send(method, f"employees({key})", {"name": "Flo"})

    assert response.status == 400, response.body
    error = json.loads(response.body)["error"]
    assert (error["target"], "out of range" in error["message"]) == ("id", True)


def test_a_key_of_two_parts_is_upserted(technical):
    path = "departments(country='NO',code='IT')"

    assert technical.send("PUT", path, {"name": "Data"}).status == 201
    assert technical.read(path)["name"] == "Data"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"If_Match": "*"}, 412), ({"If_Match": 'W/"QQ=="'}, 412), ({"If_None_Match": "*"}, 201)],
)
def test_a_condition_decides_whether_to_insert(technical, headers, status):
    assert technical.send("PUT", "employees(9)", {"name": "Flo"}, **headers).status == status
    assert technical.send("GET", "employees(9)").status == (200 if status == 201 else 404)


def test_an_entity_that_exists_is_not_replaced_where_a_new_one_is_wanted(technical):
    response = technical.send("PUT", "employees(1)", {"name": "Flo"}, If_None_Match="*")

    assert response.status == 412
    assert technical.read("employees(1)")["name"] == "Ada"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_empty_link_is_filled_with_a_new_entity(technical, method):
    response = technical.send(method, "employees(1)/manager", {"id": 9, "name": "Flo"})

    assert response.status == 201, response.body
    assert technical.read("employees(1)/manager")["name"] == "Flo"
    assert technical.read("employees(9)")["name"] == "Flo"


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("employees(1)/manager", {"id": 9, "name": "Flo"}, ANY, 412),
        ("employees(1)/manager", {"id": 9}, {}, 400),
        ("employees(1)/manager", {"id": 2, "name": "Flo"}, {}, 409),
        ("employees(99)/manager", {"id": 9, "name": "Flo"}, {}, 404),
    ],
)
def test_a_link_that_cannot_be_filled_stays_empty(technical, path, body, headers, status):
    assert technical.send("PATCH", path, body, **headers).status == status
    assert technical.send("GET", "employees(1)/manager").status == 204
    assert technical.send("GET", "employees(9)").status == 404


def test_a_key_of_the_service_is_not_upserted(client, company):
    path = f"/api/v2.0/{company}/customers(00000000-0000-4000-8000-00000000dead)"

    answer = client.patch(path, json={"displayName": "X"}, headers={"If-Match": "*"})

    assert answer.status_code == 404


def test_put_replaces_what_it_leaves_out(technical):
    body = {"name": "Ada", "points": 3, "rights": "Read"}

    response = technical.send("PUT", "employees(1)", body, **ANY)

    assert response.status == 200, response.body
    found = technical.read("employees(1)")
    assert (found["name"], found["points"], found["nickname"]) == ("Ada", 3, None)
    assert (found["tags"], found["home"]["city"], found["managerId"]) == ([], None, None)


def test_put_refuses_to_leave_out_what_must_be_there(technical):
    response = technical.send("PUT", "employees(1)", {"points": 3}, **ANY)

    assert response.status == 400
    assert technical.read("employees(1)")["points"] == 9007199254740993


def test_each_entity_of_a_path_is_changed(technical):
    path = "employees/$filter(managerId eq 1)/$each"

    response = technical.send("PATCH", path, {"points": 7})

    assert (response.status, response.body) == (204, b"")
    points = {item["id"]: item["points"] for item in technical.read("employees")["value"]}
    assert points == {1: 9007199254740993, 2: 7, 3: 7, 4: None, 5: None}


def test_each_entity_of_a_path_is_deleted(technical):
    assert technical.send("DELETE", "employees/$filter(managerId eq 1)/$each").status == 204
    assert [item["id"] for item in technical.read("employees")["value"]] == [1, 4, 5]


def test_one_failure_undoes_the_change_of_each(technical):
    before = technical.read("employees")

    assert technical.send("PATCH", "employees/$each", {"name": None}).status == 400
    assert technical.read("employees") == before


DELTA = {
    "@context": "#$delta",
    "value": [
        {"id": 2, "points": 22},
        {"@id": "employees(3)", "points": 33},
        {"@id": "employees(4)", "@removed": {"reason": "deleted"}},
        {"id": 9, "name": "Flo"},
    ],
}


def test_a_delta_changes_a_collection(technical):
    response = technical.send("PATCH", "employees", DELTA, **V401)

    assert response.status == 204, response.body
    found = {item["id"]: item["points"] for item in technical.read("employees")["value"]}
    assert found == {1: 9007199254740993, 2: 22, 3: 33, 5: None, 9: None}


def test_a_delta_is_all_or_nothing(technical):
    before = technical.read("employees")
    bad = {**DELTA, "value": [*DELTA["value"], {"id": 1, "points": "x"}]}

    assert technical.send("PATCH", "employees", bad, **V401).status == 400
    assert technical.read("employees") == before


def test_all_faults_of_a_delta_are_told(technical):
    items = [{"id": 1, "points": "x"}, {"id": 2, "points": 1}, {"id": 8, "tags": 5, "more": 1}]
    response = technical.send("PATCH", "employees", {**DELTA, "value": items}, **V401)

    details = json.loads(response.body)["error"]["details"]
    targets = ["value/0/points", "value/2/tags", "value/2/more"]
    assert [item["target"] for item in details][:3] == targets
    assert technical.read("employees(2)")["points"] is None


def test_a_delta_goes_on_where_the_client_prefers_it(technical):
    bad = {**DELTA, "value": [{"id": 1, "points": "x"}, *DELTA["value"]]}

    response = technical.send("PATCH", "employees", bad, Prefer="continue-on-error", **V401)

    assert response.status == 200
    body = json.loads(response.body)
    assert body["@context"] == "http://h/t/$metadata#employees/$delta"
    (failed,) = body["value"]
    assert failed["id"] == 1
    assert failed["@Core.DataModificationException"]["responseCode"] == 400
    assert technical.read("employees(2)")["points"] == 22


def test_a_stale_tag_in_a_delta_is_a_conflict(technical):
    body = {"@context": "#$delta", "value": [{"id": 1, "@etag": 'W/"Qg=="', "points": 1}]}

    assert technical.send("PATCH", "employees", body, **V401).status == 409


def test_a_collection_takes_no_patch_without_version_4_01(technical):
    assert technical.send("PATCH", "employees", DELTA).status == 405


def test_the_tag_in_a_body_of_4_01_is_a_condition(technical):
    stale = technical.send("PATCH", "employees(1)", {"@etag": 'W/"Qg=="', "points": 1}, **V401)
    fresh = technical.send("PATCH", "employees(1)", {"@etag": 'W/"QQ=="', "points": 1}, **V401)

    assert (stale.status, fresh.status) == (409, 200)
