"""Changes of one thread that share a transaction of PostgreSQL."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

import peewee
import psycopg
import pytest

from models import postgresql_database, prepared_statements
from models.connection import open_database
from models.sent_statements import undo_part_of
from models.shared_transaction import SharedTransaction, holds_rows
from odata import commits
from odata.errors import (
    DuplicateKeyError,
    EntityChangedError,
    EvaluationError,
    NotFoundError,
    ODataError,
    ServiceUnavailableError,
)
from odata.sql.dialects.postgresql_changes import BriefChanges
from odata.sql.execution import run, run_unread, settle

pytestmark = pytest.mark.postgresql

_INSERT = "INSERT INTO name VALUES (%s)"
_DRAW = 'UPDATE "number_series" SET last_number = last_number + 1'
_DRAWN = "SELECT last_number FROM number_series"
_OPEN = " FROM pg_stat_activity WHERE application_name = 'kontor' AND xact_start IS NOT NULL"
_COUNT_OPEN = "SELECT COUNT(*)" + _OPEN
_END_OPEN = "SELECT pg_terminate_backend(pid)" + _OPEN
_RENAMES = commits.UpdatesAt("names")
_KEEP = "SELECT value FROM name WHERE value = %s FOR NO KEY UPDATE"
_RENAME = "UPDATE name SET value = %s WHERE value = %s"
_OFTEN = 7
_PATIENCE_SECONDS = 10
# What is sent with the end of a change is refused by the database itself.
_REFUSED = (peewee.IntegrityError, DuplicateKeyError)


def _missed() -> None:
    raise EntityChangedError


class Names:
    """A table of names, which a thread writes one after the other."""

    def __init__(self, url: str) -> None:
        self.database = open_database(url)
        self.changes = BriefChanges()
        self._other = psycopg.connect(url, autocommit=True)
        self.run("CREATE TABLE name (value TEXT PRIMARY KEY)")
        self.run("CREATE TABLE number_series AS SELECT 0 AS last_number")

    def write(
        self, name: str, *, like: object = "names", is_offered: bool = True, sql: str = _INSERT
    ) -> None:
        """Draw from a series and write a name; the commit may be put off."""
        commits.offer(is_kept_back=is_offered)
        with self.changes.transaction(self.database, like):
            run_unread(self.database, _DRAW, [])
            run_unread(self.database, sql, [name])

    def write_and_read(self, name: str) -> int:
        """The same, and what was drawn."""
        commits.offer(is_kept_back=True)
        with self.changes.transaction(self.database, "names"):
            run_unread(self.database, _DRAW, [])
            run_unread(self.database, _INSERT, [name])
            return int(run(self.database, _DRAWN, []).fetchall()[0][0])

    def rename(self, old: str, new: str, *, draws: bool = False) -> None:
        """Find a name, keep others from it and change it."""
        commits.offer(is_kept_back=True)
        with self.changes.transaction(self.database, _RENAMES):
            if draws:
                run_unread(self.database, _DRAW, [])
            if not run(self.database, _KEEP, [old]).fetchall():
                raise NotFoundError(old)
            run_unread(self.database, _RENAME, [new, old], _missed)

    def rename_blindly(self, old: str, new: str) -> None:
        """Change a name that nobody has looked for."""
        commits.offer(is_kept_back=True)
        with self.changes.transaction(self.database, _RENAMES):
            run_unread(self.database, _RENAME, [new, old])

    def write_undrawn(self, name: str) -> None:
        """Write a name that no series has to do with."""
        commits.offer(is_kept_back=True)
        with self.changes.transaction(self.database, "names"):
            run_unread(self.database, _INSERT, [name])

    @property
    def drawn(self) -> int:
        """How often the series was drawn from, as others see it."""
        return int(self._other.execute("SELECT last_number FROM number_series").fetchall()[0][0])

    def end(self) -> None:
        """Make a change of which nobody waits for others."""
        with self.changes.transaction(self.database, "names"):
            commits.offer(is_kept_back=False)

    def write_refused(self, name: str) -> None:
        """Write a name that is there, and wait for the answer."""
        commits.offer(is_kept_back=True)
        with self.changes.transaction(self.database, "names"):
            run_unread(self.database, _INSERT, [name])
            settle(self.database)

    def give_up(self, name: str, reason: BaseException) -> None:
        """Write a name and fail for another reason."""
        commits.offer(is_kept_back=True)
        with self.changes.transaction(self.database, "names"):
            run_unread(self.database, _INSERT, [name])
            raise reason

    def read(self, sql: str) -> list[object]:
        """What this thread reads between two changes."""
        return [value for (value,) in run(self.database, sql, []).fetchall()]

    @property
    def stored(self) -> str:
        """The names that others see."""
        rows = self._other.execute("SELECT value FROM name ORDER BY value").fetchall()
        return "".join(value for (value,) in rows)

    def has_open(self, count: int) -> bool:
        """Whether so many transactions are open, as soon as the server has been told."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._other.execute(_COUNT_OPEN).fetchall() != [(count,)]:
            if time.monotonic() > deadline:
                return False
        return True

    def run(self, sql: str) -> None:
        """Do something as another client does."""
        self._other.execute(sql.encode())

    def begin_anew(self) -> None:
        """Leave no name."""
        commits.end()
        commits.take_lost()
        commits.offer(is_kept_back=False)
        self.run("DELETE FROM name")
        self.run("UPDATE number_series SET last_number = 0")
        self.begin_sharing()

    def begin_sharing(self) -> None:
        """Try anew what has gone alone."""
        for like in ("names", _RENAMES):
            while not self.database.apart.may_share(like):
                pass

    @contextmanager
    def kept(self, name: str) -> Iterator[None]:
        """Somebody else keeps a name."""
        with self._other.transaction():
            assert self._other.execute(_KEEP + " NOWAIT", [name]).fetchall() == [(name,)]
            yield

    def close(self) -> None:
        self._other.close()
        self.database.close()


