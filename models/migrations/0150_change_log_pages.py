"""The entries of one change of a row side by side in the indexes of SQLite.

A row of a table is an entity of several sets. A commit writes every page that it has touched:
an index that begins with the set has a page for each of them. PostgreSQL commits what has changed
in a page: its indexes stay.
"""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

_SQLITE = (
    "DROP INDEX change_log_of_set",
    "DROP INDEX change_log_of_key",
    "DROP INDEX change_log_of_age",
    "CREATE INDEX change_log_of_set ON change_log (scope, sequence, entity_set)",
    "CREATE INDEX change_log_of_key ON change_log (entity_key, sequence, entity_set)",
    "CREATE INDEX change_log_of_age ON change_log (at, entity_set)",
    # Makes the table of statistics where there is none.
    "ANALYZE sqlite_schema",
    "DELETE FROM sqlite_stat1 WHERE tbl = 'change_log'",
    # Most entries may be of one company: what is asked by time is to go by the index of time.
    (
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES "
        "('change_log', 'change_log_of_set', '1000000 500000 1 1'), "
        "('change_log', 'change_log_of_key', '1000000 20 1 1'), "
        "('change_log', 'change_log_of_age', '1000000 5 1')"
    ),
    # Reads it.
    "ANALYZE sqlite_schema",
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the indexes anew."""
    if not database.sequences:
        migrator.migrate(*(migrator.sql(statement) for statement in _SQLITE))
