"""The log of changes."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

_IDENTITY = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
_TRANSACTION = "transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()"
_COLUMNS = """
    scope TEXT NOT NULL,
    entity_set TEXT NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    properties TEXT NOT NULL,
    tag_before TEXT NOT NULL,
    tag_after TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    request_id TEXT NOT NULL
"""
_SQLITE = (
    f"CREATE TABLE change_log (sequence INTEGER PRIMARY KEY AUTOINCREMENT, {_COLUMNS})",
    "CREATE INDEX change_log_of_set ON change_log (entity_set, scope, sequence)",
)
_POSTGRESQL = (
    f"CREATE TABLE change_log (sequence {_IDENTITY}, {_TRANSACTION}, {_COLUMNS})",
    "CREATE INDEX change_log_of_set ON change_log (entity_set, scope, transaction_id)",
)
_BOTH = (
    "CREATE INDEX change_log_of_key ON change_log (entity_set, key, sequence)",
    "CREATE INDEX change_log_of_age ON change_log (at)",
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the table with its indexes."""
    # Sequences tell the databases apart, as in the first step.
    own = _POSTGRESQL if database.sequences else _SQLITE
    migrator.migrate(*(migrator.sql(statement) for statement in (*own, *_BOTH)))
