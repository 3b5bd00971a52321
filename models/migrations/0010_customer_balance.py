"""Customers in the order of their balance, whether or not they are blocked."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Make the index."""
    migrator.migrate(migrator.add_index("customer", ("company_id", "balance")))
