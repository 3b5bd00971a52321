"""Aged amounts of customers as PostgreSQL reads them page by page, in the order of their numbers.

PostgreSQL merges the parts of a union where each gives its rows in the order that is asked for.
That of customers begins with their period length, a constant, which an index must have for it.
The sums of the total stand outside of the union: they are computed where the total is shown, not
where a page ends before it. SQLite reads the view of step 91.
"""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

_COLLATION = ' COLLATE "C"'
_AMOUNTS = {
    "balance_due": "customer.balance",
    "current_amount": "customer.balance - customer.overdue_amount",
    "period1_amount": "customer.overdue_period1",
    "period2_amount": "customer.overdue_period2",
    "period3_amount": "customer.overdue_amount - customer.overdue_period1"
    " - customer.overdue_period2",
}


def _text(literal: str) -> str:
    return f"CAST('{literal}' AS TEXT){_COLLATION}"


_OF_CUSTOMERS = ", ".join(f"CAST({value} AS BIGINT) AS {name}" for name, value in _AMOUNTS.items())
_NONE = ", ".join("CAST(0 AS BIGINT)" for _ in _AMOUNTS)
_LABELS = ", ".join(
    f"{_text(label)} AS period{number}_label"
    for number, label in enumerate(("1 - 30 days", "31 - 60 days", "61 - days"), start=1)
)
_SHOWN = ", ".join(
    f"CASE WHEN part.is_total = 1 THEN "  # noqa: S608 - names of ours
    f"(SELECT CAST(COALESCE(SUM({value}), 0) AS BIGINT) FROM customer "
    f"WHERE customer.company_id = part.company_id) ELSE part.{name} END AS {name}"
    for name, value in _AMOUNTS.items()
)
_LAST_CHANGE = f"""
COALESCE((SELECT MAX(customer.last_modified) FROM customer
          WHERE customer.company_id = part.company_id), {_text("0001-01-01T00:00:00.000")})
"""  # noqa: S608 - no value in it
_VIEW = f"""
CREATE VIEW aged_accounts_receivable AS
SELECT part.customer_id, part.company_id, part.etag,
       CASE WHEN part.is_total = 1 THEN {_LAST_CHANGE} ELSE part.last_modified END
       {_COLLATION} AS last_modified,
       part.customer_number, part.name, part.currency_code, {_SHOWN},
       (SELECT day.as_of FROM ledger_day AS day WHERE day.company_id = part.company_id)
       AS aged_as_of_date, {_LABELS}, part.period_length_filter, part.is_total
FROM (
    SELECT customer.id AS customer_id, customer.company_id AS company_id, customer.etag AS etag,
           customer.last_modified AS last_modified, customer.number AS customer_number,
           customer.display_name AS name, customer.currency_code AS currency_code, {_OF_CUSTOMERS},
           {_text("30D")} AS period_length_filter, CAST(0 AS SMALLINT) AS is_total
    FROM customer
    UNION ALL
    SELECT {_text("00000000-0000-0000-0000-000000000000")}, day.company_id,
           {_text("JzE5OzAwMDAwMDAwMDAwMDAwMDAwMDAxOzAwOyc=")},
           {_text("0001-01-01T00:00:00.000")}, {_text("")}, {_text("Total")}, {_text("")},
           {_NONE}, {_text("TOTAL")}, CAST(1 AS SMALLINT)
    FROM ledger_day AS day
) AS part
"""  # noqa: S608 - no value in it
_INDEX = f"CREATE INDEX customer_aged ON customer (company_id, ({_text('30D')}), number, id)"


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the view anew, and the index that it is read by."""
    # Sequences tell the databases apart, as in the first step.
    if not database.sequences:
        return
    statements = ("DROP VIEW aged_accounts_receivable", _VIEW, _INDEX)
    migrator.migrate(*(migrator.sql(statement) for statement in statements))
