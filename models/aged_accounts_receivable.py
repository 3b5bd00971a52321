"""What customers owe, by age: a view over their amounts and open entries (reference §6.3)."""

from __future__ import annotations

import peewee

from models.base import number, text
from models.company import READ_ONLY
from models.database import database
from models.parts import parent_of
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField


class AgedAccountsReceivable(peewee.Model):
    """A row of the view. Its three periods of thirty days, the last one open-ended, add up
    to what is overdue; the last row is the total of the company, which its period length
    ``TOTAL`` puts behind the others."""

    customer_id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField(precision=3)
    customer_number = TextField(20)
    name = TextField(100)
    currency_code = TextField(10)
    balance_due = ScaledDecimalField()
    current_amount = ScaledDecimalField()
    period1_label = TextField(30)
    period1_amount = ScaledDecimalField()
    period2_label = TextField(30)
    period2_amount = ScaledDecimalField()
    period3_label = TextField(30)
    period3_amount = ScaledDecimalField()
    aged_as_of_date = DayField()
    period_length_filter = TextField(10)
    is_total = peewee.SmallIntegerField()

    class Meta:
        database = database
        table_name = "aged_accounts_receivable"


def exposure() -> Exposure:
    """The entity set ``agedAccountsReceivables``."""
    model = AgedAccountsReceivable
    return Exposure(
        model,
        "agedAccountsReceivable",
        "agedAccountsReceivables",
        properties=(
            column(model.customer_id, computed=True),
            text(model.customer_number, computed=True, upper_case=True),
            text(model.name, computed=True),
            text(model.currency_code, computed=True, upper_case=True),
            number(model.balance_due, computed=True),
            number(model.current_amount, computed=True),
            text(model.period1_label, computed=True),
            number(model.period1_amount, computed=True),
            text(model.period2_label, computed=True),
            number(model.period2_amount, computed=True),
            text(model.period3_label, computed=True),
            number(model.period3_amount, computed=True),
            column(model.aged_as_of_date, computed=True, nullable=True),
            text(model.period_length_filter, computed=True),
        ),
        navigation=(parent_of("customer", "customerId", "agedAccountsReceivable"),),
        key=("customerId",),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("periodLengthFilter", "customerNumber"),
        capabilities=READ_ONLY,
    )
