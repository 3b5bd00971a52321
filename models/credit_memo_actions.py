"""What the actions of credit memos do (reference §11.3).

A posted credit memo is canceled by an invoice over the same lines, which is corrective and takes
what is left of the credit memo.
"""

from __future__ import annotations

from models.base import milliseconds
from models.books import Books
from models.ledger import CustomerLedgerEntry
from models.posting import CREDIT_MEMO as MEMO_ENTRY
from models.posting import apply
from models.reference_check import find
from models.sales_copy import copy_head, copy_line, touched
from models.sales_kind import CREDIT_MEMO, INVOICE, MEMO_CANCELED, MEMO_DRAFT
from models.sales_posting import make_corrective, open_entry, post_invoice, post_memo, settle
from models.sales_tables import SalesCreditMemo, SalesInvoice
from models.sales_totals import lines_of, refresh
from odata.errors import NotFoundError, RuleError

DRAFT_ONLY = "The action can be applied to a draft credit memo only."
POSTED_ONLY = "The action can be applied to a posted credit memo only."
ALREADY_CANCELED = "The credit memo cannot be canceled because it has already been canceled."


def post_credit_memo(books: Books, key: str) -> None:
    """Turn a draft into a posted credit memo."""
    if _memo(books, key).status != MEMO_DRAFT:
        raise RuleError(DRAFT_ONLY)
    post_memo(books, key)


def send_credit_memo(books: Books, key: str) -> None:
    """Record that a credit memo was sent."""
    _memo(books, key)
    columns = {"sent_at": milliseconds(books.now), **touched(books)}
    books.rows.update(SalesCreditMemo, columns, SalesCreditMemo.id == key)


def post_and_send_credit_memo(books: Books, key: str) -> None:
    """Post a credit memo and record that it was sent."""
    post_credit_memo(books, key)
    send_credit_memo(books, key)


def cancel_credit_memo(books: Books, key: str) -> None:
    """Undo a posted credit memo by an invoice."""
    memo = _memo(books, key)
    if memo.status == MEMO_DRAFT:
        raise RuleError(POSTED_ONLY)
    if memo.status == MEMO_CANCELED:
        raise RuleError(ALREADY_CANCELED)
    invoice = copy_head(books, INVOICE, memo, {"invoice_date": books.now.date()})
    for line in lines_of(CREDIT_MEMO, key):
        copy_line(books, INVOICE, (line, invoice), {})
    refresh(books.rows, INVOICE, invoice, books.now)
    post_invoice(books, invoice)
    _take_rest(books, memo, make_corrective(books, invoice))
    columns = {"status": MEMO_CANCELED, **touched(books)}
    books.rows.update(SalesCreditMemo, columns, SalesCreditMemo.id == key)


def cancel_and_send_credit_memo(books: Books, key: str) -> None:
    """Undo a posted credit memo and record that the invoice was sent."""
    cancel_credit_memo(books, key)
    send_credit_memo(books, key)


def _take_rest(books: Books, memo: SalesCreditMemo, invoice: SalesInvoice) -> None:
    model = CustomerLedgerEntry
    entry = model.get(
        model.company_id == books.company,
        model.document_id == memo.id,
        model.document_type == MEMO_ENTRY,
    )
    part = min(-entry.remaining_amount, invoice.remaining_amount)
    if part > 0:
        apply(books, open_entry(invoice), entry, part)
        settle(books, invoice, part)


def _memo(books: Books, key: str) -> SalesCreditMemo:
    found = find(SalesCreditMemo, books.company, SalesCreditMemo.id == key)
    if found is None:
        raise NotFoundError("The credit memo cannot be found.")
    return found
