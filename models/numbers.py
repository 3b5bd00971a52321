"""Number series: the next free number of a kind of record, per company."""

from __future__ import annotations

from dataclasses import dataclass

import peewee

from models.base import Entity
from models.database import database
from odata.sql.fields import GuidField, TextField

CUSTOMERS = "CUST"
ITEMS = "ITEM"
VENDORS = "VEND"
CONTACTS = "CONT"
EMPLOYEES = "EMP"
ITEM_ENTRIES = "ITEMENTRY"
PAYMENTS = "PAYMENT"


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


@dataclass(frozen=True, slots=True)
class Numbering:
    """The series that numbers a table, and the column that holds its numbers."""

    series: str
    column: peewee.Field

    def draw(self, company: str | None) -> str:
        """The next number that no row of the company has; one statement for each try."""
        while True:
            number = advance_number(company, self.series)
            if not self.is_taken(company, number):
                return number

    def is_taken(self, company: str | None, number: str) -> bool:
        """Whether a row of the company has this number."""
        model: type[Entity] = self.column.model
        return bool(
            model.select(model.id)
            .where(model.company_id == company, self.column == number)
            .exists()
        )

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
    rows = (
        NumberSeries.update(last_number=NumberSeries.last_number + NumberSeries.increment_by)
        .where(NumberSeries.company_id == company, NumberSeries.code == series)
        .returning(NumberSeries.prefix, NumberSeries.width, NumberSeries.last_number)
        .tuples()
        .execute()
    )
    for prefix, width, last_number in rows:
        return f"{prefix}{last_number:0{width}d}"
    raise LookupError(f"company {company} has no number series {series}")
