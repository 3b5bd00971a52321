"""The books of a company, as actions and postings write them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from odata.query.change import Rows


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books are written, when, and how: ``rows`` enters every change in the log."""

    company: str
    now: datetime.datetime
    rows: Rows
