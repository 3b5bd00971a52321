"""A user of the portal sees the customer to whom he belongs, and what is that customer's."""

from __future__ import annotations

import json

import pytest

from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY, TREY_RESEARCH
from tests.integration.callers import as_customer
from tests.integration.service import (
    ANY_TAG,
    COMPANY,
    CUSTOMERS,
    OTHER_COMPANY,
    UNKNOWN_ID,
    Service,
    error_of,
    escaped,
)

QUOTES = f"{COMPANY}/salesQuotes"
DIALECT_LISTS = [
    f"{root}?company={CRONUS}"
    for root in ("/customers", "/api/v1/customers", "/order-management/customers")
]


@pytest.fixture
def portal(shared: Service) -> Service:
    return as_customer(shared)


@pytest.fixture
def writing(service: Service) -> Service:
    return as_customer(service)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "$filter=true",
        "$filter=1 eq 1 or number ne null",
        "$filter=not (number eq null)",
        f"$filter=id eq {TREY_RESEARCH} or true",
        "$orderby=number desc",
        "$search=a OR NOT a",
        "$top=1000&$skip=0",
        f"$filter=$root/{CUSTOMERS}({TREY_RESEARCH})/number ne null",
    ],
)
def test_whatever_is_asked_the_own_customer_is_the_only_one(portal: Service, query):
    found = portal.ask(CUSTOMERS, query)

    assert found.status_code in (200, 501)
    if found.status_code == 200:
        assert {row["id"] for row in found.json["value"]} <= {ADATUM}


@pytest.mark.parametrize(
    ("target", "query", "expected"),
    [
        (f"{CUSTOMERS}/$count", "", "1"),
        (f"{CUSTOMERS}/$count", "$filter=true", "1"),
        (CUSTOMERS, "$count=true&$top=0", '"@odata.count":1'),
        (CUSTOMERS, "$apply=aggregate($count as n)", '"n":1'),
        (CUSTOMERS, "$apply=groupby((id),aggregate($count as n))", ADATUM),
        ("companies", "$apply=aggregate(customers/$count as n)", '"n":1'),
        ("companies", "$expand=customers($count=true;$top=0)", '"customers@odata.count":1'),
        ("companies", "$expand=customers/$count", '"customers@odata.count":1'),
        ("companies", "$filter=customers/$count eq 1&$select=id", CRONUS),
        ("companies", f"$filter=customers/any(c:c/id eq {ADATUM})&$select=id", CRONUS),
        ("companies", f"$filter=customers/any(c:c/id eq {TREY_RESEARCH})", '"value":[]'),
        ("companies", f"$filter=customers/all(c:c/id eq {ADATUM})&$select=id", CRONUS),
    ],
)
def test_nothing_counts_the_customers_of_others(portal: Service, target, query, expected):
    answer = portal.ask(target, query)

    assert answer.status_code in (200, 501), answer.text
    if answer.status_code == 200:
        assert expected in answer.text


@pytest.mark.parametrize(
    "below", ["", "/number", "/number/$value", "/picture", "/currency", "/$ref", "/contacts"]
)
def test_another_customer_is_as_good_as_unknown(portal: Service, below):
    other = portal.ask(f"{CUSTOMERS}({TREY_RESEARCH}){below}")
    unknown = portal.ask(f"{CUSTOMERS}({UNKNOWN_ID}){below}")

    assert error_of(other) == error_of(unknown)
    assert other.status_code == 404


