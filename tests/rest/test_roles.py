"""What callers of different roles see of the dialects, and what they may do."""

from __future__ import annotations

import datetime
import re

import pytest
from werkzeug.test import TestResponse

from models.access import CustomerBinding, DatabaseTokens, Rights, TokenRequest
from models.access_key import DatabaseKeys
from models.access_user import DatabaseUsers, UserRequest
from models.database import connected, database
from models.demo.identifiers import ADATUM, CRONUS
from tests.rest.client import Rest

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
LISTS = ["/v1/customers", "/customers", "/order-management/customers"]
ONES = ["/v1/customers/cust-001", "/customers/1", "/order-management/customers/1"]


def token_with(role: str, companies: frozenset[str] | None = None) -> str:
    with connected(database.obj):
        return DatabaseTokens().create(TokenRequest(role, frozenset((role,)), companies), NOW)


def key_of_customer() -> str:
    rights = Rights(frozenset(("portal",)), None, CustomerBinding(CRONUS, ADATUM))
    with connected(database.obj):
        user = DatabaseUsers().create(UserRequest("adatum", rights), NOW)
        return DatabaseKeys().create(user, NOW, None).text


@pytest.mark.parametrize("path", LISTS)
def test_readers_read_and_change_nothing(rest: Rest, path: str):
    token = token_with("reader")

    assert rest.ask("GET", path, token=token).status_code == 200
    assert rest.ask("POST", path, {"name": "A"}, token=token).status_code == 403
    assert rest.ask("DELETE", f"{path}/1", token=token).status_code in (403, 404)


@pytest.mark.parametrize("path", LISTS)
def test_writers_write(rest: Rest, path: str):
    assert rest.ask("POST", path, {"name": "A"}, token=token_with("writer")).status_code == 201


@pytest.mark.parametrize("path", LISTS)
def test_a_key_of_one_company_needs_no_header(rest: Rest, path: str):
    token = token_with("reader", frozenset((CRONUS,)))
    anywhere = Rest(rest.flask, None)

    assert anywhere.ask("GET", path, token=token).status_code == 200
    assert rest.ask("GET", path, token=token, company="My Company").status_code == 404


@pytest.mark.parametrize("path", ONES)
def test_customers_do_not_see_the_notes_about_them(rest: Rest, path: str):
    rest.ask("PUT", "/v1/customers/cust-001", {"notes": "VIP"})
    key = key_of_customer()
    seen = rest.ask("GET", path, token=key)

    assert seen.status_code == 200
    assert "VIP" in rest.ask("GET", path).text
    assert "VIP" not in seen.text
    assert '"notes"' not in seen.text
    assert rest.ask("GET", path.replace("1", "2"), token=key).status_code == 404


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("option", ["sort={}", "filter[{}]=x", "filter[{}]=1"])
def test_what_is_hidden_is_refused_like_what_is_not_there(rest: Rest, path: str, option: str):
    key = key_of_customer()

    hidden = rest.ask("GET", f"{path}?{option.format('notes')}", token=key)
    absent = rest.ask("GET", f"{path}?{option.format('zzzzz')}", token=key)

    assert hidden.status_code == 400
    assert _told(hidden) == _told(absent).replace("zzzzz", "notes")


@pytest.mark.parametrize("path", ONES)
def test_what_is_hidden_is_written_like_what_is_not_there(rest: Rest, path: str):
    key = key_of_customer()

    hidden = rest.ask("PUT", path, {"notes": "x"}, token=key)
    absent = rest.ask("PUT", path, {"zzzzz": "x"}, token=key)

    assert hidden.status_code == absent.status_code
    assert _told(hidden) == _told(absent).replace("zzzzz", "notes")


def _told(answer: TestResponse) -> str:
    return re.sub(r"CorrelationId: +[0-9a-f-]+", "", answer.text)


@pytest.mark.parametrize("path", LISTS)
def test_customers_see_themselves_alone(rest: Rest, path: str):
    answer = rest.ask("GET", path, token=key_of_customer())

    assert answer.status_code == 200
    assert answer.text.count("Adatum Corporation") == 1
    assert "Trey Research" not in answer.text


@pytest.mark.parametrize(
    ("role", "dialect", "seen", "unseen"),
    [
        ("reader", "field-service", {"/customers", "/trash/customers"}, set()),
        ("portal", "field-service", {"/customers", "/contacts/{id}"}, {"/trash/customers"}),
        ("automation", "billing", set(), {"/customers", "/customers/{id}"}),
        ("automation", "order-management", set(), {"/customers", "/customers/{id}"}),
    ],
)
def test_a_description_has_the_routes_that_the_caller_sees(
    rest: Rest, role: str, dialect: str, seen: set[str], unseen: set[str]
):
    token = key_of_customer() if role == "portal" else token_with(role)
    document = rest.ask("GET", f"/{dialect}/openapi.json", token=token).json

    assert seen <= set(document["paths"])
    assert not unseen & set(document["paths"])
    assert rest.ask("GET", f"/{dialect}/docs", token=token).status_code == 200
