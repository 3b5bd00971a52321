"""Dimensions: the axes along which entries are analysed; read only (reference §6.2)."""

from __future__ import annotations

import peewee

from models.base import key_of, last_modified, required_text, text
from models.code_table import CodeEntity
from models.company import READ_ONLY
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, to_many
from odata.sql.fields import TextField


class Dimension(CodeEntity):
    """A dimension of one company; ``blocked`` and which shortcut it is are not
    published."""

    display_name = TextField(30, default="")
    consolidation_code = TextField(20, default="")
    blocked = peewee.BooleanField(default=False)
    shortcut = peewee.SmallIntegerField(default=0)

    class Meta:
        table_name = "dimension"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``dimensions``."""
    return Exposure(
        Dimension,
        "dimension",
        "dimensions",
        properties=(
            key_of(Dimension),
            required_text(Dimension.code, computed=True, upper_case=True, searchable=True),
            text(Dimension.display_name, computed=True, searchable=True),
            text(Dimension.consolidation_code, computed=True, upper_case=True),
            last_modified(Dimension),
        ),
        navigation=(
            to_many(
                "dimensionValues",
                "dimensionValue",
                on=(("id", "dimensionId"),),
                partner="dimension",
            ),
        ),
        scope=Dimension.company_id,
        scope_type="company",
        entity_tag=Dimension.etag,
        default_order=("code",),
        capabilities=READ_ONLY,
        grants=TABLE,
    )
