"""Business Central reference §17: invoices, orders, quotes, their lines, and payments."""

from __future__ import annotations

import pytest

from models.demo.identifiers import CRONUS, id_of
from tests.integration.service import COMPANY, NO_ID, UNKNOWN_ID, Service, error_of, lookup_id

pytestmark = pytest.mark.conformance

RELECLOUD = id_of(CRONUS, "customer", "50000")
DESK, CHAIR = (id_of(CRONUS, "item", number) for number in ("1000", "1100"))
FREIGHT = id_of(CRONUS, "account", "40300")
BLOCKS = ("sellTo", "shipTo")
PARTS = ("AddressLine1", "AddressLine2", "City", "Country", "State", "PostCode")
# Set of heads, set of lines, codeunits of both.
KINDS = (
    ("salesInvoices", "salesInvoiceLines", "SalesInvoicesE2E", "SalesInvLinesE2E"),
    ("salesOrders", "salesOrderLines", "SalesOrdersE2E", "SalesOrderLinesE2E"),
    ("salesQuotes", "salesQuoteLines", "SalesQuotesE2E", "SalesQuoteLinesE2E"),
)
EVERY_KIND = [
    pytest.param(heads, lines, marks=pytest.mark.bc(of_heads, of_lines), id=heads)
    for heads, lines, of_heads, of_lines in KINDS
]


def create(service: Service, heads: str, **more: object):
    made = service.post(f"{COMPANY}/{heads}", {"customerId": RELECLOUD, **more})
    assert made.status_code == 201, made.text
    return made.json


@pytest.mark.bc(*(name for kind in KINDS for name in kind[2:]))
@pytest.mark.parametrize(("heads", "lines"), EVERY_KIND)
def test_a_document_is_created_changed_and_removed(service: Service, heads, lines):
    currency = {"currencyCode": "eur", "email": "desk@relecloud.example"}
    made = create(service, heads, **currency, externalDocumentNumber="PO-77")
    target = f"{COMPANY}/{heads}({made['id']})"
    assert (made["currencyCode"], made["currencyId"]) == ("EUR", lookup_id("currency", "EUR"))
    assert (made["email"], made["customerNumber"]) == ("desk@relecloud.example", "50000")

    some = {"sellToCity": "", "shipToAddressLine1": ""}
    changed = service.patch(target, some).json
    assert {name: changed[name] for name in some} == some
    assert changed["sellToAddressLine1"] != ""
    blank = {f"{block}{part}": "" for block in BLOCKS for part in PARTS}
    changed = service.patch(target, blank).json
    assert {name: changed[name] for name in blank} == blank

    changed = service.patch(target, {"currencyId": NO_ID}).json
    assert (changed["currencyId"], changed["currencyCode"]) == (NO_ID, "USD")
    fixed = service.patch(target, {"number": "MINE"})
    assert error_of(fixed)[1] == "BadRequest_InvalidOperation"
    fixed = service.patch(target, {"id": UNKNOWN_ID})
    assert error_of(fixed)[2] == "The id cannot be changed."
    removed = service.delete(target)
    assert (removed.status_code, removed.data) == (204, b"")


@pytest.mark.parametrize(("heads", "lines"), EVERY_KIND)
def test_a_document_names_one_customer(shared: Service, heads, lines):
    refused = {
        'A "customerNumber" or a "customerId" must be provided.': {},
        "The sell-to customer cannot be found.": {"customerId": UNKNOWN_ID},
        "The sell-to customer values do not match to a specific Customer.": {
            "customerId": RELECLOUD,
            "customerNumber": "40000",
        },
    }
    for sentence, body in refused.items():
        answer = shared.post(f"{COMPANY}/{heads}", body)
        assert error_of(answer) == (400, "Application_DialogException", sentence)


@pytest.mark.parametrize(("heads", "lines"), EVERY_KIND)
def test_lines_are_reached_by_id_document_or_filter(service: Service, heads, lines):
    made = create(service, heads, **{lines: [{"itemId": DESK, "quantity": 2}]})
    other = create(service, heads, **{lines: [{"itemId": CHAIR, "quantity": 1}]})
    below = f"{COMPANY}/{heads}({made['id']})/{lines}"
    second = service.post(below, {"itemId": CHAIR, "quantity": 4, "sequence": 15000})
    third = service.post(below, {})
    assert (second.json["sequence"], third.json["sequence"]) == (15000, 25000)
    assert third.json["lineType"] == "Comment"
    rows = service.rows("", below)
    assert [row["sequence"] for row in rows] == [10000, 15000, 25000]
    flat = f"{COMPANY}/{lines}"
    assert service.rows(f"$filter=documentId eq {made['id']}", flat) == rows
    assert service.get(f"{flat}({rows[0]['id']})")["id"] == rows[0]["id"]
    assert error_of(service.ask(flat)) == (
        400,
        "Application_DialogException",
        "You must specify an Id or a Document Id to get the lines.",
    )
    ids = f"id in ({made['id']},{other['id']})"
    heads_shown = service.rows(f"$filter={ids}&$expand={lines}", f"{COMPANY}/{heads}")
    shown = {row["id"]: [line["documentId"] for line in row[lines]] for row in heads_shown}
    assert shown == {made["id"]: [made["id"]] * 3, other["id"]: [other["id"]]}


