"""What the service says of its own types."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import JsonField, TextField


class _EntityDefinition(peewee.Model):
    entity_name = TextField(primary_key=True)
    entity_set_name = TextField()
    entity_captions = JsonField()
    entity_set_captions = JsonField()
    properties = JsonField()
    actions = JsonField()
    enum_members = JsonField()

    class Meta:
        table_name = "entity_definition"


TABLES = (_EntityDefinition,)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the table; the service fills it."""
    del migrator
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
