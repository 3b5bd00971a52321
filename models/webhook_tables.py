"""The tables behind webhooks: subscriptions, what is to be told to them, and what was."""

from __future__ import annotations

import datetime

import peewee

from models.base import NO_ID
from models.database import database
from odata.sql.fields import GuidField, InstantField, JsonField, TextField

_LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class Subscription(peewee.Model):
    """Who wants to know of changes to an entity set or to one of its entities, and where.

    ``path`` is the set in the words of notifications, ``scope`` and ``entity_set`` are its
    names in the log of changes; ``entity_key`` is that of the entity as the log writes it,
    blank for all. Until ``silent_until`` the receiver wants no requests.
    """

    subscription_id = TextField(150, primary_key=True)
    notification_url = TextField()
    resource = TextField()
    timestamp = peewee.BigIntegerField(default=0)
    user_id = GuidField(default=NO_ID)
    client_state = TextField(2048, default="")
    expires_at = InstantField()
    created_at = InstantField()
    created_by = GuidField(default=NO_ID)
    modified_at = InstantField()
    modified_by = GuidField(default=NO_ID)
    last_modified = InstantField()
    etag = TextField()
    path = TextField(default="")
    scope = TextField(default="")
    entity_set = TextField(default="")
    is_key_quoted = peewee.BooleanField(default=False)
    has_instants = peewee.BooleanField(default=False)
    entity_key = TextField(default="")
    silent_until = InstantField(default=_LONG_AGO)

    class Meta:
        database = database
        table_name = "subscription"


class WebhookState(peewee.Model):
    """One row: how far the log of changes is read, who reads it and until when, and a count
    by which those who subscribe take turns."""

    id = peewee.IntegerField(primary_key=True)
    position = TextField()
    holder = TextField()
    held_until = InstantField()
    subscriptions = peewee.BigIntegerField()

    class Meta:
        database = database
        table_name = "webhook_state"


class WebhookChange(peewee.Model):
    """A change that gathers others of the same entity until the delay is over. The blank key
    stands for the collection, which changed more than can be listed."""

    subscription_id = TextField()
    entity_key = TextField()
    change_type = TextField()
    first_at = InstantField()
    last_at = InstantField()

    class Meta:
        database = database
        table_name = "webhook_change"
        primary_key = peewee.CompositeKey("subscription_id", "entity_key")


class WebhookMessage(peewee.Model):
    """Notifications to one subscription that are on their way."""

    id = peewee.BigAutoField()
    subscription_id = TextField()
    notifications = JsonField()
    attempts = peewee.IntegerField(default=0)
    due_at = InstantField()

    class Meta:
        database = database
        table_name = "webhook_message"


class WebhookDelivery(peewee.Model):
    """One try to deliver notifications, or the end of a subscription; status 0: no answer."""

    sequence = peewee.BigAutoField()
    subscription_id = TextField()
    notification_url = TextField()
    notifications = peewee.IntegerField(default=0)
    attempt = peewee.IntegerField(default=0)
    status = peewee.IntegerField(default=0)
    outcome = TextField()
    detail = TextField(default="")
    correlation_id = TextField(default="")
    at = InstantField(precision=3)
    milliseconds = peewee.IntegerField(default=0)

    class Meta:
        database = database
        table_name = "webhook_delivery"


# What goes with a subscription.
OWNED = (WebhookChange, WebhookMessage)
