"""Quotes that become orders or invoices, and orders that are shipped and invoiced."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from decimal import Decimal

from models.base import milliseconds
from models.reference_check import find
from models.sales_kind import INVOICE, ORDER, QUOTE, QUOTE_SENT, SalesKind
from models.sales_posting import NOTHING_TO_POST, post_invoice
from models.sales_tables import (
    NO_DAY,
    SalesHeader,
    SalesLine,
    SalesOrder,
    SalesOrderLine,
    SalesQuote,
)
from models.sales_totals import lines_of, refresh
from models.tags import new_tag
from odata.errors import NotFoundError, RuleError

Columns = Mapping[str, object]
_HEAD = tuple(SalesHeader._meta.fields)  # noqa: SLF001 - Peewee's published name for it
_LINE = (*SalesLine._meta.fields, "line_type")  # noqa: SLF001 - likewise


def send_quote(company: str, key: str, now: datetime.datetime) -> None:
    """Record that a quote was sent."""
    quote = _find(SalesQuote, company, key)
    SalesQuote.update(
        status=QUOTE_SENT,
        sent_at=milliseconds(now),
        etag=new_tag(),
        last_modified=milliseconds(now),
    ).where(SalesQuote.id == quote.id).execute()


def make_order(company: str, key: str, now: datetime.datetime) -> None:
    """Turn a quote into an order."""
    quote = _find(SalesQuote, company, key)
    lines = lines_of(QUOTE, key)
    order = _copy_head(ORDER, quote, now, {"order_date": now.date()})
    for line in lines:
        open_quantities = {"ship_quantity": line.quantity, "invoice_quantity": line.quantity}
        _copy_line(ORDER, line, order, now, open_quantities)
    refresh(ORDER, order)
    _remove(QUOTE, key)


def make_invoice(company: str, key: str, now: datetime.datetime) -> None:
    """Turn a quote into the draft of an invoice."""
    quote = _find(SalesQuote, company, key)
    lines = lines_of(QUOTE, key)
    invoice = _copy_head(INVOICE, quote, now, {"invoice_date": now.date()})
    for line in lines:
        _copy_line(INVOICE, line, invoice, now, {})
    refresh(INVOICE, invoice)
    _remove(QUOTE, key)


def ship_and_invoice(company: str, key: str, now: datetime.datetime) -> None:
    """Post an invoice over what is to be invoiced of an order; a finished order is removed."""
    order = _find(SalesOrder, company, key)
    lines = [line for line in lines_of(ORDER, key) if isinstance(line, SalesOrderLine)]
    if not any(line.invoice_quantity for line in lines):
        raise RuleError(NOTHING_TO_POST)
    links = {"invoice_date": now.date(), "order_id": order.id, "order_number": order.number}
    invoice = _copy_head(INVOICE, order, now, links)
    for line in lines:
        _copy_line(INVOICE, line, invoice, now, _part(line))
        _advance(line)
    refresh(INVOICE, invoice)
    post_invoice(company, invoice, now)
    if all(line.invoiced_quantity + line.invoice_quantity >= line.quantity for line in lines):
        _remove(ORDER, key)
        return
    shipped = all(line.shipped_quantity + line.ship_quantity >= line.quantity for line in lines)
    SalesOrder.update(
        fully_shipped=shipped,
        discount_amount=0,
        etag=new_tag(),
        last_modified=milliseconds(now),
    ).where(SalesOrder.id == order.id).execute()
    refresh(ORDER, key)


def _find(model: type[SalesHeader], company: str, key: str) -> SalesHeader:
    found = find(model, company, model.id == key)
    if found is None:
        raise NotFoundError("The document cannot be found.")
    return found


def _copy_head(kind: SalesKind, head: SalesHeader, now: datetime.datetime, columns: Columns) -> str:
    """The id of a new document that says what another one says."""
    key = str(uuid.uuid4())
    due = {"due_date": now.date()} if head.due_date == NO_DAY else {}
    values = {
        **{name: getattr(head, name) for name in _HEAD},
        **due,
        **columns,
        "id": key,
        "etag": new_tag(),
        "last_modified": milliseconds(now),
        "number": kind.numbering.draw(head.company_id),
        "posting_date": now.date(),
    }
    kind.head.insert(values).execute()
    return key


def _copy_line(
    kind: SalesKind, line: SalesLine, document: str, now: datetime.datetime, columns: Columns
) -> None:
    values = {
        **{name: getattr(line, name) for name in _LINE},
        **columns,
        "id": str(uuid.uuid4()),
        "etag": new_tag(),
        "last_modified": milliseconds(now),
        "document_id": document,
    }
    kind.line.insert(values).execute()


def _part(line: SalesOrderLine) -> Columns:
    """The part of a line that is invoiced, with as much of its discount."""
    quantity: Decimal = line.invoice_quantity
    discount = line.discount_amount
    if line.quantity and quantity != line.quantity:
        discount = (discount * quantity / line.quantity).quantize(Decimal("0.01"))
    return {"quantity": quantity, "discount_amount": discount}


def _advance(line: SalesOrderLine) -> None:
    invoiced = line.invoiced_quantity + line.invoice_quantity
    shipped = line.shipped_quantity + line.ship_quantity
    SalesOrderLine.update(
        invoiced_quantity=invoiced,
        shipped_quantity=shipped,
        invoice_quantity=line.quantity - invoiced,
        ship_quantity=line.quantity - shipped,
    ).where(SalesOrderLine.id == line.id).execute()


def _remove(kind: SalesKind, document: str) -> None:
    kind.line.delete().where(kind.line.document_id == document).execute()
    kind.head.delete().where(kind.head.id == document).execute()
