"""Payment terms: when an invoice is due and what paying early earns (reference §6.1)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import key_of, last_modified, percent, text
from models.code_table import CodeEntity, CodeRules, code_property
from models.forms import DATE_FORMULA
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure, column
from odata.sql.fields import ScaledDecimalField, TextField

CAPTION = "Payment Terms"


class PaymentTerm(CodeEntity):
    """Payment terms of one company."""

    code = TextField(10)
    due_date_calculation = TextField(default="")
    discount_date_calculation = TextField(default="")
    discount_percent = ScaledDecimalField(18, 5, default=Decimal(0))
    calculate_discount_on_credit_memos = peewee.BooleanField(default=False)

    class Meta:
        table_name = "payment_term"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``paymentTerms``."""
    return Exposure(
        PaymentTerm,
        "paymentTerm",
        "paymentTerms",
        properties=(
            key_of(PaymentTerm),
            code_property(PaymentTerm.code, CAPTION, searchable=True),
            text(PaymentTerm.display_name, searchable=True),
            text(PaymentTerm.due_date_calculation, constraint=DATE_FORMULA),
            text(PaymentTerm.discount_date_calculation, constraint=DATE_FORMULA),
            percent(PaymentTerm.discount_percent),
            column(PaymentTerm.calculate_discount_on_credit_memos, unset=False),
            last_modified(PaymentTerm),
        ),
        scope=PaymentTerm.company_id,
        scope_type="company",
        entity_tag=PaymentTerm.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=CodeRules(PaymentTerm, CAPTION, around.uses_of("paymentTerm")),
        grants=(*TABLE, *portal_reads()),
    )
