"""Subscriptions to single entities, and receivers that ask to be left alone for a while."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import TextField

_LONG_AGO = "2000-01-01T00:00:00.000"


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Add which entity is followed, blank for all of the set, and until when nothing is sent."""
    migrator.migrate(
        migrator.add_column("subscription", "entity_key", TextField(default="")),
        migrator.add_column("subscription", "silent_until", TextField(default=_LONG_AGO)),
    )
