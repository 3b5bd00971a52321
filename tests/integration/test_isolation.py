"""Rows of one company stay out of reach through another, whatever the way."""

from __future__ import annotations

import datetime

import pytest

from models.access import DatabaseTokens, TokenRequest
from models.customer import Customer
from models.demo.identifiers import CRONUS, MY_COMPANY
from tests.integration.pictures import PNG
from tests.integration.service import (
    ANY_TAG,
    COMPANY,
    CUSTOMERS,
    OTHER_COMPANY,
    UNKNOWN_ID,
    Service,
    customer,
    customer_id,
    error_of,
    escaped,
    lookup_id,
)

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
THEIRS = customer_id("10000", MY_COMPANY)
THEIR_CUSTOMER = f"{OTHER_COMPANY}/customers({THEIRS})"
THEIR_EURO_TERMS = lookup_id("payment_term", "CM", MY_COMPANY)
THEIR_CURRENCY = lookup_id("currency", "GBP", MY_COMPANY)
THEIR_AREA = lookup_id("dimension", "AREA", MY_COMPANY)
THEIR_EUROPE = lookup_id("dimension_value", "AREA/20", MY_COMPANY)
THEIR_TAX_AREA = lookup_id("tax_area", "MIAMI, FL", MY_COMPANY)


def plain(answer) -> tuple[int, str, str]:
    """A refusal without the id that was asked for."""
    status, code, message = error_of(answer)
    return status, code, message.replace(THEIRS, "ID").replace(UNKNOWN_ID, "ID")


# --- by key -----------------------------------------------------------------------------------

BELOW = [
    "",
    "/displayName",
    "/displayName/$value",
    "/picture",
    "/picture/pictureContent",
    "/defaultDimensions",
    "/defaultDimensions/$count",
    "/customerFinancialDetail",
    "/paymentTerm",
    "/currency",
    "/$ref",
]


@pytest.mark.parametrize("below", BELOW)
def test_another_companys_key_is_as_good_as_unknown(shared: Service, below):
    theirs = shared.ask(f"{CUSTOMERS}({THEIRS}){below}")
    unknown = shared.ask(f"{CUSTOMERS}({UNKNOWN_ID}){below}")

    assert theirs.status_code == 404
    assert plain(theirs) == plain(unknown)


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("tag", ["*", None, 'W/"x"'])
def test_another_companys_customer_cannot_be_changed(shared: Service, method, tag):
    before = shared.get(THEIR_CUSTOMER)
    headers = {} if tag is None else {"If-Match": tag}
    body = None if method == "DELETE" else {"city": "Rome"}

    theirs = shared.send(method, f"{CUSTOMERS}({THEIRS})", headers, json=body)
    unknown = shared.send(method, f"{CUSTOMERS}({UNKNOWN_ID})", headers, json=body)

    assert theirs.status_code == 404
    assert plain(theirs) == plain(unknown)
    assert shared.get(THEIR_CUSTOMER) == before


@pytest.mark.parametrize("name", ["currencies", "paymentTerms", "defaultDimensions", "taxAreas"])
def test_no_other_set_reaches_across(shared: Service, name):
    keys = {
        "currencies": THEIR_CURRENCY,
        "paymentTerms": THEIR_EURO_TERMS,
        "defaultDimensions": UNKNOWN_ID,
        "taxAreas": THEIR_TAX_AREA,
    }

    for method in ("GET", "PATCH", "DELETE"):
        answer = shared.send(method, f"{COMPANY}/{name}({keys[name]})", ANY_TAG, json={})
        assert answer.status_code in (404, 405), method


def test_another_companys_picture_cannot_be_written(shared: Service):
    headers = {**ANY_TAG, "Content-Type": "image/png"}
    for target in (
        f"{CUSTOMERS}({THEIRS})/picture/pictureContent",
        f"{COMPANY}/pictures({THEIRS})/pictureContent",
    ):
        assert shared.send("PUT", target, headers, data=PNG).status_code == 404
    assert shared.ask(f"{THEIR_CUSTOMER}/picture/pictureContent").status_code == 204


# --- by query ---------------------------------------------------------------------------------

FILTERS = [
    "1 eq 1",
    "true",
    "number eq 'x' or 1 eq 1",
    "number eq '10000' or number eq '20000'",
    f"id eq {THEIRS}",
    f"id eq {THEIRS} or true",
    "not (number eq '10000')",
    f"id in ({THEIRS},{customer_id('20000', MY_COMPANY)})",
    "contains(displayName,'')",
    "defaultDimensions/any()",
    "not defaultDimensions/any()",
    "defaultDimensions/any(d:d/parentId ne id)",
    "customerFinancialDetail/balance gt 0 or true",
    f"currencyId eq {THEIR_CURRENCY} or true",
]


