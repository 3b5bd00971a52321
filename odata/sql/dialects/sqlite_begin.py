"""How a transaction that writes begins where another process may hold the lock.

Who finds a SQLite file locked looks again after ever longer pauses, of up to a tenth of a second;
the gap between two transactions of a busy process is far shorter, and is missed. Once a thread
has waited it looks every half millisecond for a while.
"""

from __future__ import annotations

import time

import peewee

from odata.waiting import before_waiting

# Who has waited so long has waited for another process.
_NOTICED_SECONDS = 0.002
# How long another process is thought of then.
_REMEMBERED_SECONDS = 60.0
_PAUSE_SECONDS = 0.0005


class Beginning:
    """Begins transactions; ``patience`` are the seconds that the connections wait for a lock."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._is_shared_until = 0.0

    def begin(self, database: peewee.Database) -> None:
        """Take the write lock; raises where it is not free in time."""
        begun = time.monotonic()
        if begun < self._is_shared_until:
            self._begin_soon(database, begun + self._patience)
            return
        _begin(database)
        now = time.monotonic()
        if now - begun > _NOTICED_SECONDS:
            self._is_shared_until = now + _REMEMBERED_SECONDS

    def _begin_soon(self, database: peewee.Database, end: float) -> None:
        connection = database.connection()  # type: ignore[no-untyped-call]  # Peewee's gap
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not _has_begun(database, is_last=time.monotonic() > end):
                before_waiting()
                time.sleep(_PAUSE_SECONDS)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")


def _has_begun(database: peewee.Database, *, is_last: bool) -> bool:
    """Whether the lock was free; where it is the last attempt it must be."""
    try:
        _begin(database)
    except peewee.OperationalError as error:
        if is_last or "locked" not in str(error):
            raise
        return False
    return True


def _begin(database: peewee.Database) -> None:
    database.begin("IMMEDIATE")  # type: ignore[call-arg]  # SQLite's own argument
