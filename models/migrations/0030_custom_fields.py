"""A place for what clients keep with a customer under names of their own."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Make the column."""
    # Peewee would copy the table, which views stand on.
    add = "ALTER TABLE customer ADD COLUMN custom_fields TEXT NOT NULL DEFAULT '{}'"
    migrator.migrate(migrator.sql(add))
