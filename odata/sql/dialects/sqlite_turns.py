"""Whose turn it is to write: SQLite has one writer at a time.

A thread that finds the file locked sleeps for ever longer times before it looks again; in
one process the threads line up instead and are woken when it is their turn. Other processes
wait by SQLite's own means.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import peewee

from odata.errors import ServiceUnavailableError

# As long as a connection waits for another process.
_PATIENCE_SECONDS = 5.0


class Turns:
    """The line of the threads that want to write."""

    def __init__(self, patience: float = _PATIENCE_SECONDS) -> None:
        self._lock = threading.RLock()
        self._patience = patience

    @contextmanager
    def transaction(self, database: peewee.Database) -> Iterator[object]:
        """A transaction that may write; a nested one belongs to the same turn."""
        if not self._lock.acquire(timeout=self._patience):
            raise ServiceUnavailableError(
                "the database is busy; nothing was changed", headers=(("Retry-After", "1"),)
            )
        try:
            with database.atomic("IMMEDIATE") as transaction:
                yield transaction
        finally:
            self._lock.release()
