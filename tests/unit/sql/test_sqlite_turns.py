"""Threads of one process line up to write to SQLite."""

from __future__ import annotations

import threading
import time

import peewee
import pytest

from odata.errors import ServiceUnavailableError
from odata.sql.dialects.sqlite_turns import Turns


@pytest.fixture
def database(tmp_path):
    found = peewee.SqliteDatabase(tmp_path / "turns.db", pragmas={"journal_mode": "wal"}, timeout=0)
    found.execute_sql("CREATE TABLE counter (value INTEGER)")
    found.execute_sql("INSERT INTO counter VALUES (0)")
    yield found
    found.close()


def test_threads_wait_for_their_turn_and_none_is_refused(database):
    turns = Turns()

    def count() -> None:
        for _ in range(10):
            with turns.transaction(database):
                (value,) = database.execute_sql("SELECT value FROM counter").fetchone()
                time.sleep(0.001)
                database.execute_sql("UPDATE counter SET value = ?", (value + 1,))
        database.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert database.execute_sql("SELECT value FROM counter").fetchone() == (40,)


def test_a_nested_transaction_belongs_to_the_turn(database):
    turns = Turns(patience=0.01)

    with turns.transaction(database), turns.transaction(database):
        database.execute_sql("UPDATE counter SET value = 7")

    assert database.execute_sql("SELECT value FROM counter").fetchone() == (7,)


def test_who_waits_too_long_is_asked_to_come_again(database):
    turns = Turns(patience=0.01)
    refused: list[ServiceUnavailableError] = []

    def write() -> None:
        try:
            with turns.transaction(database):
                pass
        except ServiceUnavailableError as error:
            refused.append(error)

    with turns.transaction(database):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    assert [error.headers for error in refused] == [(("Retry-After", "1"),)]


def test_a_failure_ends_the_turn_and_leaves_nothing(database):
    turns = Turns(patience=0.01)

    def fail() -> None:
        with turns.transaction(database):
            database.execute_sql("UPDATE counter SET value = 7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with turns.transaction(database):
        assert database.execute_sql("SELECT value FROM counter").fetchone() == (0,)
