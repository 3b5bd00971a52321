"""Server-driven paging: Business Central reference §10.1 and §18, checks 52-58."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from models.availability import discard_connection
from models.connection import open_database
from models.demo.load import add_load
from odata.service import reading
from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    OTHER_COMPANY,
    Service,
    customer,
    error_of,
    escaped,
)

SEVEN = {"Prefer": "odata.maxpagesize=7"}
HOST = "http://localhost"


def pages(service: Service, query: str = "", size: int = 7, target: str = CUSTOMERS) -> Iterator:
    """The pages of a collection, each asked for when it is needed."""
    link = f"{target}?{escaped(query)}" if query else target
    while link:
        answer = service.send("GET", link, {"Prefer": f"odata.maxpagesize={size}"})
        assert answer.status_code == 200, answer.text
        yield answer.json
        link = answer.json.get("@odata.nextLink", "").removeprefix(HOST)


def numbers(found) -> list[str]:
    return [row["number"] for page in found for row in page["value"]]


def next_link(service: Service, query: str = "", target: str = CUSTOMERS) -> str:
    answer = service.send("GET", f"{target}?{escaped(query)}" if query else target, SEVEN)
    return str(answer.json["@odata.nextLink"])


def token_of(link: str) -> str:
    return dict(parse_qsl(urlsplit(link).query))["$skiptoken"]


# --- pages ------------------------------------------------------------------------------------

QUERIES = [
    "",
    "$orderby=city",
    "$orderby=city desc,displayName",
    "$orderby=blocked",
    "$orderby=taxLiable desc",
    "$orderby=balance desc",
    "$orderby=lastModifiedDateTime",
    "$orderby=currencyId",
    "$orderby=length(displayName)",
    "$orderby=tolower(displayName) desc",
    "$orderby=paymentTerm/code",
    "$orderby=paymentMethod/displayName desc",
    "$orderby=currency/code desc,city",
    "$filter=balance gt 0&$orderby=country",
    "$filter=contains(displayName,'o') or city eq 'Paris'",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.bc(56)
def test_pages_together_are_the_whole_in_its_order(shared: Service, query):
    found = list(pages(shared, query))

    assert numbers(found) == shared.numbers(query)
    assert [len(page["value"]) for page in found[:-1]] == [7] * (len(found) - 1)


@pytest.mark.parametrize("size", [1, 3, 54, 55, 56, 1000])
def test_every_page_size_gives_the_same_rows(shared: Service, size):
    found = list(pages(shared, size=size))

    assert numbers(found) == shared.numbers()
    assert len(found) == -(-55 // size)


def test_the_setting_bounds_what_a_client_may_prefer(service_with):
    service = service_with(page_size=10)

    answer = service.send("GET", CUSTOMERS, {"Prefer": "odata.maxpagesize=5000"})

    assert len(answer.json["value"]) == 10
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=10"


@pytest.mark.parametrize("name", ["odata.maxpagesize", "maxpagesize"])
def test_the_preference_is_acknowledged_as_it_was_spelt(shared: Service, name):
    answer = shared.send("GET", CUSTOMERS, {"Prefer": f"{name}=3"})

    assert answer.headers["Preference-Applied"] == f"{name}=3"
    assert len(answer.json["value"]) == 3


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", ""])
def test_a_preference_without_sense_is_ignored(shared: Service, value):
    answer = shared.send("GET", CUSTOMERS, {"Prefer": f"odata.maxpagesize={value}"})

    assert answer.status_code == 200
    assert len(answer.json["value"]) == 55
    assert "Preference-Applied" not in answer.headers


def test_expanded_rows_are_paged_with_their_parents(shared: Service):
    found = list(pages(shared, "$expand=defaultDimensions,currency&$select=number"))

    whole = shared.rows("$expand=defaultDimensions,currency&$select=number")
    assert [row for page in found for row in page["value"]] == whole


def test_other_sets_are_paged_too(shared: Service):
    target = f"{COMPANY}/dimensionValues"
    found = list(pages(shared, "$orderby=code", 2, target))

    assert [row["code"] for page in found for row in page["value"]] == [
        row["code"] for row in shared.rows("$orderby=code", target)
    ]


def test_a_list_below_an_entity_is_paged(shared: Service):
    found = list(pages(shared, size=1, target=f"{customer('10000')}/defaultDimensions"))

    assert [len(page["value"]) for page in found] == [1, 1]


# --- $top, $skip, $count ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("$top=5", [3, 2]),
        ("$top=6", [3, 3]),
        ("$top=3", [3]),
        ("$top=2", [2]),
        ("$top=0", [0]),
        ("$skip=50", [3, 2]),
        ("$skip=50&$top=4", [3, 1]),
        ("$skip=60", [0]),
    ],
)
@pytest.mark.bc(53, 57)
def test_top_and_skip_hold_over_all_pages(shared: Service, query, sizes):
    found = list(pages(shared, query, 3))

    assert [len(page["value"]) for page in found] == sizes
    assert numbers(found) == shared.numbers(query)


def test_top_within_the_page_size_ends_the_list(shared: Service):
    assert "@odata.nextLink" not in shared.get(CUSTOMERS, "$top=5")


def test_the_count_is_of_all_rows_on_every_page(shared: Service):
    found = list(pages(shared, "$count=true&$filter=type eq 'Person'&$top=3", 2))

    assert [page["@odata.count"] for page in found] == [4, 4]
    assert list(found[0])[:3] == ["@odata.context", "@odata.count", "value"]


@pytest.mark.parametrize(
    "value", ["-1", "%2B1", "1.0", "1e3", "NaN", "%EF%BC%99", "", "9" * 30, "x", "1%202", "0x1"]
)
@pytest.mark.parametrize("option", ["$top", "$skip"])
@pytest.mark.bc(53)
def test_a_number_of_rows_is_a_whole_number(shared: Service, option, value):
    answer = shared.ask(f"{CUSTOMERS}?{option}={value}")

    assert error_of(answer)[:2] == (400, "BadRequest")


# --- between the pages ------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["", "$orderby=city", "$orderby=displayName desc"])
@pytest.mark.bc(56)
def test_rows_that_come_and_go_neither_repeat_nor_hide_others(service: Service, order):
    before = service.numbers(order)
    walk = pages(service, order)
    shown = numbers([next(walk), next(walk)])
    for number in (shown[0], shown[-1], before[20]):
        assert service.delete(customer(number)).status_code == 204, number
    for number, city in (("A1", "Aachen"), ("D5", "Atlanta"), ("Z9", "Zwolle")):
        service.post(CUSTOMERS, {"number": number, "displayName": "New", "city": city})

    shown += numbers(walk)

    assert len(shown) == len(set(shown))
    assert set(before) - {before[20]} <= set(shown)


def test_a_row_that_moves_to_another_page_is_no_error(service: Service):
    walk = pages(service, "$orderby=city")
    first = next(walk)["value"][0]
    service.patch(customer(first["number"]), {"city": "ZZZ"})

    assert first["number"] in numbers(walk)


# --- links ------------------------------------------------------------------------------------


def test_a_link_is_absolute_and_has_the_usual_form(shared: Service):
    link = next_link(shared)

    assert link.startswith(f"{HOST}/api/v2.0/{CUSTOMERS}?")
    assert re.search(r"[?&]aid=FIN&\$skiptoken=[0-9a-zA-Z\-]+$", link)


@pytest.mark.bc(58)
def test_a_link_keeps_the_options_encoded(shared: Service):
    query = f"{escaped('$select=id,number&$filter=balance gt 0 and city ne ')}'a%26b'&$top=20"
    link = shared.send("GET", f"{CUSTOMERS}?{query}", SEVEN).json["@odata.nextLink"]

    assert "$select=id%2Cnumber" in link
    assert "$filter=balance%20gt%200%20and%20city%20ne%20%27a%26b%27" in link
    assert "$top=13" in link


def test_a_link_keeps_root_and_company(shared: Service):
    root = "/v2.0/tenant/Production/api/v2.0"
    link = next_link(shared.under(root), "company=CRONUS USA, Inc.", "customers")

    assert link.startswith(f"{HOST}{root}/customers?company=CRONUS%20USA%2C%20Inc.&aid=FIN&")
    assert len(shared.get(link.removeprefix(HOST))["value"]) == 48


def test_token_and_filter_alone_give_the_same_page(shared: Service):
    query = "$filter=balance gt 0&$select=number&$top=30&$count=true"
    link = next_link(shared, query)

    whole = shared.send("GET", link.removeprefix(HOST), SEVEN).json
    short = shared.send(
        "GET",
        f"{CUSTOMERS}?{escaped('$filter=balance gt 0')}&aid=FIN&$skiptoken={token_of(link)}",
        SEVEN,
    ).json

    assert numbers([whole]) == numbers([short])


def test_a_link_may_be_followed_twice(shared: Service):
    link = next_link(shared).removeprefix(HOST)

    assert shared.send("GET", link, SEVEN).json == shared.send("GET", link, SEVEN).json


def test_without_the_preference_the_rest_comes_at_once(shared: Service):
    assert len(shared.get(next_link(shared).removeprefix(HOST))["value"]) == 48


def test_a_token_in_upper_case_is_the_same(shared: Service):
    token = token_of(next_link(shared))

    assert shared.ask(f"{CUSTOMERS}?$skiptoken={token.upper()}").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: ("a" if token[0] != "a" else "b") + token[1:],
        lambda token: token[: len(token) // 2],
        lambda token: token + token,
        lambda _: "",
        lambda _: "x",
        lambda _: "00000000-0000-0000-0000-000000000000",
        lambda _: "%27%3B%20DROP%20TABLE%20customer",
        lambda _: "9" * 3000,
        lambda _: "%F0%9F%99%82",
    ],
)
@pytest.mark.bc(58)
def test_a_forged_token_is_refused(shared: Service, change):
    token = change(token_of(next_link(shared)))

    assert error_of(shared.ask(f"{CUSTOMERS}?$skiptoken={token}"))[:2] == (400, "BadRequest")


@pytest.mark.parametrize(
    ("target", "query"),
    [
        (f"{OTHER_COMPANY}/customers", ""),
        (f"{COMPANY}/currencies", ""),
        (CUSTOMERS, "$filter=balance gt 0&"),
        (CUSTOMERS, "$orderby=city&"),
        (CUSTOMERS, "$orderby=displayName&"),
        (f"{customer('10000')}/defaultDimensions", ""),
    ],
)
def test_a_token_is_good_for_its_query_alone(shared: Service, target, query):
    token = token_of(next_link(shared))

    answer = shared.ask(f"{target}?{escaped(query)}$skiptoken={token}")

    assert error_of(answer)[:2] == (400, "BadRequest")


def test_a_token_does_not_outlive_its_secret(service_with):
    token = token_of(next_link(service_with()))
    discard_connection()
    other = service_with(secret_key="another secret of thirty-two letters")

    assert other.ask(f"{CUSTOMERS}?$skiptoken={token}").status_code == 400


# --- large pages ------------------------------------------------------------------------------


@pytest.fixture
def crowded(database_from, fill_demo, start_service) -> Service:
    """The service over 10,001 customers more, with pages of 10,000."""

    def fill(url: str) -> None:
        fill_demo(url)
        database = open_database(url)
        with database.connection_context(), database.atomic():
            add_load(database, 10_001)

    return Service(start_service(database_from("crowded", fill), page_size=10_000))


@pytest.mark.slow
def test_a_full_page_is_streamed_and_says_where_the_next_begins(crowded: Service):
    crowded.get(CUSTOMERS, "$top=1")
    tracemalloc.start()

    answer = crowded.send("GET", CUSTOMERS, {"Authorization": "Bearer kontor-dev"}, buffered=False)
    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    chunks, octets = [], 0
    for chunk in answer.iter_encoded():
        octets += len(chunk)
        chunks.append(chunk[-400:])
        assert len(chunk) < 2_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert octets > 8_500_000
    assert peak < octets / 2
    link = json.loads("{" + chunks[-1].decode().partition("],")[2])["@odata.nextLink"]
    rest = crowded.get(link.removeprefix(HOST))
    assert (len(rest["value"]), "@odata.nextLink" in rest) == (56, False)


@pytest.mark.slow
def test_more_than_a_page_at_the_top_goes_on_behind_it(crowded: Service):
    body = crowded.get(CUSTOMERS, "$top=10030&$select=number")

    assert len(body["value"]) == 10_000
    assert "$top=30&" in body["@odata.nextLink"]
    assert len(crowded.get(body["@odata.nextLink"].removeprefix(HOST))["value"]) == 30


def test_a_long_page_is_the_same_in_stretches(serve, monkeypatch):
    client = serve()
    whole = client.get(f"/api/v2.0/{CUSTOMERS}").json["value"]
    monkeypatch.setattr(reading, "_MOST_AT_ONCE", 4)
    monkeypatch.setattr(reading, "_STRETCH", 3)

    assert client.get(f"/api/v2.0/{CUSTOMERS}").json["value"] == whole
    first = client.get(f"/api/v2.0/{CUSTOMERS}", headers={"Prefer": "odata.maxpagesize=7"}).json
    assert first["value"] == whole[:7]
    rest = client.get(first["@odata.nextLink"], headers={"Prefer": "odata.maxpagesize=9"}).json
    assert rest["value"] == whole[7:16]
    assert client.get(f"/api/v2.0/{CUSTOMERS}?$skip=2&$top=8").json["value"] == whole[2:10]
