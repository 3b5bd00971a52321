"""What a new record draws from the series of its company and of all companies, in one statement.

Each series is a row that a change keeps until its commit, so rows are taken in one order. Of
records that are made in one transaction the first one asks how the series go on; the others know,
and where the last of them leaves the series is written once, before the commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import peewee

from models.base import NO_ID
from models.company import Company
from models.database import database
from models.integer_id import series_of
from models.numbers import Numbering, NumberSeries
from odata import commits
from odata.sql.execution import run, run_unread

_Row = tuple[Any, ...]

_MOST_ZEROS = "0" * 20
_OF_COMPANY = f"CASE WHEN number_series.company_id <> '{NO_ID}'"
_UPDATE = 'UPDATE "number_series" SET last_number = last_number + increment_by'
# Numbers behind the one that is drawn of which it is asked whether records have them.
_FOLLOWING = 7


def _number(last: str) -> str:
    """A number of a series as records have it, in SQL."""
    digits = f"CAST({last} AS TEXT)"
    return (
        f"number_series.prefix || CASE WHEN length({digits}) < number_series.width "
        f"THEN substr('{_MOST_ZEROS}', 1, number_series.width - length({digits})) ELSE '' END || "
        f"{digits}"
    )


_NUMBER = _number("number_series.last_number")
_NEXT_NUMBER = _number("(number_series.last_number + step * number_series.increment_by)")


# Made for every new record; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Drawn:
    """A number that no record of the company has (None: it has to be drawn alone), integer ids
    by the kind of record, and the code of the company's own currency."""

    number: str | None = None
    integer_ids: Mapping[str, int] = field(default_factory=dict)
    local_currency: str | None = None


@dataclass(slots=True)
class _Held:
    """A series that the transaction holds: what was drawn last, and by how much it goes on."""

    company: str
    code: str
    last: int
    step: int

    def draw(self) -> int:
        """The next one."""
        self.last += self.step
        return self.last


@dataclass(slots=True)
class _HeldNumbers:
    """The series of a kind of record that the transaction holds; so many numbers that ``follow``
    no record has."""

    numbers: _Held
    prefix: str
    width: int
    follow: int
    integer_ids: dict[str, _Held]
    local_currency: str | None

    def draw(self, kinds: tuple[str, ...]) -> Drawn:
        """The next number, and the next integer id of each kind."""
        self.follow -= 1
        number = f"{self.prefix}{self.numbers.draw():0{self.width}d}"
        drawn = {kind: self.integer_ids[kind].draw() for kind in kinds}
        return Drawn(number, drawn, self.local_currency)

    def standing(self) -> list[object]:
        """Where each series stands: whose it is, its code and what was drawn last."""
        found: list[object] = []
        for item in (self.numbers, *self.integer_ids.values()):
            found += (item.company, item.code, item.last)
        return found


@cache
def _codes(kinds: tuple[str, ...]) -> Mapping[str, str]:
    """The kinds of records by the codes of their series."""
    return {series_of(kind): kind for kind in kinds}


