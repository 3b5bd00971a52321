"""Dimension values of documents, lines and entries, and the shortcuts of a company."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import GuidField, InstantField, TextField

_COLUMN = "ALTER TABLE {table} ADD COLUMN shortcut SMALLINT NOT NULL DEFAULT 0"
# What the demo companies have had without saying so.
_DIMENSIONS = (
    "UPDATE dimension SET shortcut = CASE code WHEN 'DEPARTMENT' THEN 1 "
    "WHEN 'CUSTOMERGROUP' THEN 2 ELSE 0 END"
)
_VALUES = (
    "UPDATE dimension_value SET shortcut = (SELECT dimension.shortcut FROM dimension "
    "WHERE dimension.id = dimension_value.dimension_id)"
)


class _DimensionSetLine(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()
    code = TextField()
    consolidation_code = TextField()
    parent_id = GuidField()
    parent_type = peewee.SmallIntegerField()
    display_name = TextField()
    value_id = GuidField()
    value_code = TextField()
    value_consolidation_code = TextField()
    value_display_name = TextField()

    class Meta:
        table_name = "dimension_set_line"
        indexes = ((("parent_id", "code"), True), (("company_id", "parent_id"), False))


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the table and the columns."""
    with database.bind_ctx((_DimensionSetLine,), bind_refs=False, bind_backrefs=False):
        database.create_tables((_DimensionSetLine,), safe=False)
    migrator.migrate(
        migrator.sql(_COLUMN.format(table="dimension")),
        migrator.sql(_COLUMN.format(table="dimension_value")),
        migrator.sql(_DIMENSIONS),
        migrator.sql(_VALUES),
    )
