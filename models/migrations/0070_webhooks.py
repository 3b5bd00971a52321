"""Subscriptions to changes, what is to be told to them, and what was."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.execution import run
from odata.sql.fields import GuidField, InstantField, JsonField, TextField


class _Subscription(peewee.Model):
    subscription_id = TextField(primary_key=True)
    notification_url = TextField()
    resource = TextField()
    timestamp = peewee.BigIntegerField()
    user_id = GuidField()
    client_state = TextField()
    expires_at = InstantField()
    created_at = InstantField()
    created_by = GuidField()
    modified_at = InstantField()
    modified_by = GuidField()
    last_modified = InstantField()
    etag = TextField()
    path = TextField()
    scope = TextField()
    entity_set = TextField()
    is_key_quoted = peewee.BooleanField()
    has_instants = peewee.BooleanField()

    class Meta:
        table_name = "subscription"


class _WebhookState(peewee.Model):
    id = peewee.IntegerField(primary_key=True)
    position = TextField()
    holder = TextField()
    held_until = InstantField()
    subscriptions = peewee.BigIntegerField()

    class Meta:
        table_name = "webhook_state"


class _WebhookChange(peewee.Model):
    subscription_id = TextField()
    entity_key = TextField()
    change_type = TextField()
    first_at = InstantField()
    last_at = InstantField()

    class Meta:
        table_name = "webhook_change"
        primary_key = peewee.CompositeKey("subscription_id", "entity_key")


class _WebhookMessage(peewee.Model):
    id = peewee.BigAutoField()
    subscription_id = TextField(index=True)
    notifications = JsonField()
    attempts = peewee.IntegerField()
    due_at = InstantField(index=True)

    class Meta:
        table_name = "webhook_message"


class _WebhookDelivery(peewee.Model):
    sequence = peewee.BigAutoField()
    subscription_id = TextField(index=True)
    notification_url = TextField()
    notifications = peewee.IntegerField()
    attempt = peewee.IntegerField()
    status = peewee.IntegerField()
    outcome = TextField()
    detail = TextField()
    correlation_id = TextField()
    at = InstantField(index=True)
    milliseconds = peewee.IntegerField()

    class Meta:
        table_name = "webhook_delivery"


TABLES = (_Subscription, _WebhookState, _WebhookChange, _WebhookMessage, _WebhookDelivery)
_STATE = (
    "INSERT INTO webhook_state (id, position, holder, held_until, subscriptions) "
    "VALUES (1, {0}, '', '2000-01-01T00:00:00.000', 0)"
)
_SQLITE_POSITION = "(SELECT CAST(COALESCE(MAX(sequence), 0) AS TEXT) FROM change_log)"
_POSTGRESQL_POSITION = "CAST(pg_current_snapshot() AS TEXT)"


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables; whoever reads the log of changes begins at its present end."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    # Sequences tell the databases apart, as in the first step.
    position = _POSTGRESQL_POSITION if database.sequences else _SQLITE_POSITION
    run(database, _STATE.format(position), [])
