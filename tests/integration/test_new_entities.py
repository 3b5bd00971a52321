"""What is told of a new or changed entity is what is stored of it, whether or not it is read."""

from __future__ import annotations

from typing import Any

import peewee
import pytest
from flask.testing import FlaskClient

from models.database import database
from models.demo.identifiers import ADATUM, CRONUS, PAYMENT_TERMS

COMPANY = f"/api/v2.0/companies({CRONUS})"
CUSTOMERS = f"{COMPANY}/customers"
_ODD = 'Ünï "quoted" \\ back\tslash \u2028 % %s 😀'

_BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "a customer": ("customers", {"displayName": "New"}),
    "a customer of many values": (
        "customers",
        {
            "displayName": _ODD,
            "number": "ODD-1",
            "type": "Person",
            "addressLine1": "1 % Way",
            "city": "Rome",
            "country": "DE",
            "email": "a@b.example",
            "creditLimit": 12345678.9,
            "blocked": "Ship",
            "taxLiable": True,
            "paymentTermsId": PAYMENT_TERMS,
        },
    ),
    "a customer with custom fields": (
        "customers",
        {"displayName": "Open", "customFields": {"colour": "red", "size": 7.5}},
    ),
    "a vendor": ("vendors", {"displayName": "New", "city": "Oslo"}),
    "an item": ("items", {"displayName": "Chair", "unitPrice": 12.34}),
    "a contact": ("contacts", {"displayName": "Somebody"}),
    "payment terms": (
        "paymentTerms",
        {"code": "X7", "displayName": "Seven", "dueDateCalculation": "7D"},
    ),
    "a unit": ("unitsOfMeasure", {"code": "CRATE", "displayName": "Crate"}),
    "an address": (f"customers({ADATUM})/addresses", {"city": "Bern", "addressType": "shipping"}),
    "a quote": ("salesQuotes", {"customerId": ADATUM}),
    "an order": ("salesOrders", {"customerId": ADATUM}),
}
_FORMS = {
    "as ever": ("", {}),
    "4.0": ("", {"OData-MaxVersion": "4.0"}),
    "full metadata": ("", {"Accept": "application/json;odata.metadata=full"}),
    "no metadata": ("", {"Accept": "application/json;odata.metadata=none"}),
    "numbers as texts": ("", {"Accept": "application/json;IEEE754Compatible=true"}),
    "some properties": ("?$select=number,displayName,lastModifiedDateTime", {}),
    "a computed one": ("?$compute=length(displayName) as size&$select=number,size", {}),
    "expanded": ("?$expand=paymentTerm", {}),
}


