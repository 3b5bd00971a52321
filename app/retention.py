"""The settings of what is kept for a time: changes in the log, answers under their keys."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.settings_reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long the log of changes remembers, so that delta links answer, and for how long
    an Idempotency-Key stands for its first answer."""

    change_log_days: int = 30
    idempotency_hours: int = 24

    @property
    def changes(self) -> datetime.timedelta:
        """The time of changes."""
        return datetime.timedelta(days=self.change_log_days)

    @property
    def answers(self) -> datetime.timedelta:
        """The time of answers."""
        return datetime.timedelta(hours=self.idempotency_hours)


def read_retention(reader: Reader) -> Retention:
    """The settings of retention."""
    default = Retention()
    return Retention(
        change_log_days=reader.number("CHANGE_LOG_DAYS", default.change_log_days, 1, 36_500),
        idempotency_hours=reader.number("IDEMPOTENCY_HOURS", default.idempotency_hours, 1, 8760),
    )
