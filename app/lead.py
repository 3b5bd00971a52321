"""Which thread of a worker leads: it waits for requests, and answers what it has received.

Python lets one thread run at a time, and to change threads costs more than most answers: a
request that went from the thread that had received it to another one took half as much processor
time again. So the leader answers itself, while nobody receives. One of the others watches, and
takes the lead where an answer takes longer than some milliseconds or is about to wait; all
others sleep. (The pattern is known as Leader/Followers.)
"""

from __future__ import annotations

import contextlib
import threading

from odata.waiting import closed_gate

# An answer that takes longer has another thread take the lead.
PATIENCE_SECONDS = 0.005
# Looks without any answer before the watch sleeps, until an answer is begun again.
_QUIET_LOOKS = 40
# Who sleeps looks up now and then all the same.
_LONGEST_SLEEP = 1.0


class Lead:
    """The lead, which the thread has that makes this, and who may answer meanwhile.

    At most ``most`` threads answer at a time. There must be one more of them, so that one is
    left to lead.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # Held by who leads, but for the time of an answer.
        self._role = closed_gate()
        self._watch = threading.Lock()
        self._call = closed_gate()
        self._leader = threading.get_ident()
        self._answering: set[int] = set()
        self._begun = 0
        self._is_asleep = False
        self._is_wanted = False
        self._is_over = False

    # --- who leads ------------------------------------------------------------------------

    def may_answer(self) -> bool:
        """Whether somebody would be left to lead while the leader answers."""
        return len(self._answering) < self._most

    def begin(self) -> None:
        """The leader begins to answer; the lead may be taken until it has ended."""
        self._answering.add(threading.get_ident())
        self._begun += 1
        self._role.release()
        if self._is_asleep:
            self._wake()

    def end(self) -> bool:
        """The answer is there; whether who gave it leads again, as nobody has taken the lead."""
        thread = threading.get_ident()
        self._answering.discard(thread)
        return self._leader == thread and self._role.acquire(blocking=False)

    def finish(self) -> None:
        """End it: whoever follows is let go."""
        self._is_over = True
        self._wake()

    def give_way(self) -> None:
        """Before an answer waits for something else than the processor: let others go on.

        Does nothing in a thread that does not answer."""
        if not self._role.locked() and threading.get_ident() in self._answering:
            self._is_wanted = True
            self._wake()

    # --- who follows ----------------------------------------------------------------------

    def follow(self) -> bool:
        """Wait until the lead is there to be taken, and take it; False at the end of it all."""
        # Signals are dealt with between steps of the main thread: nobody waits for ever.
        while not self._watch.acquire(timeout=_LONGEST_SLEEP):
            if self._is_over:
                return False
        try:
            return self._take()
        finally:
            self._watch.release()

    def _take(self) -> bool:
        quiet = 0
        while not self._is_over:
            seen = self._begun
            self._look(seen, is_asleep=quiet >= _QUIET_LOOKS)
            is_free = self._is_wanted or seen == self._begun
            self._is_wanted = False
            if is_free and self._role.acquire(blocking=False):
                self._leader = threading.get_ident()
                return True
            quiet = quiet + 1 if seen == self._begun else 0
        return False

    def _look(self, seen: int, *, is_asleep: bool) -> None:
        if not is_asleep:
            self._call.acquire(timeout=PATIENCE_SECONDS)
            return
        self._is_asleep = True
        # An answer that is begun from now on wakes; one that was begun before is seen here.
        if seen == self._begun and not self._is_over:
            self._call.acquire(timeout=_LONGEST_SLEEP)
        self._is_asleep = False

    def _wake(self) -> None:
        # It may be open already.
        with contextlib.suppress(RuntimeError):
            self._call.release()
