"""gunicorn's threads behind a loop that waits for whole requests.

gunicorn gives a connection to one of its few threads before anything has arrived, so that some
clients that stop within a request hold up all the others. Here the loop of the worker receives;
a thread gets a request that is complete, or as good as that.
"""

from __future__ import annotations

import errno
import io
import re
import selectors
import socket
import struct
import time
from enum import Enum
from functools import partial
from http import HTTPStatus
from typing import Any

import gunicorn.util
from gunicorn.workers.gthread import TConn, ThreadWorker

Connection = Any  # gunicorn has no type information
Listener = Any
Finished = Any

_HEAD_END = re.compile(rb"\n\r?\n")
_FRAMING = re.compile(
    rb"\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE
)
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\n]*\n")
_LONGEST_SIZE_LINE = 300
_DIGITS = 18
_PIECE = 64 * 1024
# A body that is announced longer goes to a thread at once, which may refuse it unread.
_HELD_BODY = 1024 * 1024
# All that a worker holds of requests that are not complete; more goes to the threads.
_HELD = 64 * 1024 * 1024
# A request that is not complete after so many of the longest pauses never will be.
_PAUSES = 12
_SWEEP = 0.5
_AT_ONCE = struct.pack("ll", 0, 1000)
_NO_FILES_LEFT = (errno.EMFILE, errno.ENFILE)


class Next(Enum):
    """What is to be done with a connection."""

    WAIT = "wait"
    ANSWER = "answer"
    CLOSE = "close"


class Arriving(TConn):  # type: ignore[misc]  # gunicorn has no type information
    """A connection, with what has arrived of its next request."""

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args)
        # The loop waits, not the thread.
        self.data_ready = True
        self.held = bytearray()
        self.begun = 0.0
        self.touched = 0.0
        self._forget()

    def _forget(self) -> None:
        self._searched = 0
        self._needed: int | None = None
        self._is_chunked = False

    @property
    def has_head(self) -> bool:
        """Whether all of the head has arrived."""
        return self._needed is not None

    def is_complete(self, longest_line: int, longest_head: int) -> bool:
        """Whether a thread need not wait for more, or can refuse the request already."""
        held = self.held
        if self._needed is None:
            end = _HEAD_END.search(held, max(0, self._searched - 2))
            if end is None:
                self._searched = len(held)
                is_line = len(held) <= longest_line or b"\n" in held[: longest_line + 2]
                return not is_line or len(held) > longest_head
            self._read_framing(end.end())
        if self._is_chunked and len(held) <= _HELD_BODY:
            return self._has_last_chunk()
        return len(held) >= (self._needed or 0)

    def _read_framing(self, head: int) -> None:
        self._needed = head
        fields = {
            bytes(field[1]).lower(): bytes(field[2])
            for field in _FRAMING.finditer(self.held, 0, head)
        }
        # Who asks whether he may send his body is answered by a thread.
        if b"expect" in fields:
            return
        self._is_chunked = b"transfer-encoding" in fields
        length = fields.get(b"content-length", b"").strip()
        if not self._is_chunked and length.isdigit() and len(length) <= _DIGITS:
            self._needed += int(length) if int(length) <= _HELD_BODY else 0

    def _has_last_chunk(self) -> bool:
        """Whether the chunks end here, or are none; ``_needed`` moves on to the next of them."""
        held, place = self.held, self._needed or 0
        while line := _CHUNK_SIZE.match(held, place):
            size = int(line[1], 16)
            if size == 0:
                return held.find(b"\r\n\r\n", line.end() - 2) >= 0
            place = line.end() + size + 2
            if place > len(held):
                return False
            self._needed = place
        return b"\n" in held[place:] or len(held) - place > _LONGEST_SIZE_LINE

    def hand_over(self) -> None:
        """Let gunicorn's parser read what has arrived before the rest."""
        self.init()
        if self.held:
            self.parser.unreader.unread(bytes(self.held))
            self.held = bytearray()
        self._forget()

    def take_back(self) -> None:
        """Keep what the parser has read of the next request already."""
        rest = self.parser.unreader.buf.getvalue()
        if rest:
            self.parser.unreader.buf = io.BytesIO()
            self.held = bytearray(rest)


class WaitingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no type information
    """A worker whose threads answer and do not wait for requests to arrive."""

    # Seconds that a client may pause within a request.
    patience: float = 5

    def init_process(self) -> None:
        """Start to serve."""
        self._waiting: dict[Arriving, None] = {}
        self._held = 0
        self._next_sweep = 0.0
        self._longest_head = self.cfg.limit_request_fields * self.cfg.limit_request_field_size
        super().init_process()

    # --- in the loop ----------------------------------------------------------------------

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

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Take the next request of a connection that was kept."""
        if not isinstance(conn, Arriving):
            super().on_client_socket_readable(conn, client)
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait(conn, self.patience)

    def finish_request(self, conn: Connection, fs: Finished) -> None:
        """Keep the connection of an answered request; the next one may be there already."""
        if isinstance(conn, Arriving) and conn.held and self.alive:
            conn.sock.settimeout(0)
            self._wait(conn, self.patience)
            return
        super().finish_request(conn, fs)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait, but not longer than it takes to notice that somebody's time is over."""
        super().wait_for_and_dispatch_events(min(timeout, 1.0))

    def murder_pending(self) -> None:
        """Give up on clients that have stopped within a request."""
        super().murder_pending()
        now = time.monotonic()
        if now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP
        for connection in [item for item in self._waiting if self._is_over(item, now)]:
            self._give_up(connection)
        if not self.alive:
            self._close_idle(now)

    def _wait(self, connection: Arriving, seconds: float) -> None:
        """Answer when the request is complete, which it mostly is."""
        connection.begun = connection.touched = time.monotonic()
        connection.timeout = connection.begun + seconds
        found = self._receive(connection)
        if found is not Next.WAIT:
            self._go_on(connection, found)
            return
        self._held += len(connection.held)
        self._waiting[connection] = None
        readable = partial(self._on_readable, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, readable)

    def _on_readable(self, connection: Arriving, _client: socket.socket) -> None:
        before = len(connection.held)
        found = self._receive(connection)
        self._held += len(connection.held) - before
        if found is not Next.WAIT:
            self._release(connection)
            self._go_on(connection, found)

    def _receive(self, connection: Arriving) -> Next:
        is_ended = False
        try:
            piece = connection.sock.recv(_PIECE)
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
        if is_ended or self._held > _HELD:
            return Next.ANSWER
        longest_line = self.cfg.limit_request_line
        is_complete = connection.is_complete(longest_line, self._longest_head)
        return Next.ANSWER if is_complete else Next.WAIT

    def _go_on(self, connection: Arriving, found: Next) -> None:
        if found is Next.ANSWER:
            self.enqueue_req(connection)
        else:
            self._close(connection)

    # --- whose time is over ---------------------------------------------------------------

    def _is_over(self, connection: Arriving, now: float) -> bool:
        whole = now - connection.begun
        if not connection.held:
            return now > connection.timeout or (whole > self.patience and not self.alive)
        pause = now - connection.touched
        return pause > self.patience or whole > self.patience * _PAUSES

    def _close_idle(self, now: float) -> None:
        """At the end of the worker, close what is kept for requests that do not come."""
        latest = now - self.patience + self.cfg.keepalive
        for connection in [item for item in self.keepalived_conns if item.timeout < latest]:
            self.keepalived_conns.remove(connection)
            self.poller.unregister(connection.sock)
            self._close(connection)

    def _give_up(self, connection: Arriving) -> None:
        """Tell a client that its request has not arrived; a thread does so of a body."""
        self._release(connection)
        if connection.has_head:
            # The thread finds that there is nothing more, and does not wait for it.
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _AT_ONCE)
            self.enqueue_req(connection)
            return
        if connection.held:
            gunicorn.util.write_error(connection.sock, HTTPStatus.REQUEST_TIMEOUT, "", "")
        self._close(connection)

    def _make_room(self) -> None:
        """Close the connection that has waited longest: there are as many as may be."""
        if self._waiting:
            oldest = next(iter(self._waiting))
            self._release(oldest)
            self._close(oldest)

    def _release(self, connection: Arriving) -> None:
        self.poller.unregister(connection.sock)
        del self._waiting[connection]
        self._held -= len(connection.held)

    def _close(self, connection: Connection) -> None:
        self.nr_conns -= 1
        connection.close()

    # --- in a thread ----------------------------------------------------------------------

    def handle(self, conn: Connection) -> object:
        """Answer a request; True where the connection is kept."""
        if not isinstance(conn, Arriving):
            return super().handle(conn)
        conn.hand_over()
        result = super().handle(conn)
        if result is True:
            conn.take_back()
        return result
