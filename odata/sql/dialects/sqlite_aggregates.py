"""Aggregates that SQLite lacks: those of exact decimals, which it keeps as text."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from decimal import Decimal

import peewee

from odata.sql.dialects.sqlite_numbers import EXACT

Value = str | int | float | None

TEMPLATES: Mapping[str, str] = {
    "sum/NUMBER": "odata_sum({0}){1}",
    "total/NUMBER": "COALESCE(odata_sum({0}){1}, '0')",
    "min/NUMBER": "odata_min({0}){1}",
    "max/NUMBER": "odata_max({0}){1}",
    "countdistinct/NUMBER": "COUNT(DISTINCT odata_plain({0})){1}",
    "sum_before/NUMBER": (
        "odata_sum({0}) OVER ({1} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    ),
    "sum_over/NUMBER": "odata_sum({0}) OVER ({1})",
    "min_over/NUMBER": "odata_min({0}) OVER ({1})",
    "max_over/NUMBER": "odata_max({0}) OVER ({1})",
    "group/NUMBER": "odata_plain({0})",
}


def plain(value: Value) -> str | None:
    """A decimal in the one text that equal decimals share."""
    if value is None:
        return None
    number = Decimal(str(value))
    return format(number.normalize(EXACT) if number else Decimal(0), "f")


class Sum:
    """The sum of decimals, also of a moving window."""

    def __init__(self) -> None:
        self._sum = Decimal(0)
        self._count = 0

    def step(self, value: Value) -> None:
        """Take a value in."""
        if value is not None:
            self._sum = EXACT.add(self._sum, Decimal(str(value)))
            self._count += 1

    def inverse(self, value: Value) -> None:
        """Take a value out."""
        if value is not None:
            self._sum = EXACT.subtract(self._sum, Decimal(str(value)))
            self._count -= 1

    def value(self) -> str | None:
        """The sum so far; null where there was no value."""
        return format(self._sum, "f") if self._count else None

    def finalize(self) -> str | None:
        """The sum."""
        return self.value()


class _Extreme:
    wanted = decimal.Decimal(0)  # what comparing a better value with the best so far gives

    def __init__(self) -> None:
        self._best: Decimal | None = None

    def step(self, value: Value) -> None:
        """Take a value in."""
        if value is None:
            return
        number = Decimal(str(value))
        if self._best is None or number.compare(self._best) == self.wanted:
            self._best = number

    def inverse(self, _value: Value) -> None:
        """Windows over all rows never take a value out again."""
        raise LookupError("the extreme of a moving window is not kept")

    def value(self) -> str | None:
        """The best value so far; null where there was none."""
        return None if self._best is None else format(self._best, "f")

    def finalize(self) -> str | None:
        """The best value."""
        return self.value()


class Minimum(_Extreme):
    """The smallest decimal."""

    wanted = Decimal(-1)


class Maximum(_Extreme):
    """The largest decimal."""

    wanted = Decimal(1)


def register(database: peewee.SqliteDatabase) -> None:
    """Install the functions in every connection of a database."""
    database.register_function(plain, "odata_plain", 1, deterministic=True)
    database.register_window_function(Sum, "odata_sum", 1)
    database.register_window_function(Minimum, "odata_min", 1)
    database.register_window_function(Maximum, "odata_max", 1)
