"""What customers owe, by age: a view over their amounts and open entries (reference §6.3)."""

from __future__ import annotations

import peewee

from models import aged_amounts
from models.base import in_currency, text
from models.company import READ_ONLY
from models.database import database
from models.grants import BUSINESS, portal_reads
from models.parts import parent_of
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, camel_case, column, expression
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField
from odata.sql.mapping import ExpressionMapping


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


def _amount(field: peewee.Field, build: aged_amounts.Amount) -> ExpressionMapping:
    """An amount: of the view as it is, of the history where a day or a length is asked for."""
    name = str(field.name)
    return expression(
        camel_case(name),
        field,
        lambda row: getattr(row, name),
        build_with=build,
        unset=0,
        annotations=(in_currency("currencyCode"),),
    )


def _label(field: peewee.Field, number: int) -> ExpressionMapping:
    name = str(field.name)
    build = aged_amounts.label(number)
    return expression(
        camel_case(name), field, lambda row: getattr(row, name), build_with=build, unset=""
    )


def exposure(_: Surroundings) -> Exposure:
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
            _amount(model.balance_due, aged_amounts.balance),
            _amount(model.current_amount, aged_amounts.current),
            _label(model.period1_label, 1),
            _amount(model.period1_amount, aged_amounts.period(1)),
            _label(model.period2_label, 2),
            _amount(model.period2_amount, aged_amounts.period(2)),
            _label(model.period3_label, 3),
            _amount(model.period3_amount, aged_amounts.period(3)),
            expression(
                aged_amounts.AS_OF,
                model.aged_as_of_date,
                lambda row: row.aged_as_of_date,
                build_with=aged_amounts.as_of_day,
                nullable=True,
                takes_input=True,
            ),
            expression(
                aged_amounts.LENGTH,
                model.period_length_filter,
                lambda row: row.period_length_filter,
                build_with=aged_amounts.period_length,
                unset="",
                takes_input=True,
            ),
        ),
        navigation=(parent_of("customer", "customerId", "agedAccountsReceivable"),),
        key=("customerId",),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("periodLengthFilter", "customerNumber"),
        capabilities=READ_ONLY,
        is_logged=False,
        grants=(*BUSINESS, *portal_reads("customerId in @customer")),
    )
