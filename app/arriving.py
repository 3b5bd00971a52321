"""A connection, and what has arrived of its next request."""

from __future__ import annotations

import contextlib
import errno
import re
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn

from app.body import TooLongError, longest_body
from app.limits import Limits
from app.outlet import Outlet
from app.request_head import HeadParser

Field = re.Match[bytes]

_HEAD_END = re.compile(rb"\n\r?\n")
_FIELDS = re.compile(
    rb"\n(content-length|content-type|transfer-encoding|expect|authorization|x-api-key)"
    rb"[ \t]*:[ \t]*([^\r\n]*)(?=\r?\n)",
    re.IGNORECASE,
)
# What may stand in a head: no control characters but the tab and the ends of lines.
_ALLOWED = bytes({*b"\t\r\n", *range(0x20, 0x100)} - {0x7F})
_CREDENTIALS = frozenset({b"authorization", b"x-api-key"})
_REQUEST_LINE = re.compile(rb"[^ \r\n]+ ([^ ?\r\n]*)[^ \r\n]* HTTP/1\.1\r?\n")
# Batches, actions and what options ask for are more than a change of an entity.
_CHANGE = re.compile(rb"(?:POST|PATCH|PUT) (?![^ ]*Microsoft\.)[^ $%?\r\n]+ HTTP/1\.1\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\n]*\n")
_LONGEST_SIZE_LINE = 300
_LONGEST_TRAILERS = 8192
_DIGITS = 18
_PIECE = 8192
_LONGEST_CHANGE = 64 * 1024
# What frames chunks may take as much as they hold, and a little.
_FRAMES = 64 * 1024
_CONTINUE = b"100-continue"
_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a request may be that is waited for: its first line, its head, its body."""

    line: int
    head: int
    body: Limits


class HeldUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no type information
    """What has arrived, in pieces; of the rest only what the socket gives at once.

    gunicorn's readers copy what is left for each chunk that they take, so that they must not
    get all of it together.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._held = b""
        self._place = 0
        self._is_too_long = False

    def hold(self, octets: bytes, *, is_too_long: bool = False) -> None:
        """Give these before anything else, of a request that may be longer than is read."""
        self._held, self._place = octets, 0
        self._is_too_long = is_too_long

    def chunk(self) -> bytes:
        """The next piece; nobody waits for it."""
        piece: bytes = self._held[self._place : self._place + _PIECE]
        if piece:
            self._place += len(piece)
            return piece
        try:
            piece = self.sock.recv(_PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError as error:
            # gunicorn takes a connection with this number for one that is gone.
            kind = TooLongError if self._is_too_long else TimeoutError
            raise kind(errno.ENOTCONN, "the rest has not arrived") from error
        return piece

    def rest(self) -> bytes:
        """What has arrived and was not read; it is forgotten here."""
        found: bytes = self.buf.getvalue() + self._held[self._place :]
        self.buf.seek(0)
        self.buf.truncate()
        self.hold(b"")
        return found


class Arriving(TConn):  # type: ignore[misc]  # gunicorn has no type information
    """A connection whose requests are received before a thread gets them."""

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args)
        self.held = bytearray()
        self._parser: Any = None
        self.outlet: Outlet | None = None
        # Whether the poller tells when something arrives.
        self.is_heard = False
        self.begin(0.0, 0.0)

    def begin(self, now: float, seconds: float) -> None:
        """Begin with the next request, for which there are so many seconds."""
        self.begun = self.touched = now
        self.timeout = now + seconds
        # Whether nothing of the request is left on its way to here.
        self.is_whole = False
        # Whether it is refused at once, by no thread.
        self.is_malformed = False
        self._is_refusable = False
        self._is_too_long = False
        self._asks_to_go_on = False
        self._searched = 0
        self._needed: int | None = None
        self._is_chunked = False
        self._longest = 0
        self._in_chunks = 0

    @property
    def has_head(self) -> bool:
        """Whether all of the head has arrived."""
        return self._needed is not None

    def is_complete(self, bounds: Bounds) -> bool:
        """Whether a thread need not wait for more, or can refuse the request already."""
        if self._needed is None:
            held = self.held
            end = _HEAD_END.search(held, max(0, self._searched - 2))
            if end is None:
                self._searched = len(held)
                is_line = len(held) <= bounds.line or b"\n" in held[: bounds.line + 2]
                return not is_line or len(held) > bounds.head
            self.is_malformed = _is_malformed(held[: end.end()])
            self._needed = self._read_head(end.end(), bounds.body)
        if not self._is_refusable:
            self.is_whole = (
                self._has_last_chunk() if self._is_chunked else len(self.held) >= self._needed
            )
        return self.is_whole or self._is_refusable or self.is_malformed

    def is_over(self, now: float, limits: Limits) -> bool:
        """Whether nothing has arrived for too long, or it takes too long in all."""
        if not self.held:
            return now > float(self.timeout or 0)
        return self.is_silent(now, limits)

    def is_silent(self, now: float, limits: Limits) -> bool:
        """Whether the client has paused for too long, or takes too long in all."""
        pause, whole = now - self.touched, now - self.begun
        return pause > limits.read_timeout or whole > limits.transfer_timeout

    def go_on(self) -> None:
        """Ask for the body, where the client waits to be asked."""
        if self._asks_to_go_on:
            self._asks_to_go_on = False
            with contextlib.suppress(OSError):
                self.sock.send(_GO_ON)

    def _read_head(self, head: int, limits: Limits) -> int:
        """The length of the request as far as it is known, and whether it is worth waiting for."""
        fields = {bytes(field[1]).lower(): field for field in _FIELDS.finditer(self.held, 0, head)}
        length = _value(fields, b"content-length")
        self._is_chunked = b"transfer-encoding" in fields
        if length or self._is_chunked:
            self._longest = self._longest_body(fields, limits)
        if b"expect" in fields:
            head = self._read_expectation(fields[b"expect"], head)
        if self._is_chunked or not length:
            return head
        is_number = length.isdigit() and len(length) <= _DIGITS
        self._is_refusable |= not is_number or int(length) > self._longest
        return head if self._is_refusable else head + int(length)

    def _longest_body(self, fields: dict[bytes, Field], limits: Limits) -> int:
        line = _REQUEST_LINE.match(self.held)
        path = unquote_to_bytes(line[1]) if line is not None else b""
        longest = longest_body(
            limits,
            _value(fields, b"content-type").decode("latin-1"),
            path.decode("latin-1"),
        )
        # Of strangers only a request for a token is read.
        is_known = not _CREDENTIALS.isdisjoint(fields)
        return longest if is_known else min(longest, limits.token_body)

    def _read_expectation(self, field: Field, head: int) -> int:
        """The length of the head without the expectation, which is met here; a thread refuses
        others."""
        if field[2].strip().lower() != _CONTINUE:
            self._is_refusable = True
            return head
        self._asks_to_go_on = _REQUEST_LINE.match(self.held) is not None
        start, end = field.start() + 1, self.held.index(b"\n", field.end()) + 1
        del self.held[start:end]
        return head - (end - start)

    def _has_last_chunk(self) -> bool:
        """Whether the chunks end here; ``_needed`` moves on to the next of them. They may also
        be more than are read, or none."""
        held, place = self.held, self._needed or 0
        while line := _CHUNK_SIZE.match(held, place):
            size = int(line[1], 16)
            if size == 0:
                self._is_refusable = len(held) - line.end() > _LONGEST_TRAILERS
                return held.find(b"\r\n\r\n", line.end() - 2) >= 0
            self._is_too_long = (
                self._in_chunks + size > self._longest or len(held) > 2 * self._longest + _FRAMES
            )
            self._is_refusable = self._is_too_long
            place = line.end() + size + 2
            if place > len(held) or self._is_too_long:
                return False
            self._needed = place
            self._in_chunks += size
        self._is_refusable = b"\n" in held[place : place + _LONGEST_SIZE_LINE] or (
            len(held) - place > _LONGEST_SIZE_LINE or len(held) > 2 * self._longest + _FRAMES
        )
        return False

    def hand_over(self) -> Any:  # noqa: ANN401 - gunicorn's
        """The parser of gunicorn, which reads what has arrived before the rest."""
        if self._parser is None:
            self._parser = HeadParser(self.cfg, self.sock, self.client)
            self._parser.unreader = HeldUnreader(self.sock)
        self._parser.unreader.hold(bytes(self.held), is_too_long=self._is_too_long)
        self.held = bytearray()
        return self._parser

    @property
    def is_change(self) -> bool:
        """Whether its request may be answered together with other changes: a whole short one
        of one entity, as far as its first line tells."""
        if not self.is_whole or len(self.held) > _LONGEST_CHANGE:
            return False
        return _CHANGE.match(self.held) is not None

    def begin_again(self, octets: bytes) -> None:
        """Have a request answered anew that has been answered to nobody."""
        self.held = bytearray(octets)
        self._parser = None

    def take_back(self) -> None:
        """Keep what has arrived of the next request already; what is left of the body is none."""
        self._parser.finish_body()
        self.held = bytearray(self._parser.unreader.rest())


def _is_malformed(head: bytearray) -> bool:
    """Whether a head holds what stands in none, a lone carriage return among it: proxies and
    servers disagree about what to do with that."""
    has_lone_return = head.count(b"\r") != head.count(b"\r\n")
    return has_lone_return or bool(head.translate(None, _ALLOWED))


def _value(fields: dict[bytes, Field], name: bytes) -> bytes:
    found = fields.get(name)
    return found[2].strip() if found is not None else b""
