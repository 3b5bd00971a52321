"""Units of measure: in what items are counted (reference §6.1)."""

from __future__ import annotations

from models.base import text
from models.code_table import CodeEntity, CodeRules, code_exposure
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
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


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``unitsOfMeasure``."""
    return code_exposure(
        UnitOfMeasure,
        ("unitOfMeasure", "unitsOfMeasure"),
        CodeRules(UnitOfMeasure, CAPTION, around.uses_of("unitOfMeasure")),
        (text(UnitOfMeasure.international_standard_code), text(UnitOfMeasure.symbol)),
        grants=(*TABLE, *portal_reads()),
    )
