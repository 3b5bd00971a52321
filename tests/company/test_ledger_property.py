"""Whatever is posted, canceled and paid, the ledgers balance and customers owe what is open."""

from __future__ import annotations

import datetime
import random
import uuid
from decimal import Decimal

import peewee
import pytest

from models.availability import discard_connection
from models.books import Books
from models.credit_memo_actions import cancel_credit_memo, post_credit_memo
from models.customer import Customer
from models.customer_payment import CustomerPayment, post_journal
from models.demo.identifiers import CRONUS, id_of
from models.general_ledger_entry import GeneralLedgerEntry
from models.item import Item
from models.item_ledger_entry import ItemLedgerEntry
from models.journal_posting import post_general_journal
from models.journal_table import JournalLine
from models.ledger import CustomerLedgerApplication, CustomerLedgerEntry
from models.overdue import bring_to
from models.sales_copy import copy_head, copy_line
from models.sales_kind import CREDIT_MEMO, INVOICE
from models.sales_posting import cancel_invoice, make_corrective_credit_memo, post_invoice
from models.sales_tables import SalesCreditMemo, SalesInvoice, SalesInvoiceLine
from models.sales_totals import lines_of, refresh
from odata.errors import RuleError
from odata.query.change import UnloggedRows

NOW = datetime.datetime(2026, 3, 10, 9, tzinfo=datetime.UTC)
BOOKS = Books(CRONUS, NOW, UnloggedRows())
JOURNAL = id_of(CRONUS, "customer_payment_journal", "GENERAL")
GENERAL_JOURNAL = id_of(CRONUS, "journal", "DEFAULT")
ITEM = id_of(CRONUS, "item", "1000")
STEPS = 50


@pytest.fixture
def database(find_lasting):
    lasting = find_lasting("own")
    lasting.fresh_client()
    with lasting.database.connection_context():
        bring_to(UnloggedRows(), CRONUS, NOW.date())
        yield lasting.database
    discard_connection()


@pytest.fixture
def customers(database):
    return [new_customer(number) for number in range(3)]


def row(**columns: object) -> dict[str, object]:
    return {
        "id": str(uuid.uuid4()),
        "company_id": CRONUS,
        "etag": "t",
        "last_modified": NOW,
        **columns,
    }


def new_customer(number: int) -> str:
    columns = row(number=f"P{number}", display_name=f"Payer {number}")
    Customer.insert(columns).execute()
    return str(columns["id"])


def new_invoice(draw: random.Random, customer: str) -> str:
    head = row(
        number=f"D{draw.random()}"[:20],
        customer_id=customer,
        customer_number="P",
        bill_to_customer_id=customer,
        bill_to_customer_number="P",
        posting_date=NOW.date(),
        due_date=NOW.date() + datetime.timedelta(days=draw.randrange(-90, 90)),
        discount_amount=Decimal(draw.randrange(0, 500)) / 100,
    )
    SalesInvoice.insert(head).execute()
    for position in range(draw.randrange(1, 4)):
        SalesInvoiceLine.insert(
            row(
                document_id=head["id"],
                sequence=(position + 1) * 10000,
                item_id=ITEM,
                line_type=2,
                quantity=Decimal(draw.randrange(1, 90_000)) / 1000,
                unit_price=Decimal(draw.randrange(1, 9_000_000)) / 100_000,
                tax_percent=draw.choice((Decimal(0), Decimal("6.25"), Decimal(19))),
            )
        ).execute()
    refresh(UnloggedRows(), INVOICE, str(head["id"]), NOW)
    return str(head["id"])


def new_memo(draw: random.Random, customer: str, invoice: str | None) -> str:
    """The draft of a credit memo, which may name an invoice."""
    source = SalesInvoice.get_by_id(new_invoice(draw, customer))
    named = SalesInvoice.get_or_none(SalesInvoice.id == invoice)
    links = {} if named is None else {"invoice_id": named.id, "invoice_number": named.number}
    memo = copy_head(BOOKS, CREDIT_MEMO, source, links)
    for line in lines_of(INVOICE, source.id):
        copy_line(BOOKS, CREDIT_MEMO, (line, memo), {})
    refresh(UnloggedRows(), CREDIT_MEMO, memo, NOW)
    return memo


def pay(draw: random.Random, customer: str, invoice: str | None) -> None:
    CustomerPayment.insert(
        row(
            journal_id=JOURNAL,
            customer_id=customer,
            posting_date=NOW.date(),
            document_number=f"G{draw.random()}"[:20],
            amount=-Decimal(draw.randrange(1, 300_000)) / 100,
            applies_to_invoice_id=invoice or "00000000-0000-0000-0000-000000000000",
        )
    ).execute()
    post_journal(BOOKS, JOURNAL)


