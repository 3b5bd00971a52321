"""Customer ledger entries, as far as deleting a customer asks for them."""

from __future__ import annotations

import peewee

from models.database import database
from odata.sql.fields import DayField, GuidField


class CustomerLedgerEntry(peewee.Model):
    """A posted entry of a customer, open until it is paid."""

    id = GuidField(primary_key=True)
    company_id = GuidField()
    entry_number = peewee.IntegerField()
    customer_id = GuidField()
    posting_date = DayField()
    open = peewee.BooleanField(default=True)

    class Meta:
        database = database
        table_name = "customer_ledger_entry"
