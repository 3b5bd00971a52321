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
from dataclasses import dataclass
from pathlib import Path

import peewee
import pytest
from flask import Flask

from app.config import Settings
from app.factory import create_app
from models.access import DatabaseTokens, TokenRequest
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind, database
from tests.conftest import Databases
from tests.docs.server import COMMAND
from tests.integration.service import Service
from tests.unit.app.conftest import clients, engine, events, make_client, tokens, users

__all__ = ["clients", "engine", "events", "make_client", "tokens", "users"]

Prepare = Callable[[str], None]
_STARTED = 30.0


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
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
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

    def lines(self, last: str) -> list[str]:
        """The lines of the log, once one of them holds ``last``."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            text = self.log.read_text(encoding="utf-8")
            if last in text and text.endswith("\n"):
                break
            time.sleep(0.02)
        return text.splitlines()


@pytest.fixture(scope="session")
def production(
    tmp_path_factory: pytest.TempPathFactory, fill_demo: Prepare
) -> Iterator[Production]:
    """One server for all threats; it is ended by its process id."""
    directory = tmp_path_factory.mktemp("production")
    url = f"sqlite:///{directory / 'kontor.db'}"
    fill_demo(url)
    token = _token(url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if "KONTOR_" not in name}
    environment |= {
        "KONTOR_MODE": "production",
        "KONTOR_DATABASE_URL": url,
        "KONTOR_SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "KONTOR_TRUSTED_HOSTS": "erp.example",
        "KONTOR_PORT": str(port),
        "KONTOR_WORKERS": "1",
        "KONTOR_READ_TIMEOUT": "1",
        "KONTOR_LOG_LEVEL": "debug",
        "FLASK_DEBUG": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    log = directory / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "serve"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(port)
            yield Production(port, token, log)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _token(url: str) -> str:
    bind(open_database(url))
    wanted = TokenRequest("tester", frozenset({"writer"}))
    text = DatabaseTokens().create(wanted, datetime.datetime.now(datetime.UTC))
    discard_connection()
    return text


def _wait(port: int) -> None:
    until = time.monotonic() + _STARTED
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/live")
            connection.getresponse().read()
        except OSError:
            assert time.monotonic() < until, "the server has not started"
            time.sleep(0.1)
        else:
            connection.close()
            return


@pytest.fixture(scope="session")
def _hosts() -> dict[str, tuple[Flask, peewee.Database]]:
    return {}


@pytest.fixture
def shared(
    databases: Databases,
    fill_demo: Prepare,
    _hosts: dict[str, tuple[Flask, peewee.Database]],
) -> Iterator[Service]:
    """The service over the demo data of each database, for tests that leave them as they are."""
    kind = type(databases.host).__name__.lower()
    if kind not in _hosts:
        if "demo" not in databases.templates:
            databases.copy_of("demo", fill_demo)
        url = databases.host.create(f"threats_{kind}", databases.templates["demo"])
        host = create_app(Settings(database_url=url))
        _hosts[kind] = (host, database.obj)
    host, actual = _hosts[kind]
    bind(actual)
    client = host.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
    yield Service(client)
    discard_connection()


@pytest.fixture
def unchanged(shared: Service) -> Iterator[Service]:
    """The shared service; afterwards the customers must be as before."""
    before = shared.rows()
    yield shared
    assert shared.rows() == before
