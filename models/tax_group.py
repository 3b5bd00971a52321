"""Tax groups: what is taxed alike, and at which rate (reference §6.1)."""

from __future__ import annotations

from decimal import Decimal

from models.base import choice
from models.code_table import CodeEntity, CodeRules, code_exposure
from models.enumerations import TAX_TYPE
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import EnumField, ScaledDecimalField, TextField

CAPTION = "Tax Group"


class TaxGroup(CodeEntity):
    """A tax group of one company; ``tax_percent`` is not published."""

    code = TextField(20)
    tax_type = EnumField(TAX_TYPE, default=0)
    tax_percent = ScaledDecimalField(18, 5, default=Decimal(0))

    class Meta:
        table_name = "tax_group"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``taxGroups``."""
    return code_exposure(
        TaxGroup,
        ("taxGroup", "taxGroups"),
        CodeRules(TaxGroup, CAPTION, around.uses_of("taxGroup")),
        (choice(TaxGroup.tax_type, computed=True),),
        grants=TABLE,
    )
