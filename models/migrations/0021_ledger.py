"""The chart of accounts, the ledgers, and what is computed from them."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField
from odata.sql.search import install

_NO_ID = "00000000-0000-0000-0000-000000000000"
_FIRST_TAG = "JzE5OzAwMDAwMDAwMDAwMDAwMDAwMDAxOzAwOyc="

_REMAINING = """
COALESCE((
    SELECT CAST(SUM(entry.remaining_amount) AS BIGINT)
    FROM customer_ledger_entry AS entry
    WHERE entry.company_id = customer.company_id AND entry.customer_id = customer.id
      AND entry.open AND entry.due_date < {end} AND entry.due_date >= {start}
), 0)
"""
_PERIOD1 = _REMAINING.format(start="ledger_day.period1_start", end="ledger_day.as_of")
_PERIOD2 = _REMAINING.format(start="ledger_day.period2_start", end="ledger_day.period1_start")
_LABELS = (
    "'1 - 30 days' AS period1_label, '31 - 60 days' AS period2_label, '61 - days' AS period3_label"
)
_AGED = f"""
CREATE VIEW aged_customer AS
SELECT customer.id AS customer_id, customer.company_id AS company_id, customer.etag AS etag,
       customer.last_modified AS last_modified, customer.number AS customer_number,
       customer.display_name AS name, customer.currency_code AS currency_code,
       customer.balance AS balance_due,
       customer.balance - customer.overdue_amount AS current_amount,
       {_PERIOD1} AS period1_amount,
       {_PERIOD2} AS period2_amount,
       customer.overdue_amount - {_PERIOD1} - {_PERIOD2} AS period3_amount,
       ledger_day.as_of AS aged_as_of_date
FROM customer JOIN ledger_day ON ledger_day.company_id = customer.company_id
"""  # noqa: S608 - no value in it
_SUMS = ", ".join(
    f"CAST(SUM({name}) AS BIGINT) AS {name}"
    for name in (
        "balance_due",
        "current_amount",
        "period1_amount",
        "period2_amount",
        "period3_amount",
    )
)
_COLUMNS = (
    "customer_id, company_id, etag, last_modified, customer_number, name, currency_code, "
    "balance_due, current_amount, period1_amount, period2_amount, period3_amount, aged_as_of_date"
)
_AGED_WITH_TOTAL = f"""
CREATE VIEW aged_accounts_receivable AS
SELECT {_COLUMNS}, {_LABELS}, '30D' AS period_length_filter, CAST(0 AS SMALLINT) AS is_total
FROM aged_customer
UNION ALL
SELECT '{_NO_ID}' AS customer_id, company_id, '{_FIRST_TAG}' AS etag,
       MAX(last_modified) AS last_modified, '' AS customer_number, 'Total' AS name,
       '' AS currency_code, {_SUMS}, MAX(aged_as_of_date) AS aged_as_of_date,
       {_LABELS}, 'TOTAL' AS period_length_filter, CAST(1 AS SMALLINT) AS is_total
FROM aged_customer GROUP BY company_id
"""  # noqa: S608 - no value in it
_SALES = """
CREATE VIEW customer_sale AS
SELECT id, company_id, etag, last_modified, id AS customer_id, number AS customer_number,
       display_name AS name, total_sales_excluding_tax AS total_sales_amount
FROM customer
"""


class _Account(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()
    number = TextField()
    display_name = TextField()
    category = peewee.SmallIntegerField()
    sub_category = TextField()
    blocked = peewee.BooleanField()
    account_type = peewee.SmallIntegerField()
    direct_posting = peewee.BooleanField()
    net_change = ScaledDecimalField()
    consolidation_translation_method = peewee.SmallIntegerField()
    consolidation_debit_account = TextField()
    consolidation_credit_account = TextField()
    exclude_from_consolidation = peewee.BooleanField()
    purpose = TextField()

    class Meta:
        table_name = "account"
        indexes = ((("company_id", "number"), True), (("company_id", "purpose"), False))


class _GeneralLedgerEntry(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()
    entry_number = peewee.IntegerField()
    transaction_number = peewee.IntegerField()
    posting_date = DayField()
    document_number = TextField()
    document_type = peewee.SmallIntegerField()
    account_id = GuidField()
    account_number = TextField()
    description = TextField()
    debit_amount = ScaledDecimalField()
    credit_amount = ScaledDecimalField()
    additional_currency_debit_amount = ScaledDecimalField()
    additional_currency_credit_amount = ScaledDecimalField()

    class Meta:
        table_name = "general_ledger_entry"
        indexes = (
            (("company_id", "entry_number"), True),
            (("company_id", "posting_date"), False),
            (("company_id", "account_id"), False),
            (("company_id", "document_number"), False),
        )


class _LedgerDay(peewee.Model):
    company_id = GuidField(primary_key=True)
    as_of = DayField()
    period1_start = DayField()
    period2_start = DayField()

    class Meta:
        table_name = "ledger_day"


TABLES = (_Account, _GeneralLedgerEntry, _LedgerDay)
_NEW_COLUMNS: tuple[tuple[str, peewee.Field], ...] = (
    ("document_type", peewee.SmallIntegerField(default=0)),
    ("document_number", TextField(default="")),
    ("document_id", GuidField(default=_NO_ID)),
    ("due_date", TextField(default="0001-01-01")),
    ("amount", ScaledDecimalField(default=0)),
    ("remaining_amount", ScaledDecimalField(default=0)),
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables, the columns and the views."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    entries = "customer_ledger_entry"
    for name, field in _NEW_COLUMNS:
        migrator.migrate(migrator.add_column(entries, name, field))
    migrator.migrate(
        migrator.add_index(entries, ("company_id", "open", "due_date"), unique=False),
        migrator.add_index(entries, ("company_id", "document_id"), unique=False),
        migrator.sql(_AGED),
        migrator.sql(_AGED_WITH_TOTAL),
        migrator.sql(_SALES),
    )
    install(
        database, dialect_of(database), SearchTable("account", ("id",), ("number", "display_name"))
    )
