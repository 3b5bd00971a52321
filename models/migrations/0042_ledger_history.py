"""What was applied to ledger entries and when, and the sales that they stand for."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import DayField, GuidField, ScaledDecimalField

_COLUMN = (
    "ALTER TABLE customer_ledger_entry ADD COLUMN sales_excluding_tax BIGINT NOT NULL DEFAULT 0"
)
_SALES = """
UPDATE customer_ledger_entry SET sales_excluding_tax = COALESCE((
    SELECT CASE customer_ledger_entry.document_type WHEN 2 THEN 1 WHEN 3 THEN -1 ELSE 0 END
           * sales_invoice.total_amount_excluding_tax
    FROM sales_invoice WHERE sales_invoice.id = customer_ledger_entry.document_id
), 0)
"""
# When earlier applications were posted is not known: no later than the last entry of the
# customer that settles anything.
_HISTORY = """
INSERT INTO customer_ledger_application (company_id, entry_id, posting_date, amount)
SELECT entry.company_id, entry.id,
       COALESCE((
           SELECT MAX(other.posting_date) FROM customer_ledger_entry AS other
           WHERE other.customer_id = entry.customer_id AND other.document_type IN (1, 3)
       ), entry.posting_date),
       entry.remaining_amount - entry.amount
FROM customer_ledger_entry AS entry WHERE entry.remaining_amount <> entry.amount
"""


class _Application(peewee.Model):
    company_id = GuidField()
    entry_id = GuidField()
    posting_date = DayField()
    amount = ScaledDecimalField()

    class Meta:
        table_name = "customer_ledger_application"
        indexes = ((("entry_id", "posting_date"), False),)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the table and the column, and fill them as far as the past is known."""
    with database.bind_ctx((_Application,), bind_refs=False, bind_backrefs=False):
        database.create_tables((_Application,), safe=False)
    migrator.migrate(
        # Peewee would make the table anew, which views stand on.
        migrator.sql(_COLUMN),
        migrator.sql(_SALES),
        migrator.sql(_HISTORY),
    )
