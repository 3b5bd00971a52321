"""Integer ids beside the GUIDs, for clients that know numbers only.

Every kind of record has one series for all companies, so that an integer names one record
whatever the company.
"""

from __future__ import annotations

import peewee

from models.base import NO_ID
from models.numbers import NumberSeries, find_number
from odata.query.change import Change
from odata.sql.execution import run

_SERIES = "ID:{}"


def series_of(kind: str) -> str:
    """The code of the series of a kind of record."""
    return _SERIES.format(kind)


def give_integer_id(change: Change, kind: str) -> int:
    """Draw the integer id of a new record; gives it."""
    drawn = draw_integer_id(kind)
    change.values["integerId"] = drawn
    return drawn


def draw_integer_id(kind: str) -> int:
    """The next integer of a kind of record."""
    series = series_of(kind)
    found = find_number(NO_ID, series)
    if found is None:
        begin_integer_ids(kind, 0)
        found = find_number(NO_ID, series)
    if found is None:
        raise LookupError(f"there is no series {series}")
    return int(found)


def begin_integer_ids(kind: str, last_number: int) -> None:
    """Have a series go on behind a number, unless it is there already."""
    NumberSeries.insert(
        company_id=NO_ID, code=series_of(kind), last_number=last_number
    ).on_conflict_ignore().execute()


def number_rows(database: peewee.Database, table: str, kind: str) -> None:
    """Give integer ids to the rows of a bulk load, in the order of their numbers.

    They count as created when they were last modified, where nothing else is known.
    """
    begin_integer_ids(kind, 0)
    run(
        database,
        f'UPDATE "{table}" SET integer_id = ranked.place, '  # noqa: S608 - own names
        "created_date_time = COALESCE(created_date_time, last_modified) FROM ("
        "SELECT id, ROW_NUMBER() OVER (ORDER BY company_id, number) + "
        f'(SELECT COALESCE(MAX(integer_id), 0) FROM "{table}") AS place '
        f'FROM "{table}" WHERE integer_id = 0) AS ranked WHERE "{table}".id = ranked.id',
        [],
    )
    run(
        database,
        "UPDATE number_series SET last_number = "  # noqa: S608 - own names
        f"(SELECT MAX(integer_id) FROM \"{table}\") WHERE code = '{series_of(kind)}' "
        f'AND last_number < (SELECT MAX(integer_id) FROM "{table}")',
        [],
    )
