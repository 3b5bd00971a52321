"""General product posting groups: under which heading sales are posted; read only (§7)."""

from __future__ import annotations

import peewee

from models.base import choice, key_of, last_modified, required_text, text
from models.code_table import CodeEntity
from models.company import READ_ONLY
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Gen. Product Posting Group"


class GeneralProductPostingGroup(CodeEntity):
    """A row of this table in one company."""

    code = TextField(20)
    default_vat_product_posting_group = TextField(20, default="")
    auto_insert_default = peewee.BooleanField(default=True)

    class Meta:
        table_name = "general_product_posting_group"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``generalProductPostingGroups``."""
    model = GeneralProductPostingGroup
    return Exposure(
        model,
        "generalProductPostingGroup",
        "generalProductPostingGroups",
        properties=(
            key_of(model),
            required_text(model.code, computed=True, upper_case=True, searchable=True),
            text(model.display_name, "description", computed=True, searchable=True),
            text(
                model.default_vat_product_posting_group,
                "defaultVATProductPostingGroup",
                computed=True,
            ),
            choice(model.auto_insert_default, unset=False, computed=True),
            last_modified(model),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("code",),
        capabilities=READ_ONLY,
        grants=TABLE,
    )
