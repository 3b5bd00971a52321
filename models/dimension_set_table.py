"""The table of dimension set lines; what it says of dimensions repeats their tables."""

from __future__ import annotations

from models.base import NO_ID, Entity
from models.enumerations import DIMENSION_SET_PARENT_TYPE
from odata.sql.fields import EnumField, GuidField, TextField


class DimensionSetLine(Entity):
    """A dimension with its value for one parent."""

    code = TextField(20)
    consolidation_code = TextField(20, default="")
    parent_id = GuidField()
    parent_type = EnumField(DIMENSION_SET_PARENT_TYPE, default=0)
    display_name = TextField(30, default="")
    value_id = GuidField(default=NO_ID)
    value_code = TextField(default="")
    value_consolidation_code = TextField(20, default="")
    value_display_name = TextField(50, default="")

    class Meta:
        table_name = "dimension_set_line"
