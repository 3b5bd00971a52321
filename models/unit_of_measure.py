"""Units of measure: in what items are counted (reference §6.1)."""

from __future__ import annotations

from models.base import text
from models.code_table import CodeEntity, CodeRules, Use, code_exposure
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Unit of Measure"


class UnitOfMeasure(CodeEntity):
    """A unit of measure of one company."""

    code = TextField(10)
    display_name = TextField(50, default="")
    international_standard_code = TextField(10, default="")
    symbol = TextField(10, default="")

    class Meta:
        table_name = "unit_of_measure"


def exposure(uses: tuple[Use, ...]) -> Exposure:
    """The entity set ``unitsOfMeasure``."""
    return code_exposure(
        UnitOfMeasure,
        ("unitOfMeasure", "unitsOfMeasure"),
        CodeRules(UnitOfMeasure, CAPTION, uses),
        (text(UnitOfMeasure.international_standard_code), text(UnitOfMeasure.symbol)),
    )
