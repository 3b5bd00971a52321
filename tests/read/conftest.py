"""Engines over the technical service, filled once a session and only read, and how to ask them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from models.connection import open_database
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request, Response
from tests.conftest import Databases
from tests.technical import bind_technical, fill_technical, technical_engine

ROOT = "http://localhost/"


@dataclass
class Service:
    """Asks an engine as a reader would."""

    engine: Engine

    def get(self, target: str, **headers: str) -> Response:
        path, _, query = target.removeprefix(ROOT).partition("?")
        query = quote(query, safe="%=&$@!'()*,:;/?+")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        principal = Principal("reader", frozenset({"reader"}))
        return self.engine.handle(Request("GET", ROOT, path, query, names, b"", principal, "1"))

    def json(self, target: str, **headers: str) -> Any:
        response = self.get(target, **headers)
        body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        assert response.status == 200, body
        return json.loads(body)


def _engine(databases: Databases) -> Iterator[Engine]:
    database = open_database(databases.host.create("technical"))
    fill_technical(database)
    yield technical_engine(database)
    database.close()


@pytest.fixture(scope="session")
def sqlite_engine(sqlite_databases: Databases) -> Iterator[Engine]:
    yield from _engine(sqlite_databases)


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_databases: Databases) -> Iterator[Engine]:
    yield from _engine(postgresql_databases)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """The engine over the service, over each kind of database in turn."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    bind_technical(found.source.database)
    return found


@pytest.fixture
def service_of(engine: Engine) -> Callable[..., Service]:
    """Gives the service with other settings: ``service_of(page_size=2)``."""
    database = engine.source.database
    return lambda **settings: Service(technical_engine(database, **settings))


@pytest.fixture
def service(engine: Engine) -> Service:
    return Service(engine)
