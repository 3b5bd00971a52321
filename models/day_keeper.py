"""Bringing what depends on the day to the day, before the first request that it brings."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager

from models.availability import UNAVAILABLE
from models.ledger import LedgerDay
from models.overdue import bring_all_to
from odata.errors import ODataError
from odata.query.change import Rows

_FAULTS: tuple[type[Exception], ...] = (ODataError, *UNAVAILABLE)
Clock = Callable[[], datetime.datetime]
Transaction = Callable[[], AbstractContextManager[None]]
RowsAt = Callable[[datetime.datetime], Rows]


class DayKeeper:
    """Looks at the clock with each request and at the database once a day.

    A fault of the database is left to the request, which meets it too and answers it.
    """

    def __init__(self, transaction: Transaction, rows_at: RowsAt, clock: Clock) -> None:
        self._transaction = transaction
        self._rows_at = rows_at
        self._clock = clock
        self._today: datetime.date | None = None

    def keep(self) -> None:
        """Bring overdue amounts to the day of the clock, if they are of another."""
        now = self._clock()
        today = now.date()
        if today == self._today:
            return
        try:
            self._bring_to(now, today)
        except _FAULTS:
            return
        self._today = today

    def _bring_to(self, now: datetime.datetime, today: datetime.date) -> None:
        # Only a day that has moved is written: readers need no turn among the writers.
        if LedgerDay.select().where(LedgerDay.as_of != today).exists():
            with self._transaction():
                bring_all_to(self._rows_at(now), today)
