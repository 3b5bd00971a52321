"""A receiver of notifications on this machine, which answers as a test wants it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Receiver:
    """What has come, and how it is answered; ``patience`` delays every answer."""

    port: int = 0
    status: int = 202
    handshake_status: int = 200
    echo: str | None = None
    location: str = ""
    retry_after: str = ""
    patience: float = 0.0
    handshakes: list[str] = field(default_factory=list)
    bodies: list[dict] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def told(self) -> list[dict]:
        """All notifications in their order."""
        return [item for body in self.bodies for item in body["value"]]

    def answer(self, target: str, headers: dict, body: bytes) -> tuple[int, bytes]:
        """Status and body for a request."""
        time.sleep(self.patience)
        token = parse_qs(urlsplit(target).query).get("validationToken")
        if token is not None:
            self.handshakes.append(target)
            answer = token[0] if self.echo is None else self.echo
            return self.handshake_status, answer.encode()
        self.bodies.append(json.loads(body))
        self.headers.append(headers)
        return self.status, b""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = receiver.answer(self.path, dict(self.headers), body)
            try:
                self.send_response(status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                if receiver.retry_after:
                    self.send_header("Retry-After", receiver.retry_after)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                return

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
