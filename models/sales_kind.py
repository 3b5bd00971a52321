"""The kinds of sales documents, as far as their rules differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.numbers import Numbering
from models.sales_tables import (
    SalesCreditMemo,
    SalesCreditMemoLine,
    SalesHeader,
    SalesInvoice,
    SalesInvoiceLine,
    SalesLine,
    SalesOrder,
    SalesOrderLine,
    SalesQuote,
    SalesQuoteLine,
)

INVOICE_DRAFTS, POSTED_INVOICES = "S-INV", "S-INV+"
CREDIT_MEMO_DRAFTS, CREDIT_MEMOS, ORDERS, QUOTES = "S-CR", "S-CR+", "S-ORD", "S-QUO"
DRAFT, IN_REVIEW, OPEN, PAID, CANCELED, CORRECTIVE = 1, 2, 3, 4, 5, 6
QUOTE_SENT, QUOTE_ACCEPTED = 1, 2
MEMO_DRAFT, MEMO_OPEN, MEMO_CANCELED, MEMO_CORRECTIVE, MEMO_PAID = 0, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class SalesKind:
    """One kind: its entity types, tables and numbers, the date that a client calls the
    document's, and whether a document may still be changed."""

    caption: str
    head_type: str
    line_type: str
    head: type[SalesHeader]
    line: type[SalesLine]
    numbering: Numbering
    date_name: str
    is_open: Callable[[SalesHeader], bool]


INVOICE = SalesKind(
    "Sales Invoice",
    "salesInvoice",
    "salesInvoiceLine",
    SalesInvoice,
    SalesInvoiceLine,
    Numbering(INVOICE_DRAFTS, SalesInvoice.number),
    "invoiceDate",
    lambda head: isinstance(head, SalesInvoice) and head.status == DRAFT,
)
ORDER = SalesKind(
    "Sales Order",
    "salesOrder",
    "salesOrderLine",
    SalesOrder,
    SalesOrderLine,
    Numbering(ORDERS, SalesOrder.number),
    "orderDate",
    lambda _head: True,
)
QUOTE = SalesKind(
    "Sales Quote",
    "salesQuote",
    "salesQuoteLine",
    SalesQuote,
    SalesQuoteLine,
    Numbering(QUOTES, SalesQuote.number),
    "documentDate",
    lambda head: isinstance(head, SalesQuote) and head.status != QUOTE_ACCEPTED,
)
CREDIT_MEMO = SalesKind(
    "Sales Credit Memo",
    "salesCreditMemo",
    "salesCreditMemoLine",
    SalesCreditMemo,
    SalesCreditMemoLine,
    Numbering(CREDIT_MEMO_DRAFTS, SalesCreditMemo.number),
    "creditMemoDate",
    lambda head: isinstance(head, SalesCreditMemo) and head.status == MEMO_DRAFT,
)
