"""Inventory posting groups: under which heading stock is posted; read only (reference §7)."""

from __future__ import annotations

from models.base import key_of, last_modified, required_text, text
from models.code_table import CodeEntity
from models.company import READ_ONLY
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Inventory Posting Group"


class InventoryPostingGroup(CodeEntity):
    """A row of this table in one company."""

    code = TextField(20)

    class Meta:
        table_name = "inventory_posting_group"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``inventoryPostingGroups``."""
    model = InventoryPostingGroup
    return Exposure(
        model,
        "inventoryPostingGroup",
        "inventoryPostingGroups",
        properties=(
            key_of(model),
            required_text(model.code, computed=True, upper_case=True, searchable=True),
            text(model.display_name, "description", computed=True, searchable=True),
            last_modified(model),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("code",),
        capabilities=READ_ONLY,
        grants=TABLE,
    )
