"""Overdue amounts that follow the day without a look at every customer.

``Customer.overdue_amount`` and ``balance_due`` are plain columns: they hold the sum of what
remains of the open entries that were due before ``LedgerDay.as_of``. Postings keep them for
the stored day. When the day moves, only the open entries whose due date lies between the old
day and the new one change sides; an index on (company, open, due date) finds just these. So
filters and orders over any number of customers read a column, and a new day costs as much as
what falls due on it. The customer's entity tag stays (reference §3.3).
"""

from __future__ import annotations

import datetime
from decimal import Decimal

import peewee

from models.company import Company
from models.customer import Customer
from models.ledger import CustomerLedgerEntry, LedgerDay
from odata.query.change import Rows

_PERIOD = datetime.timedelta(days=30)


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


def day_of(company: str) -> datetime.date:
    """The day to which the overdue amounts of a company have been brought."""
    day: datetime.date = LedgerDay.get_by_id(company).as_of
    return day


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
    before, today = days
    entry = CustomerLedgerEntry
    first, last = min(before, today), max(before, today)
    due = (
        entry.select(entry.customer_id, peewee.fn.SUM(entry.remaining_amount))
        .where(
            entry.company_id == company,
            entry.open,
            entry.due_date >= first,
            entry.due_date < last,
        )
        .group_by(entry.customer_id)
        .tuples()
    )
    sign = 1 if today > before else -1
    sums: list[tuple[str, int]] = list(due.execute())
    for customer, units in sums:
        total = Decimal(int(units)).scaleb(-entry.remaining_amount.scale)
        add_overdue(rows, customer, sign * total)


def add_overdue(rows: Rows, customer: str, amount: Decimal) -> None:
    """Add to the overdue amount of a customer."""
    columns = {
        "overdue_amount": Customer.overdue_amount + amount,
        "balance_due": Customer.balance_due + amount,
    }
    rows.update(Customer, columns, Customer.id == customer)
