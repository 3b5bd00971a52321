"""Amounts aged as of any day, in periods of any length: computed of the ledger's history.

What remained of an entry on a day is what remains of it now, less what was applied to it after
that day. Entries posted after the day are left out. What a customer owed when the company moved
in has no entry; it counts as overdue for longest, or as not yet due, as it does today.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from models.date_formula import evaluate
from odata.errors import BadRequestError
from odata.sql.fields import DayField, TextField
from odata.sql.mapping import Inputs, SqlExpression, TableAlias
from odata.sql.nodes import sql

AS_OF, LENGTH = "agedAsOfDate", "periodLengthFilter"
DEFAULT_LENGTH = "30D"
_FORMULA = re.compile(r"[1-9][0-9]{0,2}[DWMQY]\Z", re.IGNORECASE)
_BOTH = (AS_OF, LENGTH)
_BEGINNING = "0001-01-01"
_OF_CUSTOMER = "e.company_id = {0} AND e.customer_id = {1}"
_OF_COMPANY = "e.company_id = {0}"
_REMAINING = (
    "COALESCE((SELECT CAST(SUM(e.remaining_amount - COALESCE((SELECT SUM(a.amount) "
    "FROM customer_ledger_application AS a WHERE a.entry_id = e.id AND a.posting_date > {2}), 0)) "
    "AS BIGINT) FROM customer_ledger_entry AS e "
    "WHERE @ AND e.posting_date <= {2} AND e.due_date >= {3} AND e.due_date < {4}), 0)"
)
_LATER = (
    "COALESCE((SELECT CAST(SUM(e.amount) AS BIGINT) FROM customer_ledger_entry AS e "
    "WHERE @ AND e.posting_date > {2}), 0)"
)
_OPEN_AND_DUE = (
    "COALESCE((SELECT CAST(SUM(e.remaining_amount) AS BIGINT) FROM customer_ledger_entry AS e "
    "WHERE @ AND e.open AND e.due_date < {2}), 0)"
)

Amount = Callable[[TableAlias, Inputs], SqlExpression]


def as_of_day(row: TableAlias, inputs: Inputs) -> SqlExpression:
    """The day that was asked for, else the day of the service."""
    asked = inputs.value(AS_OF, DayField())
    return row.aged_as_of_date if asked is None else asked


def period_length(row: TableAlias, inputs: Inputs) -> SqlExpression:
    """The length that was asked for; the total keeps its word, which puts it last."""
    asked = inputs.value(LENGTH, TextField())
    if asked is None:
        return row.period_length_filter
    return sql("CASE WHEN {0} = 1 THEN 'TOTAL' ELSE {1} END", row.is_total, asked)


def balance(row: TableAlias, inputs: Inputs) -> SqlExpression:
    """What was owed on the day."""
    return sql("({0} - {1})", row.balance_due, _sum(row, _LATER, _start(inputs, 0)))


def current(row: TableAlias, inputs: Inputs) -> SqlExpression:
    """What was not yet due."""
    overdue = [period(number)(row, inputs) for number in (1, 2, 3)]
    return sql("({0} - {1} - {2} - {3})", balance(row, inputs), *overdue)


def period(number: int) -> Amount:
    """What was due in one of the three periods before the day; the last one has no beginning."""

    def amount(row: TableAlias, inputs: Inputs) -> SqlExpression:
        end, day = _start(inputs, number - 1), _start(inputs, 0)
        if number in (1, 2):
            return _sum(row, _REMAINING, day, _start(inputs, number), end)
        oldest = _sum(row, _REMAINING, day, sql(f"'{_BEGINNING}'"), end)
        return sql("({0} + {1})", oldest, _brought_forward(row))

    return amount


def label(number: int) -> Amount:
    """From which to which day a period goes, counted back from the day."""

    def text(_row: TableAlias, inputs: Inputs) -> SqlExpression:
        def compute(now: datetime.datetime, day: object, length: object) -> str:
            first, last = (_back(now, day, length, steps) for steps in (number - 1, number))
            start = _day(now, day)
            begins, ends = (start - first).days + 1, (start - last).days
            return f"{begins} - {ends} days" if number in (1, 2) else f"{begins} - days"

        return sql("CAST({0} AS TEXT)", inputs.computed(_BOTH, compute))

    return text


def _brought_forward(row: TableAlias) -> SqlExpression:
    """What is overdue today without an entry."""
    entered = _sum(row, _OPEN_AND_DUE, row.aged_as_of_date)
    return sql("({0} - {1} - {2})", row.balance_due, row.current_amount, entered)


def _sum(row: TableAlias, template: str, *bounds: SqlExpression) -> SqlExpression:
    whose = "CASE WHEN {0} = 1 THEN {1} ELSE {2} END"
    company, customer = (
        sql(template.replace("@", rows), row.company_id, row.customer_id, *bounds)
        for rows in (_OF_COMPANY, _OF_CUSTOMER)
    )
    return sql(whose, row.is_total, company, customer)


def _start(inputs: Inputs, steps: int) -> SqlExpression:
    """The day, or the first day so many periods before it."""

    def compute(now: datetime.datetime, day: object, length: object) -> str:
        return _back(now, day, length, steps).isoformat()

    return inputs.computed(_BOTH, compute)


def _back(now: datetime.datetime, day: object, length: object, steps: int) -> datetime.date:
    formula = str(length or DEFAULT_LENGTH).strip()
    if not _FORMULA.match(formula):
        raise BadRequestError(
            f'The value "{formula}" is no length of a period such as 30D or 1M.', target=LENGTH
        )
    found = _day(now, day)
    try:
        for _ in range(steps):
            found = evaluate(f"-{formula}", found)
    except (OverflowError, ValueError) as error:
        raise BadRequestError("the periods begin before the calendar does", target=AS_OF) from error
    return found


def _day(now: datetime.datetime, day: object) -> datetime.date:
    return day if isinstance(day, datetime.date) else now.date()
