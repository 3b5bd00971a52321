"""Commits that a thread puts off, because it goes on at once with another change.

A commit writes pages and waits for the disk: as much work as the change itself. A server that
has several changes to answer, one after the other, offers to keep the answers back. Then the
transaction of the first change stays open, those that follow in the same thread go on in it,
and one commit ends all of them. Nobody is answered before. Some end it and make a transaction of
their own: what fails to be committed takes only those answers with it that rest on it.

    server    ``offer`` before each request, ``rests_on`` behind it; ``end`` and ``take_lost``
              before the answers that it kept leave
    database  ``put_off`` at the end of a change, where ``is_offered``; ``take`` at the next one;
              ``share`` what is known in a transaction that several changes are in
    change    ``notes`` of what it has found or taken there, which the next one need not ask for,
              and of what is written once for all of them, before their commit
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(slots=True)
class Notes:
    """What changes in one transaction leave to those that follow: whatever is ``known`` for the
    rest of it, by whose it is, and what they owe it.

    What is owed nobody else may read or write in the transaction before it is paid. Where that
    ``has_failed`` none of the changes may be committed.
    """

    known: dict[Any, Any] = field(default_factory=dict)
    has_failed: bool = False
    _owed: dict[Any, Callable[[], None]] = field(default_factory=dict)
    _owed_before: dict[Any, Callable[[], None]] = field(default_factory=dict)

    def begin_change(self) -> None:
        """Another change begins."""
        self._owed_before = self._owed.copy()

    def owe(self, whose: object, pay: Callable[[], None]) -> None:
        """Have something written later, in the place of what was owed of the same before."""
        self._owed[whose] = pay

    def pay(self) -> None:
        """Write what is owed."""
        owed, self._owed = self._owed, {}
        try:
            for pay in owed.values():
                pay()
        except BaseException:
            self.has_failed = True
            raise

    def undo_change(self) -> None:
        """The last change is undone, and with it what it has paid or noted."""
        self.known.clear()
        self._owed = self._owed_before


class PutOff(Protocol):
    """A transaction that is open between two requests of a thread."""

    def commit(self) -> None:
        """End it; raises where that fails, and then nothing of it is left."""


@dataclass(frozen=True, slots=True)
class UpdatesAt:
    """Changes at one place that write to nothing but rows that they have found there, and to the
    log: each may go on in the transaction of the one before where it need not wait for a row."""

    place: Hashable


class MustBeAloneError(Exception):
    """A change cannot be made in the transaction that it has gone on in: it is to be made again
    in one of its own."""


class _Thread(threading.local):
    is_offered = False
    is_alone = False
    ended: Callable[[], None] | None = None
    is_ended = False
    open: PutOff | None = None
    # What was put off since the last offer.
    left: tuple[PutOff, ...] = ()
    lost: tuple[PutOff, ...] = ()
    notes: Notes | None = None


_THREAD = _Thread()


def offer(*, is_kept_back: bool, ended: Callable[[], None] | None = None) -> None:
    """Tell whether the answer of the next request in this thread waits for the ``end``; what is
    to be called when the request itself ends what was put off before, as one does that waits."""
    _THREAD.is_offered = is_kept_back
    _THREAD.ended = ended
    _THREAD.is_ended = False
    _THREAD.left = ()


def is_offered() -> bool:
    """Whether the commit of this thread's change may be put off."""
    return _THREAD.is_offered


@contextmanager
def alone() -> Iterator[None]:
    """What is answered again because of others: its changes share no transaction with any."""
    _THREAD.is_alone = True
    try:
        yield
    finally:
        _THREAD.is_alone = False


def is_alone() -> bool:
    """Whether a change of this thread shares no transaction."""
    return _THREAD.is_alone


def put_off(transaction: PutOff) -> None:
    """Leave a transaction open until this thread goes on with it, or ends it."""
    _THREAD.open = transaction
    rest_on(transaction)


def rests_on() -> tuple[PutOff, ...]:
    """What this thread has put off since the offer, or has seen the open changes of: where one
    of them is lost, so is what was answered."""
    found = _THREAD.open
    return _THREAD.left if found is None or found in _THREAD.left else (*_THREAD.left, found)


def is_put_off() -> bool:
    """Whether a transaction of this thread is open between two requests."""
    return _THREAD.open is not None


def is_kept_back() -> bool:
    """Whether what this thread answers now may rest on a commit that is put off."""
    return _THREAD.is_offered or _THREAD.open is not None


def left_open() -> PutOff | None:
    """The transaction that this thread has left open; it stays so until ``take`` or ``end``."""
    return _THREAD.open


def take() -> PutOff | None:
    """The transaction that this thread goes on with, if it has left one open."""
    found, _THREAD.open = _THREAD.open, None
    return found


def rest_on(transaction: PutOff) -> None:
    """Tell that what this thread answers rests on a transaction, whatever becomes of that."""
    _THREAD.left = (*_THREAD.left, transaction)


def start_over() -> None:
    """Tell that nothing is left of what this thread has done for its request: it rests on nothing
    that was put off before."""
    _THREAD.left = ()


def lose(transaction: PutOff) -> None:
    """Tell that a transaction is undone in which changes were that have been put off."""
    _THREAD.lost = (*_THREAD.lost, transaction)


def end() -> None:
    """Commit what is put off, before this thread does what belongs to no change."""
    transaction = take()
    if transaction is None:
        return
    try:
        transaction.commit()
    except Exception:  # noqa: BLE001 - who is to be told asks take_lost
        lose(transaction)
    note_end()
    let_go()


def note_end() -> None:
    """Tell that what was put off before is committed."""
    _THREAD.is_ended = True


def let_go() -> None:
    """Have those told whose changes are committed, before the request waits."""
    if _THREAD.is_ended and _THREAD.ended is not None and not _THREAD.lost:
        _THREAD.ended()


def take_lost() -> tuple[PutOff, ...]:
    """What was lost of what has been put off since the last time."""
    found, _THREAD.lost = _THREAD.lost, ()
    return found


def share(known: Notes | None) -> None:
    """Tell what is known in the transaction that this thread is in with several changes; None
    where it has left it, or is alone in it."""
    _THREAD.notes = known


def notes() -> Notes | None:
    """What is known in the transaction of several changes that this thread is in; None where it
    is in none."""
    return _THREAD.notes


def forget_notes() -> None:
    """Know nothing of it any more, as something will be done that the notes do not tell of."""
    if _THREAD.notes is not None:
        _THREAD.notes.pay()
        _THREAD.notes.known.clear()
