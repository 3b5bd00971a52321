"""The order in which a database shows the entries of the log of changes, and the log's schema,
which follows from it.

A position in the log is what a reader has seen, so that a reader who comes back with it gets
every change once, however late it commits. On SQLite writers come one after the other and the
number of the last entry says it all. On PostgreSQL a transaction that draws a lower number may
commit after one with a higher number; whoever goes by numbers never sees it. There a position
is the reader's snapshot (``pg_current_snapshot``), and every entry holds the number of its
transaction. An entry is new since a position if its transaction was not visible in that
snapshot, and it is told up to a position if it was: a transaction that was still open when the
first position was taken, and has committed when the second one is, belongs to the second
reading, whatever its numbers are. Transactions that roll back are in no snapshot and leave no
entry. ``test_a_change_that_commits_late_is_not_missed`` holds two of them against each other.

The indexes of SQLite hold the entries of one change side by side, in few pages, since a commit
writes every page that it has touched: a row is an entity of several sets, and an index that began
with the set would have a page for each. The set stands behind the number, or the time, so that it
is compared within the index. PostgreSQL commits what has changed in a page, not the page: there
the set comes first.
"""

from __future__ import annotations

from typing import Any, Protocol

import peewee

from odata.sql.execution import run

_IDENTITY = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
_TRANSACTION = "transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()"
_COLUMNS = """
    scope TEXT NOT NULL,
    entity_set TEXT NOT NULL,
    key TEXT NOT NULL,
    entity_key TEXT NOT NULL,
    operation TEXT NOT NULL,
    properties TEXT NOT NULL,
    tag_before TEXT NOT NULL,
    tag_after TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT ''
"""
# What SQLite believes of the log. Without it a company had a handful of entries for all it knows,
# and it would sort all entries of one where the index of time has their order.
_STATISTICS = (
    "ANALYZE sqlite_schema",
    (
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES "
        "('change_log', 'change_log_of_set', '1000000 500000 1 1'), "
        "('change_log', 'change_log_of_key', '1000000 20 1 1'), "
        "('change_log', 'change_log_of_age', '1000000 5 1')"
    ),
    "ANALYZE sqlite_schema",
)


class ChangeOrder(Protocol):
    """What "since then" means on one kind of database."""

    @property
    def schema(self) -> tuple[str, ...]:
        """The statements that make the table."""

    def position(self, database: peewee.Database) -> str:
        """What a reader sees now, inside the transaction of its reads."""

    def since(self, position: str) -> tuple[str, list[Any]]:
        """The condition that an entry is new to a reader, with its parameters."""

    def until(self, position: str) -> tuple[str, list[Any]]:
        """The condition that a reader has seen an entry, with its parameters."""


class SequenceOrder:
    """Entries are visible in the order of their numbers: SQLite."""

    schema = (
        f"CREATE TABLE change_log (sequence INTEGER PRIMARY KEY AUTOINCREMENT, {_COLUMNS})",
        "CREATE INDEX change_log_of_set ON change_log (scope, sequence, entity_set)",
        "CREATE INDEX change_log_of_key ON change_log (entity_key, sequence, entity_set)",
        "CREATE INDEX change_log_of_age ON change_log (at, entity_set)",
        *_STATISTICS,
    )

    def position(self, database: peewee.Database) -> str:
        """The number of the last entry."""
        text = "SELECT COALESCE(MAX(sequence), 0) FROM change_log"
        return str(run(database, text, []).fetchone()[0])

    def since(self, position: str) -> tuple[str, list[Any]]:
        """Entries with greater numbers."""
        return "sequence > ?", [int(position)]

    def until(self, position: str) -> tuple[str, list[Any]]:
        """Entries with other numbers."""
        return "sequence <= ?", [int(position)]


class SnapshotOrder:
    """Entries are visible as their transactions commit: PostgreSQL."""

    schema = (
        f"CREATE TABLE change_log (sequence {_IDENTITY}, {_TRANSACTION}, {_COLUMNS})",
        "CREATE INDEX change_log_of_set ON change_log (entity_set, scope, transaction_id)",
        "CREATE INDEX change_log_of_key ON change_log (entity_key, entity_set, sequence)",
        "CREATE INDEX change_log_of_age ON change_log (at)",
    )

    def position(self, database: peewee.Database) -> str:
        """The snapshot."""
        text = "SELECT CAST(pg_current_snapshot() AS TEXT)"
        return str(run(database, text, []).fetchone()[0])

    def since(self, position: str) -> tuple[str, list[Any]]:
        """Entries of transactions that the snapshot did not see; the index finds the first."""
        condition = (
            "transaction_id >= pg_snapshot_xmin(CAST(%s AS pg_snapshot)) "
            "AND NOT pg_visible_in_snapshot(transaction_id, CAST(%s AS pg_snapshot))"
        )
        return condition, [position, position]

    def until(self, position: str) -> tuple[str, list[Any]]:
        """Entries of transactions that the snapshot saw."""
        condition = "pg_visible_in_snapshot(transaction_id, CAST(%s AS pg_snapshot))"
        return condition, [position]
