"""What is to be done before a thread waits for a database: a server may let others go on; and
the lock at which one thread waits for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# Who is waited for no longer than this is waited for by all: to change threads costs as much.
_SLOW_SECONDS = 0.0015
# What the last wait counts in the mean, and as how many slow ones at most: now and then one
# takes far longer.
_WEIGHT = 1 / 16
_LONGEST = 2
# Waits in which others go on before waits are measured again, while nobody does.
_UNMEASURED = 100


def _nothing() -> None:
    pass


class _Called:
    """The function to call, one for the process."""

    before_waiting: Callable[[], None] = staticmethod(_nothing)


def call_before_waiting(function: Callable[[], None]) -> None:
    """Have this called by every thread of the process that is about to wait for long."""
    _Called.before_waiting = staticmethod(function)


def before_waiting() -> None:
    """Tell that this thread waits from now on, for longer than others should."""
    _Called.before_waiting()


def closed_gate() -> threading.Lock:
    """A lock that somebody else will open."""
    gate = threading.Lock()
    gate.acquire()
    return gate


class Waits:
    """The waits for one disk, server or statement, which are long or short.

    Long ones are told, so that others go on meanwhile; they are not measured, since who has
    waited then waits for the others, too.
    """

    __slots__ = ("_left", "_mean", "_slow")

    def __init__(self, slow: float = _SLOW_SECONDS) -> None:
        self._slow = slow
        self._mean = 0.0
        self._left = 0

    def tell(self) -> None:
        """Before a wait of another kind that is long where these are, as for who waits so."""
        if self._left:
            before_waiting()

    def begin(self) -> float:
        """Before a wait; gives the moment."""
        if self._left:
            before_waiting()
        return time.monotonic()

    def end(self, begun: float | None) -> None:
        """After the wait that has begun at that moment; None for one that tells nothing of those
        of others."""
        if self._left:
            self._left -= 1
            return
        if begun is None:
            return
        took = min(time.monotonic() - begun, _LONGEST * self._slow)
        self._mean += (took - self._mean) * _WEIGHT
        if self._mean > self._slow:
            self._mean, self._left = 0.0, _UNMEASURED
