"""The log as administrators read it; to everybody else it does not exist."""

from __future__ import annotations

import datetime

import pytest

from models.access import DatabaseTokens, TokenRequest
from models.database import database
from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY

ROOT = "/api/v2.0"
AUDIT = f"{ROOT}/companies({CRONUS})/auditEntries"
NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def as_role(client):
    """Lets the client be the holder of a token with one role."""

    def become(role, companies=None):
        request = TokenRequest(f"a {role}", frozenset({role}), companies)
        token = DatabaseTokens().create(request, NOW)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return become


@pytest.fixture
def changed(client, adatum):
    """Changes a customer, and gives the answer."""
    headers = {"If-Match": "*"}
    body = {"website": "adatum.example", "blocked": "All"}
    return client.patch(f"{ROOT}/{adatum}", json=body, headers=headers)


def test_an_administrator_reads_who_changed_what(changed, as_role):
    query = f"$filter=entitySet eq 'customers' and entityKey eq '{ADATUM}'"

    (entry,) = as_role("administrator").get(f"{AUDIT}?{query}").json["value"]

    properties = {item["name"]: item for item in entry["changedProperties"]}
    assert properties["website"] == {
        "name": "website",
        "oldValue": "https://www.adatum.com",
        "newValue": "adatum.example",
    }
    blocked = properties["blocked"]
    assert (blocked["oldValue"], blocked["newValue"]) == (" ", "All")
    assert set(properties) == {"website", "blocked", "lastModifiedDateTime"}
    assert (entry["operation"], entry["changedBy"]) == ("updated", "kontor-dev")
    assert entry["requestId"] == changed.headers["request-id"]
    assert entry["companyId"] == CRONUS
    assert entry["clientAddress"] == "127.0.0.1"


@pytest.fixture
def made(client, company):
    """Makes a branch, and gives the query that finds its entry."""
    body = {"code": "NORTH", "displayName": 'North, "new":1'}
    branch = client.post(f"{ROOT}/{company}/branches", json=body).json["id"]
    return f"$filter=entitySet eq 'branches' and entityKey eq '{branch}'"


SHOWN = (
    '{"name":"code","oldValue":null,"newValue":"NORTH"},'
    '{"name":"displayName","oldValue":null,"newValue":"North, \\"new\\":1"}'
)


def test_a_new_row_is_kept_without_old_values_and_shown_with_them(client, made):
    text = client.get(f"{AUDIT}?{made}&$select=changedProperties").text

    kept = "SELECT properties FROM change_log WHERE entity_set = 'branches'"
    ((stored,),) = database.obj.execute_sql(kept).fetchall()
    assert "oldValue" not in stored
    assert SHOWN in text


@pytest.fixture
def entry(client, made):
    """Keeps a text of changed properties in the log, and gives the address of its entry."""

    def keep(kept):
        update = "UPDATE change_log SET properties = {0} WHERE entity_set = 'branches'"
        database.obj.execute_sql(update.format(database.obj.param), [kept])
        answer = client.get(f"{AUDIT}?{made}&$select=sequence")
        return f"{AUDIT}({answer.json['value'][0]['sequence']})"

    return keep


@pytest.mark.parametrize(
    "kept",
    [
        '[{"name":"code","new":"NORTH"},{"name":"displayName","new":"North, \\"new\\":1"}]',
        f"[{SHOWN}]",
    ],
    ids=["new", "older"],
)
def test_a_new_row_reads_alike_however_it_was_kept(client, entry, kept):
    address = entry(kept)

    answer = client.get(f"{address}?$select=changedProperties")
    found = client.get(f"{address}/changedProperties?$filter=oldValue eq null")

    assert f'"changedProperties":[{SHOWN}]' in answer.text
    assert f'"value":[{SHOWN}]' in found.text


KEPT = {
    "compact": (
        '[{"name":"code","oldValue":null,"newValue":"NORTH"},'
        '{"name":"city","oldValue":"{\\"a\\" : [1, ","newValue":"Rome"}]'
    ),
    # As migration 0035 has written it.
    "spaced": (
        '[{"name": "code", "oldValue": null, "newValue": "NORTH"}, '
        '{"name": "city", "oldValue": "{\\"a\\" : [1, ", "newValue": "Rome"}]'
    ),
}


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_an_item_reads_alike_however_the_log_has_spaced_it(client, entry, kept):
    properties = f"{entry(kept)}/changedProperties"

    first, last = (client.get(f"{properties}/{place}").json for place in (0, -1))

    assert {**first, "@odata.context": ""} == {
        "@odata.context": "",
        "name": "code",
        "oldValue": None,
        "newValue": "NORTH",
    }
    assert (last["name"], last["oldValue"], last["newValue"]) == ("city", '{"a" : [1, ', "Rome")
    assert client.get(f"{properties}/2").status_code == 404


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("0/oldValue", 204, ""),
        ("0/newValue/$value", 200, "NORTH"),
        ("1/oldValue/$value", 200, '{"a" : [1, '),
        ("1/newValue/$value", 200, "Rome"),
        ("$count", 200, "2"),
    ],
)
def test_a_member_reads_alike_however_the_log_has_spaced_it(
    client, entry, kept, path, status, text
):
    answer = client.get(f"{entry(kept)}/changedProperties/{path}")

    assert (answer.status_code, answer.text) == (status, text)


def test_the_log_tells_from_where_in_batches_and_dialects_too(client, adatum, as_role):
    part = {"id": "1", "method": "PATCH", "url": adatum, "headers": {"If-Match": "*"}}
    client.post(f"{ROOT}/$batch", json={"requests": [part | {"body": {"city": "Rome"}}]})
    client.patch("/customers/1", json={"name": "Paris"}, headers={"company": CRONUS})

    query = f"$filter=entitySet eq 'customers' and entityKey eq '{ADATUM}'"
    entries = as_role("administrator").get(f"{AUDIT}?{query}").json["value"]

    assert [item["clientAddress"] for item in entries] == ["127.0.0.1"] * 2


@pytest.mark.parametrize("role", ["reader", "writer", "portal", "automation"])
def test_to_others_the_log_does_not_exist(changed, as_role, role):
    caller = as_role(role)

    answers = [
        caller.get(path).status_code
        for path in (AUDIT, f"{AUDIT}(1)", f"{AUDIT}/$count", f"{ROOT}/auditEntries?company=x")
    ]
    expanded = caller.get(f"{ROOT}/companies?$expand=auditEntries").status_code
    documents = [
        caller.get(f"{ROOT}/{path}").text for path in ("", "$metadata", "entityDefinitions")
    ]

    assert answers == [404, 404, 404, 404]
    assert expanded == 400
    assert not any("auditEntr" in text for text in documents)


def test_an_administrator_of_another_company_sees_nothing_of_it(changed, as_role):
    caller = as_role("administrator", frozenset({MY_COMPANY}))

    assert caller.get(AUDIT).status_code == 404
    assert caller.get(f"{ROOT}/companies({MY_COMPANY})/auditEntries").json["value"] == []


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_nobody_changes_the_log(changed, client, method):
    path = AUDIT if method == "POST" else f"{AUDIT}(1)"
    before = client.get(AUDIT).json["value"]

    answer = client.open(path, method=method, json={}, headers={"If-Match": "*"})

    assert answer.status_code in (403, 405)
    assert client.get(AUDIT).json["value"] == before


def test_the_log_is_not_tracked_itself(changed, client):
    answer = client.get(AUDIT, headers={"Prefer": "track-changes"})

    assert "Preference-Applied" not in answer.headers
    assert "@odata.deltaLink" not in answer.json
