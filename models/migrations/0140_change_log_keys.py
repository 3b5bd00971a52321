"""The changes of one entity, found by its key first.

A row of a table is an entity of several sets: their entries stand side by side in an index that
begins with the key, on one page of it, where one that begins with the set has a page for each.
"""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Make the index anew."""
    migrator.migrate(
        migrator.sql("DROP INDEX change_log_of_key"),
        migrator.sql(
            "CREATE INDEX change_log_of_key ON change_log (entity_key, entity_set, sequence)"
        ),
    )