@pytest.fixture(scope="module")
def all_names(postgresql_databases) -> Iterator[Names]:
    found = Names(postgresql_databases.host.create("shared_transaction"))
    yield found
    found.close()
    postgresql_databases.host.drop("shared_transaction")


@pytest.fixture
def near(all_names, monkeypatch) -> Iterator[Names]:
    """The table without names, near however busy the machine is."""
    monkeypatch.setattr(postgresql_database, "_NEAR", math.inf)
    all_names.database.close()
    all_names.read("SELECT 1")
    all_names.begin_anew()
    yield all_names
    all_names.begin_anew()
    assert all_names.database.transaction_depth() == 0


@pytest.fixture
def sent(near) -> Names:
    """The same; what writes to it is prepared, so that it is sent without waiting for it."""
    for number in range(_OFTEN):
        near.write(str(number), is_offered=False)
        near.write_and_read(f"again {number}")
        commits.end()
        near.rename(str(number), f"new {number}")
        commits.end()
        near.rename(f"new {number}", "a")
        near.rename("a", f"once more {number}")
        commits.end()
    near.begin_anew()
    return near


@pytest.fixture(params=["prepared", "not prepared"])
def names(request) -> Names:
    """The table; whether what writes to it is prepared."""
    found: Names = request.getfixturevalue("sent" if request.param == "prepared" else "near")
    return found


@pytest.fixture
def pair(names) -> Iterator[str]:
    """What writes a value that is refused with the commit."""
    names.run("CREATE TABLE pair (value TEXT REFERENCES name DEFERRABLE INITIALLY DEFERRED)")
    yield "INSERT INTO pair VALUES (%s)"
    names.run("DROP TABLE pair")


def _settle() -> bool:
    """Commit; whether nothing was lost."""
    commits.end()
    return not commits.take_lost()


def test_changes_of_one_thread_wait_for_one_commit(names):
    names.write("a")
    names.write("b")
    assert names.stored == ""
    assert names.has_open(1)

    assert _settle()
    assert names.stored == "ab"
    assert names.has_open(0)


def test_a_change_that_nobody_waits_with_is_committed_with_those_before(names):
    names.write("a")
    names.write("b", is_offered=False, like=None)

    assert names.stored == "ab"


def test_one_that_may_not_wait_goes_on_in_none(names):
    names.write("a")
    names.write("b", is_offered=False)

    assert names.stored == "ab"


def test_no_more_than_eight_share_a_commit(names):
    for name in "abcdefgh":
        assert names.stored == ""
        names.write(name)

    assert (names.stored, commits.is_put_off()) == ("abcdefgh", False)


