"""Currencies other than the company's own (reference §6.1)."""

from __future__ import annotations

from decimal import Decimal

from models.base import key_of, last_modified, number, required_text, text
from models.code_table import CodeEntity, CodeRules, code_property
from models.forms import NOT_EVALUATED, NOT_NEGATIVE
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from odata.edm.constraints import Pattern
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure
from odata.sql.fields import ScaledDecimalField, TextField

CAPTION = "Currency"
_DECIMAL_PLACES = Pattern(
    "[0-9](?::[0-9])?",
    lambda value, _known: (
        f'The value "{value}" cannot be evaluated into a range of decimal places.'
    ),
    NOT_EVALUATED,
)


class Currency(CodeEntity):
    """A currency of one company."""

    code = TextField(10)
    display_name = TextField(30, default="")
    symbol = TextField(10, default="")
    amount_decimal_places = TextField(5, default="2:2")
    amount_rounding_precision = ScaledDecimalField(18, 5, default=Decimal("0.01"))

    class Meta:
        table_name = "currency"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``currencies``."""
    return Exposure(
        Currency,
        "currency",
        "currencies",
        properties=(
            key_of(Currency),
            code_property(Currency.code, CAPTION, searchable=True),
            text(Currency.display_name, searchable=True),
            text(Currency.symbol),
            required_text(
                Currency.amount_decimal_places, default="2:2", constraint=_DECIMAL_PLACES
            ),
            number(
                Currency.amount_rounding_precision,
                default=Decimal("0.01"),
                constraint=NOT_NEGATIVE,
            ),
            last_modified(Currency),
        ),
        scope=Currency.company_id,
        scope_type="company",
        entity_tag=Currency.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=CodeRules(Currency, CAPTION, around.uses_of("currency")),
        grants=(*TABLE, *portal_reads()),
    )
