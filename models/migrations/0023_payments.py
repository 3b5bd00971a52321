"""Customer payments and their journals."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField
from odata.sql.search import install


class _Entity(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()


class _Journal(_Entity):
    code = TextField()
    display_name = TextField()
    balancing_account_id = GuidField()
    balancing_account_number = TextField()

    class Meta:
        table_name = "customer_payment_journal"
        indexes = ((("company_id", "code"), True),)


class _Payment(_Entity):
    journal_id = GuidField()
    journal_display_name = TextField()
    line_number = peewee.IntegerField()
    customer_id = GuidField()
    customer_number = TextField()
    posting_date = DayField()
    document_number = TextField()
    external_document_number = TextField()
    amount = ScaledDecimalField()
    applies_to_invoice_id = GuidField()
    applies_to_invoice_number = TextField()
    description = TextField()
    comment = TextField()

    class Meta:
        table_name = "customer_payment"
        indexes = ((("company_id", "journal_id", "line_number"), False),)


TABLES = (_Journal, _Payment)


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    table = SearchTable("customer_payment_journal", ("id",), ("code", "display_name"))
    install(database, dialect_of(database), table)