def test_a_change_of_another_kind_begins_its_own(names):
    names.write("a")
    names.write("b", like="others")
    assert names.stored == "a"

    assert _settle()
    assert names.stored == "ab"


@pytest.mark.parametrize("name", ["a", "b"])
def test_one_that_fails_is_undone_alone(names, name):
    names.write("a")
    names.write("b")
    with pytest.raises(_REFUSED):
        names.write_refused(name)
    names.write("c")

    assert _settle()
    assert names.stored == "abc"


def test_what_fails_on_its_way_has_all_that_share_its_transaction_made_again(sent):
    sent.write("a")
    (rests_on,) = commits.rests_on()
    sent.write("a")
    sent.write("b")
    commits.end()

    assert commits.take_lost() == (rests_on,)
    assert (sent.stored, sent.drawn) == ("", 0)
    assert sent.has_open(0)


def test_who_meets_what_has_failed_before_is_made_again_with_it(sent):
    sent.write("a")
    (rests_on,) = commits.rests_on()
    sent.write("a")
    with pytest.raises(ServiceUnavailableError, match="nothing was changed"):
        sent.write_and_read("b")

    assert commits.take_lost() == commits.rests_on() == (rests_on,)
    assert (sent.stored, sent.drawn) == ("", 0)


def test_who_reads_between_two_changes_hears_nothing_of_what_has_failed(sent):
    sent.write("a")
    (rests_on,) = commits.rests_on()
    sent.write("a")
    commits.offer(is_kept_back=True)

    assert sent.read(_DRAWN) == [0]
    assert (commits.rests_on(), commits.take_lost()) == ((), (rests_on,))
    sent.write("b", is_offered=False)
    assert sent.stored == "b"


def test_who_reads_between_two_changes_waits_for_what_is_on_its_way(sent):
    sent.write("a")
    assert sent.read("SELECT value FROM name") == ["a"]
    sent.write("b")

    assert _settle()
    assert sent.stored == "ab"


def test_those_that_follow_what_was_made_again_are_committed_by_themselves(sent):
    sent.write("a")
    sent.write("a")
    commits.end()
    assert commits.take_lost()

    sent.write("a")
    assert (sent.stored, commits.is_put_off()) == ("a", False)


def test_a_thread_that_is_ended_among_them_leaves_nothing(sent):
    sent.write("a")
    with pytest.raises(SystemExit):
        sent.give_up("b", SystemExit())
    sent.write("c")

    assert _settle()
    assert sent.stored == "ac"


def test_what_is_on_its_way_is_undone_with_its_transaction(sent):
    sent.write("a")
    found = commits.take()
    assert isinstance(found, SharedTransaction)
    found.undo()

    assert sent.stored == ""
    assert sent.has_open(0)
    sent.write("b", is_offered=False)
    assert sent.stored == "b"


def test_what_has_failed_on_its_way_is_undone_with_its_transaction(sent):
    sent.write("a")
    sent.write("a")
    found = commits.take()
    assert isinstance(found, SharedTransaction)
    found.undo()

    sent.write("b", is_offered=False)
    assert sent.stored == "b"


def test_one_that_fails_before_anything_is_sent_is_undone_alone(names):
    names.write("a")
    with pytest.raises(KeyError):
        names.give_up("b", KeyError())
    names.write("c")

    assert _settle()
    assert names.stored == "ac"


def test_one_that_fails_first_leaves_nothing(names):
    names.run("INSERT INTO name VALUES ('a')")
    with pytest.raises(_REFUSED):
        names.write_refused("a")
    assert not commits.is_put_off()
    assert names.has_open(0)

    names.write("b")
    assert _settle()
    assert names.stored == "ab"


_HOLDING = [
    "INSERT INTO name VALUES (%s) ON CONFLICT (value) DO UPDATE SET value = excluded.value",
    "WITH found AS (SELECT value FROM name FOR NO KEY UPDATE) INSERT INTO name VALUES (%s)",
    "WITH gone AS (DELETE FROM name WHERE value = 'z') INSERT INTO name VALUES (%s)",
]


@pytest.mark.parametrize("sql", _HOLDING)
def test_what_keeps_others_from_rows_is_committed_at_once(names, sql):
    names.write("a", sql=sql)

    assert (names.stored, commits.is_put_off()) == ("a", False)


