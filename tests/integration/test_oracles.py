"""No refusal tells what its receiver does not see: it is the same as for what nobody has made."""

from __future__ import annotations

import json

import pytest

from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from tests.integration.callers import as_customer, with_roles
from tests.integration.service import (
    ANY_TAG,
    COMPANY,
    CUSTOMERS,
    OTHER_COMPANY,
    STALE_TAG,
    UNKNOWN_ID,
    Service,
    customer_id,
)

QUOTES = f"{COMPANY}/salesQuotes"
BATCH = {
    "requests": [
        {"id": "1", "method": "GET", "url": f"{CUSTOMERS}({{}})"},
        {"id": "2", "method": "DELETE", "url": f"{CUSTOMERS}({{}})", "headers": ANY_TAG},
    ]
}
Case = tuple[str, str, dict[str, str], object]


def _below(keys: str, headers: dict[str, str]) -> tuple[Case, ...]:
    return tuple(
        (method, f"{CUSTOMERS}({keys}){below}", headers, {"city": "x"})
        for below in ("", "/city", "/currency", "/picture", "/picture/pictureContent", "/$ref")
        for method in ("GET", "PATCH", "PUT", "DELETE")
    )


# ``{}`` stands for the id or the number of what is there but not seen, and of what is not there.
BY_ID: tuple[Case, ...] = (
    *_below("{}", ANY_TAG),
    *_below("{}", STALE_TAG),
    *_below("{}", {}),
    ("POST", CUSTOMERS, {}, {"displayName": "x", "id": "{}"}),
    ("PATCH", f"{CUSTOMERS}({{}})", {"If-None-Match": "*"}, {"displayName": "x"}),
    ("GET", f"$entity?$id={CUSTOMERS}({{}})", {}, None),
    ("POST", f"{CUSTOMERS}({{}})/contacts", {}, {"firstName": "x"}),
    ("POST", f"{CUSTOMERS}({{}})/Microsoft.NAV.nothing", {}, {}),
    ("POST", QUOTES, {}, {"customerId": "{}"}),
    ("POST", QUOTES, {}, {"customerId": ADATUM, "billToCustomerId": "{}"}),
    ("POST", QUOTES, {}, {"customer@odata.bind": f"{CUSTOMERS}({{}})"}),
    ("PUT", f"{CUSTOMERS}({ADATUM})/currency/$ref", ANY_TAG, {"@odata.id": f"{CUSTOMERS}({{}})"}),
    ("PATCH", CUSTOMERS, ANY_TAG, {"@context": "#$delta", "value": [{"id": "{}", "city": "x"}]}),
    ("POST", "$batch", {"Prefer": "continue-on-error"}, BATCH),
    *(
        (method, f"{path}/{{}}", {"company": CRONUS, **ANY_TAG}, {"name": "x"})
        for path in ("/api/v1/customers", "/customers", "/order-management/customers")
        for method in ("GET", "PUT", "PATCH", "DELETE")
    ),
)
BY_NUMBER: tuple[Case, ...] = (
    *_below("number='{}'", ANY_TAG),
    ("POST", CUSTOMERS, {}, {"displayName": "x", "number": "{}"}),
    ("POST", QUOTES, {}, {"customerNumber": "{}"}),
    ("POST", QUOTES, {}, {"customerId": ADATUM, "customerNumber": "{}"}),
    ("POST", QUOTES, {}, {"customerId": ADATUM, "billToCustomerNumber": "{}"}),
    ("POST", "/customers", {"company": CRONUS}, {"name": "x", "code": "{}"}),
)
UNKNOWN_NUMBER = "99999"


def _told(caller: Service, case: Case, value: str) -> tuple[int, object]:
    """What is answered, without what differs between any two answers."""
    method, target, headers, body = case
    data = None if body is None else json.dumps(body).replace("{}", value)
    named = {"Content-Type": "application/json", **headers}
    answer = caller.send(method, target.replace("{}", value), named, data=data)
    text = answer.text.replace(value, "")
    found = json.loads(text) if text else None
    refusals = [found, *(part.get("body") for part in (found or {}).get("responses", ()))]
    for refusal in refusals:
        if isinstance(refusal, dict) and "error" in refusal:
            error = refusal["error"]
            error["message"] = error["message"].partition("  CorrelationId")[0]
    for part in (found or {}).get("responses", ()):
        part.pop("headers", None)
    return answer.status_code, found


def _differing(caller: Service, cases: tuple[Case, ...], hidden: str, unknown: str) -> list[Case]:
    return [case for case in cases if _told(caller, case, hidden) != _told(caller, case, unknown)]


@pytest.mark.parametrize("by", ["id", "number"])
def test_a_customer_of_a_portal_learns_nothing_of_another(unchanged: Service, by):
    caller = as_customer(unchanged)

    if by == "id":
        assert _differing(caller, BY_ID, customer_id("20000"), UNKNOWN_ID) == []
    else:
        assert _differing(caller, BY_NUMBER, "20000", UNKNOWN_NUMBER) == []


def test_i1_a_writer_learns_nothing_of_a_customer_of_another_company(unchanged: Service):
    caller = with_roles(unchanged, "writer", companies=frozenset({CRONUS}))

    assert _differing(caller, BY_ID, customer_id("10000", MY_COMPANY), UNKNOWN_ID) == []


@pytest.mark.parametrize("role", ["writer", "administrator", "automation"])
def test_i1_nobody_learns_of_a_company_that_is_not_granted(unchanged: Service, role):
    caller = with_roles(unchanged, role, companies=frozenset({CRONUS}))
    cases: tuple[Case, ...] = tuple(
        (method, f"companies({{}}){below}", ANY_TAG, {"displayName": "x"})
        for below in ("", "/customers", "/name", "/companyInformation", "/$batch", "/nothing")
        for method in ("GET", "POST", "PATCH", "DELETE")
    )

    assert _differing(caller, cases, MY_COMPANY, UNKNOWN_ID) == []
    assert OTHER_COMPANY not in caller.ask("companies").text


@pytest.fixture
def unchanged(shared: Service):
    """The shared service, whose customers must be as before."""
    before = shared.rows()
    yield shared
    assert shared.rows() == before
