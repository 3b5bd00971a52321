"""What a client does not take of its answer at once: kept, so that no thread waits for it."""

from __future__ import annotations

import contextlib
import select
import socket
import tempfile
import time
from dataclasses import dataclass

from app.limits import Limits

# Milliseconds in all that a thread lets a quick client catch up before it keeps the rest.
_GRACE = 250
_IN_MEMORY = 64 * 1024
_PIECE = 64 * 1024
# What is copied to be sent in one step with what is before it.
_TOGETHER = 32 * 1024
# Pieces that are sent before others have their turn.
_AT_ONCE = 8


class Outlet:
    """A socket to write to, as gunicorn's responses do, without waiting for its client.

    The head, which is written first, leaves together with what follows it: most answers are one
    packet, and one step into the kernel. What is kept back leaves when it is let go.
    """

    def __init__(self, client: socket.socket, *, keeps_back: bool = False) -> None:
        self._client = client
        self._back: list[bytes] | None = [] if keeps_back else None
        self._grace = _GRACE
        self._head: bytes | None = None
        self._is_begun = False
        self._kept: tempfile.SpooledTemporaryFile[bytes] | None = None
        self._size = 0
        self._sent = 0

    @property
    def left(self) -> int:
        """How many octets are kept."""
        return self._size - self._sent

    # --- in a thread ----------------------------------------------------------------------

    def sendall(self, data: bytes) -> None:
        """Send what goes and keep the rest; a short first piece waits for the next one."""
        if not self._is_begun:
            self._is_begun = True
            if len(data) <= _TOGETHER:
                self._head = data
                return
        head, self._head = self._head, None
        if head is None:
            self._pass(data)
        elif len(data) <= _TOGETHER:
            self._pass(head + data)
        else:
            self._pass(head)
            self._pass(data)

    def _pass(self, data: bytes) -> None:
        if self._back is not None:
            self._back.append(data)
            return
        rest = memoryview(data) if self._kept is not None else self._send(memoryview(data))
        if not rest:
            return
        if self._kept is None:
            self._kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - see drop
        self._kept.write(rest)
        self._size += len(rest)

    def end(self) -> None:
        """Send what has waited: nothing follows."""
        if self._head is not None:
            self.sendall(b"")

    @property
    def keeps_back(self) -> bool:
        """Whether what is written waits for being let go."""
        return self._back is not None

    def let_go(self) -> bool:
        """Send what is kept back, and keep nothing back any more; False where nobody is there."""
        back, self._back = self._back, None
        try:
            self._pass(b"".join(back or ()))
        except OSError:
            return False
        return True

    def send(self, data: bytes) -> int:
        """The same; all of it is taken care of."""
        self.sendall(data)
        return len(data)

    def _send(self, data: memoryview) -> memoryview:
        """What did not go."""
        while data:
            try:
                data = data[self._client.send(data, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                if not self._may_catch_up():
                    break
        return data

    def _may_catch_up(self) -> bool:
        """Whether the client takes more within what is left of the grace."""
        if self._grace <= 0:
            return False
        poll = select.poll()
        poll.register(self._client, select.POLLOUT)
        before = time.monotonic()
        is_ready = bool(poll.poll(self._grace))
        self._grace -= max(1, int((time.monotonic() - before) * 1000))
        return is_ready

    def shutdown(self, how: int) -> None:
        """End the connection without the rest: the answer has failed."""
        self.drop()
        self._client.shutdown(how)

    def close(self) -> None:
        """Forget what is kept, and the client."""
        self.drop()
        self._client.close()

    # --- in the loop ----------------------------------------------------------------------

    def flush(self) -> bool:
        """Send of what is kept as much as goes; whether that was all."""
        kept = self._kept
        for _ in range(_AT_ONCE):
            if kept is None or not self.left:
                break
            kept.seek(self._sent)
            try:
                self._sent += self._client.send(kept.read(_PIECE), socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
        if not self.left:
            self.drop()
        return self._kept is None

    def drop(self) -> None:
        """Forget what is kept."""
        self._head = self._back = None
        kept, self._kept = self._kept, None
        self._size = self._sent = 0
        if kept is not None:
            with contextlib.suppress(OSError):
                kept.close()


@dataclass(slots=True)
class Leaving:
    """An answer that the loop sends, or the end of a connection that it waits for."""

    begun: float
    touched: float
    outlet: Outlet
    is_kept: bool
    size: int

    def is_over(self, now: float, limits: Limits) -> bool:
        """Whether the client has taken nothing for too long, or takes too long in all."""
        pause, whole = now - self.touched, now - self.begun
        return pause > limits.write_timeout or whole > limits.transfer_timeout
