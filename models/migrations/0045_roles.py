"""Roles of an installation's own, grant by grant."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import TextField


class _AccessGrant(peewee.Model):
    role = TextField()
    target = TextField()
    rights = TextField()
    hidden = TextField()
    rows = TextField()
    operations = TextField(null=True)

    class Meta:
        table_name = "access_grant"
        primary_key = peewee.CompositeKey("role", "target")


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the table."""
    with database.bind_ctx((_AccessGrant,)):
        database.create_tables((_AccessGrant,), safe=False)