@pytest.mark.parametrize("sql", _HOLDING)
def test_who_may_wait_for_rows_lets_none_wait_with_it(names, sql):
    names.write("a")
    with pytest.raises(commits.MustBeAloneError):
        names.write("b", sql=sql)
    assert (names.stored, commits.is_put_off(), names.drawn) == ("a", False, 1)

    names.write("b", sql=sql)
    assert names.stored == "ab"


def test_those_that_follow_one_that_holds_rows_are_committed_by_themselves(names):
    names.write("a", sql=_HOLDING[0])
    for number in range(32):
        names.write(str(number))
        assert not commits.is_put_off()

    names.write("b")
    assert commits.is_put_off()


def test_log_entries_that_are_dropped_have_nothing_to_do_with_it(names):
    names.run("CREATE TABLE change_log (value TEXT)")
    try:
        names.write("a", sql="DELETE FROM change_log WHERE value = %s")
        names.write("b")
        assert commits.is_put_off()
    finally:
        commits.end()
        names.run("DROP TABLE change_log")


def test_who_has_to_be_alone_rests_on_nothing_before(names, pair):
    names.write("a", sql=pair)
    (lost,) = commits.rests_on()
    with pytest.raises(commits.MustBeAloneError):
        names.write("b", sql=_HOLDING[0])

    assert (commits.rests_on(), commits.take_lost()) == ((), (lost,))


def test_what_has_drawn_from_no_series_is_committed_at_once(names):
    names.write_undrawn("a")
    assert (names.stored, commits.is_put_off()) == ("a", False)

    names.write("b")
    names.write_undrawn("c")
    assert (names.stored, commits.is_put_off()) == ("a", True)


def test_a_part_that_does_not_begin_undoes_none_before(names, monkeypatch):
    names.write("a")
    names.write("b")
    monkeypatch.setattr(prepared_statements, "begin_part_of", lambda _: undo_part_of(99))
    with pytest.raises((peewee.DatabaseError, ODataError)):
        names.write_and_read("c")
    monkeypatch.undo()

    assert len(commits.take_lost()) == 1
    assert names.stored == ""


def test_number_series_are_kept_by_all_in_one_order():
    assert not holds_rows('UPDATE "number_series" SET last_number = 1')
    assert not holds_rows("INSERT INTO name VALUES (%s) ON CONFLICT DO NOTHING")
    assert holds_rows('UPDATE "company" SET name = 1')
    assert holds_rows("SELECT pg_advisory_xact_lock(1)")


def test_another_transaction_of_the_thread_begins_after_the_commit(names):
    names.write("a")
    with names.database.atomic():
        assert names.stored == "a"
        run(names.database, _INSERT, ["b"])

    assert names.stored == "ab"


def test_what_the_thread_reads_meanwhile_rests_on_what_is_put_off(names):
    names.write("a")
    (rests_on,) = commits.rests_on()
    commits.offer(is_kept_back=False)

    assert names.read("SELECT value FROM name") == ["a"]
    assert commits.rests_on() == (rests_on,)


def test_a_failure_between_two_changes_loses_those_that_are_put_off(names):
    names.write("a")
    (rests_on,) = commits.rests_on()
    with pytest.raises(EvaluationError):
        names.read("SELECT 1 / count(*) FROM name WHERE value = 'z'")
    names.write("b")

    assert commits.take_lost() == (rests_on,)
    assert _settle()
    assert names.stored == "b"


def test_who_loses_the_connection_loses_what_is_put_off(names):
    names.write("a")
    (rests_on,) = commits.rests_on()
    assert names.has_open(1)
    names.run(_END_OPEN)
    assert names.has_open(0)
    with pytest.raises((peewee.OperationalError, ServiceUnavailableError)):
        names.write_and_read("b")

    assert commits.take_lost() == (rests_on,)
    assert names.stored == ""
    names.database.close()


def test_a_commit_that_fails_is_told_of_all_and_leaves_nothing(names, pair):
    names.write("a")
    names.write("b", sql=pair)
    (rests_on,) = commits.rests_on()
    commits.end()

    assert commits.take_lost() == (rests_on,)
    assert names.stored == ""
    assert names.has_open(0)


