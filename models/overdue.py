"""Overdue amounts that follow the day without a look at every customer.

``Customer.overdue_amount`` and ``balance_due`` are plain columns: they hold the sum of what
remains of the open entries that were due before ``LedgerDay.as_of``. Postings keep them for
the stored day. ``overdue_period1`` and ``overdue_period2`` hold the parts of it that were due
in the two periods of thirty days before. When the day moves, only the open entries whose due
date lies between the old day and the new one change sides, and so at the beginning of either
period; an index on (company, open, due date) finds just these. So filters and orders over any
number of customers read a column, and a new day costs as much as what falls due on it. The
customer's entity tag stays (reference §3.3).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import peewee

from models.company import Company
from models.customer import Customer
from models.ledger import CustomerLedgerEntry, LedgerDay
from odata.query.change import Rows

_PERIOD = datetime.timedelta(days=30)
_ZERO = Decimal(0)


def bring_all_to(rows: Rows, today: datetime.date) -> None:
    """Bring the overdue amounts of every company to a day, in the caller's transaction."""
    for company in Company.select(Company.id):
        bring_to(rows, company.id, today)


def bring_to(rows: Rows, company: str, today: datetime.date) -> None:
    """Bring the overdue amounts of a company to a day, forwards or backwards."""
    known = LedgerDay.get_or_none(LedgerDay.company_id == company)
    if known is None:
        LedgerDay.insert(company_id=company, **_days(today)).on_conflict_ignore().execute()
    elif known.as_of != today and _move(company, known.as_of, today):
        _change_sides(rows, company, (known.as_of, today))


def follow_due(rows: Rows, company: str, due: datetime.date, change: tuple[str, Decimal]) -> None:
    """Let a customer's overdue amounts follow a change of what remains of an entry."""
    day, (customer, amount) = LedgerDay.get_by_id(company), change
    if due < day.as_of:
        starts = (day.period1_start, day.period2_start)
        _add(rows, customer, [amount, *(amount if due < start else _ZERO for start in starts)])


def _days(today: datetime.date) -> dict[str, datetime.date]:
    return {
        "as_of": today,
        "period1_start": today - _PERIOD,
        "period2_start": today - 2 * _PERIOD,
    }


def _move(company: str, before: datetime.date, today: datetime.date) -> bool:
    """Whether this transaction is the one that moves the day."""
    moved = LedgerDay.update(**_days(today)).where(
        LedgerDay.company_id == company, LedgerDay.as_of == before
    )
    return bool(moved.execute())


def _change_sides(rows: Rows, company: str, days: tuple[datetime.date, datetime.date]) -> None:
    before, today = (tuple(_days(day).values()) for day in days)
    moved: dict[str, list[Decimal]] = {}
    for place, boundary in enumerate(zip(before, today, strict=True)):
        for customer, amount in _fallen_due(company, *boundary):
            moved.setdefault(customer, [_ZERO, _ZERO, _ZERO])[place] = amount
    for customer, amounts in moved.items():
        _add(rows, customer, amounts)


def _fallen_due(
    company: str, before: datetime.date, after: datetime.date
) -> Iterator[tuple[str, Decimal]]:
    """What more each customer owes of before a boundary in time when that moves."""
    entry = CustomerLedgerEntry
    due = (
        entry.select(entry.customer_id, peewee.fn.SUM(entry.remaining_amount))
        .where(
            entry.company_id == company,
            entry.open,
            entry.due_date >= min(before, after),
            entry.due_date < max(before, after),
        )
        .group_by(entry.customer_id)
        .tuples()
    )
    sign = 1 if after > before else -1
    sums: list[tuple[str, int]] = list(due.execute())
    for customer, units in sums:
        yield customer, sign * Decimal(int(units)).scaleb(-entry.remaining_amount.scale)


def _add(rows: Rows, customer: str, amounts: list[Decimal]) -> None:
    """Add to what a customer owes of before the day, and of before each of the two periods."""
    overdue, earlier, earliest = amounts
    columns = {
        "overdue_amount": Customer.overdue_amount + overdue,
        "balance_due": Customer.balance_due + overdue,
        "overdue_period1": Customer.overdue_period1 + (overdue - earlier),
        "overdue_period2": Customer.overdue_period2 + (earlier - earliest),
    }
    rows.update(Customer, columns, Customer.id == customer)
