"""The log of access over HTTP, and the tables of access behind it, on both databases."""

from __future__ import annotations

import datetime
from base64 import b64encode

import pytest

from app.passwords import hash_password
from models.access import CustomerBinding, DatabaseTokens, Rights, TokenRequest
from models.access_client import DatabaseClients
from models.access_event import AccessEvent, DatabaseEvents
from models.access_key import DatabaseKeys
from models.access_user import DatabaseUsers, UserRequest
from models.demo.identifiers import ADATUM, CRONUS

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
COMPANIES = "/api/v2.0/companies"
LOG = "/audit/access"
ADMINISTRATOR = Rights(frozenset({"administrator"}))
PASSWORD = "correct horse battery"


@pytest.fixture
def client(serve):
    """A service of the test's own, which remembers no refusals of others."""
    return serve()


def token(name, *roles, companies=None):
    text = DatabaseTokens().create(TokenRequest(name, frozenset(roles), companies), NOW)
    return {"Authorization": f"Bearer {text}"}


def basic(name, password):
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def told(client, query=""):
    answer = client.get(f"{LOG}{query}")
    assert answer.status_code == 200, answer.text
    return [(event["kind"], event["actor"]) for event in answer.json["value"]]


def test_every_way_to_sign_in_is_taken_and_told(client):
    user = DatabaseUsers().create(
        UserRequest("anna", ADMINISTRATOR, password_hash=hash_password(PASSWORD)), NOW
    )
    shop = DatabaseClients().create("shop", ADMINISTRATOR, NOW)
    key = DatabaseKeys().create(user, NOW, None).text
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.id,
        "client_secret": DatabaseKeys().create(shop, NOW, None).text,
        "scope": "https://api.businesscentral.dynamics.com/.default",
    }
    issued = client.post("/contoso.example/oauth2/v2.0/token", data=form).json["access_token"]

    for headers in (
        {"Authorization": f"Bearer {issued}"},
        {"Authorization": f"Bearer {key}"},
        {"Authorization": "", "X-API-Key": key},
        basic("anna", PASSWORD),
        basic("Anna", key),
        token("reports", "reader"),
    ):
        assert client.get(COMPANIES, headers=headers).status_code == 200

    assert told(client) == [
        ("signIn", "reports"),
        ("signIn", "anna"),
        ("signIn", "anna"),
        ("signIn", "shop"),
        ("tokenIssued", "shop"),
    ]


def test_refusals_are_told_with_their_place(client):
    wrong = basic("nobody", "guess")
    client.get(COMPANIES, headers=wrong)
    reader = token("reports", "reader")
    client.post(f"{COMPANIES}({CRONUS})/customers", json={"displayName": "x"}, headers=reader)

    event = client.get(f"{LOG}?kind=refused").json["value"][0]

    assert (event["actor"], event["address"], event["times"]) == ("nobody", "127.0.0.1", 1)
    assert event["detail"] == "wrong password"
    assert "guess" not in client.get(LOG).text
    assert told(client, "?kind=forbidden") == [("forbidden", "reports")]


def test_a_refused_part_of_a_batch_is_told_though_the_batch_is_undone(client):
    url = f"companies({CRONUS})/customers"
    parts = [
        {
            "id": number,
            "atomicityGroup": "g",
            "method": "POST",
            "url": url,
            "headers": {"content-type": "application/json"},
            "body": {"displayName": "x"},
        }
        for number in ("1", "2")
    ]

    answer = client.post(
        "/api/v2.0/$batch", json={"requests": parts}, headers=token("reports", "reader")
    )

    assert 403 in [part["status"] for part in answer.json["responses"]]
    event = client.get(f"{LOG}?kind=forbidden").json["value"][0]
    assert (event["actor"], event["detail"]) == ("reports", "POST customers")


def test_the_log_is_read_page_by_page_and_filtered(client):
    for number in range(5):
        client.get(COMPANIES, headers=basic(f"name{number}", "guess"))

    first = client.get(f"{LOG}?limit=2&address=127.0.0.1").json
    second = client.get(first["nextLink"]).json

    assert [event["actor"] for event in first["value"]] == ["name4", "name3"]
    assert [event["actor"] for event in second["value"]] == ["name2", "name1"]
    assert told(client, "?actor=name0") == [("refused", "name0")]
    assert told(client, "?since=2100-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        "?limit=0",
        "?limit=1001",
        "?limit=%D9%A1",
        "?before=x",
        "?kind=x",
        "?since=yesterday",
        "?since=0001-01-01T00:00:00%2B14:00",
        "?who=x",
        "?limit=1&limit=2",
    ],
)
def test_a_wrong_question_is_refused(client, query):
    answer = client.get(f"{LOG}{query}")

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "BadRequest"


def test_the_log_is_for_administrators_of_every_company(client):
    for headers in (
        token("reader", "reader"),
        token("writer", "writer"),
        token("limited", "administrator", companies=frozenset({CRONUS})),
        token("one", f"administrator@{CRONUS}"),
    ):
        answer = client.get(LOG, headers=headers)

        assert answer.status_code == 403
        assert answer.headers["WWW-Authenticate"].endswith('error="insufficient_scope"')
    assert client.get(LOG, headers={"Authorization": ""}).status_code == 401
    assert client.get(LOG, headers=token("all", "administrator")).status_code == 200


def test_what_is_older_than_it_need_be_is_removed(client):
    DatabaseUsers().create(UserRequest("anna", ADMINISTRATOR), NOW)
    events = DatabaseEvents()
    client.get(COMPANIES, headers=basic("anna", "guess"))
    AccessEvent.update(at=NOW).execute()

    assert events.purge(NOW) == 0
    assert events.purge(NOW + datetime.timedelta(seconds=1)) == 1
    assert told(client) == []


def test_names_that_no_user_has_are_no_trouble_to_the_database(client):
    for name in ("a" * 5000, "\x01", "\u00e4\U0001f600", "' or 1=1 --", "\x00", ""):
        assert client.get(COMPANIES, headers=basic(name, "x")).status_code == 401

    assert len(told(client)) == 6


def test_a_user_who_belongs_to_a_customer_sees_nobody_else(client):
    rights = Rights(frozenset({"portal"}), None, CustomerBinding(CRONUS, ADATUM))
    DatabaseUsers().create(
        UserRequest("adatum", rights, "Billing@Adatum.example", None, hash_password(PASSWORD)), NOW
    )
    headers = basic("adatum", PASSWORD)

    customers = client.get(f"{COMPANIES}({CRONUS})/customers", headers=headers)
    companies = client.get(COMPANIES, headers=headers)

    assert [row["id"] for row in customers.json["value"]] == [ADATUM]
    assert [row["id"] for row in companies.json["value"]] == [CRONUS]
    found = DatabaseUsers().find_by_email("billing@ADATUM.example")
    assert found is not None
    assert found.rights.customer == CustomerBinding(CRONUS, ADATUM)
