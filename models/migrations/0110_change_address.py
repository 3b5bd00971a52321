"""From where a change was asked, beside who asked and when."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Make the column; of older changes the address is not known."""
    migrator.migrate(
        migrator.sql("ALTER TABLE change_log ADD COLUMN address TEXT NOT NULL DEFAULT ''")
    )
