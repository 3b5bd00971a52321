"""A server with one worker, and connections on which several requests can arrive at once."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.integration.server import Client, Server, children

_HEADERS = (
    "Host: 127.0.0.1\r\nAuthorization: Bearer kontor-dev\r\nContent-Type: application/json\r\n"
)


@dataclass
class OneWorker:
    """A server with one worker, which can be kept from looking until several requests are there."""

    port: int
    worker: int

    @contextmanager
    def asleep(self) -> Iterator[None]:
        os.kill(self.worker, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.worker, signal.SIGCONT)

    def ask(self, method: str, target: str, body: Any = None, **headers: str) -> Any:
        """The JSON of an answer."""
        client = Client(self.port)
        _, found = client.ask(method, target, body, **headers)
        client.close()
        return found


def worker_of(server: Server) -> int:
    """The process id of the only worker of a server."""
    # It is there when it has answered.
    client = Client(server.port)
    client.ask("GET", "/health/ready")
    client.close()
    (worker,) = children(server.process.pid)
    return worker


class Line:
    """A connection to write requests to, as octets."""

    def __init__(self, port: int) -> None:
        self._client = socket.create_connection(("127.0.0.1", port), timeout=30)
        # The server has accepted it when it has answered.
        self.send("GET", "/health/live")
        self.read()

    def send(self, method: str, target: str, body: Any = None, headers: str = "") -> None:
        text = "" if body is None else json.dumps(body)
        head = (
            f"{method} {target} HTTP/1.1\r\n{_HEADERS}{headers}Content-Length: {len(text)}\r\n\r\n"
        )
        self._client.sendall((head + text).encode())

    def read(self) -> tuple[int, Any]:
        """Status and JSON of the next answer."""
        answer = http.client.HTTPResponse(self._client)
        answer.begin()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def read_whether_kept(self) -> bool:
        """Whether the next answer says that the connection is kept."""
        answer = http.client.HTTPResponse(self._client)
        answer.begin()
        answer.read()
        return not answer.will_close

    def leave(self) -> None:
        """Go without a word."""
        self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._client.close()

    def close(self) -> None:
        self._client.close()
