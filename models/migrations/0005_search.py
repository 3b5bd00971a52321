"""The searchable text of companies, customers and what customers refer to."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.search import install

_CODED = ("code", "display_name")
_TABLES: tuple[SearchTable, ...] = (
    SearchTable("company", ("id",), ("name", "display_name")),
    SearchTable(
        "customer",
        ("id",),
        ("number", "display_name", "address_line1", "city", "phone_number", "email"),
    ),
    SearchTable("currency", ("id",), _CODED),
    SearchTable("payment_term", ("id",), _CODED),
    SearchTable("payment_method", ("id",), _CODED),
    SearchTable("shipment_method", ("id",), _CODED),
    SearchTable("tax_area", ("id",), _CODED),
    SearchTable("dimension", ("id",), _CODED),
    SearchTable("dimension_value", ("id",), _CODED),
)


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables of entries and enter what is there."""
    dialect = dialect_of(database)
    for table in _TABLES:
        install(database, dialect, table)
