"""Business Central reference §17: credit memos, documents in print, entries of items."""

from __future__ import annotations

import pytest

from models.demo.identifiers import CRONUS, id_of
from tests.integration.service import COMPANY, Service, error_of

pytestmark = pytest.mark.conformance

ADATUM = id_of(CRONUS, "customer", "40000")
DESK = id_of(CRONUS, "item", "1000")
MEMOS = f"{COMPANY}/salesCreditMemos"


def create(service: Service, set_name: str, lines: str, quantity: int = 1, **more: object):
    body = {"customerId": ADATUM, lines: [{"itemId": DESK, "quantity": quantity}], **more}
    made = service.post(f"{COMPANY}/{set_name}", body)
    assert made.status_code == 201, made.text
    return made.json


def call(service: Service, target: str, action: str):
    return service.post(f"{target}/Microsoft.NAV.{action}", {})


def posted_invoice(service: Service) -> str:
    invoice = create(service, "salesInvoices", "salesInvoiceLines")
    assert call(service, f"{COMPANY}/salesInvoices({invoice['id']})", "post").status_code == 204
    return str(invoice["id"])


def balance(service: Service) -> float:
    return float(service.get(f"{COMPANY}/customers({ADATUM})")["balance"])


@pytest.mark.bc("SalesCreditMemosE2E")
def test_a_credit_memo_is_created_changed_posted_and_canceled(service: Service):
    before = balance(service)
    memo = create(service, "salesCreditMemos", "salesCreditMemoLines", quantity=2)
    target = f"{MEMOS}({memo['id']})"
    assert (memo["status"], memo["totalAmountExcludingTax"]) == ("Draft", 840)
    changed = service.patch(target, {"externalDocumentNumber": "RMA-1", "discountAmount": 40})
    assert changed.json["totalAmountExcludingTax"] == 800
    assert error_of(call(service, target, "cancel"))[2] == (
        "The action can be applied to a posted credit memo only."
    )
    assert call(service, target, "postAndSend").status_code == 204
    posted = service.get(target)
    assert (posted["status"], posted["number"]) == ("Open", "PS-CR104001")
    assert posted["totalAmountIncludingTax"] == 848
    assert round(before - balance(service), 2) == 848
    assert error_of(call(service, target, "post"))[2] == (
        "The action can be applied to a draft credit memo only."
    )
    assert error_of(service.patch(target, {"email": "a@b.example"}))[0] == 400
    assert call(service, target, "cancel").status_code == 204
    assert service.get(target)["status"] == "Canceled"
    assert balance(service) == before
    assert error_of(call(service, target, "cancelAndSend"))[2] == (
        "The credit memo cannot be canceled because it has already been canceled."
    )


@pytest.mark.bc("SalesCreditMemosE2E", "SalesInvoicesE2E")
def test_the_invoice_that_cancels_a_credit_memo_is_corrective(service: Service):
    memo = create(service, "salesCreditMemos", "salesCreditMemoLines", quantity=2)
    call(service, f"{MEMOS}({memo['id']})", "post")
    before = {row["id"] for row in service.rows("", f"{COMPANY}/salesInvoices")}

    assert call(service, f"{MEMOS}({memo['id']})", "cancel").status_code == 204

    invoices = service.rows("", f"{COMPANY}/salesInvoices")
    (invoice,) = [row for row in invoices if row["id"] not in before]
    assert (invoice["status"], invoice["remainingAmount"]) == ("Corrective", 0)
    target = f"{COMPANY}/salesInvoices({invoice['id']})"
    assert error_of(call(service, target, "cancel"))[2] == (
        "You cannot cancel this posted sales invoice because it represents a correction of a "
        "credit memo."
    )
    assert error_of(call(service, target, "makeCorrectiveCreditMemo"))[2] == (
        "You cannot correct this posted sales invoice because it represents a correction of a "
        "credit memo."
    )


@pytest.mark.bc("SalesCreditMemosE2E", "SalesInvoicesE2E")
def test_an_invoice_is_canceled_by_a_credit_memo(service: Service):
    before = balance(service)
    invoice = posted_invoice(service)
    assert call(service, f"{COMPANY}/salesInvoices({invoice})", "cancel").status_code == 204
    (memo,) = service.rows(f"$filter=invoiceId eq {invoice}&$expand=salesCreditMemoLines", MEMOS)
    found = service.get(f"{COMPANY}/salesInvoices({invoice})")
    assert (found["status"], found["remainingAmount"]) == ("Canceled", 0)
    assert (memo["status"], memo["invoiceNumber"]) == ("Corrective", found["number"])
    assert [line["quantity"] for line in memo["salesCreditMemoLines"]] == [1]
    assert balance(service) == before


