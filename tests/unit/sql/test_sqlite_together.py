"""Changes that one commit of SQLite ends, where statements between them fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import peewee
import pytest

from odata import commits
from odata.errors import ServiceUnavailableError
from odata.sql.dialects.sqlite_turns import Turns


class Faulty(peewee.SqliteDatabase):
    """A database on which statements that begin alike fail, or first undo everything."""

    failing = "nothing"
    is_undone = False

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        if sql.startswith(self.failing):
            if self.is_undone:
                self.connection().execute("ROLLBACK")
            raise peewee.OperationalError("disk I/O error")
        return super().execute_sql(sql, params)

    def rollback(self) -> None:
        super().rollback()
        if self.failing == "all that follows":
            raise peewee.OperationalError("disk I/O error")


class Thread:
    """A thread that puts its commits off."""

    def __init__(self, database: Faulty) -> None:
        self.database = database
        self._turns = Turns(patience=0.01)

    def write(self, name: str, *, like: str = "names", owes: str = "") -> None:
        """Write a name; what is owed is written with the commit."""
        commits.offer(is_kept_back=True)
        try:
            with self._turns.brief_transaction(self.database, like):
                self.database.execute_sql("INSERT INTO name VALUES (?)", (name,))
                notes = commits.notes()
                if owes and notes is not None:
                    notes.owe("name", lambda: self._pay(owes))
        finally:
            commits.offer(is_kept_back=False)

    def _pay(self, name: str) -> None:
        try:
            self.database.execute_sql("INSERT INTO name VALUES (?)", (name,))
        except peewee.IntegrityError as error:
            if name == "refused":
                self.database.failing = "all that follows"
            raise ServiceUnavailableError("no") from error

    def lost(self) -> int:
        """How many transactions are lost, after the end of what is put off."""
        commits.end()
        return len(set(map(id, commits.take_lost())))

    @property
    def stored(self) -> list[str]:
        """The names that others see."""
        other = peewee.SqliteDatabase(self.database.database)
        with closing(other.connection()) as connection:
            return [name for (name,) in connection.execute("SELECT value FROM name ORDER BY 1")]


@pytest.fixture
def thread(tmp_path) -> Iterator[Thread]:
    pragmas = {"journal_mode": "wal"}
    database = Faulty(tmp_path / "f.db", pragmas=pragmas, timeout=0, check_same_thread=False)
    database.execute_sql("CREATE TABLE name (value TEXT UNIQUE)")
    yield Thread(database)
    database.failing = "nothing"
    commits.end()
    commits.take_lost()
    database.close()


@pytest.mark.parametrize(
    ("failing", "name"),
    [("ROLLBACK TO", "first"), ("RELEASE", "second")],
    ids=["undone", "left to the others"],
)
def test_where_a_change_cannot_be_ended_nothing_is_committed(thread, failing, name):
    thread.write("first")
    thread.database.failing = failing
    with pytest.raises(ServiceUnavailableError):
        thread.write(name)

    assert thread.lost()
    assert thread.stored == []


def test_a_change_that_sees_all_undone_before_it_has_begun_loses_them(thread):
    thread.write("first")
    thread.database.failing, thread.database.is_undone = "SAVEPOINT", True
    with pytest.raises(ServiceUnavailableError):
        thread.write("second")
    thread.database.failing = "nothing"
    thread.write("third")

    assert thread.lost()
    assert thread.stored == ["third"]


def test_what_comes_behind_a_payment_that_fails_is_made(thread):
    thread.write("first", owes="first")
    thread.write("second", like="others")

    assert thread.lost() == 1
    assert thread.stored == ["second"]


def test_what_has_not_been_paid_is_told_as_lost_though_the_end_fails_too(thread):
    thread.write("refused", owes="refused")
    with pytest.raises(peewee.OperationalError):
        thread.write("second", like="others")
    thread.database.failing = "nothing"

    assert thread.lost() == 1
    assert thread.stored == []


def test_a_change_that_shares_with_nobody_is_committed_at_once(thread):
    with commits.alone():
        thread.write("first")
        assert thread.stored == ["first"]
    thread.write("second")
    assert thread.stored == ["first"]
    assert not thread.lost()
    assert thread.stored == ["first", "second"]
