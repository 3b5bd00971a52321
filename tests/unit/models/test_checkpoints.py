"""SQLite's log of writes is copied into the file beside those who commit."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from models import checkpoints
from models.connection import open_database

# The log is copied after so many commits.
_COMMITS = 40


@pytest.fixture(autouse=True)
def server(monkeypatch):
    """This process is a server."""
    monkeypatch.setattr(checkpoints._Process, "is_server", False)
    checkpoints.copy_beside_changes()


def _change(database, times: int) -> None:
    for number in range(times):
        with database.atomic():
            database.execute_sql("INSERT INTO item VALUES (?)", [number])


def _in_the_file_alone(file: Path) -> int:
    """How many rows the file has without its log."""
    copy = file.with_name("copy.db")
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        found: int = connection.execute("SELECT COUNT(*) FROM item").fetchone()[0]
    return found


def _opened(file: Path):
    database = open_database(f"sqlite:///{file}")
    database.connect()
    database.execute_sql("CREATE TABLE item (id INTEGER)")
    database.execute_sql("PRAGMA wal_checkpoint").fetchall()
    return database


def _wait_for_rows(file: Path, number: int) -> None:
    end = time.monotonic() + 20
    while _in_the_file_alone(file) < number:
        assert time.monotonic() < end, "it is not copied"
        time.sleep(0.01)


def _wait_for_copies() -> None:
    for thread in threading.enumerate():
        if thread.name == "checkpoint":
            thread.join(20)


def test_the_log_is_copied_now_and_then(tmp_path):
    file = tmp_path / "kontor.db"
    database = _opened(file)
    _change(database, _COMMITS - 1)
    assert _in_the_file_alone(file) == 0

    _change(database, 1)
    _wait_for_rows(file, _COMMITS)
    database.close()


def test_what_a_reader_has_in_use_is_copied_later(tmp_path):
    file = tmp_path / "kontor.db"
    database = _opened(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM item").fetchone()
        _change(database, 2 * _COMMITS)
        assert reader.execute("SELECT COUNT(*) FROM item").fetchone() == (0,)
        reader.execute("COMMIT")
    end = time.monotonic() + 20
    while _in_the_file_alone(file) < 2 * _COMMITS:
        assert time.monotonic() < end, "it is not copied"
        _change(database, 1)
    database.close()


def test_a_file_that_is_gone_is_not_made_again(tmp_path):
    file = tmp_path / "gone" / "kontor.db"
    file.parent.mkdir()
    database = _opened(file)
    _change(database, _COMMITS - 1)
    shutil.move(file.parent, tmp_path / "moved")
    file.parent.mkdir()
    _change(database, 1)
    database.close()
    time.sleep(0.2)
    assert list(file.parent.iterdir()) == []


def test_a_file_that_stands_in_the_place_of_another_one_is_copied_to(tmp_path):
    file = tmp_path / "kontor.db"
    before = _opened(file)
    _change(before, _COMMITS)
    _wait_for_copies()
    checkpoints_of_both = before._checkpoints
    before.close()
    file.rename(tmp_path / "before.db")

    database = _opened(file)
    database._checkpoints = checkpoints_of_both
    _change(database, _COMMITS)
    _wait_for_copies()
    assert _in_the_file_alone(file) == _COMMITS
    database.close()


def test_elsewhere_than_in_a_server_the_log_is_left_to_the_commits(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints._Process, "is_server", False)
    file = tmp_path / "kontor.db"
    database = _opened(file)
    _change(database, 3 * _COMMITS)
    assert not [item for item in threading.enumerate() if item.name == "checkpoint"]
    assert _in_the_file_alone(file) == 0
    database.close()


def test_what_is_committed_is_so_where_no_thread_can_be_started(tmp_path, monkeypatch):
    database = _opened(tmp_path / "kontor.db")

    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        _change(database, 2 * _COMMITS)
    assert database.execute_sql("SELECT COUNT(*) FROM item").fetchone() == (2 * _COMMITS,)

    _change(database, _COMMITS)
    _wait_for_rows(tmp_path / "kontor.db", 3 * _COMMITS)
    database.close()
