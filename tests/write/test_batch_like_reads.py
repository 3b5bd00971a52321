"""Reads of one batch that are like each other: settled once, answered each as alone."""

import peewee
import pytest

from models.database import database
from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY, TREY_RESEARCH
from odata.protocol.permit import Permits

CUSTOMERS = f"companies({CRONUS})/customers"
ABSENT = "00000000-0000-4000-8000-000000000000"


def read(url, **headers):
    return {"method": "GET", "url": url, "headers": headers}


@pytest.mark.parametrize(
    ("headers", "urls"),
    [
        ({}, [f"{CUSTOMERS}({key})" for key in (ADATUM, TREY_RESEARCH, ABSENT, ADATUM)]),
        ({}, [f"companies({key})/customers?$top=2" for key in (CRONUS, MY_COMPANY, ABSENT)]),
        ({}, [f"{CUSTOMERS}?$top={top}&$select=number" for top in (1, 3, -1)]),
        ({}, [f"{CUSTOMERS}({key})?$format=x" for key in (ADATUM, TREY_RESEARCH)]),
        (
            {"accept": "application/json;odata.metadata=full"},
            [f"{CUSTOMERS}({key})/displayName" for key in (ADATUM, TREY_RESEARCH)],
        ),
        ({"prefer": "maxpagesize=1"}, [f"{CUSTOMERS}?$top={top}" for top in (1, 2, 3)]),
        ({"isolation": "snapshot"}, [f"{CUSTOMERS}({key})" for key in (ADATUM, TREY_RESEARCH)]),
    ],
)
def test_like_reads_are_answered_each_as_alone(client, headers, urls):
    requests = [read(url, **headers) for url in urls]
    continued = {"Prefer": "continue-on-error"}
    answers = client.post("/api/v2.0/$batch", json={"requests": requests}, headers=continued).json[
        "responses"
    ]

    for answer, url in zip(answers, urls, strict=True):
        alone = client.get(f"/api/v2.0/{url}", headers=headers)
        assert answer["status"] == alone.status_code
        assert answer["headers"].get("etag") == alone.headers.get("ETag")
        assert answer["headers"].get("content-type") == alone.headers["Content-Type"]
        assert answer["headers"].get("preference-applied") == alone.headers.get(
            "Preference-Applied"
        )
        if alone.status_code == 200:
            assert answer["body"] == alone.json


def test_a_read_behind_a_change_sees_it(batch, adatum):
    url = f"{adatum}?$select=city"
    change = {"method": "PATCH", "url": adatum, "body": {"city": "Athens"}}
    change["headers"] = {"if-match": "*"}

    before, _, after = batch({"method": "GET", "url": url}, change, {"method": "GET", "url": url})

    assert before["body"]["city"] != after["body"]["city"] == "Athens"
    assert before["headers"]["etag"] != after["headers"]["etag"]


def test_what_like_reads_share_is_settled_once(batch, adatum, monkeypatch):
    asked = []
    original = Permits.of

    def of(self, request):
        asked.append(request.path)
        return original(self, request)

    monkeypatch.setattr(Permits, "of", of)
    urls = [f"{CUSTOMERS}({key})" for key in (ADATUM, TREY_RESEARCH, ADATUM)]

    batch(*({"method": "GET", "url": url} for url in urls))

    assert asked == urls[:1]


def expected_of_postgresql(together, journeys):
    """On SQLite nothing is fetched ahead: it has no way to go."""
    is_sqlite = isinstance(database.obj, peewee.SqliteDatabase)
    return together == ([] if is_sqlite else journeys)


def often(batch, *requests):
    """What a batch gives once its statements are prepared, as psycopg does in time."""
    return [batch(*requests) for _ in range(8)][-1]


def test_like_reads_of_entities_are_fetched_together(batch, together):
    urls = [f"{CUSTOMERS}({key})" for key in (ADATUM, TREY_RESEARCH, ABSENT, ADATUM)]
    requests = [read(url) for url in urls]
    once = batch(*requests[:2])[1]["body"]
    often(batch, *requests[:2], requests[1], requests[0])
    together.clear()

    answers = batch(requests[0], requests[1], requests[0], requests[2])

    assert [answer["status"] for answer in answers] == [200, 200, 200, 404]
    assert answers[1]["body"] == once
    assert expected_of_postgresql(together, [3])


