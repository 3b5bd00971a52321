"""What a new record draws from the series of its company and of all companies, in one statement.

Each series is a row that a change keeps until its commit, so rows are taken in one order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import peewee

from models.base import NO_ID
from models.company import Company
from models.database import database
from models.integer_id import series_of
from models.numbers import Numbering, NumberSeries
from odata.sql.execution import run

_MOST_ZEROS = "0" * 20
# The last number of a series as records have it.
_NUMBER = (
    "number_series.prefix || CASE WHEN length(CAST(number_series.last_number AS TEXT)) < "
    f"number_series.width THEN substr('{_MOST_ZEROS}', 1, number_series.width - "
    "length(CAST(number_series.last_number AS TEXT))) ELSE '' END || "
    "CAST(number_series.last_number AS TEXT)"
)
_OF_COMPANY = f"CASE WHEN number_series.company_id <> '{NO_ID}'"


# Made for every new record; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Drawn:
    """A number that no record of the company has (None: it has to be drawn alone), integer ids
    by the kind of record, and the code of the company's own currency."""

    number: str | None = None
    integer_ids: Mapping[str, int] = field(default_factory=dict)
    local_currency: str | None = None


@cache
def _codes(kinds: tuple[str, ...]) -> Mapping[str, str]:
    """The kinds of records by the codes of their series."""
    return {series_of(kind): kind for kind in kinds}


class NumberDraw:
    """Draws the numbers of a kind of record with the integer ids of that kind and of others."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._statements: dict[tuple[bool, int], str] = {}

    def draw(self, company: str | None, kinds: tuple[str, ...]) -> Drawn:
        """A number and an integer id of each kind; what has no series yet is left out."""
        actual = database.obj
        locks = bool(actual.for_update)
        statement = self._statements.get((locks, len(kinds)))
        if statement is None:
            statement = self._statements[locks, len(kinds)] = self._statement(actual, len(kinds))
        codes = _codes(kinds)
        number, currency, integer_ids = None, None, {}
        values = [company, self._numbering.series, NO_ID, *codes]
        for code, last, text, is_taken, local in run(actual, statement, values).fetchall():
            if code in codes:
                integer_ids[codes[code]] = last
            else:
                number, currency = None if is_taken else text, local
        return Drawn(number, integer_ids, currency)

    def _statement(self, actual: peewee.Database, kinds: int) -> str:
        place, column = actual.param, self._numbering.column
        table = column.model._meta.table_name  # noqa: SLF001 - Peewee's published name for it
        series = NumberSeries._meta.table_name  # noqa: SLF001 - as above
        companies = Company._meta.table_name  # noqa: SLF001 - as above
        wanted = (
            f"(company_id = {place} AND code = {place}) OR "
            f"(company_id = {place} AND code IN ({', '.join([place] * kinds)}))"
        )
        update = f'UPDATE "{series}" SET last_number = last_number + increment_by'  # noqa: S608 - names of the model
        if actual.for_update:
            # Two changes that took the rows in different orders would wait for each other.
            keys = f'SELECT company_id AS owner, code AS name FROM "{series}" WHERE {wanted}'  # noqa: S608
            locked = f"WITH wanted AS ({keys} ORDER BY company_id, code FOR NO KEY UPDATE) "
            update = f"{locked}{update} FROM wanted"
            wanted = "company_id = wanted.owner AND code = wanted.name"
        taken = (
            f'(SELECT 1 FROM "{table}" AS taken WHERE taken.company_id = number_series.company_id '  # noqa: S608
            f'AND taken."{column.column_name}" = {_NUMBER})'
        )
        currency = (
            f'(SELECT own.local_currency_code FROM "{companies}" AS own '  # noqa: S608
            "WHERE own.id = number_series.company_id)"
        )
        # Of integer ids nothing but the id is asked.
        told = ", ".join(f"{_OF_COMPANY} THEN {item} END" for item in (_NUMBER, taken, currency))
        return f"{update} WHERE {wanted} RETURNING code, last_number, {told}"
