"""Item categories: how the items of a company are grouped (reference §6.1)."""

from __future__ import annotations

from models.code_table import CodeEntity, CodeRules, code_exposure
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Item Category"


class ItemCategory(CodeEntity):
    """A row of this table in one company."""

    code = TextField(20)

    class Meta:
        table_name = "item_category"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``itemCategories``."""
    return code_exposure(
        ItemCategory,
        ("itemCategory", "itemCategories"),
        CodeRules(ItemCategory, CAPTION, around.uses_of("itemCategory")),
        grants=(*TABLE, *portal_reads()),
    )
