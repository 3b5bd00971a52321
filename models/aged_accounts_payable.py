"""What the company owes its vendors, by age: a view over their balances (reference §6.4).

Purchases are not posted here, so all of a balance counts as not yet due.
"""

from __future__ import annotations

import peewee

from models.base import amount, text
from models.company import READ_ONLY
from models.database import database
from models.grants import BUSINESS
from models.parts import parent_of
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField


class AgedAccountsPayable(peewee.Model):
    """A row of the view; the last one is the total of the company."""

    vendor_id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField(precision=3)
    vendor_number = TextField(20)
    name = TextField(100)
    currency_code = TextField(10)
    balance_due = ScaledDecimalField()
    current_amount = ScaledDecimalField()
    period1_amount = ScaledDecimalField()
    period2_amount = ScaledDecimalField()
    period3_amount = ScaledDecimalField()
    aged_as_of_date = DayField()
    period_length_filter = TextField(10)

    class Meta:
        database = database
        table_name = "aged_accounts_payable"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``agedAccountsPayables``."""
    model = AgedAccountsPayable
    return Exposure(
        model,
        "agedAccountsPayable",
        "agedAccountsPayables",
        properties=(
            column(model.vendor_id, computed=True),
            text(model.vendor_number, computed=True, upper_case=True),
            text(model.name, computed=True),
            text(model.currency_code, computed=True, upper_case=True),
            amount(model.balance_due, currency="currencyCode", computed=True),
            amount(model.current_amount, currency="currencyCode", computed=True),
            amount(model.period1_amount, currency="currencyCode", computed=True),
            amount(model.period2_amount, currency="currencyCode", computed=True),
            amount(model.period3_amount, currency="currencyCode", computed=True),
            column(model.aged_as_of_date, computed=True, nullable=True),
            text(model.period_length_filter, computed=True),
        ),
        navigation=(parent_of("vendor", "vendorId", "agedAccountsPayable"),),
        key=("vendorId",),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("periodLengthFilter", "vendorNumber"),
        capabilities=READ_ONLY,
        is_logged=False,
        grants=BUSINESS,
    )
