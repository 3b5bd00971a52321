"""Users, clients, their keys, and the log of who signed in or was refused."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import GuidField, InstantField, TextField


class _AccessUser(peewee.Model):
    id = peewee.AutoField()
    name = TextField(unique=True)
    email = TextField(null=True, unique=True)
    subject = TextField(null=True, unique=True)
    roles = TextField()
    companies = TextField()
    customer_company_id = GuidField(null=True)
    customer_id = GuidField(null=True)
    password_hash = TextField(null=True)
    created_at = InstantField()

    class Meta:
        table_name = "access_user"


class _AccessClient(peewee.Model):
    id = GuidField(primary_key=True)
    name = TextField(unique=True)
    roles = TextField()
    companies = TextField()
    created_at = InstantField()

    class Meta:
        table_name = "access_client"


class _AccessKey(peewee.Model):
    id = TextField(primary_key=True)
    user_id = peewee.IntegerField(null=True, index=True)
    client_id = GuidField(null=True, index=True)
    secret_hash = TextField()
    created_at = InstantField()
    expires_at = InstantField(null=True)

    class Meta:
        table_name = "access_key"


class _AccessEvent(peewee.Model):
    id = peewee.BigAutoField()
    at = InstantField(index=True)
    kind = TextField()
    actor = TextField()
    subject = TextField()
    address = TextField()
    request_id = TextField()
    detail = TextField()
    times = peewee.IntegerField()

    class Meta:
        table_name = "access_event"


_TABLES = (_AccessUser, _AccessClient, _AccessKey, _AccessEvent)


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables."""
    with database.bind_ctx(_TABLES):
        database.create_tables(_TABLES, safe=False)
