"""What currencies were worth from a day on; read only (reference §7, §17)."""

from __future__ import annotations

from decimal import Decimal

from models.base import Entity, key_of, last_modified, number, required_text, text
from models.company import READ_ONLY
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, ScaledDecimalField, TextField


class CurrencyExchangeRate(Entity):
    """So much of a currency is so much of another one (blank: the company's own)."""

    currency_code = TextField(10)
    starting_date = DayField()
    exchange_rate_amount = ScaledDecimalField(18, 5, default=Decimal(1))
    relational_currency_code = TextField(10, default="")
    relational_exchange_rate_amount = ScaledDecimalField(18, 5, default=Decimal(1))

    class Meta:
        table_name = "currency_exchange_rate"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``currencyExchangeRates``."""
    model = CurrencyExchangeRate
    return Exposure(
        model,
        "currencyExchangeRate",
        "currencyExchangeRates",
        properties=(
            key_of(model),
            required_text(model.currency_code, computed=True, upper_case=True),
            column(model.starting_date, computed=True),
            number(model.exchange_rate_amount, computed=True),
            text(model.relational_currency_code, computed=True, upper_case=True),
            number(model.relational_exchange_rate_amount, computed=True),
            last_modified(model),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("currencyCode", "startingDate"),
        capabilities=READ_ONLY,
        grants=TABLE,
    )
