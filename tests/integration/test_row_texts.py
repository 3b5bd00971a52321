"""Texts of rows that the database keeps: the same bytes as rows that are written when read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import peewee
import psycopg
import pytest
from flask.testing import FlaskClient

from models.availability import discard_connection
from models.connection import open_database
from models.demo.identifiers import ADATUM, CRONUS
from models.schema import bring_up
from odata.sql.row_texts import drop_row_texts, kept_texts

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
# What JSON escapes, what it need not escape, and what is longer than it looks.
NAMES = (
    'say "yes"',
    "back\\slash / slash",
    "tab\tline\nreturn\rfeed\x0cback\x08",
    "\x01\x1e\x1f\x7f",
    "\u2028\u2029 \ufeff",
    "Grüße aus Zürich 漢字 😀",
    "100% of {braces} 'quoted' %s %d",
)
QUERIES = (
    "",
    "?$top=3",
    "?$filter=number ge '3'&$orderby=balance desc",
    "?$expand=paymentTerm,defaultDimensions",
    "?$top=100&$expand=paymentTerm,defaultDimensions",
    "?$count=true&$skip=1",
    f"({ADATUM})",
)
FORMS = (
    {},
    {"OData-MaxVersion": "4.01"},
    {"Accept": "application/json;odata.metadata=none"},
    {"Accept": "application/json;odata.metadata=full"},
    {"Accept": "application/json;IEEE754Compatible=true"},
    {"Prefer": "odata.maxpagesize=4"},
)


@contextmanager
def opened(url: str) -> Iterator[peewee.Database]:
    """The database of an address, connected."""
    database = open_database(url)
    with database.connection_context():
        yield database


def answers(client: FlaskClient) -> list[tuple[int, bytes]]:
    """What the queries give in every form."""
    found = [client.get(CUSTOMERS + query, headers=form) for query in QUERIES for form in FORMS]
    return [(answer.status_code, answer.data) for answer in found]


def brought_up(url: str) -> dict[str, str]:
    """Bring a database up; gives the texts that it keeps then."""
    discard_connection()
    database = open_database(url)
    with database.connection_context():
        bring_up(database)
        return dict(kept_texts(database))


def without_texts(url: str) -> None:
    """Let rows be written when they are read."""
    discard_connection()
    with opened(url) as database, database.atomic():
        drop_row_texts(database)


@pytest.fixture
def spoken_of(serve: Callable[..., FlaskClient]) -> FlaskClient:
    """A client of customers whose properties are hard to write."""
    client = serve()
    for number, name in enumerate(NAMES):
        body = {"number": f"X{number}", "displayName": name, "city": "'", "creditLimit": -0.05}
        assert client.post(CUSTOMERS, json=body).status_code == 201
    return client


def test_customers_read_the_same_with_and_without_kept_texts(spoken_of, serve, demo_url):
    with opened(demo_url) as database:
        assert "customer" in kept_texts(database)
    kept = answers(spoken_of)

    without_texts(demo_url)

    assert answers(serve()) == kept
    assert {status for status, _ in kept} == {200}
    assert json.loads(kept[0][1])["value"][-1]["displayName"] == NAMES[-1]


def test_a_change_shows_in_the_next_list(client):
    before = client.get(f"{CUSTOMERS}({ADATUM})")
    change = {"displayName": 'Adatum "Corporation"', "creditLimit": 12.5}
    tag = {"If-Match": before.headers["ETag"]}
    client.patch(f"{CUSTOMERS}({ADATUM})", json=change, headers=tag)

    listed = client.get(f"{CUSTOMERS}?$top=1").json["value"][0]

    assert listed["displayName"] == 'Adatum "Corporation"'
    assert listed["creditLimit"] == 12.5
    assert listed["@odata.etag"] == client.get(f"{CUSTOMERS}({ADATUM})").headers["ETag"]


def test_a_list_is_read_from_the_kept_texts(client, demo_url, monkeypatch):
    statements: list[str] = []
    original = peewee.Database.execute_sql

    def noted(self, sql, *arguments, **named):
        statements.append(sql)
        return original(self, sql, *arguments, **named)

    monkeypatch.setattr(peewee.Database, "execute_sql", noted)
    client.get(f"{CUSTOMERS}?$top=2")

    assert '"s1"."row_text"' in statements[-1]
    assert '"s1"."display_name"' not in statements[-1]


def test_bringing_a_database_up_again_changes_nothing(demo_url):
    with opened(demo_url) as database:
        kept = kept_texts(database)
    assert brought_up(demo_url) == kept


def test_texts_for_other_members_are_made_anew(serve, demo_url):
    expected = answers(serve())
    discard_connection()
    with opened(demo_url) as database:
        database.execute_sql("UPDATE row_text SET signature = 'of an earlier version'")
    # A text that was kept for other members is not read.
    assert answers(serve()) == expected

    assert brought_up(demo_url)["customer"] != "of an earlier version"

    assert answers(serve()) == expected


def test_a_table_keeps_its_rows_indexes_and_search_when_its_text_is_made_anew(serve, demo_url):
    found = serve().get(f"{CUSTOMERS}?$search=Adatum&$select=number").json["value"]
    without_texts(demo_url)
    with opened(demo_url) as database:
        before = [index.name for index in database.get_indexes("customer")]

    brought_up(demo_url)

    with opened(demo_url) as database:
        assert sorted(index.name for index in database.get_indexes("customer")) == sorted(before)
    client = serve()
    client.post(CUSTOMERS, json={"displayName": "Adatum Overseas", "number": "X9"})
    again = client.get(f"{CUSTOMERS}?$search=Adatum&$select=number").json["value"]
    assert [row["number"] for row in again] == [*(row["number"] for row in found), "X9"]


@pytest.mark.postgresql
def test_the_text_is_computed_by_a_function_that_is_planned_once(postgresql_databases, fill_demo):
    """PostgreSQL plans a long expression anew for every change of a row."""
    url = postgresql_databases.copy_of("demo", fill_demo)
    without_texts(url)

    brought_up(url)

    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT generation_expression FROM information_schema.columns "
            "WHERE table_name = 'customer' AND column_name = 'row_text'"
        )
        ((expression,),) = found.fetchall()
    postgresql_databases.drop_all()
    assert expression.startswith("customer_row_text(id, ")
    assert "||" not in expression
