"""Date formulas: ``30D``, ``CM``, ``1M+10D``: how a due date follows a document's date."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Mapping

_TERM = re.compile(r"([+-]?)(?:C(WD|[DWMQY])|([0-9]{1,4})(WD|[DWMQY])|(WD|[DWMQY])([0-9]{1,4}))")
_LAST_YEAR = 9999


def evaluate(formula: str, start: datetime.date) -> datetime.date:
    """The day that a formula leads to; the days of a term count from that of the term before."""
    day = start
    for sign, current, count, unit, named, number in _TERM.findall(formula.upper().strip("<>")):
        if current:
            day = _end_of(current, day)
        else:
            steps = int(count or number) * (-1 if sign == "-" else 1)
            day = _STEPS[unit or named](day, steps)
    return day


def _end_of(unit: str, day: datetime.date) -> datetime.date:
    if unit == "W":
        return day + datetime.timedelta(days=6 - day.weekday())
    if unit == "Y":
        return datetime.date(day.year, 12, 31)
    if unit in ("M", "Q"):
        month = day.month if unit == "M" else (day.month + 2) // 3 * 3
        return datetime.date(day.year, month, calendar.monthrange(day.year, month)[1])
    return day


def _add_days(day: datetime.date, steps: int) -> datetime.date:
    return day + datetime.timedelta(days=steps)


def _add_months(day: datetime.date, steps: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
    year = max(1, min(_LAST_YEAR, year))
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


_STEPS: Mapping[str, Callable[[datetime.date, int], datetime.date]] = {
    "D": _add_days,
    "WD": _add_days,
    "W": lambda day, steps: _add_days(day, 7 * steps),
    "M": _add_months,
    "Q": lambda day, steps: _add_months(day, 3 * steps),
    "Y": lambda day, steps: _add_months(day, 12 * steps),
}
