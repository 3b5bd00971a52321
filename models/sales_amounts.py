"""The amounts of a sales document, in exact decimals.

1. Every amount is rounded to the precision of the currency, halves away from zero.
2. A line is worth quantity times unit price, less its own discount: that is its amount. Where
   prices include tax, the tax is taken out of that amount first.
3. The tax of a line is its percentage of its amount excluding tax.
4. The discount of the document is shared among the lines by their amounts excluding tax; the
   last line that has an amount takes what rounding leaves. A line's net amount is its amount
   less its share, and its net tax is the percentage of that.
5. The totals of the document are the sums of the net amounts and net taxes of its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
PERCENT_STEP = Decimal("0.00001")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a line says of itself."""

    quantity: Decimal
    unit_price: Decimal
    discount_amount: Decimal
    tax_percent: Decimal


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """What follows for a line."""

    amount_excluding_tax: Decimal
    total_tax_amount: Decimal
    amount_including_tax: Decimal
    invoice_discount_allocation: Decimal
    net_amount: Decimal
    net_tax_amount: Decimal
    net_amount_including_tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What follows for the document."""

    total_amount_excluding_tax: Decimal
    total_tax_amount: Decimal
    total_amount_including_tax: Decimal


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """What the head of a document says of all lines."""

    discount_amount: Decimal = _ZERO
    prices_include_tax: bool = False
    precision: Decimal = CENT


def gross_amount(terms: LineTerms, precision: Decimal = CENT) -> Decimal:
    """Quantity times unit price."""
    return rounded(terms.quantity * terms.unit_price, precision)


def rounded(value: Decimal, precision: Decimal = CENT) -> Decimal:
    """The nearest multiple of the precision; halves go away from zero."""
    units = (value / precision).quantize(Decimal(1), ROUND_HALF_UP)
    return units * precision


def compute(
    lines: Sequence[LineTerms], document: DocumentTerms
) -> tuple[list[LineAmounts], Totals]:
    """The amounts of all lines and of the document."""
    amounts = [_excluding_tax(line, document) for line in lines]
    shares = _shares(amounts, document)
    found = [
        _line(line, amount, share, document.precision)
        for line, amount, share in zip(lines, amounts, shares, strict=True)
    ]
    net = sum((item.net_amount for item in found), _ZERO)
    tax = sum((item.net_tax_amount for item in found), _ZERO)
    return found, Totals(net, tax, net + tax)


def _excluding_tax(line: LineTerms, document: DocumentTerms) -> Decimal:
    amount = gross_amount(line, document.precision) - line.discount_amount
    if not document.prices_include_tax:
        return amount
    return rounded(amount * _HUNDRED / (_HUNDRED + line.tax_percent), document.precision)


def _shares(amounts: Sequence[Decimal], document: DocumentTerms) -> list[Decimal]:
    whole = sum(amounts, _ZERO)
    if not whole or not document.discount_amount:
        return [_ZERO] * len(amounts)
    discount = rounded(document.discount_amount, document.precision)
    shares = [rounded(discount * amount / whole, document.precision) for amount in amounts]
    last = max(position for position, amount in enumerate(amounts) if amount)
    shares[last] += discount - sum(shares, _ZERO)
    return shares


def _line(line: LineTerms, amount: Decimal, share: Decimal, precision: Decimal) -> LineAmounts:
    tax = rounded(amount * line.tax_percent / _HUNDRED, precision)
    net = amount - share
    net_tax = rounded(net * line.tax_percent / _HUNDRED, precision)
    return LineAmounts(amount, tax, amount + tax, share, net, net_tax, net + net_tax)
