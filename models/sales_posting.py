"""What the actions of sales documents do (reference §11.3).

An invoice keeps its id when it is posted and gets a number of the posted ones. A quote or an
order that has become something else is removed, as Business Central does. What cancels an
invoice is a credit memo that is posted at once; one that corrects it is left as a draft, which
settles the invoice when it is posted. Sending records the instant and mails nobody.
"""

from __future__ import annotations

from decimal import Decimal

from models.base import NO_ID, milliseconds
from models.books import Books
from models.item_ledger_entry import SALES_CREDIT_MEMO, SALES_INVOICE
from models.ledger import CustomerLedgerEntry
from models.numbers import Numbering
from models.posting import CREDIT_MEMO as MEMO_ENTRY
from models.posting import INVOICE, Claim, Posting, apply, post
from models.reference_check import find
from models.sales_copy import copy_head, copy_line, touched
from models.sales_entries import Posted, legs_of, move_stock
from models.sales_kind import (
    CANCELED,
    CORRECTIVE,
    CREDIT_MEMO,
    CREDIT_MEMOS,
    DRAFT,
    MEMO_CORRECTIVE,
    MEMO_DRAFT,
    MEMO_OPEN,
    MEMO_PAID,
    OPEN,
    PAID,
    POSTED_INVOICES,
)
from models.sales_kind import INVOICE as INVOICES
from models.sales_tables import SalesCreditMemo, SalesInvoice
from models.sales_totals import lines_of, refresh
from models.tags import new_tag
from odata.errors import NotFoundError, RuleError

DRAFT_ONLY = "The action can be applied to a draft invoice only."
POSTED_ONLY = "The action can be applied to a posted invoice only."
CANCEL_CORRECTION = (
    "You cannot cancel this posted sales invoice because it represents a correction of a credit "
    "memo."
)
CORRECT_CORRECTION = (
    "You cannot correct this posted sales invoice because it represents a correction of a credit "
    "memo."
)
ALREADY_CANCELED = "The invoice cannot be canceled because it has already been canceled."
PARTLY_PAID = "You cannot cancel this posted sales invoice because it is fully or partially paid."
CLOSED = "The invoice is closed. The corrective credit memo will not be applied to the invoice."
PARTLY_CREDITED = (
    "The invoice is partially paid or credited. The corrective credit memo may not be fully "
    "closed by the invoice."
)
NOTHING_TO_POST = "There is nothing to post."
_POSTED = Numbering(POSTED_INVOICES, SalesInvoice.number)
_CREDIT_MEMO_NUMBERS = Numbering(CREDIT_MEMOS, CustomerLedgerEntry.document_number)


def post_invoice(books: Books, key: str) -> None:
    """Turn a draft into a posted invoice."""
    invoice = _invoice(books.company, key)
    if invoice.status != DRAFT:
        raise RuleError(DRAFT_ONLY)
    lines = lines_of(INVOICES, key)
    if not any(line.quantity for line in lines):
        raise RuleError(NOTHING_TO_POST)
    number = _POSTED.draw(books.company)
    total = invoice.total_amount_including_tax
    status = OPEN if total else PAID
    _store(books, invoice, DRAFT, number=number, status=status, remaining_amount=total)
    posting = Posting(books, INVOICE, number, invoice.posting_date, f"Invoice {number}")
    claim = Claim(
        invoice.bill_to_customer_id,
        total,
        invoice.due_date,
        invoice.id,
        invoice.total_amount_excluding_tax,
    )
    posted = Posted(invoice, lines, Decimal(1), number, SALES_INVOICE)
    post(posting, legs_of(books, posted), claim)
    move_stock(books, posted)


def cancel_invoice(books: Books, key: str) -> None:
    """Undo a posted invoice by a credit memo."""
    invoice = _posted_invoice(books.company, key)
    if invoice.status == CORRECTIVE:
        raise RuleError(CANCEL_CORRECTION)
    if invoice.status == CANCELED:
        raise RuleError(ALREADY_CANCELED)
    if invoice.remaining_amount != invoice.total_amount_including_tax:
        raise RuleError(PARTLY_PAID)
    post_memo(books, _draft_memo(books, invoice))
    settled = _invoice(books.company, key)
    _store(books, settled, settled.status, status=CANCELED, remaining_amount=Decimal(0))


def make_corrective_credit_memo(books: Books, key: str) -> None:
    """Draft a credit memo that corrects a posted invoice of which nothing has been paid."""
    invoice = _posted_invoice(books.company, key)
    if invoice.status == CORRECTIVE:
        raise RuleError(CORRECT_CORRECTION)
    if invoice.remaining_amount != invoice.total_amount_including_tax:
        raise RuleError(PARTLY_CREDITED if invoice.status == OPEN else CLOSED)
    _draft_memo(books, invoice)


def send_invoice(books: Books, key: str) -> None:
    """Record that an invoice was sent."""
    invoice = _invoice(books.company, key)
    _store(books, invoice, invoice.status, sent_at=milliseconds(books.now))


