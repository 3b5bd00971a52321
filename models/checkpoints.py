"""Copying SQLite's log of writes into the file, beside those who commit.

SQLite copies the log with the commit that makes it long enough, which takes as long as some ten
others: whoever waits for that commit waits for all of it. Here a thread does most of it before,
while others go on; what is left for a commit is what was written meanwhile. A server does so, whose
connections stay; elsewhere a file may be moved or replaced as soon as its connections are closed.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

# Commits between two copies: of new customers that are made eight at a time the log has some
# 3,400 pages then.
_COMMITS = 40


class _Process:
    """Whether this process is a server."""

    is_server = False


def copy_beside_changes() -> None:
    """Have this process, which is a server, copy its logs in threads from now on."""
    _Process.is_server = True


class Checkpoints:
    """The copies of the log of one file, one at a time."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._commits = 0
        self._running = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)

    def note_commit(self) -> None:
        """Something was committed: now and then the log is copied."""
        self._commits += 1
        is_due = _Process.is_server and self._commits >= _COMMITS
        if not is_due or not self._running.acquire(blocking=False):
            return
        self._commits = 0
        try:
            threading.Thread(target=self._run, name="checkpoint").start()
        except RuntimeError:
            # There may be no further thread. What was committed is so nevertheless.
            self._running.release()

    def _run(self) -> None:
        try:
            self._copy()
        finally:
            self._running.release()

    def _copy(self) -> None:
        """Copy what nobody reads or writes; what cannot be done now, a later commit does."""
        with contextlib.suppress(sqlite3.Error, OSError):
            self._opened().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _opened(self) -> sqlite3.Connection:
        """The connection that copies. It stays, as the first statement of each reads the whole
        schema, which takes as long as the copy; unless the file is another one by now."""
        path = Path(self._path).absolute()
        found = path.stat()
        identity = (found.st_dev, found.st_ino)
        if self._connection is not None and identity != self._identity:
            self._connection.close()
            self._connection = None
        if self._connection is None:
            # A file that has been removed meanwhile is not made again.
            address = f"file:{quote(str(path))}?mode=rw"
            self._connection = sqlite3.connect(
                address, uri=True, timeout=0, isolation_level=None, check_same_thread=False
            )
            self._identity = identity
        return self._connection
