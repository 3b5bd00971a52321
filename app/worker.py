"""gunicorn's threads around a loop in which requests arrive and answers leave.

gunicorn gives a connection to one of its few threads before anything has arrived, and leaves it
there until the client has taken the answer, so that some slow clients hold up all the others.
Here the loop of the worker receives; what is answered is a request that is complete, or can be
refused already. What a client does not take at once of its answer the loop sends, too.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from http import HTTPStatus
from typing import Any

import gunicorn.util
from gunicorn.http.errors import NoMoreData

from app.arriving import Arriving, Bounds
from app.leading_worker import LeadingWorker
from app.limits import Limits
from app.outlet import Leaving, Outlet
from odata import commits

Connection = Any  # gunicorn has no type information
Listener = Any
ServerRequest = Any

_PIECE = 64 * 1024
# Octets beyond the longest body that are taken off a client, so that it reads the refusal.
_DRAINED = 4 * 1024 * 1024
_SWEEP = 0.5
_NO_FILES_LEFT = (errno.EMFILE, errno.ENFILE)
_GONE = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN)


class Next(Enum):
    """What is to be done with a connection."""

    WAIT = "wait"
    ANSWER = "answer"
    CLOSE = "close"


# Made for every request; a frozen one would take several times as long to make.
@dataclass(slots=True)
class Answering:
    """A connection as gunicorn sees it while its request is answered."""

    sock: Outlet
    client: Any
    server: Any


class WaitingWorker(LeadingWorker):
    """A worker whose threads answer and wait neither for requests nor for readers.

    A connection is idle before the first octet of a request, waiting until the request is
    complete, busy while it is answered, and leaving until the client has taken the answer. The
    poller listens to it all the time, unless it is busy for so long that the client sends more.
    """

    # Set before it runs.
    limits: Limits

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args)
        self._idle: dict[Arriving, None] = {}
        self._waiting: dict[Arriving, None] = {}
        self._held = 0
        self._leaving: dict[Arriving, Leaving] = {}
        self._kept = 0
        self._refused: dict[Arriving, int] = {}
        self._next_sweep = 0.0

    def init_process(self) -> None:
        """Start to serve."""
        longest_head = self.cfg.limit_request_fields * self.cfg.limit_request_field_size
        self._bounds = Bounds(self.cfg.limit_request_line, longest_head, self.limits)
        super().init_process()

    # --- in the loop: requests ------------------------------------------------------------

    def accept(self, listener: Listener) -> None:
        """Take a connection and what has arrived on it."""
        if self.cfg.is_ssl:
            super().accept(listener)
            return
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in _NO_FILES_LEFT:
                raise
            self._make_room()
            return
        self.nr_conns += 1
        connection = Arriving(self.cfg, client, address, listener.getsockname())
        self._wait(connection, self.cfg.keepalive)
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait, but not longer than it takes to notice that somebody's time is over."""
        super().wait_for_and_dispatch_events(min(timeout, _SWEEP))

    def _wait(self, connection: Arriving, seconds: float) -> None:
        """Answer when the request is complete, which it mostly is."""
        connection.begin(time.monotonic(), seconds)
        found = self._receive(connection)
        if found is not Next.WAIT:
            self._go_on(connection, found)
            return
        self._held += len(connection.held)
        self._waiting[connection] = None
        self._listen(connection)

    def _listen(self, connection: Arriving) -> None:
        if not connection.is_heard:
            readable = partial(self._on_readable, connection)
            self.poller.register(connection.sock, selectors.EVENT_READ, readable)
            connection.is_heard = True

    def _ignore(self, connection: Arriving) -> None:
        if connection.is_heard:
            self.poller.unregister(connection.sock)
            connection.is_heard = False

    def _on_readable(self, connection: Arriving, _client: socket.socket) -> None:
        if connection in self._idle:
            del self._idle[connection]
            self._wait(connection, self.limits.read_timeout)
            return
        if connection not in self._waiting:
            # It is busy; what has arrived is of its next request.
            self._ignore(connection)
            return
        before = len(connection.held)
        found = self._receive(connection)
        self._held += len(connection.held) - before
        if found is not Next.WAIT:
            self._release(connection)
            self._go_on(connection, found)
        elif self._held > self.limits.held_requests:
            self._refuse_greatest()

    def _receive(self, connection: Arriving) -> Next:
        is_ended = False
        try:
            piece = connection.sock.recv(_PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            piece = b""
        except OSError:
            return Next.CLOSE
        else:
            is_ended = not piece
        if piece:
            connection.held += piece
            connection.touched = time.monotonic()
        if not connection.held:
            return Next.CLOSE if is_ended else Next.WAIT
        if connection.is_complete(self._bounds) or is_ended:
            return Next.ANSWER
        connection.go_on()
        return Next.WAIT

    def _go_on(self, connection: Arriving, found: Next) -> None:
        if connection.is_malformed:
            _tell(connection, HTTPStatus.BAD_REQUEST)
            self._let_end(connection)
        elif found is Next.ANSWER:
            self.enqueue(connection)
        else:
            self._close(connection)

    # --- in the loop: answers -------------------------------------------------------------

    def answered(self, connection: Arriving, *, is_kept: bool) -> None:
        """Send what is left of an answer; only then is the connection free."""
        outlet = connection.outlet
        if outlet is None or not outlet.left:
            self._finish(connection, is_kept=is_kept)
            return
        now = time.monotonic()
        self._leaving[connection] = Leaving(now, now, outlet, is_kept, outlet.left)
        self._kept += outlet.left
        self._ignore(connection)
        writable = partial(self._on_writable, connection)
        self.poller.register(connection.sock, selectors.EVENT_WRITE, writable)
        while self._kept > self.limits.held_answers and len(self._leaving) > 1:
            self._abandon(next(iter(self._leaving)))

    def _on_writable(self, connection: Arriving, _client: socket.socket) -> None:
        leaving = self._leaving[connection]
        before = leaving.outlet.left
        try:
            is_sent = leaving.outlet.flush()
        except OSError:
            self._abandon(connection)
            return
        if leaving.outlet.left < before:
            leaving.touched = time.monotonic()
        if is_sent:
            self._forget_answer(connection)
            self._finish(connection, is_kept=leaving.is_kept)

    def _forget_answer(self, connection: Arriving) -> None:
        self.poller.unregister(connection.sock)
        leaving = self._leaving.pop(connection)
        self._kept -= leaving.size
        leaving.outlet.drop()

    def _abandon(self, connection: Arriving) -> None:
        self._forget_answer(connection)
        self._close(connection)

    def _finish(self, connection: Arriving, *, is_kept: bool) -> None:
        """Keep the connection of an answered request; the next one may be there already. Who was
        told that it is kept sends that, though the worker ends meanwhile."""
        if not is_kept:
            self._let_end(connection)
        elif connection.held:
            self._wait(connection, self.limits.read_timeout)
        else:
            connection.timeout = time.monotonic() + self.cfg.keepalive
            self._idle[connection] = None
            self._listen(connection)

    def _let_end(self, connection: Arriving) -> None:
        """Close the connection of a client that may still send, but after it has read the answer:
        what arrives at a closed socket takes that away again (RFC 9112 9.6)."""
        self._ignore(connection)
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(connection)
            return
        connection.begun = connection.touched = time.monotonic()
        self._refused[connection] = 0
        readable = partial(self._on_rest, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, readable)

    def _on_rest(self, connection: Arriving, _client: socket.socket) -> None:
        try:
            size = len(connection.sock.recv(_PIECE, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return
        except OSError:
            size = 0
        self._refused[connection] += size
        connection.touched = time.monotonic()
        if not size or self._refused[connection] > self.limits.media_body + _DRAINED:
            self._end(connection)

    def _end(self, connection: Arriving) -> None:
        self.poller.unregister(connection.sock)
        del self._refused[connection]
        self._close(connection)

    # --- whose time is over ---------------------------------------------------------------

    def murder_pending(self) -> None:
        """Give up on clients that have stopped, or take too long."""
        super().murder_pending()
        now = time.monotonic()
        if now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP
        waiting = [item for item in self._waiting if item.is_over(now, self.limits)]
        for connection in waiting if self.alive else self._end_of_waiting(now):
            self._give_up(connection)
        for connection in [item for item in self._idle if now > float(item.timeout or 0)]:
            self._let_go(connection)
        leaving = self._leaving.items()
        for connection in [item for item, answer in leaving if answer.is_over(now, self.limits)]:
            self._abandon(connection)
        refused = [item for item in self._refused if item.is_silent(now, self.limits)]
        for connection in refused if self.alive else list(self._refused):
            self._end(connection)
        if not self.alive:
            self._close_idle(now)

    def _end_of_waiting(self, now: float) -> list[Arriving]:
        """Whose requests the worker does not wait for any more when it ends."""
        latest = now - self.limits.read_timeout
        return [
            item
            for item in self._waiting
            if item.is_over(now, self.limits) or (not item.held and item.begun < latest)
        ]

    def _close_idle(self, now: float) -> None:
        """At the end of the worker, close what is kept for requests that do not come."""
        latest = now - self.limits.read_timeout + self.cfg.keepalive
        for connection in [item for item in self._idle if float(item.timeout or 0) < latest]:
            self._let_go(connection)

    def _give_up(self, connection: Arriving) -> None:
        """Tell a client that its request has not arrived; a thread does so of a body."""
        self._release(connection)
        if connection.has_head:
            # The thread finds that there is nothing more, and does not wait for it.
            self.enqueue(connection)
            return
        if connection.held:
            _tell(connection, HTTPStatus.REQUEST_TIMEOUT)
        self._close(connection)

    def _refuse_greatest(self) -> None:
        """Give up on the request that has taken most room for longest: there is none for all."""
        now = time.monotonic()
        greatest = max(self._waiting, key=partial(_burden, now))
        if len(greatest.held) == self._held:
            return
        self._release(greatest)
        _tell(greatest, HTTPStatus.SERVICE_UNAVAILABLE)
        self._let_end(greatest)

    def _make_room(self) -> None:
        """Close the connection that is missed least: there are as many as may be."""
        if self._refused:
            self._end(_oldest(self._refused))
        elif self._idle:
            self._let_go(_oldest(self._idle))
        elif self._waiting:
            oldest = _oldest(self._waiting)
            self._release(oldest)
            self._close(oldest)
        elif self._leaving:
            self._abandon(_oldest(self._leaving))

    def _let_go(self, connection: Arriving) -> None:
        del self._idle[connection]
        self._close(connection)

    def _release(self, connection: Arriving) -> None:
        del self._waiting[connection]
        self._held -= len(connection.held)

    def _close(self, connection: Arriving) -> None:
        self._ignore(connection)
        self.nr_conns -= 1
        connection.close()

    # --- in the thread that answers ---------------------------------------------------------

    def handle(self, conn: Connection) -> object:
        """Answer a request; True where the connection is kept."""
        if not isinstance(conn, Arriving):
            return super().handle(conn)
        request: ServerRequest = None
        try:
            request = next(conn.hand_over())
            if not conn.is_whole:
                # What is left of the body is no next request.
                request.force_close()
            conn.outlet = Outlet(conn.sock, keeps_back=commits.is_kept_back())
            answering = Answering(conn.outlet, conn.client, conn.server)
            is_kept = self.handle_request(request, answering)
            conn.outlet.end()
            if is_kept:
                conn.take_back()
                return True
        except (NoMoreData, StopIteration) as error:
            self.log.debug("Ignored premature client disconnection. %s", error)
        except OSError as error:
            if error.errno not in _GONE:
                self.log.exception("Socket error processing request.")
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            if conn.outlet is not None and conn.outlet.keeps_back:
                conn.outlet.drop()
            self.handle_error(request, conn.sock, conn.client, error)
        return False


def _oldest(connections: Iterable[Arriving]) -> Arriving:
    return next(iter(connections))


def _burden(now: float, connection: Arriving) -> float:
    return len(connection.held) * (now - connection.begun)


def _tell(connection: Arriving, status: HTTPStatus) -> None:
    with contextlib.suppress(OSError):
        gunicorn.util.write_error(connection.sock, status, "", "")
