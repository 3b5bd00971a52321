"""Access tokens: who may call the service."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import InstantField, TextField


class _AccessToken(peewee.Model):
    id = TextField(primary_key=True)
    name = TextField(unique=True)
    secret_hash = TextField()
    roles = TextField()
    companies = TextField()
    created_at = InstantField()
    expires_at = InstantField(null=True)

    class Meta:
        table_name = "access_token"


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the table."""
    with _AccessToken.bind_ctx(database):
        database.create_tables([_AccessToken], safe=False)
