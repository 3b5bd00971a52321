"""What is refused leaves every table as it was, whatever a request combines."""

from __future__ import annotations

import json

import pytest

ANY = {"If_Match": "*"}
V401 = {"OData_Version": "4.01", "OData_MaxVersion": "4.01"}
_DELTA = {"@context": "#$delta"}
_FAILS = "$compute=1 div (id sub id) as x&$select=x"

# method, path, body, headers, status, target of the error
REFUSED = [
    # what cannot be shown as asked is not made
    ("PATCH", f"employees(2)?{_FAILS}", {"nickname": "b"}, ANY, 400, "$compute"),
    ("PUT", f"employees(2)?{_FAILS}", {"name": "B", "rights": "Read"}, ANY, 400, "$compute"),
    ("POST", f"employees(1)/reports?{_FAILS}", {"id": 70, "name": "New"}, {}, 400, "$compute"),
    ("PUT", f"employees(70)?{_FAILS}", {"name": "New", "managerId": 1}, {}, 400, "$compute"),
    (
        "PATCH",
        "employees(1)?$expand=reports($compute=1 div (managerId sub 1) as x;$select=x)",
        {"nickname": "b"},
        ANY,
        400,
        "$expand",
    ),
    # the URL decides under which entity a new one is, and which key it has
    (
        "POST",
        "employees(1)/reports",
        {"id": 70, "name": "New", "manager@odata.bind": "employees(2)"},
        {},
        400,
        "managerId",
    ),
    ("POST", "employees(1)/reports", {"id": 70, "name": "N", "managerId": 2}, {}, 400, "managerId"),
    (
        "POST",
        "employees",
        {"id": 70, "name": "N", "reports": [{"id": 71, "name": "M", "managerId": 2}]},
        {},
        400,
        "reports/0/managerId",
    ),
    ("PUT", "employees(70)", {"id": 71, "name": "New"}, {}, 400, "id"),
    # what a table demands
    ("POST", "employees", {"id": 70}, {}, 400, "name"),
    ("PATCH", "employees(70)", {"points": 1}, {}, 400, "name"),
    (
        "POST",
        "employees",
        {"id": 70, "name": "N", "reports": [{"id": 71, "name": "M"}, {"id": 72}]},
        {},
        400,
        "reports/1/name",
    ),
    (
        "PATCH",
        "employees",
        {**_DELTA, "value": [{"id": 1, "nickname": "b"}, {"id": 70}]},
        V401,
        400,
        "value/1/name",
    ),
    # null where there is none
    ("DELETE", "employees(1)/home", None, ANY, 400, "home"),
    ("PATCH", "employees(1)", {"home": None}, ANY, 400, "home"),
    # what belongs to another method or to a single entity
    (
        "PUT",
        "employees(1)",
        {"name": "Ada", "rights": "Read", "reports@delta": []},
        {**ANY, **V401},
        400,
        "reports@delta",
    ),
    ("DELETE", "employees/$each", None, {"If_Match": 'W/"QQ=="'}, 400, "If-Match"),
    ("PATCH", "employees/$each", {"name": "N"}, {"If_None_Match": "*"}, 400, "If-None-Match"),
]


@pytest.fixture
def tables(technical):
    """Gives the rows of all tables."""
    database = technical.engine.source.database

    def rows(table):
        cursor = database.execute_sql(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own
        return sorted(map(repr, cursor.fetchall()))

    def read():
        kept = set(database.get_tables()) - {"row_version", "sqlite_sequence"}
        return {table: rows(table) for table in kept}

    return read


def test_nothing_of_a_refused_request_remains(technical, tables):
    before = tables()

    for method, path, body, headers, status, target in REFUSED:
        answer = technical.send(method, path, body, **headers)
        assert answer.status == status, (method, path, answer.body)
        assert json.loads(answer.body)["error"].get("target") == target, (path, answer.body)
        assert tables() == before, (method, path)


def test_a_delta_payload_below_an_entity_creates_links_and_unlinks(technical):
    body = {
        **_DELTA,
        "value": [
            {"id": 70, "name": "New"},
            {"id": 5, "nickname": "moved"},
            {"@removed": {"reason": "changed"}, "@id": "employees(2)"},
            {"@removed": {"reason": "changed"}, "@id": "employees(4)"},
            {"@removed": {"reason": "deleted"}, "@id": "employees(3)"},
        ],
    }

    answer = technical.send("PATCH", "employees(1)/reports", body, **V401)

    assert answer.status == 204, answer.body
    reports = technical.read("employees(1)/reports?$select=id")["value"]
    assert [item["id"] for item in reports] == [5, 70]
    assert technical.read("employees(2)")["managerId"] is None
    assert technical.read("employees(4)")["managerId"] == 2
    assert technical.send("GET", "employees(3)").status == 404


def test_a_new_entity_may_repeat_what_the_url_says(technical):
    body = {"id": 70, "name": "New", "manager@odata.bind": "employees(1)", "managerId": 1}

    assert technical.send("POST", "employees(1)/reports", body).status == 201
