"""Threads of one process line up to write to SQLite."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

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


@pytest.fixture
def shared(tmp_path):
    """A database whose connections may be lent."""
    found = peewee.SqliteDatabase(
        tmp_path / "shared.db",
        pragmas={"journal_mode": "wal"},
        timeout=0,
        check_same_thread=False,
    )
    found.execute_sql("CREATE TABLE name (value TEXT UNIQUE)")
    yield found
    found.close()


class Together:
    """Changes that line up behind a first one, which ends when all of them wait."""

    def __init__(self, database: peewee.SqliteDatabase) -> None:
        self.database = database
        self.turns = Turns()
        self.commits: list[str] = []
        self.failures: dict[str, Exception] = {}

    def run(self, *names: str) -> list[str]:
        """Write the names in this order; gives what is stored in the end."""
        threads, turns = ThreadPoolExecutor(len(names)), self.turns
        with threads, turns.brief_transaction(self.database):
            connection = self.database.connection()
            connection.set_trace_callback(self._note)
            for place, name in enumerate(names, 1):
                threads.submit(self._write, name)
                while len(turns._line) < place:
                    time.sleep(0.001)
        connection.set_trace_callback(None)
        rows = self.database.execute_sql("SELECT value FROM name ORDER BY value").fetchall()
        return [value for (value,) in rows]

    def _note(self, statement: str) -> None:
        if statement == "COMMIT":
            self.commits.append(statement)

    def _write(self, name: str) -> None:
        try:
            with self.turns.brief_transaction(self.database):
                self.database.execute_sql("INSERT INTO name VALUES (?)", (name,))
                if name == "lost":
                    self.database.connection().execute("ROLLBACK")
                    raise peewee.OperationalError("disk full")
        except (peewee.PeeweeException, ServiceUnavailableError) as error:
            self.failures[name] = error
        finally:
            self.database.close()


def test_changes_that_wait_are_committed_together(shared):
    together = Together(shared)

    assert together.run("a", "b", "c") == ["a", "b", "c"]

    assert (len(together.commits), together.failures) == (1, {})


def test_a_change_that_fails_is_undone_alone(shared):
    together = Together(shared)

    assert together.run("a", "a", "b") == ["a", "b"]

    assert len(together.commits) == 1
    assert [type(error) for error in together.failures.values()] == [peewee.IntegrityError]


def test_nobody_is_told_of_a_commit_that_there_was_not(shared):
    together = Together(shared)

    with pytest.raises(ServiceUnavailableError):
        together.run("a", "lost", "b")

    assert sorted(together.failures) == ["a", "lost"]
    assert {type(error) for error in together.failures.values()} == {ServiceUnavailableError}
    assert shared.execute_sql("SELECT value FROM name").fetchall() == [("b",)]


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


def test_a_connection_that_somebody_holds_stays_his(shared):
    shared.close()
    turns = Turns()

    with shared.connection_context():
        with turns.brief_transaction(shared):
            shared.execute_sql("INSERT INTO name VALUES ('a')")
        assert shared.execute_sql("SELECT value FROM name").fetchall() == [("a",)]

    assert shared.is_closed()
