"""Which columns an installation has added, and how each keeps its values."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Make the table."""
    create = (
        "CREATE TABLE extra_field (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
        " kind TEXT NOT NULL, PRIMARY KEY (table_name, column_name))"
    )
    migrator.migrate(migrator.sql(create))
