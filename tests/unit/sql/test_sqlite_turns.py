"""Threads of one process line up to write to SQLite."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest

from models.connection import open_database
from odata import commits
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


# --- commits that one thread puts off ---------------------------------------------------------


def _settle() -> bool:
    """End what is put off; whether all of it since the last time is stored."""
    commits.end()
    return not commits.take_lost()


class KeptBack:
    """A thread whose server keeps its answers back, and what others see of its changes."""

    def __init__(self, database: peewee.SqliteDatabase) -> None:
        self.database = database
        self.turns = Turns(patience=0.01)
        self.commits = 0
        self._other = sqlite3.connect(database.database)
        database.connection().set_trace_callback(self._note)

    def _note(self, statement: str) -> None:
        self.commits += statement == "COMMIT"

    def write(self, name: str, *, is_offered: bool = True) -> None:
        """Write a name; the commit may be put off."""
        commits.offer(is_kept_back=is_offered)
        with self.turns.brief_transaction(self.database):
            self.database.execute_sql("INSERT INTO name VALUES (?)", (name,))

    def fail_altogether(self) -> None:
        """Change something while SQLite undoes the whole transaction."""
        commits.offer(is_kept_back=True)
        with self.turns.brief_transaction(self.database):
            self.database.connection().execute("ROLLBACK")
            raise peewee.OperationalError("disk full")

    def write_elsewhere(self, name: str) -> None:
        """Write a name as another process does."""
        with self._other:
            self._other.execute("INSERT INTO name VALUES (?)", (name,))

    @property
    def stored(self) -> str:
        """The names that others see."""
        rows = self._other.execute("SELECT value FROM name ORDER BY value").fetchall()
        return "".join(value for (value,) in rows)

    def close(self) -> None:
        """Leave nothing behind."""
        _settle()
        commits.offer(is_kept_back=False)
        self._other.close()


@pytest.fixture
def kept_back(shared):
    found = KeptBack(shared)
    yield found
    found.close()


def test_changes_of_one_thread_wait_for_one_commit(kept_back):
    kept_back.write("a")
    kept_back.write("b")
    assert kept_back.stored == ""

    assert _settle()

    assert (kept_back.stored, kept_back.commits) == ("ab", 1)


def test_the_last_change_of_a_thread_commits_for_all(kept_back):
    kept_back.write("a")
    kept_back.write("b", is_offered=False)

    assert (kept_back.stored, kept_back.commits) == ("ab", 1)
    assert _settle()


def test_clients_may_be_told_once_a_later_change_has_committed_for_them(kept_back):
    told: list[str] = []
    kept_back.write("a")
    commits.offer(is_kept_back=False, ended=lambda: told.append(kept_back.stored))
    with kept_back.turns.brief_transaction(kept_back.database):
        kept_back.database.execute_sql("INSERT INTO name VALUES ('b')")
        commits.let_go()
        assert told == []

    commits.let_go()
    assert told == ["ab"]


def test_a_change_that_fails_is_undone_alone_in_its_thread(kept_back):
    kept_back.write("a")
    with pytest.raises(peewee.IntegrityError):
        kept_back.write("a")
    kept_back.write("b")

    assert _settle()
    assert kept_back.stored == "ab"


def test_what_fails_first_leaves_nothing_open(kept_back):
    kept_back.write_elsewhere("a")
    with pytest.raises(peewee.IntegrityError):
        kept_back.write("a")

    assert not commits.is_put_off()
    kept_back.write("b")
    assert _settle()
    assert kept_back.stored == "ab"


def test_one_commit_ends_no_more_than_eight_changes(kept_back):
    for name in "abcdefgh":
        kept_back.write(name)

    assert kept_back.stored == "abcdefgh"
    assert not commits.is_put_off()


def test_a_longer_transaction_of_the_thread_begins_after_the_commit(kept_back):
    kept_back.write("a")

    with kept_back.turns.transaction(kept_back.database):
        assert kept_back.stored == "a"
        kept_back.database.execute_sql("INSERT INTO name VALUES ('b')")

    assert (kept_back.stored, kept_back.commits) == ("ab", 2)
    assert _settle()


def test_another_thread_goes_on_in_what_is_put_off(kept_back):
    kept_back.turns = Turns()
    kept_back.write("a")

    def write() -> None:
        with kept_back.turns.brief_transaction(kept_back.database):
            kept_back.database.execute_sql("INSERT INTO name VALUES ('b')")
        kept_back.database.close()

    thread = threading.Thread(target=write)
    thread.start()
    while not kept_back.turns._line:
        time.sleep(0.001)
    kept_back.write("c")
    thread.join()

    assert _settle()
    assert (kept_back.stored, kept_back.commits) == ("abc", 1)


def test_a_commit_that_fails_is_told_of_all_that_was_put_off(kept_back):
    kept_back.write("a")
    kept_back.write("b")
    kept_back.database.connection().execute("ROLLBACK")

    assert not _settle()

    kept_back.write("c", is_offered=False)
    assert _settle()
    assert kept_back.stored == "c"


def test_nothing_goes_on_in_what_is_undone_between_two_changes(kept_back):
    kept_back.write("a")
    kept_back.database.connection().execute("ROLLBACK")
    (lost,) = commits.rests_on()
    kept_back.write("b")

    commits.end()
    assert lost not in commits.rests_on()
    assert commits.take_lost() == (lost,)
    assert (kept_back.stored, commits.rests_on() == (lost,)) == ("b", False)


def test_a_change_that_undoes_everything_loses_what_was_put_off(kept_back):
    kept_back.write("a")

    with pytest.raises(ServiceUnavailableError):
        kept_back.fail_altogether()

    assert not _settle()
    assert kept_back.stored == ""


def test_nothing_is_put_off_while_somebody_waits_for_a_longer_transaction(kept_back):
    kept_back.turns = Turns()
    kept_back.write("a")

    def write() -> None:
        with kept_back.turns.transaction(kept_back.database):
            kept_back.database.execute_sql("INSERT INTO name VALUES ('c')")
        kept_back.database.close()

    thread = threading.Thread(target=write)
    thread.start()
    while not kept_back.turns._line:
        time.sleep(0.001)
    kept_back.write("b")
    thread.join()

    assert (kept_back.stored, commits.is_put_off()) == ("abc", False)


def test_what_is_put_off_ends_before_a_database_begins_another_transaction(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/begun.db")
    database.execute_sql("CREATE TABLE name (value TEXT UNIQUE)")
    turns = Turns()
    commits.offer(is_kept_back=True)
    with turns.brief_transaction(database):
        database.execute_sql("INSERT INTO name VALUES ('a')")
    assert commits.is_put_off()

    with database.atomic():
        assert not commits.is_put_off()

    commits.offer(is_kept_back=False)
    assert _settle()
    database.close()
