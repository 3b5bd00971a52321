"""What a posting writes: entries that balance, and amounts that follow them.

The rules, all in exact decimals:

1. A posting is a transaction of general ledger entries. Debits are positive, credits
   negative, and their sum is zero; a posting that does not balance is refused whole.
2. An invoice debits receivables with its total including tax, credits sales (or the account
   of the line) with the net amount of each line, and tax payable with the net tax.
3. A credit memo that corrects an invoice posts the same legs with the signs turned.
4. A payment debits the balancing account of its journal and credits receivables.
5. Each of them writes one entry in the ledger of the customer with the amount that
   receivables moved by: positive for invoices, negative for payments and credit memos.
   Applying one entry to another takes the same amount from what remains of both.
6. The balance of a customer is what was brought forward when the company moved in, and the
   sum of what remains of its open entries. Sales excluding tax are the net amounts of rule 2.
7. A line of a general journal debits its account with its amount and credits the account
   that balances it; on a customer it moves receivables and writes an entry of rule 5.
8. No exchange rates are kept: amounts of a document in another currency are posted by their
   number.

The columns of customers and accounts change without their entity tags (reference §3.3).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from models.account import Account
from models.base import NO_ID, milliseconds
from models.books import Books
from models.customer import Customer
from models.dimension_sets import copy_set
from models.general_ledger_entry import GeneralLedgerEntry
from models.ledger import CustomerLedgerApplication, CustomerLedgerEntry
from models.numbers import advance_number
from models.overdue import bring_to, follow_due
from models.tags import new_tag
from odata.errors import RuleError

PAYMENT, INVOICE, CREDIT_MEMO = 1, 2, 3
RECEIVABLES, SALES, TAX_PAYABLE, CASH = "receivables", "sales", "tax", "cash"
GENERAL_ENTRIES, CUSTOMER_ENTRIES, TRANSACTIONS = "GLENTRY", "CUSTENTRY", "TRANSACTION"


@dataclass(frozen=True, slots=True)
class Posting:
    """What all entries of one posting share."""

    books: Books
    document_type: int
    document_number: str
    posting_date: datetime.date
    description: str


@dataclass(frozen=True, slots=True)
class Leg:
    """An amount on an account: positive debits, negative credits. Its entry takes over the
    dimension values of ``dimensions_of``, and the description of the posting unless it has its
    own."""

    account: Account
    amount: Decimal
    dimensions_of: str = NO_ID
    description: str = ""
    entry_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a posting changes between the company and a customer."""

    customer_id: str
    amount: Decimal
    due_date: datetime.date
    document_id: str = NO_ID
    sales_excluding_tax: Decimal = Decimal(0)


def account_for(company: str, purpose: str) -> Account:
    """The account that the company posts to for a purpose."""
    found: Account | None = Account.get_or_none(
        Account.company_id == company, Account.purpose == purpose
    )
    if found is None:
        raise RuleError(f"The chart of accounts has no account for {purpose}.")
    return found


def post(posting: Posting, legs: Iterable[Leg], claim: Claim) -> CustomerLedgerEntry:
    """Write the entries of a posting; gives the customer's."""
    (entry,) = post_entries(posting, legs, (claim,))
    return entry


def post_entries(
    posting: Posting, legs: Iterable[Leg], claims: Iterable[Claim]
) -> list[CustomerLedgerEntry]:
    """Write the entries of a posting in both ledgers; gives those of customers."""
    books = posting.books
    bring_to(books.rows, books.company, books.now.date())
    moved = [leg for leg in legs if leg.amount]
    difference = sum((leg.amount for leg in moved), Decimal(0))
    if difference:
        raise RuleError(f"The posting does not balance: {difference} remains.")
    transaction = int(advance_number(books.company, TRANSACTIONS))
    for leg in moved:
        _write_leg(posting, leg, transaction)
    return [_write_claim(posting, claim) for claim in claims]


def apply(
    books: Books, entry: CustomerLedgerEntry, other: CustomerLedgerEntry, amount: Decimal
) -> None:
    """Settle ``amount`` of a claim by an entry of the other sign."""
    day = max(entry.posting_date, other.posting_date)
    _take(books, entry, -amount, day)
    _take(books, other, amount, day)


def _write_leg(posting: Posting, leg: Leg, transaction: int) -> None:
    if leg.account.blocked:
        raise RuleError(f"Blocked must be equal to 'No' in G/L Account: No.={leg.account.number}.")
    books = posting.books
    entry = {
        "id": leg.entry_id,
        "company_id": books.company,
        "etag": new_tag(),
        "last_modified": milliseconds(books.now),
        "entry_number": int(advance_number(books.company, GENERAL_ENTRIES)),
        "transaction_number": transaction,
        "posting_date": posting.posting_date,
        "document_number": posting.document_number,
        "document_type": posting.document_type,
        "account_id": leg.account.id,
        "account_number": leg.account.number,
        "description": (leg.description or posting.description)[:100],
        "debit_amount": max(leg.amount, Decimal(0)),
        "credit_amount": max(-leg.amount, Decimal(0)),
    }
    books.rows.insert(GeneralLedgerEntry, entry)
    if leg.dimensions_of != NO_ID:
        copy_set(books, leg.dimensions_of, leg.entry_id, "generalLedgerEntry")
    moved = {"net_change": Account.net_change + leg.amount}
    books.rows.update(Account, moved, Account.id == leg.account.id)


def _write_claim(posting: Posting, claim: Claim) -> CustomerLedgerEntry:
    books = posting.books
    entry = CustomerLedgerEntry.create(
        force_insert=True,
        id=str(uuid.uuid4()),
        company_id=books.company,
        entry_number=int(advance_number(books.company, CUSTOMER_ENTRIES)),
        customer_id=claim.customer_id,
        posting_date=posting.posting_date,
        document_type=posting.document_type,
        document_number=posting.document_number,
        document_id=claim.document_id,
        due_date=claim.due_date,
        amount=claim.amount,
        remaining_amount=claim.amount,
        open=claim.amount != 0,
        sales_excluding_tax=claim.sales_excluding_tax,
    )
    if claim.sales_excluding_tax:
        sales = Customer.total_sales_excluding_tax + claim.sales_excluding_tax
        columns = {"total_sales_excluding_tax": sales}
        books.rows.update(Customer, columns, Customer.id == claim.customer_id)
    _follow(books, entry, claim.amount)
    return entry


def _take(books: Books, entry: CustomerLedgerEntry, change: Decimal, day: datetime.date) -> None:
    """Change what remains of an entry, in one statement that sees its latest value."""
    model = CustomerLedgerEntry
    remaining = model.remaining_amount + change
    enough = remaining >= 0 if change < 0 else remaining <= 0
    columns = {"remaining_amount": remaining, "open": (remaining != 0)}
    if not books.rows.update(model, columns, model.id == entry.id, enough):
        raise RuleError(
            f"The amount to apply is greater than what remains of {entry.document_number}."
        )
    application = {
        "company_id": books.company,
        "entry_id": entry.id,
        "posting_date": day,
        "amount": change,
    }
    books.rows.insert(CustomerLedgerApplication, application)
    _follow(books, entry, change)


def _follow(books: Books, entry: CustomerLedgerEntry, change: Decimal) -> None:
    """Let the customer's amounts follow a change of what remains."""
    columns = {"balance": Customer.balance + change}
    books.rows.update(Customer, columns, Customer.id == entry.customer_id)
    follow_due(books.rows, entry.company_id, entry.due_date, (entry.customer_id, change))
