"""The asking side: a process of its own that keeps connections busy for a while.

Reads one job as JSON from standard input and writes its outcome as JSON. Each connection has
its own list of requests, which it sends one after the other, again and again. ``{tag}`` in a
request stands for the entity tag of the last answer on this connection, ``{unique}`` for a
number that counts up.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TAG = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_BUFFER = 1 << 20


@dataclass(slots=True)
class Connection:
    """One keep-alive connection with what it asks."""

    client: socket.socket
    requests: list[bytes]
    sent: int = 0
    started: float = 0.0
    tag: bytes = b""
    received: bytearray = field(default_factory=bytearray)
    wanted: int | None = None

    def send(self) -> None:
        """The next request of the list."""
        request = self.requests[self.sent % len(self.requests)]
        if b"{" in request:
            # As long as the place it takes: Content-Length is written already.
            unique = b"%08d" % self.sent
            request = request.replace(b"{tag}", self.tag).replace(b"{unique}", unique)
        self.sent += 1
        self.received.clear()
        self.wanted = None
        self.started = time.perf_counter()
        self.client.sendall(request)

    def receive(self) -> bool:
        """Whether the answer is complete now."""
        part = self.client.recv(_BUFFER)
        if not part:
            raise ConnectionError(f"closed after {bytes(self.received[:300])!r}")
        self.received += part
        if self.wanted is None:
            end = self.received.find(_HEAD_END)
            if end < 0:
                return False
            self.wanted = self._length(bytes(self.received[: end + 2]), end + 4)
        if self.wanted < 0:
            return self.received.endswith(_LAST_CHUNK)
        return len(self.received) >= self.wanted

    def _length(self, head: bytes, start: int) -> int:
        tag = _TAG.search(head)
        if tag is not None:
            self.tag = tag[1]
        found = _LENGTH.search(head)
        if found is None and b"chunked" in head.lower():
            return -1
        return start + (int(found[1]) if found is not None else 0)

    @property
    def status(self) -> int:
        """The status of the answer that was received last."""
        return int(self.received[9:12])


def run(job: dict[str, object]) -> dict[str, object]:
    """Keep every connection busy until the time is over."""
    connections = [
        Connection(
            socket.create_connection(("127.0.0.1", job["port"])),
            [text.encode("latin-1") for text in requests],
        )
        for requests in job["requests"]
    ]
    selector = selectors.DefaultSelector()
    for connection in connections:
        connection.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection.client, selectors.EVENT_READ, connection)
    # What a connection needs before it can be measured: a first entity tag, a known shape.
    for connection, first in zip(connections, job["first"], strict=True):
        _prepare(connection, first)
    return _measure(selector, connections, job["seconds"], job["status"])


def _prepare(connection: Connection, first: str) -> None:
    requests = connection.requests
    for text in (first.encode("latin-1"), requests[0]):
        if text:
            connection.requests = [text]
            connection.send()
            while not connection.receive():
                pass
    connection.requests = requests


def _measure(
    selector: selectors.BaseSelector, connections: list[Connection], seconds: float, wanted: int
) -> dict[str, object]:
    latencies: list[float] = []
    octets = 0
    started = time.perf_counter()
    end = started + seconds
    for connection in connections:
        connection.send()
    busy = len(connections)
    while busy:
        for key, _ in selector.select(30):
            connection = key.data
            if not connection.receive():
                continue
            now = time.perf_counter()
            if connection.status != wanted:
                raise RuntimeError(bytes(connection.received[:2000]).decode("latin-1"))
            latencies.append(now - connection.started)
            octets += len(connection.received)
            if now < end:
                connection.send()
            else:
                busy -= 1
    elapsed = time.perf_counter() - started
    return {"seconds": elapsed, "latencies": latencies, "octets": octets}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.loads(sys.stdin.read()))))