@pytest.mark.parametrize("condition", FILTERS)
def test_no_filter_reaches_across(shared: Service, condition):
    ours = set(shared.numbers("$select=number,id"))
    rows = shared.rows(f"$filter={condition}&$select=id,number")

    own_ids = {row["id"] for row in shared.rows("$select=id")}
    assert {row["id"] for row in rows} <= own_ids
    assert {row["number"] for row in rows} <= ours
    count = shared.ask(f"{CUSTOMERS}/$count", f"$filter={condition}").text
    assert int(count) == len(rows)
    counted = shared.get(CUSTOMERS, f"$filter={condition}&$count=true&$top=0")
    assert counted["@odata.count"] == len(rows)


@pytest.mark.parametrize(
    "path", ["currencies", "paymentTerms", "dimensions", "dimensionValues", "taxAreas"]
)
def test_lookups_of_two_companies_have_nothing_in_common(shared: Service, path):
    ours = {row["id"] for row in shared.rows("", f"{COMPANY}/{path}")}
    theirs = {row["id"] for row in shared.rows("", f"{OTHER_COMPANY}/{path}")}

    assert ours
    assert theirs
    assert not ours & theirs


def test_navigation_back_stays_in_the_company(shared: Service):
    rows = shared.rows("$expand=customer", f"{COMPANY}/defaultDimensions")

    own = {row["id"] for row in shared.rows("$select=id")}
    assert {row["customer"]["id"] for row in rows} <= own


def test_an_expand_shows_no_row_of_another_company(service: Service):
    # A reference that no rule would let pass.
    Customer.update(currency_id=THEIR_CURRENCY, payment_terms_id=THEIR_EURO_TERMS).where(
        Customer.id == customer_id("10000")
    ).execute()
    row = service.get(customer("10000"), "$expand=currency,paymentTerm")

    assert row["currency"] is None
    assert row["paymentTerm"] is None
    assert service.ask(f"{customer('10000')}/currency").status_code == 204
    assert service.numbers("$filter=currency/code eq 'GBP' and number eq '10000'") == []
    assert service.numbers("$filter=paymentTerm/code eq 'CM' and number eq '10000'") == []


# --- by body ----------------------------------------------------------------------------------

REFERENCES = [
    {"currencyId": THEIR_CURRENCY},
    {"paymentTermsId": THEIR_EURO_TERMS},
    {"taxAreaId": THEIR_TAX_AREA},
    {"defaultDimensions": [{"dimensionId": THEIR_AREA, "dimensionValueId": THEIR_EUROPE}]},
    {"defaultDimensions": [{"dimensionValueId": THEIR_EUROPE}]},
]


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_body_cannot_refer_across(shared: Service, reference):
    before = shared.ask(f"{CUSTOMERS}/$count").text

    answer = shared.post(CUSTOMERS, {"displayName": "x", **reference})

    assert answer.status_code == 400
    assert shared.ask(f"{CUSTOMERS}/$count").text == before


@pytest.mark.parametrize("reference", REFERENCES[:3])
def test_a_change_cannot_refer_across(shared: Service, reference):
    assert shared.patch(customer("10000"), reference).status_code == 400


def test_a_dimension_cannot_be_given_to_another_companys_customer(shared: Service):
    body = {"dimensionValueId": lookup_id("dimension_value", "AREA/20"), "parentId": THEIRS}

    for target in (
        f"{CUSTOMERS}({THEIRS})/defaultDimensions",
        f"{COMPANY}/defaultDimensions",
    ):
        answer = shared.post(target, body | {"parentType": "Customer"})
        assert answer.status_code in (400, 404)
    assert shared.rows("", f"{THEIR_CUSTOMER}/defaultDimensions") == []


def test_an_id_of_another_company_cannot_be_taken_over(shared: Service):
    before = shared.get(THEIR_CUSTOMER)

    answer = shared.post(CUSTOMERS, {"displayName": "x", "id": THEIRS})

    assert answer.status_code in (400, 409)
    assert shared.get(THEIR_CUSTOMER) == before
    assert shared.ask(f"{CUSTOMERS}({THEIRS})").status_code == 404


@pytest.mark.parametrize("body", [{"companyId": MY_COMPANY}, {"company_id": MY_COMPANY}])
def test_a_body_cannot_choose_the_company(shared: Service, body):
    answer = shared.post(CUSTOMERS, {"displayName": "x", **body})

    assert error_of(answer)[:2] == (400, "BadRequest")


# --- by header and option ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Company": MY_COMPANY},
        {"Company": "My Company"},
        {"X-Original-URL": f"/api/v2.0/{THEIR_CUSTOMER}"},
        {"X-Rewrite-URL": f"/api/v2.0/{THEIR_CUSTOMER}"},
        {"X-HTTP-Method-Override": "DELETE"},
    ],
)
def test_no_header_leads_out_of_the_path(shared: Service, headers):
    answer = shared.send("GET", customer("10000"), headers)

    assert answer.json["displayName"] == "Adatum Corporation"
    assert answer.json["city"] == "Atlanta"


# --- callers who see one company --------------------------------------------------------------


@pytest.fixture
def limited(service: Service) -> Service:
    """The service as the holder of a token for the second company sees it."""
    request = TokenRequest("limited", frozenset({"writer"}), frozenset({MY_COMPANY}))
    token = DatabaseTokens().create(request, NOW)
    service.flask.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return service