@pytest.mark.parametrize(("heads", "lines"), EVERY_KIND)
def test_a_line_is_changed_and_its_document_follows(service: Service, heads, lines):
    made = create(service, heads, **{lines: [{"itemId": DESK, "quantity": 2}]})
    target = f"{COMPANY}/{heads}({made['id']})"
    (row,) = service.rows("", f"{target}/{lines}")
    line = f"{COMPANY}/{lines}({row['id']})"

    assert service.patch(line, {"discountPercent": 10}).json["discountAmount"] == 84
    changed = service.patch(line, {"quantity": 1}).json
    assert (changed["discountAmount"], changed["amountExcludingTax"]) == (42, 378)
    after = service.get(target)
    assert (after["totalAmountExcludingTax"], after["@odata.etag"] != made["@odata.etag"]) == (
        378,
        True,
    )
    discounted = service.patch(target, {"discountAmount": 78}).json
    assert discounted["totalAmountExcludingTax"] == 300
    assert service.patch(target, {"discountAmount": 0}).json["totalAmountExcludingTax"] == 378

    for name, value in (("sequence", 5), ("documentId", UNKNOWN_ID)):
        assert error_of(service.patch(line, {name: value}))[2].startswith(
            f'The value for "{name}" cannot be modified.'
        )
    switched = service.patch(line, {"accountId": FREIGHT}).json
    assert (switched["lineType"], switched["itemId"]) == ("Account", NO_ID)
    switched = service.patch(line, {"itemId": CHAIR}).json
    assert (switched["lineType"], switched["accountId"]) == ("Item", NO_ID)
    variant = id_of(CRONUS, "item_variant", "1000/SMOKED")
    assert error_of(service.patch(line, {"itemVariantId": variant}))[2] == (
        'The "itemVariantId" does not match to an Item Variant.'
    )
    both = service.patch(line, {"itemId": DESK, "accountId": FREIGHT})
    assert error_of(both)[2].startswith('Both "itemId" and "accountId" are specified.')
    blank = service.patch(line, {"lineType": "Comment"}).json
    assert (blank["itemId"], blank["accountId"], blank["lineObjectNumber"]) == (NO_ID, NO_ID, "")
    assert service.delete(line).status_code == 204
    assert service.get(target)["totalAmountExcludingTax"] == 0


@pytest.mark.bc("SalesInvoicesE2E", "SalesInvLinesE2E", "GLEntriesE2E")
def test_a_draft_id_leads_to_the_posted_invoice(service: Service):
    made = create(service, "salesInvoices", salesInvoiceLines=[{"itemId": DESK, "quantity": 1}])
    target = f"{COMPANY}/salesInvoices({made['id']})"
    for action in ("send", "postAndSend"):
        assert service.post(f"{target}/Microsoft.NAV.{action}", {}).status_code == 204
    posted = service.get(target)
    assert (posted["status"], posted["number"] != made["number"]) == ("Open", True)
    drafts_and_posted = service.rows(
        f"$filter=customerId eq {RELECLOUD}&$select=id,status", f"{COMPANY}/salesInvoices"
    )
    assert (made["id"], "Open") in [(row["id"], row["status"]) for row in drafts_and_posted]
    (line,) = service.rows("", f"{target}/salesInvoiceLines")
    assert error_of(service.delete(f"{COMPANY}/salesInvoiceLines({line['id']})"))[0] == 400
    entries = service.rows(
        f"$filter=documentNumber eq '{posted['number']}'", f"{COMPANY}/generalLedgerEntries"
    )
    assert sum(row["debitAmount"] - row["creditAmount"] for row in entries) == 0
    own = f"{COMPANY}/generalLedgerEntries({entries[0]['id']})"
    assert service.get(own)["documentType"] == "Invoice"
    assert error_of(service.patch(own, {"description": "x"}))[0] == 405


@pytest.mark.bc("CustomerPaymentsE2E")
def test_a_payment_keeps_ids_and_numbers_in_step(service: Service):
    made = create(service, "salesInvoices", salesInvoiceLines=[{"itemId": DESK, "quantity": 1}])
    draft = create(service, "salesInvoices")
    posting = f"{COMPANY}/salesInvoices({made['id']})/Microsoft.NAV.post"
    assert service.post(posting, {}).status_code == 204
    number = service.get(f"{COMPANY}/salesInvoices({made['id']})")["number"]
    journal = lookup_id("customer_payment_journal", "GENERAL")
    target = f"{COMPANY}/customerPaymentJournals({journal})/customerPayments"

    payment = service.post(target, {"amount": -10, "appliesToInvoiceId": made["id"]}).json
    assert (payment["appliesToInvoiceNumber"], payment["customerNumber"]) == (number, "50000")
    assert payment["documentNumber"] != ""
    by_number = service.post(target, {"amount": -5, "appliesToInvoiceNumber": number}).json
    assert (by_number["appliesToInvoiceId"], by_number["lineNumber"]) == (made["id"], 20000)
    own = service.post(
        target, {"amount": -5, "customerNumber": "40000", "appliesToInvoiceId": made["id"]}
    ).json
    assert own["customerNumber"] == "40000"
    for wrong in (draft["id"], UNKNOWN_ID):
        answer = service.post(target, {"amount": -5, "appliesToInvoiceId": wrong})
        assert error_of(answer)[2].startswith('The "appliesToInvoiceId" should be set to the ID')
    mismatch = {"customerId": RELECLOUD, "customerNumber": "40000", "amount": -1}
    assert error_of(service.post(target, mismatch))[2] == (
        "The customer values do not match to a specific Customer."
    )
    line = f"{COMPANY}/customerPayments({payment['id']})"
    changed = service.patch(line, {"amount": -20, "appliesToInvoiceNumber": "ANY"}).json
    assert (changed["amount"], changed["appliesToInvoiceId"]) == (-20, NO_ID)
    assert service.delete(line).status_code == 204
