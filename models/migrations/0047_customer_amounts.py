"""Customers in the order of what is overdue, due and sold, without a look at all of them."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

_AMOUNTS = ("overdue_amount", "balance_due", "total_sales_excluding_tax")


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Make the indexes."""
    migrator.migrate(
        *(migrator.add_index("customer", ("company_id", amount)) for amount in _AMOUNTS)
    )
