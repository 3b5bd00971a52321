"""What a page costs does not grow with its depth: it is read from where the last one ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import peewee
import pytest

from models.availability import discard_connection
from models.database import database
from tests.integration.service import CUSTOMERS, Service

# The demo data are few, so PostgreSQL would rather read all of them; so many it would not.
_AS_IF_MANY = (
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_bitmapscan = off",
    "ANALYZE customer",
)
_TABLES = ("customer", "aged_accounts_receivable", "payment_term")
_HOST = "http://localhost"

Explain = Callable[[], str]


@pytest.fixture
def explain(monkeypatch: pytest.MonkeyPatch) -> Explain:
    """Tells how the last statement on customers, or on what belongs to them, was run."""
    plans: list[str] = []
    run = peewee.Database.execute_sql

    def plan_of(database: peewee.Database, sql: str, *rest: Any) -> str:
        if isinstance(database, peewee.SqliteDatabase):
            rows = run(database, f"EXPLAIN QUERY PLAN {sql}", *rest).fetchall()
            return "\n".join(row[3] for row in rows)
        with database.atomic() as transaction:
            for setting in _AS_IF_MANY:
                run(database, setting)
            text = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {sql}"
            rows = run(database, text, *rest).fetchall()
            transaction.rollback()
        return "\n".join(row[0] for row in rows)

    def explained(database: peewee.Database, sql: str, *rest: Any) -> Any:
        if any(f'FROM "{table}"' in sql for table in _TABLES):
            plans.append(plan_of(database, sql, *rest))
        return run(database, sql, *rest)

    monkeypatch.setattr(peewee.Database, "execute_sql", explained)
    return lambda: plans[-1]


@pytest.mark.parametrize(
    ("order", "column"), [("", "number"), ("&$orderby=displayName", "display_name")]
)
def test_what_is_in_front_of_a_page_is_not_read(
    shared: Service, explain: Explain, order: str, column: str
):
    link, plans = f"{CUSTOMERS}?$select=number{order}", []
    while link:
        page = shared.get(link.removeprefix(_HOST), Prefer="odata.maxpagesize=20")
        link = page.get("@odata.nextLink")
        plans.append(explain())

    behind = plans[1:]
    assert len(behind) > 1
    begins = re.compile(rf"(SEARCH|Index Cond:).*company_id\b.*\b{column} ?>")
    assert [plan for plan in behind if not begins.search(plan)] == []
    # The row that the page before ended with is met again, no other one.
    unwanted = re.findall(r"Rows Removed by Filter: (\d+)", "\n".join(behind))
    assert set(unwanted) <= {"1"}


def test_sqlite_finds_related_entities_by_key_and_not_among_all_of_their_company(
    sqlite_customers: Service, explain: Explain
):
    """SQLite knows no numbers of rows, PostgreSQL does."""
    sqlite_customers.get(f"{CUSTOMERS}?$top=2&$expand=paymentTerm")

    assert "USING INDEX sqlite_autoindex_payment_term_1 (id=?)" in explain()


@pytest.mark.parametrize(
    "options",
    ["", "&$filter=number ge '1'", "&$filter=displayName ge 'A'&$orderby=displayName"],
)
def test_sqlite_takes_as_many_steps_for_a_late_page(sqlite_customers: Service, options: str):
    """Of two bounds of one column SQLite takes the first, and passes over the rows between."""
    path = f"{CUSTOMERS}?$select=number{options}"
    steps: list[int] = []
    while path:
        with counted_steps() as counted:
            page = sqlite_customers.get(path, Prefer="odata.maxpagesize=15")
        steps.append(len(counted))
        path = page.get("@odata.nextLink", "").removeprefix(_HOST)

    second, *later = steps[1:-1]
    assert len(later) > 0
    assert max(later) < second * 1.1


@contextmanager
def counted_steps() -> Iterator[list[None]]:
    """As many items as SQLite takes steps on this thread's connection."""
    steps: list[None] = []
    connection = database.connection()
    connection.set_progress_handler(lambda: steps.append(None), 1)
    try:
        yield steps
    finally:
        connection.set_progress_handler(None, 0)


@pytest.fixture
def sqlite_customers(sqlite_databases, fill_demo, start_service) -> Iterator[Service]:
    """The service over the demo data in SQLite."""
    service = Service(start_service(sqlite_databases.copy_of("demo", fill_demo)))
    service.get(f"{CUSTOMERS}?$top=1")
    yield service
    discard_connection()
    sqlite_databases.drop_all()


def test_a_page_of_aged_amounts_merges_the_total_into_an_index(shared: Service, explain: Explain):
    aged = CUSTOMERS.replace("customers", "agedAccountsReceivables")

    shared.get(f"{aged}?$top=2")

    assert re.search(r"MERGE|Merge Append", explain())
    assert re.search(r"INDEX _customer_company_id_number|using customer_aged", explain())
    # PostgreSQL does not even sum up a total that the page ends before.
    assert not re.search(r"Aggregate \(actual", explain())


@pytest.mark.parametrize(
    ("condition", "bounds"),
    [
        (
            "blocked eq ' ' and balance gt 0",
            r"_customer_company_id_blocked_balance\b.*\bblocked\b.*\bbalance\b",
        ),
        (
            "startswith(displayName,'Ada')",
            r"_customer_company_id_display_name\b.*\bdisplay_name ?>.*\bdisplay_name ?<",
        ),
        (
            "tolower(email) eq 'robert.townes@contoso.com'",
            r"customer_texts_runs|\bcustomer_texts_\d\b.*\bemail\b",
        ),
    ],
)
def test_a_filter_reads_a_range_of_an_index(
    shared: Service, explain: Explain, condition: str, bounds: str
):
    """Counted: the few rows of the demo data are in order soon, whatever they are read by."""
    shared.ask(f"{CUSTOMERS}/$count?$filter={condition}")

    assert re.search(bounds, explain().replace("\n", " "))
