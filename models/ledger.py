"""Customer ledger entries and the day to which overdue amounts have been brought."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import NO_ID
from models.database import database
from models.enumerations import DOCUMENT_TYPE
from odata.sql.fields import DayField, EnumField, GuidField, ScaledDecimalField, TextField


class CustomerLedgerEntry(peewee.Model):
    """A posted entry of a customer, open while something of it remains."""

    id = GuidField(primary_key=True)
    company_id = GuidField()
    entry_number = peewee.IntegerField()
    customer_id = GuidField()
    posting_date = DayField()
    open = peewee.BooleanField(default=True)
    document_type = EnumField(DOCUMENT_TYPE, default=0)
    document_number = TextField(20, default="")
    document_id = GuidField(default=NO_ID)
    due_date = DayField()
    amount = ScaledDecimalField(default=Decimal(0))
    remaining_amount = ScaledDecimalField(default=Decimal(0))
    sales_excluding_tax = ScaledDecimalField(default=Decimal(0))

    class Meta:
        database = database
        table_name = "customer_ledger_entry"


class CustomerLedgerApplication(peewee.Model):
    """What one application has changed of what remains of an entry."""

    company_id = GuidField()
    entry_id = GuidField()
    posting_date = DayField()
    amount = ScaledDecimalField()

    class Meta:
        database = database
        table_name = "customer_ledger_application"


class LedgerDay(peewee.Model):
    """The day of which the overdue amounts of a company's customers are true, with the first
    days of the two latest periods before it."""

    company_id = GuidField(primary_key=True)
    as_of = DayField()
    period1_start = DayField()
    period2_start = DayField()

    class Meta:
        database = database
        table_name = "ledger_day"
