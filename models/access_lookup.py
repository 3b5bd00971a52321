"""What every request asks of the tables of access, as statements that are finished.

Building one for each request would cost as much as reading an entity.
"""

from __future__ import annotations

import datetime
from typing import Any

from models.database import database

Row = tuple[Any, ...]  # the values of one driver or the other


def find_row(statement: str, value: str) -> Row | None:
    """The one row that a statement finds for a value, which it names ``{place}``."""
    cursor = database.execute_sql(statement.format(place=database.param), (value,))
    rows: list[Row] = cursor.fetchall()
    return rows[0] if rows else None


def all_rows(statement: str) -> list[Row]:
    """Every row that a statement finds."""
    rows: list[Row] = database.execute_sql(statement).fetchall()
    return rows


def instant(text: str | None) -> datetime.datetime | None:
    """A stored instant; None where there is none."""
    if text is None:
        return None
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
