"""The log is asked by its indexes, of which a change of a row touches few pages."""

from __future__ import annotations

import datetime
from pathlib import Path
from urllib.parse import quote

import peewee
import pytest

from models.connection import open_database
from models.database import database
from models.demo.identifiers import ADATUM, CRONUS
from odata.query.change import Operation
from odata.sql.change_log import ChangeLog, Span, made_by, new_entry
from odata.sql.dialects import dialect_of

AUDIT = f"/api/v2.0/companies({CRONUS})/auditEntries"
NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
PLACE = ("customers", CRONUS)
SETS = ("contacts", "customers", "pictures", "sales", "terms")
INDEXES = {
    "?": {
        "change_log_of_age": ["at", "entity_set"],
        "change_log_of_key": ["entity_key", "sequence", "entity_set"],
        "change_log_of_set": ["scope", "sequence", "entity_set"],
    },
    "%s": {
        "change_log_of_age": ["at"],
        "change_log_of_key": ["entity_key", "entity_set", "sequence"],
        "change_log_of_set": ["entity_set", "scope", "transaction_id"],
    },
}
# A day as people ask for it.
ON_A_DAY = "changedAt ge 2026-01-01T00:00:00Z and changedAt lt 2026-01-02T00:00:00Z"
BY_TIME = "SCAN s1 USING INDEX change_log_of_age\nUSE TEMP B-TREE FOR RIGHT PART OF ORDER BY\n"
BY_KEY = "SEARCH s1 USING INDEX change_log_of_key (entity_key=?)\nSCAN page"
BY_NUMBER = "SEARCH s1 USING INDEX change_log_of_set (scope=?)\nSCAN page"
# What PostgreSQL would do with many entries.
AS_IF_MANY = "SET LOCAL enable_seqscan = off"
ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
# A page in the log that SQLite writes ahead.
FRAME = 4096 + 24


@pytest.fixture
def declared(technical_url):
    """A database whose log is made without migrations."""
    found = open_database(technical_url)
    yield found
    found.close()


@pytest.fixture
def log(declared):
    """Its log."""
    return ChangeLog(declared, dialect_of(declared).change_order())


@pytest.fixture
def plans(monkeypatch):
    """How the statements that look into the log are run, as they come."""
    found: list[str] = []
    run = peewee.Database.execute_sql

    def plan_of(asked, sql, *rest):
        if isinstance(asked, peewee.SqliteDatabase):
            rows = run(asked, f"EXPLAIN QUERY PLAN {sql}", *rest).fetchall()
            return "\n".join(row[3] for row in rows)
        with asked.atomic() as transaction:
            run(asked, AS_IF_MANY)
            rows = run(asked, f"EXPLAIN {sql}", *rest).fetchall()
            transaction.rollback()
        return "\n".join(row[0] for row in rows)

    def execute_sql(asked, sql, *rest):
        if "change_log" in sql:
            found.append(plan_of(asked, sql, *rest))
        return run(asked, sql, *rest)

    monkeypatch.setattr(peewee.Database, "execute_sql", execute_sql)
    return found


def indexes_of(asked):
    return {
        item.name: item.columns
        for item in asked.get_indexes("change_log")
        if item.name != "change_log_pkey"
    }


def statistics_of(asked):
    if asked.sequences:
        return []
    statement = "SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'change_log' ORDER BY idx"
    return asked.execute_sql(statement).fetchall()


def test_migrations_make_the_log_that_is_declared(client, declared):
    assert indexes_of(database.obj) == INDEXES[database.obj.param]
    assert indexes_of(declared) == INDEXES[declared.param]
    assert statistics_of(database.obj) == statistics_of(declared)


@pytest.mark.parametrize(
    ("ask", "sqlite", "postgresql"),
    [
        (
            lambda log, span: log.keys_in(PLACE, span, 0, 10),
            "INDEX change_log_of_set (scope=? AND sequence>?)",
            "change_log_of_set",
        ),
        (
            lambda log, span: list(log.old_values(PLACE, span, ("city",))),
            "INDEX change_log_of_set (scope=? AND sequence>? AND sequence<?)",
            "change_log_of_set",
        ),
        (
            lambda log, _: log.changed_since(*PLACE, (ADATUM,), (frozenset(), None)),
            "INDEX change_log_of_key (entity_key=?)",
            "change_log_of_key",
        ),
        (
            lambda log, span: log.entries_in(span),
            "INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
            "change_log_pkey",
        ),
        (lambda log, _: log.prune(NOW), "INDEX change_log_of_age (at<?)", "change_log_of_age"),
    ],
    ids=["delta", "old values", "conflict", "queue", "prune"],
)
def test_the_log_is_asked_by_index(log, plans, ask, sqlite, postgresql):
    position = log.position()
    plans.clear()

    ask(log, Span(position, position))

    (plan,) = plans
    assert (postgresql if "cost=" in plan else sqlite) in plan


@ON_SQLITE
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("$orderby=changedAt desc", BY_TIME),
        ("$orderby=changedAt desc&$filter=entitySet eq 'items'", BY_TIME),
        (f"$filter={ON_A_DAY}", "SEARCH s1 USING INDEX change_log_of_age (at>? AND at<?)"),
        (f"$filter=entityKey eq '{ADATUM}'", BY_KEY),
        (f"$filter=entityKey eq '{ADATUM}' and entitySet eq 'items'", BY_KEY),
        ("$filter=entitySet eq 'items'", BY_NUMBER),
        ("$orderby=sequence desc", BY_NUMBER),
    ],
)
def test_audits_go_by_index(client, plans, options, expected):
    answer = client.get(f"{AUDIT}?$top=5&{quote(options, safe='$=&')}")

    assert answer.status_code == 200, answer.text
    (plan,) = plans
    assert expected in plan


@ON_SQLITE
def test_a_change_of_a_row_is_in_one_place_of_each_index(log, declared):
    tags = (Operation.UPDATE, "[]", ("a", "b"))
    change = [new_entry((CRONUS, name), ('["1"]', "1"), tags) for name in SETS]
    made = [
        made_by("eva", NOW + datetime.timedelta(seconds=second), "request-1", "")
        for second in range(220)
    ]
    with declared.atomic():
        for item in made[:200]:
            log.record(change, item, NOW)
    declared.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    for item in made[200:]:
        with declared.atomic():
            log.record(change, item, NOW)

    # The log, its numbers and a page of each index; two or three more where one is full.
    frames = Path(f"{declared.database}-wal").stat().st_size // FRAME
    assert 20 * 5 <= frames < 20 * 9
