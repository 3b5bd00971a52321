"""Business Central reference §17: the dimension values of documents, lines and entries."""

from __future__ import annotations

import pytest

from models.demo.identifiers import CRONUS, id_of
from tests.integration.service import COMPANY, UNKNOWN_ID, Service, error_of

pytestmark = [pytest.mark.conformance, pytest.mark.bc("DimSetLinesE2E")]

RELECLOUD = id_of(CRONUS, "customer", "50000")
DESK = id_of(CRONUS, "item", "1000")
KINDS = {
    "salesQuotes": "salesQuoteLines",
    "salesOrders": "salesOrderLines",
    "salesInvoices": "salesInvoiceLines",
    "salesCreditMemos": "salesCreditMemoLines",
}


def document(service: Service, set_name: str, **more: object):
    lines = {KINDS[set_name]: [{"itemId": DESK, "quantity": 1}]}
    body = {"customerId": a_customer(service), **lines, **more}
    made = service.post(f"{COMPANY}/{set_name}", body)
    assert made.status_code == 201, made.text
    return made.json


def a_customer(service: Service) -> str:
    made = service.post(f"{COMPANY}/customers", {"displayName": "Proseware"})
    return str(made.json["id"])


def codes(service: Service, target: str) -> dict[str, str]:
    rows = service.rows("", f"{target}/dimensionSetLines")
    return {row["code"]: row["valueCode"] for row in rows}


@pytest.mark.parametrize(
    ("set_name", "is_line"), [*((name, False) for name in KINDS), ("salesInvoices", True)]
)
def test_a_dimension_value_is_given_changed_and_taken(service: Service, set_name, is_line):
    made = document(service, set_name)
    target = f"{COMPANY}/{set_name}({made['id']})"
    if is_line:
        (line,) = service.rows("", f"{target}/{KINDS[set_name]}")
        target = f"{COMPANY}/{KINDS[set_name]}({line['id']})"
    answer = service.post(
        f"{target}/dimensionSetLines", {"code": "department", "valueCode": "SALES"}
    )
    assert answer.status_code == 201, answer.text
    row = answer.json
    assert (row["code"], row["valueCode"], row["displayName"], row["valueDisplayName"]) == (
        "DEPARTMENT",
        "SALES",
        "Department",
        "Sales",
    )
    own = f"{COMPANY}/dimensionSetLines({row['id']})"
    value = id_of(CRONUS, "dimension_value", "DEPARTMENT/ADM")
    assert service.patch(own, {"valueId": value}).json["valueCode"] == "ADM"
    assert codes(service, target) == {"DEPARTMENT": "ADM"}
    if not is_line:
        assert service.get(target)["shortcutDimension1Code"] == "ADM"
        shown = service.get(target, "$expand=dimensionValue")
        assert shown["dimensionValue"]["displayName"] == "Administration"
    assert service.delete(own).status_code == 204
    assert codes(service, target) == {}
    if not is_line:
        assert service.get(target)["shortcutDimension1Code"] == ""


REFUSED = [
    ({"valueCode": "SALES"}, 400, 'The "id" or "code" field must be filled in.'),
    ({"code": "DEPARTMENT"}, 400, 'The "valueId" or "valueCode" field must be filled in.'),
    ({"code": "NONE", "valueCode": "X"}, 400, 'The "code" does not match to a Dimension.'),
    (
        {"code": "AREA", "valueCode": "SALES"},
        400,
        'The "valueCode" does not match to a Dimension Value.',
    ),
    (
        {"code": "AREA", "valueId": UNKNOWN_ID},
        400,
        'The "valueId" does not match to a Dimension Value.',
    ),
    ({"code": "AREA", "valueCode": "30"}, 400, "Dimension Value AREA - 30 is blocked."),
    ({"code": "SEASON", "valueCode": "WINTER"}, 400, "Dimension SEASON is blocked."),
    (
        {"code": "DEPARTMENT", "valueCode": "ADM"},
        409,
        (
            "The record in table Dimension Set Entry already exists. "
            "Identification fields and values: Dimension Code='DEPARTMENT'"
        ),
    ),
]


