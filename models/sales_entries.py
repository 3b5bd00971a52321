"""The entries of a posted sales document: legs of the general ledger, movements of stock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

from models.account import Account
from models.base import NO_ID, milliseconds
from models.books import Books
from models.item import Item
from models.item_ledger_entry import CUSTOMER_SOURCE, SALE, ItemLedgerEntry
from models.numbers import ITEM_ENTRIES, advance_number
from models.posting import RECEIVABLES, SALES, TAX_PAYABLE, Leg, account_for
from models.sales_amounts import rounded
from models.sales_tables import SalesHeader, SalesLine
from models.tags import new_tag


@dataclass(frozen=True, slots=True)
class Posted:
    """A document as its entries tell it: what is sold has the sign 1, what comes back -1."""

    head: SalesHeader
    lines: list[SalesLine]
    sign: Decimal
    number: str
    item_document_type: int


def legs_of(books: Books, posted: Posted) -> list[Leg]:
    """What the document moves on the accounts."""
    company, sign, head = books.company, posted.sign, posted.head
    sales = account_for(company, SALES)
    legs = [
        Leg(account_for(company, RECEIVABLES), sign * head.total_amount_including_tax, head.id),
        Leg(account_for(company, TAX_PAYABLE), -sign * head.total_tax_amount, head.id),
    ]
    for line in posted.lines:
        account = sales if line.account_id == NO_ID else Account.get_by_id(line.account_id)
        legs.append(Leg(account, -sign * line.net_amount, line.id))
    return legs


def move_stock(books: Books, posted: Posted) -> None:
    """Let the stock of the items follow, and enter what has moved."""
    for line in posted.lines:
        if line.item_id == NO_ID or not line.quantity:
            continue
        quantity = -posted.sign * line.quantity
        moved = {"inventory": Item.inventory + quantity}
        books.rows.update(Item, moved, Item.id == line.item_id, Item.type == 0)
        _enter(books, posted, line, quantity)


def _enter(books: Books, posted: Posted, line: SalesLine, quantity: Decimal) -> None:
    item = Item.get_by_id(line.item_id)
    entry = {
        "id": str(uuid.uuid4()),
        "company_id": books.company,
        "etag": new_tag(),
        "last_modified": milliseconds(books.now),
        "entry_number": int(advance_number(books.company, ITEM_ENTRIES)),
        "item_number": item.number,
        "posting_date": posted.head.posting_date,
        "entry_type": SALE,
        "source_number": posted.head.customer_number,
        "source_type": CUSTOMER_SOURCE,
        "document_number": posted.number,
        "document_type": posted.item_document_type,
        "description": line.description,
        "quantity": quantity,
        "sales_amount_actual": posted.sign * line.net_amount,
        "cost_amount_actual": rounded(quantity * item.unit_cost),
    }
    books.rows.insert(ItemLedgerEntry, entry)
