"""Dimension values: the points on a dimension; read only (reference §6.2)."""

from __future__ import annotations

import peewee

from models.base import key_of, last_modified, reference, required_text, text
from models.code_table import CodeEntity
from models.company import READ_ONLY
from models.grants import TABLE
from models.parts import parent_of
from models.surroundings import Surroundings
from odata.sql.expose import Exposure
from odata.sql.fields import GuidField, TextField


class DimensionValue(CodeEntity):
    """A value of a dimension; ``blocked`` and the shortcut of its dimension are not
    published."""

    dimension_id = GuidField()
    display_name = TextField(50, default="")
    consolidation_code = TextField(20, default="")
    blocked = peewee.BooleanField(default=False)
    shortcut = peewee.SmallIntegerField(default=0)

    class Meta:
        table_name = "dimension_value"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``dimensionValues``."""
    return Exposure(
        DimensionValue,
        "dimensionValue",
        "dimensionValues",
        properties=(
            key_of(DimensionValue),
            required_text(DimensionValue.code, computed=True, upper_case=True, searchable=True),
            reference(DimensionValue.dimension_id, computed=True),
            text(DimensionValue.display_name, computed=True, searchable=True),
            text(DimensionValue.consolidation_code, computed=True, upper_case=True),
            last_modified(DimensionValue),
        ),
        navigation=(parent_of("dimension", "dimensionId", "dimensionValues"),),
        scope=DimensionValue.company_id,
        scope_type="company",
        entity_tag=DimensionValue.etag,
        default_order=("dimensionId", "code"),
        capabilities=READ_ONLY,
        grants=TABLE,
    )
