"""The amounts of a stored document, worked out anew after each change of it."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from decimal import Decimal

from models.base import NO_ID, milliseconds
from models.currency import Currency
from models.sales_amounts import CENT, DocumentTerms, LineTerms, compute
from models.sales_kind import SalesKind
from models.sales_tables import SalesHeader, SalesInvoice, SalesLine
from models.tags import new_tag
from odata.query.change import Rows


def lines_of(kind: SalesKind, document: str) -> list[SalesLine]:
    """The lines of a document in their sequence."""
    model = kind.line
    return list(model.select().where(model.document_id == document).order_by(model.sequence))


def refresh(rows: Rows, kind: SalesKind, document: str, now: datetime.datetime) -> None:
    """Bring the amounts of a document and its lines up to date; what changes gets a new
    entity tag."""
    model = kind.head
    head: SalesHeader = model.get_by_id(document)
    lines = lines_of(kind, document)
    terms = DocumentTerms(head.discount_amount, head.prices_include_tax, precision_of(head))
    amounts, totals = compute([_terms(line) for line in lines], terms)
    for line, found in zip(lines, amounts, strict=True):
        _store(rows, line, asdict(found), now)
    columns: dict[str, object] = asdict(totals)
    if isinstance(head, SalesInvoice):
        columns["remaining_amount"] = totals.total_amount_including_tax
    _store(rows, head, columns, now)


def precision_of(head: SalesHeader) -> Decimal:
    """To what amounts of a document are rounded."""
    if head.currency_id == NO_ID:
        return CENT
    currency = Currency.get_or_none(Currency.id == head.currency_id)
    precision: Decimal = CENT if currency is None else currency.amount_rounding_precision
    return max(precision, CENT)


def _terms(line: SalesLine) -> LineTerms:
    return LineTerms(line.quantity, line.unit_price, line.discount_amount, line.tax_percent)


def _store(
    rows: Rows, stored: SalesHeader | SalesLine, columns: dict[str, object], now: datetime.datetime
) -> None:
    if any(getattr(stored, name) != value for name, value in columns.items()):
        columns |= {"etag": new_tag(), "last_modified": milliseconds(now)}
        model = type(stored)
        rows.update(model, columns, model.id == stored.id)
