"""The attacks of the threat model on the walls between companies, row by row (I1 to I8).

A caller of one company holds ids, links and tokens of another one, which he must not know.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.availability import discard_connection
from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from tests.integration.callers import with_roles
from tests.integration.pictures import PNG
from tests.integration.service import (
    ANY_TAG,
    COMPANY,
    CUSTOMERS,
    OTHER_COMPANY,
    UNKNOWN_ID,
    Service,
    customer_id,
    error_of,
    lookup_id,
)

THEIRS = customer_id("10000", MY_COMPANY)
THEIR_CUSTOMERS = f"{OTHER_COMPANY}/customers"
THEIR_CURRENCY = lookup_id("currency", "GBP", MY_COMPANY)
BELOW = (
    "",
    "/number",
    "/number/$value",
    "/$ref",
    "/currency",
    "/currency/$ref",
    "/picture",
    "/picture/pictureContent",
    "/defaultDimensions",
    "/defaultDimensions/$count",
    "/addresses",
    "/Microsoft.NAV.customer",
)


@pytest.fixture
def caller(service: Service) -> Service:
    """A writer of the first company."""
    return with_roles(service, "writer", companies=frozenset({CRONUS}))


@pytest.fixture
def looking(shared: Service) -> Service:
    """The same, where nothing is written."""
    return with_roles(shared, "writer", companies=frozenset({CRONUS}))


def same(one, other) -> bool:
    """Whether two refusals cannot be told from one another."""
    return one.status_code == 404 and error_of(one) == error_of(other)


@pytest.mark.parametrize("root", [CUSTOMERS, THEIR_CUSTOMERS, "customers"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_i1_a_key_of_another_company_is_as_good_as_unknown(caller: Service, root, method):
    for below in BELOW if method in ("GET", "DELETE") else BELOW[:3]:
        theirs = caller.send(method, f"{root}({THEIRS}){below}", ANY_TAG, json={"number": "x"})
        nobodys = f"{root.replace(MY_COMPANY, UNKNOWN_ID)}({UNKNOWN_ID}){below}"
        unknown = caller.send(method, nobodys, ANY_TAG, json={"number": "x"})
        assert theirs.status_code == unknown.status_code
        assert theirs.status_code in (403, 404, 405), below
        assert error_of(theirs) == error_of(unknown), below


def test_i1_a_picture_of_another_company_cannot_be_written(caller: Service, service: Service):
    headers = {**ANY_TAG, "Content-Type": "image/png"}
    for root in (CUSTOMERS, THEIR_CUSTOMERS):
        target = f"{root}({THEIRS})/picture/pictureContent"
        assert caller.send("PUT", target, headers, data=PNG).status_code == 404
    assert service.ask(f"{THEIR_CUSTOMERS}({THEIRS})/picture/pictureContent").status_code == 204


@pytest.mark.parametrize(
    ("target", "query"),
    [
        (CUSTOMERS, f"$filter=number eq 'x' or id eq {THEIRS} or 1 eq 1"),
        (CUSTOMERS, "$filter=not (1 eq 2)"),
        (CUSTOMERS, "$filter=defaultDimensions/any() or true"),
        (CUSTOMERS, "$search=a OR NOT a"),
        (CUSTOMERS, "$expand=*"),
        (CUSTOMERS, "$apply=groupby((id))"),
        (CUSTOMERS, "$apply=filter(true)/groupby((id,currency/id))"),
        ("customers", "$select=id"),
        ("customers", f"$filter=id eq {THEIRS} or true"),
        ("companies", "$expand=customers"),
        ("companies", f"$filter=id eq {MY_COMPANY} or customers/any(c:c/id eq {THEIRS}) or true"),
        ("companies", "$apply=groupby((id))"),
        ("companies", "$orderby=customers/$count desc"),
        ("$crossjoin(companies,customers)", "$expand=customers($select=id)&$top=900"),
        ("$crossjoin(customers,currencies)", f"$filter=customers/id eq {THEIRS} or true&$top=900"),
    ],
)
def test_i2_no_expression_reaches_across(looking: Service, target, query):
    answer = looking.ask(target, query)

    assert answer.status_code in (200, 501), answer.text
    assert THEIRS not in answer.text
    assert MY_COMPANY not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"$root/{OTHER_COMPANY}/customers({THEIRS})/number",
        f"$root/customers({THEIRS})/number",
        f"$root/{OTHER_COMPANY}/name",
    ],
)
def test_i2_no_resource_beside_the_rows_reaches_across(looking: Service, path):
    found = looking.rows(f"$filter={path} ne null&$select=number")
    same = looking.rows(f"$filter=contains({path},'0') or contains({path},'o')&$select=number")

    assert (found, same) == ([], [])


@pytest.mark.parametrize("query", ["", "$filter=true", "$filter=id ne null or 1 eq 1"])
def test_i2_counts_count_the_own_alone(looking: Service, shared: Service, query):
    assert looking.ask(f"{CUSTOMERS}/$count", query).text == shared.ask(f"{CUSTOMERS}/$count").text
    assert looking.ask("customers/$count", query).text == shared.ask(f"{CUSTOMERS}/$count").text
    assert looking.ask("companies/$count", query).text == "1"


@pytest.mark.parametrize(
    "body",
    [
        {"currencyId": THEIR_CURRENCY},
        {"currency@odata.bind": f"{OTHER_COMPANY}/currencies({THEIR_CURRENCY})"},
        {"currency@odata.bind": f"{COMPANY}/currencies({THEIR_CURRENCY})"},
        {"currency@odata.bind": f"currencies({THEIR_CURRENCY})"},
        {"currency": {"@id": f"{OTHER_COMPANY}/currencies({THEIR_CURRENCY})"}},
        {"currency": {"id": THEIR_CURRENCY, "displayName": "mine"}},
    ],
)
def test_i3_no_body_refers_across(caller: Service, service: Service, body):
    before = service.get(f"{OTHER_COMPANY}/currencies({THEIR_CURRENCY})")

    made = caller.post(CUSTOMERS, {"displayName": "x", **body}, OData_Version="4.01")
    changed = caller.patch(f"{CUSTOMERS}({ADATUM})", body, OData_Version="4.01")

    assert (made.status_code, changed.status_code) == (400, 400)
    assert service.get(f"{OTHER_COMPANY}/currencies({THEIR_CURRENCY})") == before


@pytest.mark.parametrize("root", [OTHER_COMPANY, COMPANY, ""])
def test_i3_no_reference_leads_across(caller: Service, root):
    url = f"{root}/currencies({THEIR_CURRENCY})".removeprefix("/")
    target = f"{CUSTOMERS}({ADATUM})/currency/$ref"

    answer = caller.send("PUT", target, ANY_TAG, json={"@odata.id": url})

    assert error_of(answer)[:2] == (400, "Internal_InvalidTableRelation")


def test_i4_a_page_token_of_another_company_is_refused(service: Service, caller: Service):
    headers = {"Prefer": "odata.maxpagesize=2"}
    link = service.send("GET", THEIR_CUSTOMERS, headers).json["@odata.nextLink"]
    token = link.partition("skiptoken=")[2]

    for stolen in (token, token[:-2], f"{token[:-1]}x", "x", ""):
        answer = caller.send("GET", f"{CUSTOMERS}?$skiptoken={stolen}", headers)
        assert answer.status_code == 400, stolen
    moved = link.removeprefix("http://localhost").replace(MY_COMPANY, CRONUS)
    assert caller.send("GET", moved, headers).status_code == 400
    assert caller.send("GET", link.removeprefix("http://localhost"), headers).status_code == 404


def test_i4_a_delta_token_of_another_company_is_refused(service: Service, caller: Service):
    headers = {"Prefer": "odata.track-changes"}
    link = service.send("GET", THEIR_CUSTOMERS, headers).json["@odata.deltaLink"]
    service.patch(f"{THEIR_CUSTOMERS}({THEIRS})", {"city": "Rome"})
    link = link.removeprefix("http://localhost")

    assert caller.ask(link).status_code == 404
    assert caller.ask(link.replace(MY_COMPANY, CRONUS)).status_code == 400


@pytest.mark.parametrize("company", [MY_COMPANY, "My Company"])
def test_i5_the_company_of_the_path_wins(looking: Service, company):
    headers = {"Company": company, "X-Original-URL": f"/api/v2.0/{THEIR_CUSTOMERS}"}
    query = {"company": company}

    answer = looking.send("GET", f"{CUSTOMERS}({ADATUM})", headers)
    beside = looking.ask(f"{CUSTOMERS}({ADATUM})", f"company={query['company']}")
    flat = looking.send("GET", f"customers({THEIRS})", headers)

    assert answer.json["id"] == ADATUM
    assert beside.status_code == 400 or beside.json["id"] == ADATUM
    assert flat.status_code == 404


def test_i6_a_credential_of_one_company_is_none_of_another(caller: Service):
    inner = {"Company": MY_COMPANY, "Authorization": "Bearer kontor-dev"}
    requests = [
        {"id": "1", "method": "GET", "url": THEIR_CUSTOMERS},
        {"id": "2", "method": "GET", "url": THEIR_CUSTOMERS, "headers": inner},
        {"id": "3", "method": "GET", "url": "companies"},
        {"id": "4", "method": "GET", "url": f"customers({THEIRS})", "headers": inner},
        {"id": "5", "method": "DELETE", "url": f"{THEIR_CUSTOMERS}({THEIRS})", "headers": ANY_TAG},
    ]

    answer = caller.post("$batch", {"requests": requests}, Prefer="continue-on-error")
    below = caller.post(
        f"{OTHER_COMPANY}/$batch", {"requests": [{"id": "1", "method": "GET", "url": "customers"}]}
    )

    statuses = [item["status"] for item in json.loads(answer.data)["responses"]]
    assert statuses == [404, 404, 200, 404, 404]
    assert THEIRS not in answer.text
    assert below.status_code in (200, 404)
    assert "displayName" not in below.text
    assert [row["id"] for row in caller.rows("", "companies")] == [CRONUS]


def test_i7_nothing_is_left_over_from_another_caller(shared: Service):
    callers = {
        company: with_roles(shared, "reader", companies=frozenset({company}))
        for company in (CRONUS, MY_COMPANY)
    }

    def ask(number: int) -> bool:
        company, other = (CRONUS, MY_COMPANY) if number % 2 else (MY_COMPANY, CRONUS)
        own = Service(shared.flask.application.test_client(), shared.root)
        credential = callers[company].credential
        mine = own.send("GET", f"companies({company})/customers?$select=id", credential)
        theirs = own.send("GET", f"companies({other})/customers?$select=id", credential)
        listed = own.send("GET", "companies?$select=id", credential).json["value"]
        discard_connection()
        is_own = (mine.status_code, theirs.status_code) == (200, 404)
        return is_own and [row["id"] for row in listed] == [company]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(60)))


def test_i8_an_id_of_another_company_cannot_be_taken(caller: Service, service: Service):
    before = service.get(f"{THEIR_CUSTOMERS}({THEIRS})")
    requests = [
        {
            "id": "1",
            "method": "POST",
            "url": CUSTOMERS,
            "headers": {"Content-Type": "application/json"},
            "body": {"displayName": "x", "id": THEIRS},
        }
    ]

    made = caller.post(CUSTOMERS, {"displayName": "x", "id": THEIRS})
    batched = caller.post("$batch", {"requests": requests}).json["responses"][0]
    upserted = caller.send("PUT", f"{CUSTOMERS}({THEIRS})", json={"displayName": "x"})

    assert made.status_code == batched["status"] == 400
    assert upserted.status_code == 404
    assert service.get(f"{THEIR_CUSTOMERS}({THEIRS})") == before
    assert caller.ask(f"{CUSTOMERS}({THEIRS})").status_code == 404
