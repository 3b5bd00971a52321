"""Currencies other than the company's own (reference §6.1)."""

from __future__ import annotations

import re
from decimal import Decimal

from models.base import key_of, last_modified, number, required_text, text
from models.code_table import CodeEntity, CodeRules
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.query.change import Change
from odata.sql.expose import Exposure
from odata.sql.fields import ScaledDecimalField, TextField

CAPTION = "Currency"
_DECIMAL_PLACES = re.compile(r"[0-9](:[0-9])?\Z")


class Currency(CodeEntity):
    """A currency of one company."""

    code = TextField(10)
    display_name = TextField(30, default="")
    symbol = TextField(10, default="")
    amount_decimal_places = TextField(5, default="2:2")
    amount_rounding_precision = ScaledDecimalField(18, 5, default=Decimal("0.01"))

    class Meta:
        table_name = "currency"


class CurrencyRules(CodeRules):
    """Codes, and the two settings for amounts."""

    def check_values(self, change: Change) -> None:
        """Decimal places are ``n`` or ``n:m``; a rounding precision is not negative."""
        places = change.value("amountDecimalPlaces")
        if change.is_given("amountDecimalPlaces") and not _DECIMAL_PLACES.match(str(places)):
            change.fault(
                f'The value "{places}" cannot be evaluated into a range of decimal places.',
                target="amountDecimalPlaces",
                code="Application_EvaluateException",
            )
        precision = change.values.get("amountRoundingPrecision")
        if isinstance(precision, Decimal) and precision < 0:
            change.fault(
                f"The value must be greater than or equal to 0. Value: {precision}.",
                target="amountRoundingPrecision",
            )


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``currencies``."""
    return Exposure(
        Currency,
        "currency",
        "currencies",
        properties=(
            key_of(Currency),
            required_text(Currency.code, required=True, upper_case=True, searchable=True),
            text(Currency.display_name, searchable=True),
            text(Currency.symbol),
            required_text(Currency.amount_decimal_places, default="2:2"),
            number(Currency.amount_rounding_precision, default=Decimal("0.01")),
            last_modified(Currency),
        ),
        scope=Currency.company_id,
        scope_type="company",
        entity_tag=Currency.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=CurrencyRules(Currency, CAPTION, around.uses_of("currency")),
        grants=(*TABLE, *portal_reads()),
    )
