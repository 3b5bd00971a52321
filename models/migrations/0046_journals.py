"""General journals and their lines."""

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


class _GeneralJournal(_Entity):
    code = TextField()
    display_name = TextField()
    template_display_name = TextField()
    balancing_account_id = GuidField()
    balancing_account_number = TextField()

    class Meta:
        table_name = "journal"
        indexes = ((("company_id", "code"), True),)


class _GeneralJournalLine(_Entity):
    journal_id = GuidField()
    journal_display_name = TextField()
    line_number = peewee.IntegerField()
    account_type = peewee.SmallIntegerField()
    account_id = GuidField()
    account_number = TextField()
    posting_date = DayField()
    document_number = TextField()
    external_document_number = TextField()
    amount = ScaledDecimalField()
    description = TextField()
    comment = TextField()
    tax_code = TextField()
    balance_account_type = peewee.SmallIntegerField()
    balancing_account_id = GuidField()
    balancing_account_number = TextField()

    class Meta:
        table_name = "journal_line"
        indexes = ((("company_id", "journal_id", "line_number"), False),)


TABLES = (_GeneralJournal, _GeneralJournalLine)


def up(_migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    table = SearchTable("journal", ("id",), ("code", "display_name"))
    install(database, dialect_of(database), table)
