"""Single changes on PostgreSQL: some at a time, and nobody waits for long before it begins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from odata.sql.dialects import postgresql_changes
from odata.sql.dialects.postgresql_changes import BriefChanges
from odata.waiting import call_before_waiting


class Database:
    """Transactions as Peewee has them, one at a time in each thread."""

    def __init__(self) -> None:
        self._depth = threading.local()

    def transaction_depth(self) -> int:
        """How many of them are open within each other."""
        return int(getattr(self._depth, "found", 0))

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """One of them."""
        self._depth.found = self.transaction_depth() + 1
        try:
            yield
        finally:
            self._depth.found -= 1


class Others:
    """Threads that are within a change until they are let go."""

    def __init__(self, changes: BriefChanges, database: Database, count: int) -> None:
        self._begun = threading.Semaphore(0)
        self._end = threading.Event()
        self._changes, self._database = changes, database
        self._threads = [threading.Thread(target=self._change) for _ in range(count)]
        for thread in self._threads:
            thread.start()
        for _ in self._threads:
            assert self._begun.acquire(timeout=5)

    def _change(self) -> None:
        with self._changes.transaction(self._database):
            self._begun.release()
            self._end.wait(5)

    def let_go(self) -> None:
        """Have all of them end."""
        self._end.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What has been told to those who might go on."""
    found: list[str] = []
    call_before_waiting(lambda: found.append("waits"))
    yield found
    call_before_waiting(lambda: None)


def test_others_go_on_beside_a_change_but_not_anew_for_its_parts(told):
    changes, database = BriefChanges(), Database()

    with changes.transaction(database):
        assert told == ["waits"]
        with changes.transaction(database):
            assert database.transaction_depth() == 2

    assert told == ["waits"]


def test_one_more_waits_until_another_one_has_ended(told, monkeypatch):
    monkeypatch.setattr(postgresql_changes, "_PATIENCE_SECONDS", 5)
    changes, database = BriefChanges(), Database()
    others = Others(changes, database, postgresql_changes._MOST_AT_ONCE)
    begun = threading.Event()

    def change() -> None:
        with changes.transaction(database):
            begun.set()

    thread = threading.Thread(target=change)
    thread.start()
    assert not begun.wait(0.1)
    others.let_go()
    thread.join()

    assert begun.is_set()


def test_who_waits_for_long_goes_on_all_the_same(told):
    changes, database = BriefChanges(), Database()
    others = Others(changes, database, postgresql_changes._MOST_AT_ONCE)

    with changes.transaction(database):
        assert database.transaction_depth() == 1
    others.let_go()


def test_a_change_that_fails_leaves_its_place_to_others(told, monkeypatch):
    changes, database = BriefChanges(), Database()
    for _ in range(postgresql_changes._MOST_AT_ONCE + 1):
        with pytest.raises(KeyError), changes.transaction(database):
            raise KeyError
    monkeypatch.setattr(postgresql_changes, "_PATIENCE_SECONDS", 0)

    others = Others(changes, database, postgresql_changes._MOST_AT_ONCE)
    assert changes._places.empty()
    others.let_go()

    assert changes._places.qsize() == postgresql_changes._MOST_AT_ONCE
