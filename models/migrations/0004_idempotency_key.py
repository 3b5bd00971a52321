"""The answers that were given to requests with an Idempotency-Key."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import TextField


class _IdempotencyKey(peewee.Model):
    principal = TextField()
    key = TextField()
    digest = TextField()
    status = peewee.IntegerField()
    headers = TextField()
    body = peewee.BlobField()
    at = TextField(index=True)

    class Meta:
        table_name = "idempotency_key"
        primary_key = peewee.CompositeKey("principal", "key")


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the table."""
    with _IdempotencyKey.bind_ctx(database):
        database.create_tables([_IdempotencyKey], safe=False)
