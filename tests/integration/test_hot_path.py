"""What a request costs whose shape is known: statements, and nothing that is made once."""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Callable

import peewee
import pytest
from flask.testing import FlaskClient

from models import postgresql_database
from models.database import database
from models.demo.identifiers import ADATUM, CRONUS, TREY_RESEARCH
from odata.sql import search_entries
from odata.uri import parser
from tests.integration.pictures import PNG

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
UNKNOWN = "00000000-0000-4000-8000-00000000000f"


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often texts are parsed, queries are compiled and statements are run."""
    # PostgreSQL is told what is left to a slow request, which is a statement too.
    monkeypatch.setattr(postgresql_database, "_UNNOTICED", math.inf)
    # One change in fifty looks how many rows wait for being searched by an index.
    monkeypatch.setattr(search_entries, "_UNSEEN", math.inf)
    found: Counter[str] = Counter()

    def counted(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            found[name] += 1
            return original(*arguments, **named)

        return call

    monkeypatch.setattr(parser, "_parse", counted("parses", parser._parse))
    for name, method in (("compilations", "get_sql_context"), ("statements", "execute_sql")):
        original = getattr(peewee.Database, method)
        monkeypatch.setattr(peewee.Database, method, counted(name, original))
    return found


@pytest.mark.parametrize(
    ("first", "repeated", "statements"),
    [
        (CUSTOMERS, CUSTOMERS, 1),
        (f"{CUSTOMERS}({ADATUM})", f"{CUSTOMERS}({TREY_RESEARCH})", 1),
        (
            f"{CUSTOMERS}?$filter=balance gt 0.5 and city eq 'Atlanta'&$top=5",
            f"{CUSTOMERS}?$filter=balance gt 17.5 and city eq 'Chicago'&$top=7",
            1,
        ),
        (f"{CUSTOMERS}?$orderby=balance desc&$select=number", None, 1),
        (
            f"{CUSTOMERS}?$filter=contains(displayName,'Adatum')&$top=5",
            f"{CUSTOMERS}?$filter=contains(displayName,'Re')&$top=7",
            1,
        ),
        (f"{CUSTOMERS}?$count=true", None, 2),
        (f"{CUSTOMERS}/$count", None, 1),
        (f"{CUSTOMERS}?$expand=paymentTerm", None, 2),
        (f"{CUSTOMERS}?$expand=paymentTerm,shipmentMethod,defaultDimensions", None, 4),
    ],
)
def test_a_known_shape_costs_its_statements_alone(client, counts, first, repeated, statements):
    assert client.get(first).status_code == 200
    counts.clear()

    assert client.get(repeated or first).status_code == 200

    assert counts == {"statements": statements}


def test_texts_of_one_shape_that_come_again_keep_their_own_literals(client):
    limits = ("0", "1000000", "0", "1000000.5", "0")
    texts = [f"{CUSTOMERS}/$count?$filter=balance gt {limit}" for limit in limits]
    most, none, *_ = counted = [client.get(text).get_data(as_text=True) for text in texts]
    assert int(most) > int(none) == 0
    assert counted == [most, none, most, none, most]


@pytest.mark.parametrize("rest", ["", "&$filter=number ge '2'", "&$orderby=displayName&$skip=1"])
def test_lists_of_all_lengths_are_as_long_as_is_asked(client, rest):
    whole = client.get(f"{CUSTOMERS}?$select=number&$top=100{rest}").json["value"]
    assert len(whole) >= 4

    for top in (2, 0, 1, 4, 3, 2, 5, 9, 1):
        found = client.get(f"{CUSTOMERS}?$select=number&$top={top}{rest}").json["value"]
        assert found == whole[:top]


def test_a_shape_that_no_plan_is_kept_of_is_prepared_anew(serve, counts):
    client: FlaskClient = serve(cached_plans=10)
    first = f"{CUSTOMERS}?$filter=balance gt 0.5"
    assert client.get(first).status_code == 200
    for count in range(2, 12):
        others = " or ".join(["balance gt 0.5"] * count)
        assert client.get(f"{CUSTOMERS}?$filter={others}").status_code == 200
    counts.clear()

    assert client.get(first).status_code == 200
    assert counts["compilations"] > 0
    counts.clear()
    assert client.get(first).status_code == 200
    assert counts == {"statements": 1}


def test_a_page_behind_a_token_costs_one_statement(serve, counts):
    client: FlaskClient = serve(page_size=2)
    second = client.get(CUSTOMERS).json["@odata.nextLink"]
    third = client.get(second).json["@odata.nextLink"]
    counts.clear()

    assert client.get(third).status_code == 200

    assert counts == {"statements": 1}


def test_pages_of_one_shape_follow_each_other(serve):
    client: FlaskClient = serve(page_size=2)
    client.get(f"{CUSTOMERS}?$select=number")

    numbers, link = [], f"{CUSTOMERS}?$select=number&$top=5"
    while link:
        page = client.get(link).json
        numbers += [item["number"] for item in page["value"]]
        link = page.get("@odata.nextLink")

    assert numbers == ["10000", "20000", "40000", "50000", "60000"]


def test_the_streams_of_a_level_cost_one_statement(client, counts):
    content = {"If-Match": "*", "Content-Type": "application/octet-stream"}
    picture = f"{CUSTOMERS}({ADATUM})/picture/pictureContent"
    assert client.patch(picture, data=PNG, headers=content).status_code == 204
    query = f"{CUSTOMERS}?$expand=picture($expand=pictureContent;$select=id)&$select=number&$top=3"
    client.get(query)
    counts.clear()

    rows = client.get(query).json["value"]

    assert (counts["statements"], counts["parses"]) == (3, 0)
    found = [row["picture"]["pictureContent"] for row in rows]
    assert found == [base64.urlsafe_b64encode(PNG).decode(), None, None]


def test_a_conditional_read_reads_the_tag_alone(client, counts):
    path = f"{CUSTOMERS}({ADATUM})"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    counts.clear()

    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304

    assert counts == {"statements": 1}


def test_a_known_change_costs_its_statements_alone(client, counts):
    # The numbers of the demo customers are taken; the series goes on behind them.
    for _ in range(3):
        made = client.post(CUSTOMERS, json={"displayName": "First", "city": "Macon"})
    condition = {"If-Match": made.headers["ETag"]}
    path = f"{CUSTOMERS}({made.json['id']})"
    changed = client.patch(path, json={"city": "Athens"}, headers=condition)
    counts.clear()

    assert client.post(CUSTOMERS, json={"displayName": "Next", "city": "Rome"}).status_code == 201
    created = counts.copy()
    counts.clear()
    condition = {"If-Match": changed.headers["ETag"]}
    assert client.patch(path, json={"city": "Rome"}, headers=condition).status_code == 200

    # The address of a customer is one of its own, which is numbered and told, too. Where
    # triggers note what is to be searched, nothing is run for it; where the database is a way
    # off, what is written is not read again.
    assert created == {"statements": 6}
    assert counts == {"statements": 6}


@pytest.mark.parametrize(
    ("expand", "journeys"),
    [
        ("paymentTerm,shipmentMethod,defaultDimensions", [3]),
        ("paymentTerm,defaultDimensions($expand=dimension)", [2]),
        ("paymentTerm,defaultDimensions($expand=dimension,dimensionValue)", [2]),
        ("paymentTerm,defaultDimensions($count=true;$top=1),shipmentMethod/$ref", [3]),
        ("paymentTerm", []),
    ],
)
def test_levels_beside_each_other_come_from_postgresql_together(client, together, expand, journeys):
    query = f"{CUSTOMERS}?$top=3&$expand={expand}"
    first = client.get(query).json["value"]
    # psycopg has prepared a statement that was run some times.
    for _ in range(8):
        together.clear()
        again = client.get(query).json["value"]

    assert again == first
    assert together == ([] if isinstance(database.obj, peewee.SqliteDatabase) else journeys)


def test_levels_above_such_that_are_fetched_together_are_not_fetched_twice(client, together):
    below = "defaultDimensions($expand=dimension,dimensionValue)"
    query = f"/api/v2.0/companies?$expand=customers($expand={below};$top=3),items($top=1)"
    # psycopg has prepared a statement that was run some times.
    for _ in range(8):
        together.clear()
        assert client.get(query).status_code == 200

    assert together == ([] if isinstance(database.obj, peewee.SqliteDatabase) else [2])


def test_what_was_fetched_for_one_answer_is_not_in_the_next(client):
    query = f"{CUSTOMERS}({ADATUM})?$expand=paymentTerm,shipmentMethod"
    for _ in range(8):
        found = client.get(query).json["paymentTerm"]
    path = f"/api/v2.0/companies({CRONUS})/paymentTerms({found['id']})"
    assert client.patch(path, json={"displayName": "Other"}, headers={"If-Match": "*"}).json

    assert client.get(query).json["paymentTerm"]["displayName"] == "Other" != found["displayName"]


def test_what_nobody_reads_of_a_change_goes_to_postgresql_with_the_next_statement(client, together):
    path, headers = f"{CUSTOMERS}({ADATUM})", {"If-Match": "*"}
    # psycopg has prepared a statement that was run some times.
    for number in range(9):
        together.clear()
        body = {"city": f"Rome {number}"}
        assert client.patch(path, json=body, headers=headers).status_code == 200
        changed = together.copy()
        together.clear()
        assert client.post(CUSTOMERS, json={"displayName": "New", **body}).status_code == 201

    is_sqlite = isinstance(database.obj, peewee.SqliteDatabase)
    # The beginning, what is to change and its address; the change, its search, the address, the
    # log and the end: no answer is read.
    assert changed == ([] if is_sqlite else [3, 5])
    # The beginning, the company and the numbers; all the rest.
    assert together == ([] if is_sqlite else [3, 5])


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": "New"},
        {"displayName": "New", "paymentTermsId": UNKNOWN},
        {"displayName": "New", "blocked": "Everything"},
        {"displayName": "New", "number": "10000"},
    ],
    ids=["complete", "no such terms", "malformed", "a number that is taken elsewhere"],
)
def test_of_an_unknown_company_nothing_else_is_said(client, body):
    """However often it is asked, as a known statement is sent with others."""
    for _ in range(8):
        assert client.post(CUSTOMERS, json={"displayName": "Known"}).status_code == 201
        refused = client.post(f"/api/v2.0/companies({UNKNOWN})/customers", json=body)
        assert (refused.status_code, refused.json["error"]["code"]) == (
            404,
            "Internal_CompanyNotFound",
        )


def test_a_change_that_ends_with_its_answer_is_undone_with_a_change_set(client):
    """Each of its requests is known, and would end a transaction of its own with its answer."""
    path = f"{CUSTOMERS}({ADATUM})"
    city = client.get(path).json["city"]
    change = {"method": "PATCH", "url": path, "headers": {"If-Match": "*"}, "id": "1"}
    refusal = {"method": "POST", "url": CUSTOMERS, "body": {"city": "Oslo"}, "id": "2"}
    before = client.get(f"{CUSTOMERS}/$count").get_data()
    for number in range(8):
        body = {"city": f"Rome {number}"}
        assert client.patch(path, json=body, headers={"If-Match": "*"}).status_code == 200
        requests = [
            {**change, "body": {"city": "Bern"}, "atomicityGroup": "all"},
            {**refusal, "atomicityGroup": "all"},
        ]
        answers = client.post("/api/v2.0/$batch", json={"requests": requests}).json["responses"]
        assert [answer["status"] for answer in answers][-1] == 400
        assert client.get(path).json["city"] == f"Rome {number}" != city

    assert client.get(f"{CUSTOMERS}/$count").get_data() == before


def test_an_address_that_stays_as_it_is_is_not_looked_for(client, counts):
    path, headers = f"{CUSTOMERS}({ADATUM})", {"If-Match": "*"}
    city = client.get(path).json["city"]
    # The first ones find out what is known from then on.
    for _ in range(4):
        counts.clear()
        answer = client.patch(path, json={"city": city}, headers=headers)

    # PostgreSQL looks for the entry that is searched, which is there; no answer is read there.
    assert answer.status_code == 200
    assert counts == {"statements": 4}


def test_a_change_of_what_is_not_searched_leaves_the_search_alone(client):
    """Neither its entry nor a note of it is written where changes are noted."""
    path = f"{CUSTOMERS}({ADATUM})"
    tables = [name for name in database.get_tables() if name.startswith("customer_search")]

    def kept() -> list[object]:
        found = [database.execute_sql(f'SELECT * FROM "{name}"').fetchall() for name in tables]  # noqa: S608 - our names
        return [sorted(map(str, rows)) for rows in found]

    before = kept()
    answer = client.patch(path, json={"website": "adatum.test"}, headers={"If-Match": "*"})

    assert answer.status_code == 200
    assert kept() == before
