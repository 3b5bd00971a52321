"""Customers are found by their code and legal name, too; renamed groups by their new names."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.search import reinstall

_CUSTOMERS = SearchTable(
    "customer",
    ("id",),
    (
        "number",
        "display_name",
        "address_line1",
        "city",
        "phone_number",
        "email",
        "code",
        "legal_name",
    ),
)
# An earlier step made this table anew on SQLite, which took its triggers.
_GROUPS = SearchTable("general_product_posting_group", ("id",), ("code", "display_name"))


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables of entries anew, with all that is searched."""
    for table in (_CUSTOMERS, _GROUPS):
        reinstall(database, dialect_of(database), table)