def test_the_last_of_them_rests_on_it_like_all_others(names, pair):
    names.write("a", sql=pair)
    (rests_on,) = commits.rests_on()
    commits.offer(is_kept_back=True)
    with pytest.raises(ServiceUnavailableError, match="nothing was changed"):
        names.end()

    assert commits.take_lost() == commits.rests_on() == (rests_on,)
    assert names.stored == ""
    assert names.has_open(0)


def test_who_was_told_of_a_commit_before_is_told_once(names):
    told: list[str] = []
    names.write("a")
    commits.offer(is_kept_back=True, ended=lambda: told.append(names.stored))
    with names.changes.transaction(names.database, "others"):
        run(names.database, _INSERT, ["b"])

    assert told == ["a"]


def test_a_server_that_is_far_away_has_each_committed_by_itself(names, monkeypatch):
    names.database.close()
    monkeypatch.setattr(postgresql_database, "_NEAR", 0)
    names.read("SELECT 1")
    names.write("a")

    assert (names.stored, commits.is_put_off()) == ("a", False)
    names.database.close()


@pytest.fixture
def three(names) -> Names:
    """The table with three names."""
    names.run("INSERT INTO name VALUES ('a'), ('b'), ('c')")
    return names


def test_changes_of_rows_that_were_found_share_a_transaction(three):
    three.rename("a", "x")
    three.rename("b", "y")
    assert (three.stored, commits.is_put_off()) == ("abc", True)

    assert _settle()
    assert three.stored == "cxy"


def test_a_row_may_change_more_than_once_in_it(three):
    three.rename("a", "x")
    three.rename("x", "y")
    with pytest.raises(NotFoundError):
        three.rename("x", "z")
    three.rename("y", "w")

    assert _settle()
    assert three.stored == "bcw"


def test_who_would_wait_for_a_row_lets_none_wait_with_it(three):
    three.rename("a", "x")
    with three.kept("b"):
        with pytest.raises(commits.MustBeAloneError):
            three.rename("b", "y")
        assert (three.stored, commits.is_put_off()) == ("bcx", False)
    three.rename("b", "y")

    # Most of those that follow would wait as well.
    assert (three.stored, commits.is_put_off()) == ("cxy", False)


def test_rows_that_are_kept_are_free_where_the_change_is_refused(three):
    three.rename("a", "x")
    with pytest.raises(NotFoundError):
        three.rename("z", "y")
    with three.kept("b"), three.kept("c"):
        pass
    three.rename("b", "y")

    assert _settle()
    assert three.stored == "cxy"


def test_a_change_of_what_nobody_has_looked_for_goes_alone(three):
    three.rename_blindly("a", "x")
    assert (three.stored, commits.is_put_off()) == ("bcx", False)
    three.begin_sharing()
    three.rename("b", "y")
    with pytest.raises(commits.MustBeAloneError):
        three.rename_blindly("c", "z")

    assert three.stored == "cxy"


def test_a_change_that_draws_from_a_series_goes_alone(three):
    three.rename("a", "x", draws=True)
    assert (three.stored, commits.is_put_off()) == ("bcx", False)
    three.begin_sharing()
    three.rename("b", "y")
    with pytest.raises(commits.MustBeAloneError):
        three.rename("c", "z", draws=True)

    assert (three.stored, three.drawn) == ("cxy", 1)


def test_new_rows_and_changes_share_nothing(three):
    three.rename("a", "x")
    three.write("d")
    assert three.stored == "bcx"
    three.rename("b", "y")
    assert three.stored == "bcdx"

    assert _settle()
    assert three.stored == "cdxy"


def test_a_change_that_fails_on_its_way_has_all_of_them_made_again(sent):
    sent.run("INSERT INTO name VALUES ('a'), ('b'), ('c')")
    sent.rename("a", "x")
    (rests_on,) = commits.rests_on()
    sent.rename("b", "c")
    with pytest.raises(ServiceUnavailableError, match="nothing was changed"):
        sent.rename("c", "y")

    assert commits.take_lost() == commits.rests_on() == (rests_on,)
    assert sent.stored == "abc"


def test_who_follows_a_lost_connection_has_another_one(names):
    names.write("a")
    (rests_on,) = commits.rests_on()
    assert names.has_open(1)
    names.run(_END_OPEN)
    assert names.has_open(0)
    commits.end()
    assert commits.take_lost() == (rests_on,)
    names.write("a", is_offered=False)

    assert names.stored == "a"