class NumberDraw:
    """Draws the numbers of a kind of record with the integer ids of that kind and of others;
    ``kinds`` are all of them."""

    def __init__(self, numbering: Numbering, kinds: tuple[str, ...]) -> None:
        self._numbering = numbering
        self._kinds = kinds
        self._statements: dict[tuple[bool, bool, int], str] = {}

    def draw(self, company: str | None, kinds: tuple[str, ...]) -> Drawn:
        """A number, unless no company is given, and an integer id of each kind; what has no series
        yet is left out."""
        actual = database.obj
        notes = commits.notes()
        if notes is None:
            return self._drawn(self._run(actual, company, kinds, asks=False), kinds)
        known: dict[object, _HeldNumbers | None] = notes.known.setdefault(NumberDraw, {})
        held = known.get((self, company))
        if held is not None and held.follow and held.integer_ids.keys() >= set(kinds):
            drawn = held.draw(kinds)
            notes.owe(NumberDraw, partial(_write, actual, held.standing()))
            return drawn
        # The series go on, whoever knows them.
        notes.pay()
        known.clear()
        rows = self._run(actual, company, kinds, asks=True)
        known[self, company] = _held(rows, _codes(kinds), company)
        return self._drawn(rows, kinds)

    def _run(
        self, actual: peewee.Database, company: str | None, kinds: tuple[str, ...], *, asks: bool
    ) -> Sequence[_Row]:
        """What the series give, and how they go on where it is asked."""
        # Those of which the record may draw later, or the next one, are kept as well.
        kept = self._kinds if actual.for_update else kinds
        key = (bool(actual.for_update), asks, len(kinds))
        statement = self._statements.get(key)
        if statement is None:
            counts = (len(kinds), len(kept))
            statement = self._statements[key] = self._statement(actual, counts, asks=asks)
        own = self._numbering.series
        values = [company, own, NO_ID, *_codes(kept)]
        if len(kept) > len(kinds):
            values += [own, *_codes(kinds)]
        rows: Sequence[_Row] = run(actual, statement, values).fetchall()
        return rows

    def _drawn(self, rows: Sequence[_Row], kinds: tuple[str, ...]) -> Drawn:
        codes = _codes(kinds)
        number, currency, integer_ids = None, None, {}
        for code, last, text, is_taken, local, *_ in rows:
            if code in codes:
                integer_ids[codes[code]] = last
            else:
                number, currency = None if is_taken else text, local
        return Drawn(number, integer_ids, currency)

    def _statement(self, actual: peewee.Database, counts: tuple[int, int], *, asks: bool) -> str:
        kinds, kept = counts
        place, column = actual.param, self._numbering.column
        table = column.model._meta.table_name  # noqa: SLF001 - Peewee's published name for it
        series = NumberSeries._meta.table_name  # noqa: SLF001 - as above
        companies = Company._meta.table_name  # noqa: SLF001 - as above
        wanted, update = _wanted(place, kept), _UPDATE
        if actual.for_update:
            # Two changes that took the rows in different orders would wait for each other.
            keys = f'SELECT company_id AS owner, code AS name FROM "{series}" WHERE {wanted}'  # noqa: S608
            locked = f"WITH wanted AS ({keys} ORDER BY company_id, code FOR NO KEY UPDATE) "
            update = f"{locked}{update} FROM wanted"
            wanted = "company_id = wanted.owner AND code = wanted.name"
        if kept > kinds:
            wanted += f" AND code IN ({', '.join([place] * (kinds + 1))})"
        taken = (
            f'"{table}" AS taken WHERE taken.company_id = number_series.company_id '
            f'AND taken."{column.column_name}" = '
        )
        currency = (
            f'(SELECT own.local_currency_code FROM "{companies}" AS own '  # noqa: S608
            "WHERE own.id = number_series.company_id)"
        )
        of_company = [_NUMBER, f"(SELECT 1 FROM {taken}{_NUMBER})", currency]  # noqa: S608
        told = ["code", "last_number"]
        if asks:
            steps = ", ".join(f"({step})" for step in range(1, _FOLLOWING + 1))
            following = f"(SELECT column1 AS step FROM (VALUES {steps}) AS steps) AS following"  # noqa: S608
            of_company.append(f"EXISTS (SELECT 1 FROM {following}, {taken}{_NEXT_NUMBER})")  # noqa: S608
            of_company += ["number_series.prefix", "number_series.width"]
        # Of integer ids nothing but the id is asked.
        told += [f"{_OF_COMPANY} THEN {item} END" for item in of_company]
        told += ["increment_by"] if asks else []
        return f"{update} WHERE {wanted} RETURNING {', '.join(told)}"


def _held(
    rows: Sequence[_Row], codes: Mapping[str, str], company: str | None
) -> _HeldNumbers | None:
    """The series that have given these rows, from which others may draw; None where a record has
    one of the numbers that follow, or there is no series."""
    integer_ids: dict[str, _Held] = {}
    found: _HeldNumbers | None = None
    for code, last, _, is_taken, local, has_followers, prefix, width, step in rows:
        if code in codes:
            integer_ids[codes[code]] = _Held(NO_ID, code, last, step)
        elif company is not None and not is_taken and not has_followers:
            numbers = _Held(company, code, last, step)
            found = _HeldNumbers(numbers, prefix, width, _FOLLOWING, integer_ids, local)
    return found


def _write(actual: peewee.Database, standing: list[Any]) -> None:
    """Have series stand where they have been drawn to."""
    run_unread(actual, _written(actual.param, len(standing) // 3), standing)


def _wanted(place: str, kinds: int) -> str:
    return (
        f"(company_id = {place} AND code = {place}) OR "
        f"(company_id = {place} AND code IN ({', '.join([place] * kinds)}))"
    )


@cache
def _written(place: str, count: int) -> str:
    row = f"(CAST({place} AS TEXT), CAST({place} AS TEXT), CAST({place} AS BIGINT))"
    return (
        'UPDATE "number_series" SET last_number = drawn.column3 FROM (VALUES '  # noqa: S608 - places
        f"{', '.join([row] * count)}) AS drawn "
        "WHERE company_id = drawn.column1 AND code = drawn.column2"
    )
