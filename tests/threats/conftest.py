"""A server as it runs in production, over the demo data, whose log is kept."""

from __future__ import annotations

import datetime
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.access import DatabaseTokens, TokenRequest
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind
from tests.integration.conftest import service, shared
from tests.integration.service import Service
from tests.unit.app.conftest import clients, engine, events, make_client, tokens, users

__all__ = ["clients", "engine", "events", "make_client", "service", "shared", "tokens", "users"]

Prepare = Callable[[str], None]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Production:
    """A running server with a token for it and the file of its log."""

    port: int
    token: str
    log: Path

    def ask(self, method: str, target: str, body: str | None = None, **headers: str) -> Answer:
        """The answer to a request with the token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"Host": "erp.example", "Authorization": f"Bearer {self.token}"} | named
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, target, body, named)
        found = connection.getresponse()
        text = found.read().decode()
        connection.close()
        return Answer(found.status, found.headers, text)

    def raw(self, octets: bytes) -> bytes:
        """All that comes back for the given octets until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            client.sendall(octets)
            parts = []
            while part := client.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def lines(self, *wanted: str) -> list[str]:
        """The lines of the log, once it holds all that is wanted.

        A client has its answer before the line of it is written, and the threads of the server
        write in any order: that a later line is there says nothing of an earlier one.
        """
        until = time.monotonic() + 60
        while time.monotonic() < until:
            text = self.log.read_text(encoding="utf-8")
            if all(part in text for part in wanted) and text.endswith("\n"):
                break
            time.sleep(0.02)
        return text.splitlines()


@pytest.fixture(scope="session")
def production(
    tmp_path_factory: pytest.TempPathFactory, fill_demo: Prepare
) -> Iterator[Production]:
    """One server for all threats, over SQLite."""
    directory = tmp_path_factory.mktemp("production")
    url = f"sqlite:///{directory / 'kontor.db'}"
    fill_demo(url)
    with serving(url, directory / "log", _token(url)) as found:
        yield found


@contextmanager
def serving(url: str, log: Path, token: str) -> Iterator[Production]:
    """A server as ``kontor serve`` starts it; it is ended by its process id.

    Its socket listens before it starts: nobody else can have the port, and the first client
    waits instead of trying.
    """
    with log.open("wb") as output, socket.create_server(("127.0.0.1", 0)) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.process", "--bind", f"fd://{listener.fileno()}"],
            env=_environment(url),
            pass_fds=(listener.fileno(),),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            found = Production(listener.getsockname()[1], token, log)
            assert found.ask("GET", "/health/live").status == 200
            yield found
        finally:
            process.terminate()
            process.wait(timeout=30)


def _environment(url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "KONTOR_" not in name}
    return kept | {
        "KONTOR_MODE": "production",
        "KONTOR_DATABASE_URL": url,
        "KONTOR_SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "KONTOR_TRUSTED_HOSTS": "erp.example",
        "KONTOR_WORKERS": "1",
        "KONTOR_READ_TIMEOUT": "1",
        "KONTOR_WRITE_TIMEOUT": "1",
        "KONTOR_MAX_HELD_REQUESTS": str(32 * 1024**2),
        "KONTOR_LOG_LEVEL": "debug",
        "FLASK_DEBUG": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


def _token(url: str) -> str:
    bind(open_database(url))
    wanted = TokenRequest("tester", frozenset({"writer"}))
    text = DatabaseTokens().create(wanted, datetime.datetime.now(datetime.UTC))
    discard_connection()
    return text


@pytest.fixture
def unchanged(shared: Service) -> Iterator[Service]:
    """The shared service; afterwards the customers must be as before."""
    before = shared.rows()
    yield shared
    assert shared.rows() == before