def test_what_a_set_may_not_hold_is_refused(service: Service):
    made = document(service, "salesOrders", shortcutDimension1Code="SALES")
    target = f"{COMPANY}/salesOrders({made['id']})/dimensionSetLines"
    answers = [error_of(service.post(target, body)) for body, _, _ in REFUSED]
    assert [(answer[0], answer[2]) for answer in answers] == [row[1:] for row in REFUSED]


def test_the_dimension_of_a_line_stays_and_its_parent_is_needed(service: Service):
    made = document(service, "salesOrders", shortcutDimension1Code="SALES")
    (row,) = service.rows("", f"{COMPANY}/salesOrders({made['id']})/dimensionSetLines")
    changed = service.patch(f"{COMPANY}/dimensionSetLines({row['id']})", {"code": "AREA"})
    assert error_of(changed)[2] == 'The "id" and "code" fields cannot be modified.'
    flat = f"{COMPANY}/dimensionSetLines"
    assert error_of(service.ask(flat))[2] == (
        "You must get to the parent first to get to the dimension set line."
    )
    assert error_of(service.post(flat, {"code": "AREA", "valueCode": "10"}))[2] == (
        "You must get to the parent first to create a dimension set line."
    )


def test_values_travel_from_the_customer_to_the_entries(service: Service):
    customer = a_customer(service)
    area = {
        "dimensionId": id_of(CRONUS, "dimension", "CUSTOMERGROUP"),
        "dimensionValueId": id_of(CRONUS, "dimension_value", "CUSTOMERGROUP/LARGE"),
    }
    service.post(f"{COMPANY}/customers({customer})/defaultDimensions", area)
    body = {
        "customerId": customer,
        "shortcutDimension1Code": "SALES",
        "salesQuoteLines": [{"itemId": DESK, "quantity": 1}],
    }
    quote = service.post(f"{COMPANY}/salesQuotes", body).json
    assert (quote["shortcutDimension1Code"], quote["shortcutDimension2Code"]) == ("SALES", "LARGE")
    expected = {"CUSTOMERGROUP": "LARGE", "DEPARTMENT": "SALES"}
    target = f"{COMPANY}/salesQuotes({quote['id']})"
    assert codes(service, target) == expected
    assert service.post(f"{target}/Microsoft.NAV.makeInvoice", {}).status_code == 204
    (invoice,) = service.rows(f"$filter=customerId eq {customer}", f"{COMPANY}/salesInvoices")
    target = f"{COMPANY}/salesInvoices({invoice['id']})"
    assert codes(service, target) == expected
    assert service.post(f"{target}/Microsoft.NAV.post", {}).status_code == 204
    number = service.get(target)["number"]
    entries = service.rows(
        f"$filter=documentNumber eq '{number}'&$expand=dimensionSetLines",
        f"{COMPANY}/generalLedgerEntries",
    )
    assert len(entries) == 2
    for entry in entries:
        found = {row["code"]: row["valueCode"] for row in entry["dimensionSetLines"]}
        assert found == expected
    refused = service.post(f"{target}/dimensionSetLines", {"code": "AREA", "valueCode": "10"})
    assert error_of(refused)[2] == (
        "The dimensions of a posted document or entry cannot be changed."
    )


def test_a_shortcut_names_a_value_of_its_dimension(service: Service):
    body = {"customerId": a_customer(service), "shortcutDimension1Code": "LARGE"}
    assert error_of(service.post(f"{COMPANY}/salesOrders", body)) == (
        400,
        "Internal_InvalidTableRelation",
        (
            "The field Shortcut Dimension 1 Code of table Sales Header contains a value (LARGE) "
            "that cannot be found in the related table (Dimension Value)."
        ),
    )