def post_and_send_invoice(books: Books, key: str) -> None:
    """Post an invoice and record that it was sent."""
    post_invoice(books, key)
    send_invoice(books, key)


def cancel_and_send_invoice(books: Books, key: str) -> None:
    """Undo a posted invoice and record that the credit memo was sent."""
    cancel_invoice(books, key)
    send_invoice(books, key)


def open_entry(invoice: SalesInvoice) -> CustomerLedgerEntry:
    """The entry that an invoice has in the ledger of its customer."""
    entry: CustomerLedgerEntry = CustomerLedgerEntry.get(
        CustomerLedgerEntry.company_id == invoice.company_id,
        CustomerLedgerEntry.document_id == invoice.id,
        CustomerLedgerEntry.document_type == INVOICE,
    )
    return entry


def make_corrective(books: Books, key: str) -> SalesInvoice:
    """Have a posted invoice tell that it corrects a credit memo."""
    posted = _invoice(books.company, key)
    _store(books, posted, posted.status, status=CORRECTIVE)
    return _invoice(books.company, key)


def settle(books: Books, invoice: SalesInvoice, amount: Decimal) -> None:
    """Let a posted invoice follow what is paid of it; one that corrects a credit memo tells so
    whatever is paid."""
    remaining = invoice.remaining_amount - amount
    status = OPEN if remaining else PAID
    if invoice.status == CORRECTIVE:
        status = CORRECTIVE
    _store(books, invoice, invoice.status, remaining_amount=remaining, status=status)


def _invoice(company: str, key: str) -> SalesInvoice:
    found = find(SalesInvoice, company, SalesInvoice.id == key)
    if found is None:
        raise NotFoundError("The invoice cannot be found.")
    return found


def _store(books: Books, invoice: SalesInvoice, expected: int, **columns: object) -> None:
    """Write columns where the invoice still has the status that was read."""
    columns |= {"etag": new_tag(), "last_modified": milliseconds(books.now)}
    model = SalesInvoice
    if not books.rows.update(model, columns, model.id == invoice.id, model.status == expected):
        raise RuleError("The invoice has been changed by somebody else at the same time.")


def _posted_invoice(company: str, key: str) -> SalesInvoice:
    invoice = _invoice(company, key)
    if invoice.status == DRAFT:
        raise RuleError(POSTED_ONLY)
    return invoice


def _draft_memo(books: Books, invoice: SalesInvoice) -> str:
    """The id of a new credit memo that says what an invoice says, and names it."""
    links = {
        "credit_memo_date": books.now.date(),
        "invoice_id": invoice.id,
        "invoice_number": invoice.number,
    }
    memo = copy_head(books, CREDIT_MEMO, invoice, links)
    for line in lines_of(INVOICES, invoice.id):
        copy_line(books, CREDIT_MEMO, (line, memo), {})
    refresh(books.rows, CREDIT_MEMO, memo, books.now)
    return memo


def post_memo(books: Books, key: str) -> None:
    """Post the draft of a credit memo; it settles what remains of the invoice that it names."""
    memo: SalesCreditMemo = SalesCreditMemo.get_by_id(key)
    lines = lines_of(CREDIT_MEMO, key)
    if not any(line.quantity for line in lines):
        raise RuleError(NOTHING_TO_POST)
    number = _CREDIT_MEMO_NUMBERS.draw(books.company)
    total = memo.total_amount_including_tax
    posting = Posting(books, MEMO_ENTRY, number, memo.posting_date, f"Credit Memo {number}")
    claim = Claim(
        memo.bill_to_customer_id,
        -total,
        memo.posting_date,
        memo.id,
        -memo.total_amount_excluding_tax,
    )
    posted = Posted(memo, lines, Decimal(-1), number, SALES_CREDIT_MEMO)
    entry = post(posting, legs_of(books, posted), claim)
    move_stock(books, posted)
    status = MEMO_CORRECTIVE if memo.invoice_id != NO_ID else MEMO_OPEN
    if not total:
        status = MEMO_PAID
    columns = {"number": number, "status": status, **touched(books)}
    model = SalesCreditMemo
    if not books.rows.update(model, columns, model.id == key, model.status == MEMO_DRAFT):
        raise RuleError("The credit memo has been changed by somebody else at the same time.")
    _settle_invoice(books, memo, entry)


def _settle_invoice(books: Books, memo: SalesCreditMemo, entry: CustomerLedgerEntry) -> None:
    """Apply a credit memo to the invoice that it names, as far as that is open."""
    if memo.invoice_id == NO_ID:
        return
    invoice = _invoice(books.company, memo.invoice_id)
    part = min(memo.total_amount_including_tax, invoice.remaining_amount)
    if invoice.status == OPEN and part:
        apply(books, open_entry(invoice), entry, part)
        settle(books, invoice, part)
