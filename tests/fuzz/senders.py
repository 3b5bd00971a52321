"""How requests reach the service: in this process, or by a socket."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import time
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from tests.fuzz.request import Request
from tests.fuzz.verdict import Answer

_PATIENCE = 30.0
_FIXED = {
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SCRIPT_NAME": "",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.url_scheme": "http",
    "wsgi.input_terminated": True,
    "HTTP_HOST": "localhost",
}
_BARE = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Sender(Protocol):
    """What sends a request and waits for its answer."""

    def send(self, request: Request) -> Answer:
        """The answer."""


class InProcess:
    """Calls the application as gunicorn does; its seconds are those of the processor."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def send(self, request: Request) -> Answer:
        """The answer."""
        started: list[Any] = []
        begun = time.thread_time()
        pieces = self._application(
            _environ(request), lambda *head: started.append(head) or io.BytesIO().write
        )
        body = b"".join(pieces)
        with contextlib.suppress(AttributeError):
            pieces.close()
        seconds = time.thread_time() - begun
        status, headers = started[-1][:2]
        named = {name.lower(): value for name, value in headers}
        return Answer(int(status[:3]), named, body, seconds)


def _environ(request: Request) -> dict[str, Any]:
    path, _, query = request.target.partition("?")
    environ = _FIXED | {
        "REQUEST_METHOD": request.method,
        "RAW_URI": request.target,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "wsgi.input": io.BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
    }
    for name, value in request.headers.items():
        variable = "HTTP_" + name.upper().replace("-", "_")
        environ[_BARE.get(name.lower(), variable)] = value
    return environ


class Connection:
    """A connection that is kept while the server keeps it."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._socket: socket.socket | None = None

    def send(self, request: Request) -> Answer:
        """The answer; once more where the server had closed a connection at rest."""
        begun = time.monotonic()
        try:
            return self._exchange(request, begun)
        except (ConnectionError, http.client.HTTPException):
            self.close()
            return self._exchange(request, begun)

    def _exchange(self, request: Request, begun: float) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=_PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request.octets())
        found = http.client.HTTPResponse(self._socket, method=request.method)
        found.begin()
        body = found.read()
        named = {name.lower(): value for name, value in found.headers.items()}
        if found.will_close:
            self.close()
        return Answer(found.status, named, body, time.monotonic() - begun)

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def send_octets(port: int, octets: bytes) -> bytes:
    """All that comes back for the octets until the server has answered or closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as client:
        parts = []
        # Whoever is refused may be cut off while the rest is on its way.
        with contextlib.suppress(ConnectionError):
            client.sendall(octets)
            client.shutdown(socket.SHUT_WR)
            while part := client.recv(65536):
                parts.append(part)
    return b"".join(parts)