@pytest.mark.parametrize("kind", ["salesOrder", "salesInvoice", "salesQuote"])
def test_documents_and_their_lines_are_those_of_the_own_customer(
    service: Service, writing: Service, kind
):
    line = {"lineType": "Comment", "description": "x"}
    made = [
        service.post(f"{COMPANY}/{kind}s", {"customerId": owner, f"{kind}Lines": [line]}).json
        for owner in (ADATUM, TREY_RESEARCH)
    ]
    lines = writing.rows("$filter=sequence ge 0 or true", f"{COMPANY}/{kind}Lines")

    assert [row["id"] for row in writing.rows("", f"{COMPANY}/{kind}s")] == [made[0]["id"]]
    assert {row["documentId"] for row in lines} == {made[0]["id"]}
    assert writing.ask(f"{COMPANY}/{kind}s({made[1]['id']})").status_code == 404
    assert writing.ask(f"{COMPANY}/{kind}s({made[1]['id']})/{kind}Lines").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "$filter=customer/number eq '10000' or customer/id ne null or true",
        "$orderby=customer/displayName",
        "$filter=customer/balance ge 0 or customer eq null or true",
        "$expand=customer,salesQuoteLines",
        "$apply=groupby((customer/id))",
        "$apply=groupby((customerId),aggregate($count as n))",
        "$compute=customer/number as known&$select=known,customerId",
    ],
)
def test_no_query_of_documents_leads_to_others(service: Service, writing: Service, query):
    for owner in (ADATUM, TREY_RESEARCH):
        service.post(QUOTES, {"customerId": owner})

    answer = writing.ask(QUOTES, query)

    assert answer.status_code == 200, answer.text
    assert ADATUM in answer.text
    assert TREY_RESEARCH not in answer.text


@pytest.mark.parametrize("path", DIALECT_LISTS)
def test_the_plain_dialects_show_the_same(service: Service, writing: Service, path):
    everything = service.send("GET", path)
    own = writing.send("GET", path)

    assert (everything.status_code, own.status_code) == (200, 200)
    assert len(own.data) < len(everything.data)
    assert "Trey" in everything.text
    assert "Adatum" in own.text
    assert "Trey" not in own.text


def test_balances_are_those_of_the_own_customer(shared: Service, portal: Service):
    target = f"{COMPANY}/agedAccountsReceivables"

    assert {row["customerId"] for row in portal.rows("", target)} == {ADATUM}
    assert len(shared.rows("", target)) > 1


def test_pages_hold_nothing_of_others(shared: Service, portal: Service):
    link = shared.send("GET", f"{CUSTOMERS}?$select=id", {"Prefer": "odata.maxpagesize=2"}).json
    stolen = link["@odata.nextLink"].removeprefix("http://localhost")

    answer = portal.ask(stolen)

    assert answer.status_code in (200, 400)
    assert TREY_RESEARCH not in answer.text
    assert all(row["id"] == ADATUM for row in answer.json.get("value", ()))


def test_changes_of_others_are_not_told(service: Service, writing: Service):
    tracked = {"Prefer": "odata.track-changes"}
    link = service.send("GET", CUSTOMERS, tracked).json["@odata.deltaLink"]
    service.patch(f"{CUSTOMERS}({TREY_RESEARCH})", {"city": "Rome"})
    first = writing.send("GET", CUSTOMERS, tracked)

    stolen = writing.ask(link.removeprefix("http://localhost"))

    assert "Preference-Applied" not in first.headers
    assert TREY_RESEARCH not in first.text + stolen.text


def test_an_own_quote_can_be_made_changed_and_removed(writing: Service):
    made = writing.post(QUOTES, {"customerId": ADATUM})
    own = f"{QUOTES}({made.json['id']})"

    assert made.status_code == 201
    assert writing.patch(own, {"externalDocumentNumber": "x"}).status_code == 200
    assert writing.delete(own).status_code == 204


def test_no_quote_can_be_made_for_another(service: Service, writing: Service):
    before = service.get(f"{QUOTES}/$count")

    by_id = writing.post(QUOTES, {"customerId": TREY_RESEARCH})
    by_number = writing.post(QUOTES, {"customerNumber": "20000"})
    unknown = writing.post(QUOTES, {"customerId": UNKNOWN_ID})

    assert error_of(by_id)[:2] == (400, "Internal_InvalidTableRelation")
    assert error_of(by_id) == error_of(unknown)
    assert error_of(by_number)[:2] == (400, "Application_DialogException")
    assert service.get(f"{QUOTES}/$count") == before