def post_journal_line(draw: random.Random, customer: str) -> None:
    """An amount on the customer, either way round, with cash or sales on the other side."""
    cash, sales = (id_of(CRONUS, "account", number) for number in ("10100", "40200"))
    sides = [(1, customer), (0, draw.choice((cash, sales)))]
    draw.shuffle(sides)
    (account_type, account), (balance_type, balancing) = sides
    JournalLine.insert(
        row(
            journal_id=GENERAL_JOURNAL,
            account_type=account_type,
            account_id=account,
            account_number="A",
            posting_date=NOW.date() + datetime.timedelta(days=draw.randrange(-90, 90)),
            document_number=f"J{draw.random()}"[:20],
            amount=Decimal(draw.randrange(-300_000, 300_000)) / 100,
            balance_account_type=balance_type,
            balancing_account_id=balancing,
        )
    ).execute()
    post_general_journal(BOOKS, GENERAL_JOURNAL)


def take_step_beside(draw: random.Random, customer: str, *, posts: bool) -> None:
    """What concerns no invoice: a journal is posted, or the day moves."""
    if posts:
        post_journal_line(draw, customer)
        return
    day = NOW.date() + datetime.timedelta(days=draw.randrange(-60, 60))
    bring_to(UnloggedRows(), CRONUS, day)


def take_step(
    database: peewee.Database, draw: random.Random, customers: list[str], invoices: dict[str, str]
) -> None:
    kind = draw.randrange(9)
    customer = draw.choice(customers)
    invoice = draw.choice([key for key, owner in invoices.items() if owner == customer] or [None])
    try:
        with database.atomic():
            if kind == 0 or invoice is None:
                invoices[new_invoice(draw, customer)] = customer
            elif kind == 1:
                post_invoice(BOOKS, invoice)
            elif kind == 2:
                cancel_invoice(BOOKS, invoice)
            elif kind == 3:
                make_corrective_credit_memo(BOOKS, invoice)
            elif kind == 4:
                pay(draw, customer, invoice if SalesInvoice.get_by_id(invoice).status > 1 else None)
            elif kind == 5:
                post_credit_memo(BOOKS, new_memo(draw, customer, draw.choice([invoice, None])))
            elif kind == 6:
                memos = SalesCreditMemo.select().where(SalesCreditMemo.customer_id == customer)
                if list(memos):
                    cancel_credit_memo(BOOKS, draw.choice([memo.id for memo in memos]))
            else:
                take_step_beside(draw, customer, posts=kind == 7)
    except RuleError:
        assert database.transaction_depth() == 0


def open_of(customer: str, before: datetime.date = datetime.date.max) -> Decimal:
    entry = CustomerLedgerEntry
    rows = entry.select().where(entry.customer_id == customer, entry.open, entry.due_date < before)
    return sum((item.remaining_amount for item in rows), Decimal(0))


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_leaves_the_ledger_balanced(database, customers, seed):
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    invoices: dict[str, str] = {}
    for _ in range(STEPS):
        take_step(database, draw, customers, invoices)
    later = NOW.date() + datetime.timedelta(days=draw.randrange(-60, 60))
    bring_to(UnloggedRows(), CRONUS, later)

    transactions: dict[int, Decimal] = {}
    for leg in GeneralLedgerEntry.select():
        sum_so_far = transactions.get(leg.transaction_number, Decimal(0))
        transactions[leg.transaction_number] = sum_so_far + leg.debit_amount - leg.credit_amount
    assert transactions
    assert set(transactions.values()) == {Decimal(0)}
    for customer in customers:
        stored = Customer.get_by_id(customer)
        assert stored.balance == open_of(customer)
        assert stored.overdue_amount == stored.balance_due == open_of(customer, later)
        earlier, earliest = (later - datetime.timedelta(days=days) for days in (30, 60))
        assert stored.overdue_period1 == open_of(customer, later) - open_of(customer, earlier)
        assert stored.overdue_period2 == open_of(customer, earlier) - open_of(customer, earliest)
        assert stored.etag == "t"
    for entry in CustomerLedgerEntry.select().where(CustomerLedgerEntry.customer_id << customers):
        applied = CustomerLedgerApplication.select().where(
            CustomerLedgerApplication.entry_id == entry.id
        )
        changes = sum((item.amount for item in applied), Decimal(0))
        assert entry.remaining_amount == entry.amount + changes
        assert entry.open == (entry.remaining_amount != 0)
    moved = sum((entry.quantity for entry in ItemLedgerEntry.select()), Decimal(0))
    assert Item.get_by_id(ITEM).inventory == 12 + moved
    for key in invoices:
        invoice = SalesInvoice.get_by_id(key)
        assert 0 <= invoice.remaining_amount <= invoice.total_amount_including_tax
