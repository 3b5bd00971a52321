"""Transactions that write begin when another process lets them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator

import peewee
import pytest

from odata.errors import ODataError
from odata.sql.dialects.sqlite_begin import Beginning

_SHARED = "database is locked"


class Other:
    """Another process that takes the lock and lets it go."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def take(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def database(tmp_path) -> Iterator[peewee.SqliteDatabase]:
    found = peewee.SqliteDatabase(tmp_path / "b.db", pragmas={"journal_mode": "wal"}, timeout=30)
    found.connect()
    yield found
    found.close()


@pytest.fixture
def other(database) -> Iterator[Other]:
    found = Other(database.database)
    yield found
    found.close()


def _waits(database: peewee.SqliteDatabase, beginning: Beginning, other: Other) -> None:
    """Begin while the other one has the lock, which is let go a moment later."""
    other.take()
    timer = threading.Timer(0.05, other.let_go)
    timer.start()
    beginning.begin(database)
    timer.join()
    database.rollback()


def test_who_has_waited_waits_again_until_the_lock_is_free(database, other):
    beginning = Beginning(30.0)
    for _ in range(3):
        _waits(database, beginning, other)

    assert database.execute_sql("PRAGMA busy_timeout").fetchone() == (30_000,)


def test_who_has_waited_in_vain_is_refused(database, other):
    beginning = Beginning(30.0)
    _waits(database, beginning, other)
    beginning._patience = 0.01
    other.take()

    with pytest.raises((peewee.OperationalError, ODataError), match=_SHARED):
        beginning.begin(database)

    other.let_go()
    beginning.begin(database)
    database.rollback()
