"""Quotes that become orders or invoices, and orders that are shipped and invoiced."""

from __future__ import annotations

from decimal import Decimal

from models.base import milliseconds
from models.books import Books
from models.dimension_sets import remove_sets
from models.reference_check import find
from models.sales_copy import Columns, copy_head, copy_line, touched
from models.sales_kind import INVOICE, ORDER, QUOTE, QUOTE_SENT, SalesKind
from models.sales_posting import NOTHING_TO_POST, post_invoice
from models.sales_tables import (
    SalesHeader,
    SalesOrder,
    SalesOrderLine,
    SalesQuote,
)
from models.sales_totals import lines_of, refresh
from models.tags import new_tag
from odata.errors import NotFoundError, RuleError


def send_quote(books: Books, key: str) -> None:
    """Record that a quote was sent."""
    quote = _find(SalesQuote, books.company, key)
    now = milliseconds(books.now)
    columns = {"status": QUOTE_SENT, "sent_at": now, "etag": new_tag(), "last_modified": now}
    books.rows.update(SalesQuote, columns, SalesQuote.id == quote.id)


def make_order(books: Books, key: str) -> None:
    """Turn a quote into an order."""
    quote = _find(SalesQuote, books.company, key)
    lines = lines_of(QUOTE, key)
    order = copy_head(books, ORDER, quote, {"order_date": books.now.date()})
    for line in lines:
        open_quantities = {"ship_quantity": line.quantity, "invoice_quantity": line.quantity}
        copy_line(books, ORDER, (line, order), open_quantities)
    refresh(books.rows, ORDER, order, books.now)
    _remove(books, QUOTE, key)


def make_invoice(books: Books, key: str) -> None:
    """Turn a quote into the draft of an invoice."""
    quote = _find(SalesQuote, books.company, key)
    lines = lines_of(QUOTE, key)
    invoice = copy_head(books, INVOICE, quote, {"invoice_date": books.now.date()})
    for line in lines:
        copy_line(books, INVOICE, (line, invoice), {})
    refresh(books.rows, INVOICE, invoice, books.now)
    _remove(books, QUOTE, key)


def ship_and_invoice(books: Books, key: str) -> None:
    """Post an invoice over what is to be invoiced of an order; a finished order is removed."""
    order = _find(SalesOrder, books.company, key)
    lines = [line for line in lines_of(ORDER, key) if isinstance(line, SalesOrderLine)]
    if not any(line.invoice_quantity for line in lines):
        raise RuleError(NOTHING_TO_POST)
    links = {
        "invoice_date": books.now.date(),
        "order_id": order.id,
        "order_number": order.number,
    }
    invoice = copy_head(books, INVOICE, order, links)
    for line in lines:
        copy_line(books, INVOICE, (line, invoice), _part(line))
        _advance(books, line)
    refresh(books.rows, INVOICE, invoice, books.now)
    post_invoice(books, invoice)
    if all(line.invoiced_quantity + line.invoice_quantity >= line.quantity for line in lines):
        _remove(books, ORDER, key)
        return
    shipped = all(line.shipped_quantity + line.ship_quantity >= line.quantity for line in lines)
    columns = {"fully_shipped": shipped, "discount_amount": 0, **touched(books)}
    books.rows.update(SalesOrder, columns, SalesOrder.id == order.id)
    refresh(books.rows, ORDER, key, books.now)


def _find(model: type[SalesHeader], company: str, key: str) -> SalesHeader:
    found = find(model, company, model.id == key)
    if found is None:
        raise NotFoundError("The document cannot be found.")
    return found


def _part(line: SalesOrderLine) -> Columns:
    """The part of a line that is invoiced, with as much of its discount."""
    quantity: Decimal = line.invoice_quantity
    discount = line.discount_amount
    if line.quantity and quantity != line.quantity:
        discount = (discount * quantity / line.quantity).quantize(Decimal("0.01"))
    return {"quantity": quantity, "discount_amount": discount}


def _advance(books: Books, line: SalesOrderLine) -> None:
    invoiced = line.invoiced_quantity + line.invoice_quantity
    shipped = line.shipped_quantity + line.ship_quantity
    columns = {
        "invoiced_quantity": invoiced,
        "shipped_quantity": shipped,
        "invoice_quantity": line.quantity - invoiced,
        "ship_quantity": line.quantity - shipped,
        **touched(books),
    }
    books.rows.update(SalesOrderLine, columns, SalesOrderLine.id == line.id)


def _remove(books: Books, kind: SalesKind, document: str) -> None:
    lines = kind.line.select(kind.line.id).where(kind.line.document_id == document)
    remove_sets(books.rows, (document, *(row.id for row in lines)))
    books.rows.delete(kind.line, kind.line.document_id == document)
    books.rows.delete(kind.head, kind.head.id == document)
