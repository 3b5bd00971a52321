"""General product posting groups: under which heading sales are posted (reference §6.4)."""

from __future__ import annotations

from models.code_table import CodeEntity, CodeRules, Use, code_exposure
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Gen. Product Posting Group"


class GeneralProductPostingGroup(CodeEntity):
    """A row of this table in one company."""

    code = TextField(20)

    class Meta:
        table_name = "general_product_posting_group"


def exposure(uses: tuple[Use, ...]) -> Exposure:
    """The entity set ``generalProductPostingGroups``."""
    return code_exposure(
        GeneralProductPostingGroup,
        ("generalProductPostingGroup", "generalProductPostingGroups"),
        CodeRules(GeneralProductPostingGroup, CAPTION, uses),
    )
