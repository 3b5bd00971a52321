"""Deltas of reads that expand: who has something changed below comes with all of it."""

import json

import pytest

from models.demo.identifiers import ADATUM
from tests.write.technical_client import ROOT

ANY = {"If_Match": "*"}
READ = "employees?$select=id&$expand=reports($select=id,name),department($select=name)"
NESTED = "employees?$select=id&$expand=manager($select=id;$expand=department($select=name))"


def link_of(answer, name="@odata.deltaLink"):
    return answer[name].removeprefix(ROOT)


def begin(technical, path):
    return link_of(technical.read(path, Prefer="track-changes"))


def told(technical, link):
    """The entities that a delta gives, by id; None for those that are gone."""
    return {
        item.get("id"): item if "@odata.context" not in item else None
        for item in technical.read(link)["value"]
    }


CHANGES = [
    ("PATCH", "employees(3)", {"name": "Cyd"}, {1, 3}),
    ("PATCH", "employees(3)", {"managerId": 2}, {1, 2, 3}),
    ("PATCH", "employees(3)", {"managerId": None}, {1, 3}),
    ("POST", "employees", {"id": 9, "name": "Flo", "managerId": 4, "tags": []}, {4, 9}),
    ("DELETE", "employees(4)", None, {2, "employees(4)"}),
    ("PATCH", "departments(country='SE',code='R%26D')", {"name": "Lab"}, {1, 2}),
    ("PATCH", "trips(1)", {"seats": 1}, set()),
]


@pytest.mark.parametrize(("method", "path", "body", "ids"), CHANGES)
def test_a_change_below_tells_of_whom_it_is_and_was(technical, method, path, body, ids):
    link = begin(technical, READ)
    assert technical.send(method, path, body, **ANY).status in (200, 201, 204)

    assert set(told(technical, link)) == ids


def test_a_copy_is_brought_up_to_date(technical):
    copy = {item["id"]: item for item in technical.read(READ)["value"]}
    link = begin(technical, READ)
    for method, path, body, _ in CHANGES:
        technical.send(method, path, body, **ANY)
        delta = technical.read(link)
        for item in delta["value"]:
            if "@odata.context" in item:
                copy.pop(int(item["id"].removeprefix("employees(").rstrip(")")), None)
            else:
                copy[item["id"]] = item
        assert copy == {item["id"]: item for item in technical.read(READ)["value"]}
        link = link_of(delta)
    assert technical.read(link)["value"] == []


def test_changes_are_followed_through_several_levels(technical):
    link = begin(technical, NESTED)
    technical.send("PATCH", "departments(country='SE',code='R%26D')", {"name": "Lab"}, **ANY)

    found = told(technical, link)
    assert set(found) == {2, 3, 4}
    assert found[4]["manager"]["department"] == {
        **found[4]["manager"]["department"],
        "name": "Lab",
    }


def test_pages_give_each_of_several_that_one_change_touches(technical):
    link = begin(technical, NESTED)
    technical.send("PATCH", "departments(country='SE',code='R%26D')", {"name": "Lab"}, **ANY)

    found, page = [], technical.read(link, Prefer="maxpagesize=2")
    found += page["value"]
    assert len(found) == 2
    page = technical.read(link_of(page, "@odata.nextLink"), Prefer="maxpagesize=2")
    found += page["value"]
    assert [item["id"] for item in found] == [2, 3, 4]
    assert "@odata.deltaLink" in page
    counted = technical.send("GET", link.replace("employees?", "employees/$count?"))
    assert json.loads(counted.body) == 3


def test_who_has_changed_too_is_told_once(technical):
    link = begin(technical, READ)
    technical.send("PATCH", "employees(1)", {"name": "Ava"}, **ANY)
    technical.send("PATCH", "employees(2)", {"name": "Rob"}, **ANY)

    assert [item["id"] for item in technical.read(link)["value"]] == [1, 2]


def test_contacts_bring_their_customer(client, company):
    url = f"/api/v2.0/{company}/customers"
    track = {"Prefer": "odata.track-changes"}
    first = client.get(f"{url}?$select=id&$expand=contacts($select=displayName)", headers=track)
    link = first.json["@odata.deltaLink"].removeprefix("http://localhost")
    client.post(f"{url}({ADATUM})/contacts", json={"displayName": "Tia"})

    (changed,) = client.get(link).json["value"]
    assert changed["id"] == ADATUM
    assert [item["displayName"] for item in changed["contacts"]] == ["Tia"]


@pytest.mark.parametrize(
    "path", ["customers?$expand=agedAccountsReceivable&$select=id", "agedAccountsPayables"]
)
def test_what_no_log_tells_of_is_not_tracked(client, company, path):
    url = f"/api/v2.0/{company}/{path}"
    answer = client.get(url, headers={"Prefer": "odata.track-changes"})

    assert answer.status_code == 200
    assert "Preference-Applied" not in answer.headers
    assert "@odata.deltaLink" not in answer.json