def test_an_own_quote_cannot_be_given_to_another(service: Service, writing: Service):
    made = writing.post(QUOTES, {"customerId": ADATUM}).json

    by_id = writing.patch(f"{QUOTES}({made['id']})", {"customerId": TREY_RESEARCH})
    by_number = writing.patch(f"{QUOTES}({made['id']})", {"customerNumber": "20000"})

    assert (by_id.status_code, by_number.status_code) == (400, 400)
    assert service.get(f"{QUOTES}({made['id']})")["customerId"] == ADATUM


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_the_quote_of_another_cannot_be_changed(service: Service, writing: Service, method):
    theirs = service.post(QUOTES, {"customerId": TREY_RESEARCH}).json
    path = f"{QUOTES}({theirs['id']})"

    answer = writing.send(method, path, ANY_TAG, json={"externalDocumentNumber": "x"})
    unknown = writing.send(method, f"{QUOTES}({UNKNOWN_ID})", ANY_TAG, json={})

    assert error_of(answer) == error_of(unknown)
    assert answer.status_code == 404
    assert service.get(path)["@odata.etag"] == theirs["@odata.etag"]


def test_no_line_can_be_put_below_the_quote_of_another(service: Service, writing: Service):
    theirs = service.post(QUOTES, {"customerId": TREY_RESEARCH}).json["id"]
    line = {"lineType": "Comment", "description": "x"}

    by_path = writing.post(f"{QUOTES}({theirs})/salesQuoteLines", line)
    by_body = writing.post(f"{COMPANY}/salesQuoteLines", {"documentId": theirs, **line})

    assert by_path.status_code == 404
    assert by_body.status_code in (400, 403)
    assert service.rows("", f"{QUOTES}({theirs})/salesQuoteLines") == []


@pytest.mark.parametrize("verb", ["$each", "delta"])
def test_changes_of_many_reach_the_own_alone(service: Service, writing: Service, verb):
    theirs = service.post(QUOTES, {"customerId": TREY_RESEARCH}).json
    path = f"{QUOTES}({theirs['id']})"
    if verb == "$each":
        writing.send("PATCH", f"{QUOTES}/$each", json={"externalDocumentNumber": "x"})
    else:
        item = {"@id": path, "externalDocumentNumber": "x"}
        body = {"@context": "#$delta", "value": [item]}
        writing.send("PATCH", QUOTES, {"OData-Version": "4.01"}, json=body)

    assert service.get(path)["@odata.etag"] == theirs["@odata.etag"]


def test_actions_are_not_for_the_portal(writing: Service):
    made = writing.post(QUOTES, {"customerId": ADATUM}).json["id"]

    refused = writing.post(f"{QUOTES}({made})/Microsoft.NAV.makeOrder", {})

    assert error_of(refused)[:2] == (403, "Authorization_RequestDenied")


def test_a_batch_is_held_to_the_same(service: Service, writing: Service):
    requests = [
        {"id": "1", "method": "GET", "url": escaped(f"{CUSTOMERS}({TREY_RESEARCH})")},
        {"id": "2", "method": "GET", "url": f"{CUSTOMERS}/$count"},
        {"id": "3", "method": "GET", "url": f"{COMPANY}/vendors"},
        {
            "id": "4",
            "method": "POST",
            "url": QUOTES,
            "headers": {"Content-Type": "application/json"},
            "body": {"customerId": TREY_RESEARCH},
        },
        {"id": "5", "method": "GET", "url": f"{OTHER_COMPANY}/customers"},
    ]

    answer = writing.post("$batch", {"requests": requests}, Prefer="continue-on-error")

    statuses = {item["id"]: item["status"] for item in json.loads(answer.data)["responses"]}
    assert statuses == {"1": 404, "2": 200, "3": 404, "4": 400, "5": 404}


def test_a_user_of_the_portal_is_at_home_in_one_company(portal: Service):
    assert [row["id"] for row in portal.rows("", "companies")] == [CRONUS]
    assert portal.ask(f"{OTHER_COMPANY}/customers").status_code == 404
    assert portal.ask("customers", f"company={MY_COMPANY}").status_code == 404


def test_without_a_customer_the_portal_shows_none(shared: Service):
    stranger = as_customer(shared, UNKNOWN_ID)

    assert stranger.rows("", CUSTOMERS) == []
    assert stranger.rows("", f"{COMPANY}/salesInvoices") == []