@pytest.fixture
def anew(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The service, which asks anew what else may change what it stores."""
    if not isinstance(database.obj, peewee.SqliteDatabase):
        monkeypatch.setattr(database.obj, "_watched", {})
    return client


def _made(client: FlaskClient, target: str, body: object, **headers: str) -> Any:
    """The answer to a POST, and what is read at its place."""
    answer = client.post(target, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    query = target.partition("?")[2]
    place = f"{answer.headers['Location'].partition('?')[0]}?{query}"
    read = client.get(place, headers=headers)
    assert answer.headers.get("ETag") == read.headers.get("ETag")
    assert answer.headers["Content-Type"] == read.headers["Content-Type"]
    return answer.json, read.json


@pytest.mark.parametrize(("target", "body"), _BODIES.values(), ids=_BODIES)
def test_the_answer_is_what_is_read_afterwards(anew, target, body):
    told, stored = _made(anew, f"{COMPANY}/{target}", body)

    assert told == stored


@pytest.mark.parametrize(("query", "headers"), _FORMS.values(), ids=_FORMS)
def test_so_it_is_in_every_form(anew, query, headers):
    _, body = _BODIES["a customer of many values"]
    told, stored = _made(anew, f"{CUSTOMERS}{query}", body, **headers)

    assert told == stored


_CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "a city": (f"customers({ADATUM})", {"city": "Rome"}),
    "no address": (
        f"customers({ADATUM})",
        {"addressLine1": "", "addressLine2": "", "city": "", "state": "", "postalCode": ""},
    ),
    "many values": (
        f"customers({ADATUM})",
        {
            "displayName": _ODD,
            "number": "ODD-2",
            "type": "Person",
            "creditLimit": 0.05,
            "blocked": "All",
            "taxLiable": False,
        },
    ),
    "custom fields": (f"customers({ADATUM})", {"customFields": {"colour": "red", "size": 7.5}}),
    "nothing": (f"customers({ADATUM})", {}),
    "by number": ("customers(number='10000')", {"city": "Bern"}),
    "another number by number": ("customers(number='10000')", {"number": "ODD-3"}),
    "terms": (f"paymentTerms({PAYMENT_TERMS})", {"displayName": "Other"}),
    "a related one": (f"customers({ADATUM})/paymentTerm", {"displayName": "Other"}),
}


def _changed(client: FlaskClient, target: str, body: object, **headers: str) -> tuple[Any, Any]:
    """The answers to a PATCH, and to a read of what it has changed."""
    path = target.partition("?")[0]
    key = client.get(path).json["id"]
    answer = client.patch(target, json=body, headers={"If-Match": "*", **headers})
    by_key = f"{path.rpartition('(')[0]}({key})" if "number=" in path else path
    read = client.get(f"{by_key}?{target.partition('?')[2]}", headers=headers)
    return answer, read


@pytest.mark.parametrize(("target", "body"), _CHANGES.values(), ids=_CHANGES)
def test_the_answer_to_a_change_is_what_is_read_afterwards(anew, target, body):
    answer, read = _changed(anew, f"{COMPANY}/{target}", body)

    if target.endswith("')") and "number" in body:
        # The path leads there no longer.
        assert (answer.status_code, answer.data) == (204, b"")
    else:
        assert (answer.status_code, answer.json) == (200, read.json)
        assert answer.headers["ETag"] == read.headers["ETag"]


@pytest.mark.parametrize(("query", "headers"), _FORMS.values(), ids=_FORMS)
def test_so_it_is_of_a_change_in_every_form(anew, query, headers):
    _, body = _CHANGES["many values"]
    answer, read = _changed(anew, f"{CUSTOMERS}({ADATUM}){query}", body, **headers)

    assert (answer.status_code, answer.json) == (200, read.json)
    assert answer.headers.get("ETag") == read.headers.get("ETag")


def test_members_come_in_the_order_of_a_read(anew):
    answer = anew.post(CUSTOMERS, json={"displayName": _ODD, "city": "Rome"})
    read = anew.get(answer.headers["Location"])

    assert answer.data == read.data

    changed, read = _changed(anew, f"{CUSTOMERS}({ADATUM})", {"city": "Bern"})
    assert changed.data == read.data


def test_without_a_body_the_tag_is_told(anew):
    answer = anew.post(CUSTOMERS, json={"displayName": "New"}, headers={"Prefer": "return=minimal"})
    read = anew.get(answer.headers["Location"])

    assert answer.status_code == 204
    assert answer.headers["ETag"] == read.headers["ETag"]


_SHOUT = (
    "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "new.city := upper(new.city); RETURN new; END $$"
)
_SHOUT_LATER = (
    "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "UPDATE customer SET city = upper(city) WHERE id = new.id; RETURN NULL; END $$"
)
_UPPER = "UPDATE customer SET city = upper(city) WHERE id = new.id"
_TRIGGER = (
    "CREATE TRIGGER shout {when} INSERT OR UPDATE ON customer FOR EACH ROW "
    "WHEN (new.city <> upper(new.city)) EXECUTE FUNCTION shout()"
)
_DROP_TRIGGER = "DROP TRIGGER shout ON customer"
_DROP_FUNCTION = "DROP FUNCTION shout()"
# What is run before, and what takes it back.
_SQLITE = (
    (
        (
            f"CREATE TRIGGER shout AFTER INSERT ON customer BEGIN {_UPPER}; END",
            f"CREATE TRIGGER shout_again AFTER UPDATE OF city ON customer BEGIN {_UPPER}; END",
        ),
        ("DROP TRIGGER shout", "DROP TRIGGER shout_again"),
    ),
)
_POSTGRESQL = (
    (
        (
            _SHOUT,
            _TRIGGER.format(when="BEFORE"),
        ),
        (_DROP_TRIGGER, _DROP_FUNCTION),
    ),
    (
        (
            _SHOUT_LATER,
            _TRIGGER.format(when="AFTER"),
        ),
        (_DROP_TRIGGER, _DROP_FUNCTION),
    ),
    (
        (f"CREATE RULE shout AS ON INSERT TO customer DO ALSO {_UPPER}",),
        ("DROP RULE shout ON customer",),
    ),
)


def test_what_the_database_changes_of_new_rows_is_told(anew, monkeypatch):
    is_sqlite = isinstance(database.obj, peewee.SqliteDatabase)
    for before, behind in _SQLITE if is_sqlite else _POSTGRESQL:
        if not is_sqlite:
            monkeypatch.setattr(database.obj, "_watched", {})
        for statement in before:
            database.obj.execute_sql(statement)
        try:
            told, stored = _made(anew, CUSTOMERS, {"displayName": "New", "city": "Rome"})
            changed, read = _changed(anew, f"{CUSTOMERS}({told['id']})", {"city": "Bern"})
        finally:
            for statement in behind:
                database.obj.execute_sql(statement)

        assert told == stored
        assert told["city"] == "ROME"
        assert changed.json == read.json
        assert changed.json["city"] == ("Bern" if "RULE" in before[0] else "BERN")
