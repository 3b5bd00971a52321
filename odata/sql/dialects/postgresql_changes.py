"""Changes of single entities on PostgreSQL, some at a time.

A change is a number of journeys to the server, which computes meanwhile: so others go on beside
it. More than some of them gain nothing, as Python lets one thread run at a time, and lose much
where they wait for the same row: each that is woken looks for the row anew.

New records would do so, which wait for the series of their numbers. A thread that has several of
them to make, or of updates that may share a transaction, one after the other, leaves it open
instead (a database with ``shared``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

import peewee

from odata import commits
from odata.waiting import before_waiting

_MOST_AT_ONCE = 3
# Who is before may wait for somebody else's row; then all others do not wait for it.
_PATIENCE_SECONDS = 0.02


class BriefChanges:
    """The transactions of the single changes of one process."""

    def __init__(self) -> None:
        self._places: SimpleQueue[None] = SimpleQueue()
        for _ in range(_MOST_AT_ONCE):
            self._places.put(None)

    @contextmanager
    def transaction(self, database: peewee.Database, like: object = None) -> Iterator[None]:
        """A transaction, or a part of the one that is open; it may end with its last statement
        where the database can (one with ``brief``)."""
        if like is not None and _can_share(database, like):
            with database.shared(like):  # type: ignore[attr-defined]  # of those that can
                yield
            return
        atomic = getattr(database, "brief", database.atomic)
        if database.transaction_depth():
            with atomic():
                yield
            return
        before_waiting()
        has_place = self._take_place()
        try:
            with atomic():
                yield
        finally:
            if has_place:
                self._places.put(None)

    def _take_place(self) -> bool:
        try:
            self._places.get(timeout=_PATIENCE_SECONDS)
        except Empty:
            return False
        return True


def _can_share(database: peewee.Database, like: object) -> bool:
    """Whether a change may go on in the transaction of one like it, and leave it to the next."""
    if database.transaction_depth() or not commits.is_offered():
        return False
    may_share = getattr(database, "may_share", None)
    return may_share is not None and may_share(like)
