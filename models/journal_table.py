"""The table of the lines of general journals."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import NO_ID, Entity
from models.enumerations import JOURNAL_ACCOUNT_TYPE
from models.sales_tables import NO_DAY
from odata.sql.fields import DayField, EnumField, GuidField, ScaledDecimalField, TextField

GENERAL_LEDGER, CUSTOMER, VENDOR, BANK = 0, 1, 2, 3


class JournalLine(Entity):
    """An amount on an account, positive where it is a debit; the balancing account, if there is
    one, takes the other side."""

    journal_id = GuidField()
    journal_display_name = TextField(default="")
    line_number = peewee.IntegerField(default=0)
    account_type = EnumField(JOURNAL_ACCOUNT_TYPE, default=GENERAL_LEDGER)
    account_id = GuidField(default=NO_ID)
    account_number = TextField(20, default="")
    posting_date = DayField(default=NO_DAY)
    document_number = TextField(20, default="")
    external_document_number = TextField(35, default="")
    amount = ScaledDecimalField(default=Decimal(0))
    description = TextField(100, default="")
    comment = TextField(250, default="")
    tax_code = TextField(default="")
    balance_account_type = EnumField(JOURNAL_ACCOUNT_TYPE, default=GENERAL_LEDGER)
    balancing_account_id = GuidField(default=NO_ID)
    balancing_account_number = TextField(20, default="")

    class Meta:
        table_name = "journal_line"
