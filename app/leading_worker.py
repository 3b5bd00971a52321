"""gunicorn's worker with threads, one of which leads: it waits, and answers what it has received.

See [lead](lead.py) for why and how. gunicorn's own pool remains for connections over TLS.
"""

from __future__ import annotations

import selectors
import threading
import time
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from app.group import Group
from app.lead import Lead
from app.settled import Settled
from odata import commits
from odata.waiting import call_before_waiting

Connection = Any  # gunicorn has no type information

_LONGEST_WAIT = 1.0
# Requests that are answered before the loop looks who else is there.
_IN_A_ROW = 32


class LeadingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no type information
    """A worker whose leading thread answers requests itself.

    All but ``handle`` is called by who leads.
    """

    cfg: Any  # gunicorn's, which is asked for a setting some thirty times a request

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args)
        self._ready: deque[Connection] = deque()
        self._grace_end: float | None = None
        self._failure: BaseException | None = None

    def init_process(self) -> None:
        """Start to serve, with the settings as they stand."""
        self.cfg = Settled(self.cfg)
        super().init_process()

    def run(self) -> None:
        """Serve until the worker is told to end; returns in the thread that has called."""
        self._lead = Lead(self.cfg.threads)
        call_before_waiting(self._give_way)
        queue = self.method_queue
        self.poller.register(queue.fileno(), selectors.EVENT_READ, queue.run_callbacks)
        self.set_accept_enabled(True)
        for number in range(self.cfg.threads):
            name = f"kontor-{number + 1}"
            threading.Thread(target=self._take_part, name=name, daemon=True).start()
        self._take_part(is_leading=True)
        self.tpool.shutdown(wait=False)
        self.poller.close()
        queue.close()
        for listener in self.sockets:
            listener.close()
        if self._failure is not None:
            raise self._failure

    def _give_way(self) -> None:
        commits.end()
        commits.let_go()
        if self._ready:
            self._lead.give_way()

    def _take_part(self, *, is_leading: bool = False) -> None:
        try:
            while is_leading or self._lead.follow():
                is_leading = False
                self._go_round()
        except Exception as error:
            # The thread that has started the worker ends it.
            self.log.exception("The loop of the worker has failed.")
            self._failure = error
            self.alive = False
            self._lead.finish()

    def _go_round(self) -> None:
        """Lead until another thread does, or to the end."""
        while not self._is_over():
            self.notify()
            may_wait = not (self._ready and self._lead.may_answer())
            self.wait_for_and_dispatch_events(_LONGEST_WAIT if may_wait else 0)
            self.murder_keepalived()
            self.murder_pending()
            if not self._answer_ready():
                return
        self._lead.finish()

    def _is_over(self) -> bool:
        """Whether nothing is left to do, or no time to do it."""
        if self.alive and self.is_parent_alive():
            self.set_accept_enabled(self.nr_conns < self.worker_connections)
            return False
        now = time.monotonic()
        if self._grace_end is None:
            self.alive = False
            self.set_accept_enabled(False)
            self._grace_end = now + self.cfg.graceful_timeout
        return not self.nr_conns or now >= self._grace_end

    def enqueue(self, connection: Connection) -> None:
        """Have the request of a connection answered when it is its turn."""
        self._ready.append(connection)

    def _answer_ready(self) -> bool:
        """Answer some of what has arrived; whether this thread still leads."""
        group = Group(self.handle, self._defer)
        for left in reversed(range(_IN_A_ROW)):
            if not self._ready or not self._lead.may_answer():
                break
            connection = self._ready.popleft()
            self._lead.begin()
            group.answer(connection, may_wait=self.nr_conns > 1)
            is_leading = self._lead.end()
            if is_leading and left and self._follows(group):
                continue
            is_leading, told = self._told(group, is_leading=is_leading)
            if not is_leading:
                self._defer(told)
                return False
            self._go_on_with(told)
        return True

    def _follows(self, group: Group) -> bool:
        """Whether there is a change that is committed with the ones of the group: it comes before
        requests of other kinds, which wait for the commit either way."""
        if not group.is_open:
            return False
        if not self._ready:
            # Who else has come while they were made? To look costs less than a commit.
            self.wait_for_and_dispatch_events(0)
        for place, connection in enumerate(self._ready):
            if connection.is_change:
                del self._ready[place]
                self._ready.appendleft(connection)
                return self._lead.may_answer()
        return False

    def _told(
        self, group: Group, *, is_leading: bool
    ) -> tuple[bool, list[tuple[Connection, bool]]]:
        """Commit and let the answers go; whether this thread leads then, and the connections."""
        if not (is_leading and group.is_open):
            return is_leading, list(group.tell())
        self._lead.begin()
        told = list(group.tell())
        return self._lead.end(), told

    def _go_on_with(self, told: Iterable[tuple[Connection, bool]]) -> None:
        for connection, is_kept in told:
            self.answered(connection, is_kept=is_kept)

    def _defer(self, told: Iterable[tuple[Connection, bool]]) -> None:
        """Have who leads go on with these connections."""
        for connection, is_kept in told:
            self.method_queue.defer(partial(self.answered, connection, is_kept=is_kept))

    def answered(self, connection: Connection, *, is_kept: bool) -> None:
        """Go on with the connection of an answered request."""
        raise NotImplementedError