@pytest.mark.bc("SalesCreditMemosE2E", "SalesInvoicesE2E")
def test_a_credit_memo_that_corrects_an_invoice_is_a_draft_until_it_is_posted(service: Service):
    before = balance(service)
    invoice = posted_invoice(service)
    target = f"{COMPANY}/salesInvoices({invoice})"
    assert call(service, target, "makeCorrectiveCreditMemo").status_code == 204
    (memo,) = service.rows(f"$filter=invoiceId eq {invoice}&$expand=salesCreditMemoLines", MEMOS)
    found = service.get(target)
    assert (found["status"], memo["status"]) == ("Open", "Draft")
    assert memo["totalAmountIncludingTax"] == found["remainingAmount"] > 0
    assert [line["quantity"] for line in memo["salesCreditMemoLines"]] == [1]

    assert call(service, f"{MEMOS}({memo['id']})", "post").status_code == 204
    found = service.get(target)
    assert (found["status"], found["remainingAmount"]) == ("Paid", 0)
    assert service.get(f"{MEMOS}({memo['id']})")["status"] == "Corrective"
    assert balance(service) == before
    assert error_of(call(service, target, "makeCorrectiveCreditMemo"))[2] == (
        "The invoice is closed. The corrective credit memo will not be applied to the invoice."
    )


@pytest.mark.bc("SalesCreditMemosE2E")
def test_a_credit_memo_settles_the_invoice_that_it_names(service: Service):
    invoice = posted_invoice(service)
    memo = create(service, "salesCreditMemos", "salesCreditMemoLines", invoiceId=invoice)
    assert call(service, f"{MEMOS}({memo['id']})", "post").status_code == 204
    found = service.get(f"{COMPANY}/salesInvoices({invoice})")
    assert (found["status"], found["remainingAmount"]) == ("Paid", 0)
    unknown = {"customerId": ADATUM, "invoiceNumber": "NONE"}
    assert error_of(service.post(MEMOS, unknown))[2] == (
        'The "invoiceNumber" does not match to a Sales Invoice.'
    )


@pytest.mark.bc("SalesCreditMemosE2E")
def test_lines_of_credit_memos_need_their_document(service: Service):
    memo = create(service, "salesCreditMemos", "salesCreditMemoLines")
    assert error_of(service.ask(f"{COMPANY}/salesCreditMemoLines"))[2] == (
        "You must specify an Id or a Document Id to get the lines."
    )
    rows = service.rows(f"$filter=documentId eq {memo['id']}", f"{COMPANY}/salesCreditMemoLines")
    assert [row["sequence"] for row in rows] == [10000]
    assert service.delete(f"{MEMOS}({memo['id']})").status_code == 204
    assert service.ask(f"{COMPANY}/salesCreditMemoLines({rows[0]['id']})").status_code == 404


@pytest.mark.bc("PDFDocumentE2E")
@pytest.mark.parametrize(
    ("set_name", "lines", "kind"),
    [
        ("salesInvoices", "salesInvoiceLines", "Sales Invoice"),
        ("salesQuotes", "salesQuoteLines", "Sales Quote"),
        ("salesCreditMemos", "salesCreditMemoLines", "Sales Credit Memo"),
    ],
)
def test_a_document_is_printed(service: Service, set_name, lines, kind):
    document = create(service, set_name, lines, quantity=3)
    target = f"{COMPANY}/{set_name}({document['id']})/pdfDocument"
    row = service.get(target)
    assert (row["id"], row["parentType"]) == (document["id"], kind)
    answer = service.ask(f"{target}/pdfDocumentContent")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.4\n")
    assert answer.data.endswith(b"%%EOF\n")
    assert b"1260.00" in answer.data
    assert f"{kind} {document['number']}".encode() in answer.data
    assert error_of(service.delete(target))[0] == 405
    assert error_of(service.ask(f"{COMPANY}/pdfDocument"))[2] == (
        "You must get to the parent first to get to the PDF document."
    )


@pytest.mark.bc("itemLedgEntriesE2E")
def test_what_is_sold_moves_stock(service: Service):
    invoice = posted_invoice(service)
    number = service.get(f"{COMPANY}/salesInvoices({invoice})")["number"]
    (entry,) = service.rows(f"$filter=documentNumber eq '{number}'", f"{COMPANY}/itemLedgerEntries")
    names = ("itemNumber", "entryType", "documentType", "quantity", "salesAmountActual")
    assert [entry[name] for name in names] == ["1000", "Sale", "Sales Invoice", -1, 420]
    assert (entry["sourceNumber"], entry["costAmountActual"]) == ("40000", -260)
    assert error_of(service.post(f"{COMPANY}/itemLedgerEntries", {}))[0] == 405
