"""Number series: the next free number of a kind of record, per company."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

import peewee

from models.base import Entity, text
from models.database import database
from models.prepared import Prepared
from odata import commits
from odata.sql.fields import GuidField, TextField
from odata.sql.mapping import ColumnMapping

CUSTOMERS = "CUST"
ITEMS = "ITEM"
VENDORS = "VEND"
CONTACTS = "CONT"
EMPLOYEES = "EMP"
ITEM_ENTRIES = "ITEMENTRY"
PAYMENTS = "PAYMENT"
FIELD_SERVICE_CUSTOMERS = "CUST-C"
BILLING_CUSTOMERS = "CUST-BILL"
ASSETS = "ASSET"
WORK_ORDERS = "WORKORDER"
SERVICE_CONTRACTS = "CONTRACT"


class NumberSeries(peewee.Model):
    """Where a series stands: ``prefix`` and the last number drawn, padded to ``width``."""

    company_id = GuidField()
    code = TextField(20)
    prefix = TextField(10, default="")
    width = peewee.SmallIntegerField(default=0)
    last_number = peewee.BigIntegerField(default=0)
    increment_by = peewee.IntegerField(default=1)
    manual_numbers = peewee.BooleanField(default=True)

    class Meta:
        database = database
        table_name = "number_series"
        primary_key = peewee.CompositeKey("company_id", "code")


def number_of(column: peewee.Field) -> ColumnMapping:
    """The number of an entity, which its series gives where the client gives none."""
    return text(column, upper_case=True, searchable=True, caption="No.", computed_default=True)


@dataclass(frozen=True, slots=True)
class SeriesBeginning:
    """How a series begins in a company that has none yet."""

    prefix: str
    width: int
    last_number: int = 0


@dataclass(frozen=True, slots=True)
class Numbering:
    """The series that numbers a table, and the column that holds its numbers."""

    series: str
    column: peewee.Field
    beginning: SeriesBeginning | None = None

    def draw(self, company: str | None) -> str:
        """The next number that no row of the company has; one statement for each try."""
        while True:
            number = self._advance(company)
            if not self.is_taken(company, number):
                return number

    def _advance(self, company: str | None) -> str:
        """The next number, taken or not; a series that has a beginning begins by itself."""
        number = find_number(company, self.series)
        if number is not None or self.beginning is None:
            return number or advance_number(company, self.series)
        NumberSeries.insert(
            company_id=company, code=self.series, **asdict(self.beginning)
        ).on_conflict_ignore().execute()
        return advance_number(company, self.series)

    def is_taken(self, company: str | None, number: str) -> bool:
        """Whether a row of the company has this number."""
        return _taken(self.column).first(company=company, number=number) is not None

    def allows_manual(self, company: str | None) -> bool:
        """Whether a client may choose a number itself."""
        row = (
            NumberSeries.select(NumberSeries.manual_numbers)
            .where(NumberSeries.company_id == company, NumberSeries.code == self.series)
            .first()
        )
        return row is None or bool(row.manual_numbers)


def advance_number(company: str | None, series: str) -> str:
    """The next number of a series, taken or not."""
    number = find_number(company, series)
    if number is None:
        raise LookupError(f"company {company} has no number series {series}")
    return number


def find_number(company: str | None, series: str) -> str | None:
    """The next number of a series, taken or not; None where there is no such series."""
    commits.forget_notes()
    for prefix, width, last_number in _NEXT.rows(company=company, series=series):
        return f"{prefix}{last_number:0{width}d}"
    return None


_NEXT = Prepared(
    lambda company, series: (
        NumberSeries.update(last_number=NumberSeries.last_number + NumberSeries.increment_by)
        .where(NumberSeries.company_id == company, NumberSeries.code == series)
        .returning(NumberSeries.prefix, NumberSeries.width, NumberSeries.last_number)
    ),
    "company",
    "series",
)


@cache
def _taken(column: peewee.Field) -> Prepared:
    """Asks for the row of a company that has a number."""
    model: type[Entity] = column.model
    return Prepared(
        lambda company, number: (
            model.select(model.id).where(model.company_id == company, column == number).limit(1)
        ),
        "company",
        "number",
    )
