"""An engine over the technical service, and how to ask it."""

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
from tests.technical import fill_technical, technical_engine

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


@pytest.fixture
def service_of(database_url: str) -> Iterator[Callable[..., Service]]:
    """Gives the service with other settings: ``service_of(page_size=2)``."""
    database = open_database(database_url)
    fill_technical(database)
    yield lambda **settings: Service(technical_engine(database, **settings))
    database.close()


@pytest.fixture
def service(service_of: Callable[..., Service]) -> Service:
    return service_of()
