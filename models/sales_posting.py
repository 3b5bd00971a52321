"""What the actions of sales documents do (reference §11.3).

An invoice keeps its id when it is posted and gets a number of the posted ones. A quote or an
order that has become something else is removed, as Business Central does. A corrective credit
memo is posted at once, since credit memos have no set of their own here. Sending records the
instant and mails nobody.
"""

from __future__ import annotations

from decimal import Decimal

from models.account import Account
from models.base import NO_ID, milliseconds
from models.books import Books
from models.item import Item
from models.ledger import CustomerLedgerEntry
from models.numbers import Numbering
from models.posting import (
    CREDIT_MEMO,
    INVOICE,
    RECEIVABLES,
    SALES,
    TAX_PAYABLE,
    Claim,
    Leg,
    Posting,
    account_for,
    apply,
    post,
)
from models.reference_check import find
from models.sales_kind import (
    CANCELED,
    CORRECTIVE,
    CREDIT_MEMOS,
    DRAFT,
    OPEN,
    PAID,
    POSTED_INVOICES,
)
from models.sales_kind import INVOICE as INVOICES
from models.sales_tables import SalesInvoice, SalesLine
from models.sales_totals import lines_of
from models.tags import new_tag
from odata.errors import NotFoundError, RuleError

DRAFT_ONLY = "The action can be applied to a draft invoice only."
POSTED_ONLY = "The action can be applied to a posted invoice only."
ALREADY_CANCELED = "The invoice cannot be canceled because it has already been canceled."
PARTLY_PAID = "You cannot cancel this posted sales invoice because it is fully or partially paid."
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
    post(posting, _legs(books.company, invoice, lines, Decimal(1)), claim)
    _move_stock(books, lines, Decimal(-1))


def cancel_invoice(books: Books, key: str) -> None:
    """Undo a posted invoice by a credit memo."""
    _reverse(books, key, CANCELED)


def make_corrective_credit_memo(books: Books, key: str) -> None:
    """Correct a posted invoice by a credit memo."""
    _reverse(books, key, CORRECTIVE)


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


def settle(books: Books, invoice: SalesInvoice, amount: Decimal) -> None:
    """Let a posted invoice follow what is paid of it."""
    remaining = invoice.remaining_amount - amount
    status = OPEN if remaining else PAID
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


def _legs(company: str, invoice: SalesInvoice, lines: list[SalesLine], sign: Decimal) -> list[Leg]:
    sales = account_for(company, SALES)
    legs = [
        Leg(account_for(company, RECEIVABLES), sign * invoice.total_amount_including_tax),
        Leg(account_for(company, TAX_PAYABLE), -sign * invoice.total_tax_amount),
    ]
    for line in lines:
        account = sales if line.account_id == NO_ID else Account.get_by_id(line.account_id)
        legs.append(Leg(account, -sign * line.net_amount))
    return legs


def _move_stock(books: Books, lines: list[SalesLine], sign: Decimal) -> None:
    for line in lines:
        if line.item_id != NO_ID:
            moved = {"inventory": Item.inventory + sign * line.quantity}
            books.rows.update(Item, moved, Item.id == line.item_id, Item.type == 0)


def _reverse(books: Books, key: str, status: int) -> None:
    invoice = _invoice(books.company, key)
    if invoice.status == DRAFT:
        raise RuleError(POSTED_ONLY)
    if invoice.status in (CANCELED, CORRECTIVE):
        raise RuleError(ALREADY_CANCELED)
    total = invoice.total_amount_including_tax
    if invoice.remaining_amount != total:
        raise RuleError(PARTLY_PAID)
    lines = lines_of(INVOICES, key)
    _store(books, invoice, invoice.status, status=status, remaining_amount=Decimal(0))
    number = _CREDIT_MEMO_NUMBERS.draw(books.company)
    today = books.now.date()
    posting = Posting(books, CREDIT_MEMO, number, today, f"Credit Memo {number}")
    claim = Claim(
        invoice.bill_to_customer_id,
        -total,
        today,
        invoice.id,
        -invoice.total_amount_excluding_tax,
    )
    entry = post(posting, _legs(books.company, invoice, lines, Decimal(-1)), claim)
    if total:
        apply(books, open_entry(invoice), entry, total)
    _move_stock(books, lines, Decimal(1))
