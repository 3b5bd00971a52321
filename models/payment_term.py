"""Payment terms: when an invoice is due and what paying early earns (reference §6.1)."""

from __future__ import annotations

import re
from decimal import Decimal

import peewee

from models.base import key_of, last_modified, number, required_text, text
from models.code_table import CodeEntity, CodeRules
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.query.change import Change
from odata.sql.expose import Exposure, column
from odata.sql.fields import ScaledDecimalField, TextField

CAPTION = "Payment Terms"
_UNIT = r"(?:D|WD|W|M|Q|Y)"
_DATE_FORMULA = re.compile(
    rf"<?(?:[+-]?(?:C{_UNIT}|[0-9]{{1,4}}{_UNIT}|{_UNIT}[0-9]{{1,4}}))+>?\Z", re.IGNORECASE
)
_WHOLE = Decimal(100)
_FORMULAS = ("dueDateCalculation", "discountDateCalculation")


class PaymentTerm(CodeEntity):
    """Payment terms of one company."""

    code = TextField(10)
    due_date_calculation = TextField(default="")
    discount_date_calculation = TextField(default="")
    discount_percent = ScaledDecimalField(18, 5, default=Decimal(0))
    calculate_discount_on_credit_memos = peewee.BooleanField(default=False)

    class Meta:
        table_name = "payment_term"


class PaymentTermRules(CodeRules):
    """Codes, date formulas and a percentage."""

    def check_values(self, change: Change) -> None:
        """Formulas such as ``CM+1M`` can be evaluated; the discount is a percentage."""
        for name in _FORMULAS:
            formula = change.value(name)
            if change.is_given(name) and formula and not _DATE_FORMULA.match(str(formula)):
                change.fault(
                    f'The value "{formula}" cannot be evaluated into type DateFormula.',
                    target=name,
                    code="Application_EvaluateException",
                )
        check_percent(change, "discountPercent")


def check_percent(change: Change, name: str) -> None:
    """Note a fault where the value is below 0 or above 100."""
    value = change.values.get(name)
    if not isinstance(value, Decimal):
        return
    if value < 0:
        bound = "greater than or equal to 0"
    elif value > _WHOLE:
        bound = "less than or equal to 100"
    else:
        return
    change.fault(f"The value must be {bound}. Value: {value}.", target=name)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``paymentTerms``."""
    return Exposure(
        PaymentTerm,
        "paymentTerm",
        "paymentTerms",
        properties=(
            key_of(PaymentTerm),
            required_text(PaymentTerm.code, required=True, upper_case=True, searchable=True),
            text(PaymentTerm.display_name, searchable=True),
            text(PaymentTerm.due_date_calculation),
            text(PaymentTerm.discount_date_calculation),
            number(PaymentTerm.discount_percent),
            column(PaymentTerm.calculate_discount_on_credit_memos, unset=False),
            last_modified(PaymentTerm),
        ),
        scope=PaymentTerm.company_id,
        scope_type="company",
        entity_tag=PaymentTerm.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=PaymentTermRules(PaymentTerm, CAPTION, around.uses_of("paymentTerm")),
        grants=(*TABLE, *portal_reads()),
    )
