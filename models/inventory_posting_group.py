"""Inventory posting groups: under which heading stock is posted (reference §6.4)."""

from __future__ import annotations

from models.code_table import CodeEntity, CodeRules, Use, code_exposure
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Inventory Posting Group"


class InventoryPostingGroup(CodeEntity):
    """A row of this table in one company."""

    code = TextField(20)

    class Meta:
        table_name = "inventory_posting_group"


def exposure(uses: tuple[Use, ...]) -> Exposure:
    """The entity set ``inventoryPostingGroups``."""
    return code_exposure(
        InventoryPostingGroup,
        ("inventoryPostingGroup", "inventoryPostingGroups"),
        CodeRules(InventoryPostingGroup, CAPTION, uses),
    )
