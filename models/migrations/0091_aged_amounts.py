"""What is overdue for up to thirty and sixty days, kept with each customer, so that nothing is
summed up for each row of a list."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

_NO_ID = "00000000-0000-0000-0000-000000000000"
_FIRST_TAG = "JzE5OzAwMDAwMDAwMDAwMDAwMDAwMDAxOzAwOyc="
# Peewee would make the table anew, which views stand on.
_COLUMNS = tuple(
    f"ALTER TABLE customer ADD COLUMN {name} BIGINT NOT NULL DEFAULT 0"
    for name in ("overdue_period1", "overdue_period2")
)
_DUE = """
COALESCE((
    SELECT CAST(SUM(entry.remaining_amount) AS BIGINT)
    FROM customer_ledger_entry AS entry
    JOIN ledger_day ON ledger_day.company_id = entry.company_id
    WHERE entry.customer_id = customer.id AND entry.open
      AND entry.due_date < ledger_day.{end} AND entry.due_date >= ledger_day.{start}
), 0)
"""
_FILL = f"""
UPDATE customer SET
    overdue_period1 = {_DUE.format(start="period1_start", end="as_of")},
    overdue_period2 = {_DUE.format(start="period2_start", end="period1_start")}
WHERE id IN (SELECT customer_id FROM customer_ledger_entry WHERE open)
"""  # noqa: S608 - no value in it
# One index for the order by what is overdue and for the sums of a company.
_OVERDUE = ("company_id", "overdue_amount")
_SUMMED = (*_OVERDUE, "overdue_period1", "overdue_period2", "balance")
_LATER = "overdue_amount - overdue_period1 - overdue_period2"
_AMOUNTS = {
    "balance_due": "customer.balance",
    "current_amount": "customer.balance - customer.overdue_amount",
    "period1_amount": "customer.overdue_period1",
    "period2_amount": "customer.overdue_period2",
    "period3_amount": _LATER,
}


def _view(collation: str, day: str, source: str) -> str:
    """The view in the words of one database.

    Both parts give values of the same types in each column: only then does a database look
    for rows in each of them by its indexes. ``collation`` is that of columns of texts, ``day``
    the day of the service, and ``source`` where customers come from.
    """

    def text(literal: str) -> str:
        return f"CAST('{literal}' AS TEXT){collation}"

    labels = ", ".join(
        f"{text(label)} AS period{number}_label"
        for number, label in enumerate(("1 - 30 days", "31 - 60 days", "61 - days"), start=1)
    )
    amounts = ", ".join(f"CAST({value} AS BIGINT) AS {name}" for name, value in _AMOUNTS.items())
    sums = ", ".join(
        f"CAST(COALESCE((SELECT SUM({value}) FROM customer "  # noqa: S608 - names of ours
        "WHERE customer.company_id = day.company_id), 0) AS BIGINT)"
        for value in _AMOUNTS.values()
    )
    return f"""
CREATE VIEW aged_accounts_receivable AS
SELECT customer.id AS customer_id, customer.company_id AS company_id, customer.etag AS etag,
       customer.last_modified AS last_modified, customer.number AS customer_number,
       customer.display_name AS name, customer.currency_code AS currency_code, {amounts},
       {day} AS aged_as_of_date, {labels},
       {text("30D")} AS period_length_filter, CAST(0 AS SMALLINT) AS is_total
FROM {source}
UNION ALL
SELECT {text(_NO_ID)}, day.company_id, {text(_FIRST_TAG)},
       CAST(COALESCE((SELECT MAX(customer.last_modified) FROM customer
                      WHERE customer.company_id = day.company_id),
                     '0001-01-01T00:00:00.000') AS TEXT){collation},
       {text("")}, {text("Total")}, {text("")}, {sums},
       day.as_of, {labels}, {text("TOTAL")}, CAST(1 AS SMALLINT)
FROM ledger_day AS day
"""  # noqa: S608 - no value in it


# SQLite then reads customers in the order of their numbers.
_SQLITE = (
    "",
    "day.as_of",
    "ledger_day AS day JOIN customer ON day.company_id = customer.company_id",
)
# PostgreSQL looks into a part of a union only where that has a single table.
_POSTGRESQL = (
    ' COLLATE "C"',
    "(SELECT day.as_of FROM ledger_day AS day WHERE day.company_id = customer.company_id)",
    "customer",
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make and fill the columns, and the view anew."""
    # Sequences tell the databases apart, as in the first step.
    words = _POSTGRESQL if database.sequences else _SQLITE
    migrator.migrate(
        *(migrator.sql(statement) for statement in (*_COLUMNS, _FILL)),
        migrator.drop_index("customer", "customer_company_id_overdue_amount"),
        migrator.add_index("customer", _SUMMED),
        migrator.sql("DROP VIEW aged_accounts_receivable"),
        migrator.sql("DROP VIEW aged_customer"),
        migrator.sql(_view(*words)),
    )