def test_a_caller_sees_its_companies_alone(limited: Service):
    assert [row["name"] for row in limited.rows("", "companies")] == ["My Company"]
    assert limited.ask("companies/$count").text == "1"
    found = limited.rows("$filter=name ne 'x' or true", "companies")
    assert [row["id"] for row in found] == [MY_COMPANY]


@pytest.mark.parametrize(
    "target",
    [
        f"companies({CRONUS})",
        f"companies({CRONUS})/name",
        "companies(name='CRONUS%20USA%2C%20Inc.')",
        CUSTOMERS,
        f"{CUSTOMERS}/$count",
        customer("10000"),
        f"{customer('10000')}/picture/pictureContent",
        f"customers?company={CRONUS}",
        "customers?company=CRONUS%20USA%2C%20Inc.",
        "companies(name='CRONUS%20USA%2C%20Inc.')/customers",
    ],
)
def test_a_caller_does_not_learn_of_other_companies(limited: Service, target):
    unknown = target.replace(CRONUS, UNKNOWN_ID).replace("CRONUS", "NOBODY")

    answer, blank = limited.ask(target), limited.ask(unknown)

    assert answer.status_code == 404
    assert error_of(answer) == error_of(blank)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_caller_cannot_write_into_other_companies(limited: Service, method):
    target = CUSTOMERS if method == "POST" else customer("10000")

    answer = limited.send(method, target, ANY_TAG, json={"displayName": "x"})

    assert answer.status_code == 404


def test_a_header_does_not_widen_what_a_caller_sees(limited: Service):
    assert limited.ask("customers", Company=CRONUS).status_code == 404


def test_a_caller_of_one_company_need_not_name_it(limited: Service):
    assert limited.numbers(target="customers") == ["10000", "20000", "40000", "50000", "60000"]


def test_a_caller_works_in_its_company(limited: Service):
    target = f"{OTHER_COMPANY}/customers"

    made = limited.post(target, {"displayName": "x"})

    assert made.status_code == 201
    assert limited.patch(f"{target}({made.json['id']})", {"city": "Rome"}).status_code == 200


def test_a_token_page_of_another_caller_is_no_way_in(limited: Service):
    link = limited.send(
        "GET", f"{OTHER_COMPANY}/customers", {"Prefer": "odata.maxpagesize=2"}
    ).json["@odata.nextLink"]

    stolen = link.replace(MY_COMPANY, CRONUS).removeprefix("http://localhost")

    assert limited.ask(stolen).status_code == 404


def test_what_is_cached_for_one_caller_is_not_shown_to_another(limited: Service):
    own = limited.flask.environ_base["HTTP_AUTHORIZATION"]
    for _ in range(3):
        for authorization, expected in (("Bearer kontor-dev", 2), (own, 1)):
            answer = limited.send("GET", "companies", {"Authorization": authorization})
            assert len(answer.json["value"]) == expected
            answer = limited.send(
                "GET", f"{CUSTOMERS}?{escaped('$top=1')}", {"Authorization": authorization}
            )
            assert answer.status_code == (200 if expected == 2 else 404)


# --- from the root ------------------------------------------------------------------------------

CRONUS_CUSTOMER = f"companies({CRONUS})/customers({customer_id('10000', CRONUS)})"


@pytest.mark.parametrize(
    "condition",
    [
        f"$root/{CRONUS_CUSTOMER}/displayName ne null",
        "$root/companies(name='CRONUS USA, Inc.')/customers(number='10000')/city ne null",
        f"$root/companies({CRONUS})/name ne null",
        f"$root/companies({CRONUS})/customers/any(c:c/number eq '10000')",
        f"$root/companies({CRONUS})/customers/$count gt 0",
        f"$root/{CRONUS_CUSTOMER}/defaultDimensions/$count gt 0",
    ],
)
def test_a_path_from_the_root_shows_no_other_company(limited: Service, condition):
    assert limited.numbers(f"$filter={condition}", "customers") == []
    assert len(limited.numbers(f"$filter=not ({condition})", "customers")) == 5


def test_combinations_have_no_entity_of_another_company(limited: Service):
    target = "$crossjoin(companies,customers)"

    rows = limited.rows("$select=companies/id,customers/number", target)

    assert {row["companies"]["id"] for row in rows} == {MY_COMPANY}
    assert len(rows) == 5
    assert limited.ask(f"{target}?company={CRONUS}").status_code == 404


def test_all_entities_are_those_of_the_company_of_the_caller(limited: Service):
    condition = "Microsoft.NAV.customer/number ne null or isof(Microsoft.NAV.company)"

    rows = limited.rows(f"$filter={condition}", "$all")

    assert len(rows) == 6
    contexts = {row["@odata.context"].partition("#")[2] for row in rows}
    assert contexts == {"companies/$entity", f"companies({MY_COMPANY})/customers/$entity"}
    assert limited.ask(f"$all?company={CRONUS}").status_code == 404