def test_reads_are_fetched_as_far_as_nothing_comes_between_them(batch, adatum, together):
    plain, other = read(adatum), read(f"{CUSTOMERS}({TREY_RESEARCH})")
    change = {"method": "PATCH", "url": adatum, "body": {"website": "a.test"}}
    change["headers"] = {"if-match": "*"}
    often(batch, plain, other, plain)
    together.clear()

    answers = batch(plain, other, plain, change, plain, other, other, {**plain, "id": "last"})

    assert [answer["status"] for answer in answers] == [200] * 8
    assert [answers[index]["body"]["website"] == "a.test" for index in (0, 2, 4, 7)] == [
        False,
        False,
        True,
        True,
    ]
    if together:
        assert (together[0], together[-1]) == (2, 3)


def test_what_levels_fetch_together_takes_nothing_from_other_parts(batch, adatum, together):
    plain, other = read(adatum), read(f"{CUSTOMERS}({TREY_RESEARCH})")
    deep = read(f"{adatum}?$expand=paymentTerm,shipmentMethod")
    requests = (plain, other, plain, deep, other, plain, other)
    often(batch, *requests)
    together.clear()

    answers = batch(*requests)

    assert [answer["status"] for answer in answers] == [200] * 7
    assert expected_of_postgresql(together, [2, 2, 2])


@pytest.mark.parametrize(
    "between",
    [
        {"method": "GET", "url": f"{CUSTOMERS}({ADATUM})/nothing"},
        {"method": "GET", "url": "../other"},
        {"method": "GET", "url": f"{CUSTOMERS}(1)"},
        {"method": "GET", "url": f"{CUSTOMERS}({ADATUM})", "headers": {"accept": "text/none"}},
        {"method": "GET", "url": f"{CUSTOMERS}?$top=1"},
        {"method": "GET", "url": "$first", "dependsOn": ["first"]},
    ],
    ids=["an unknown member", "a path out", "another key", "a form", "a list", "a reference"],
)
def test_what_is_wrong_or_another_thing_is_told_in_its_place(batch, adatum, between):
    first, other = {**read(adatum), "id": "first"}, read(f"{CUSTOMERS}({TREY_RESEARCH})")
    (alone,) = batch(between) if between["url"] != "$first" else batch(first)
    often(batch, first, other)

    continued = {"prefer": "continue-on-error"}
    answers = batch(first, other, {**between, "id": "between"}, other, other, **continued)

    assert [answer["status"] for answer in answers] == [200, 200, alone["status"], 200, 200]
    if alone["status"] == 200:
        assert answers[2]["body"] == alone["body"]
    assert answers[1]["body"] == answers[3]["body"] == answers[4]["body"]


def test_conditions_are_held_against_the_entity_as_it_is_then(batch, adatum):
    tag = batch(read(adatum))[0]["headers"]["etag"]
    held = read(adatum, **{"if-none-match": tag})
    change = {"method": "PATCH", "url": adatum, "body": {"website": "b.test"}}
    change["headers"] = {"if-match": "*"}

    answers = batch(read(adatum), held, held, change, held)

    assert [answer["status"] for answer in answers] == [200, 304, 304, 200, 200]


def test_what_one_batch_has_fetched_is_not_read_by_the_next_request(batch, client, adatum):
    requests = [read(adatum), read(f"{CUSTOMERS}({TREY_RESEARCH})"), read(f"{CUSTOMERS}(1)")]
    often(batch, requests[0], requests[1], requests[1])
    stopped = batch(requests[0], requests[2], requests[1], prefer="continue-on-error=false")
    assert [answer["status"] for answer in stopped] == [200, 404]
    body = {"city": "Rome"}
    url = f"/api/v2.0/{CUSTOMERS}({TREY_RESEARCH})"
    assert client.patch(url, json=body, headers={"If-Match": "*"}).status_code == 200

    assert client.get(url).json["city"] == "Rome"
