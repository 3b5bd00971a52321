"""The service of ``model`` on each database, filled once a session and only read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from models.connection import open_database
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.query.limits import QueryLimits
from tests.expressions import model

_ROOT = "http://host/api/"


@dataclass(frozen=True)
class Answer:
    """The status and the body of an answer."""

    status: int
    body: dict[str, object]

    @property
    def message(self) -> str:
        error = self.body["error"]
        assert isinstance(error, dict)
        return str(error["message"])


@dataclass(frozen=True)
class Service:
    """Asks an engine in process."""

    engine: Engine

    def ask(self, **options: str) -> Answer:
        """``things`` with query options; names without their ``$``, aliases with ``at_``."""
        query = "&".join(f"{_option(name)}={quote(text)}" for name, text in options.items())
        request = Request(
            "GET", _ROOT, "things", query, principal=Principal("tester", frozenset({"reader"}))
        )
        response = self.engine.handle(request)
        body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return Answer(response.status, json.loads(body))

    def keys(self, condition: str, **options: str) -> list[int]:
        """The keys of the things that a filter keeps."""
        answer = self.ask(filter=condition, select="id", orderby="id", **options)
        assert answer.status == 200, answer.body
        rows = answer.body["value"]
        assert isinstance(rows, list)
        return [row["id"] for row in rows]

    def value(self, expression: str, key: int = 1) -> object:
        """What ``$compute`` makes of an expression for one thing."""
        answer = self.ask(compute=f"{expression} as result", filter=f"id eq {key}", select="result")
        assert answer.status == 200, answer.body
        rows = answer.body["value"]
        assert isinstance(rows, list)
        return rows[0]["result"]


def _option(name: str) -> str:
    return "@" + name.removeprefix("at_") if name.startswith("at_") else f"${name}"


Serve = Callable[..., Service]


def _service(url: str) -> Iterator[Serve]:
    database = open_database(url)
    model.fill(database)

    def serve(limits: QueryLimits | None = None) -> Service:
        return Service(model.build_engine(database, limits))

    yield serve
    database.close()


@pytest.fixture(scope="session")
def sqlite_service(sqlite_databases) -> Iterator[Serve]:
    yield from _service(sqlite_databases.host.create("expressions"))


@pytest.fixture(scope="session")
def postgresql_service(postgresql_databases) -> Iterator[Serve]:
    yield from _service(postgresql_databases.host.create("expressions"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def serve(request: pytest.FixtureRequest) -> Serve:
    """Gives services with limits, on each database in turn."""
    found: Serve = request.getfixturevalue(f"{request.param}_service")
    return found


@pytest.fixture
def service(serve: Serve) -> Service:
    """The service, on each database in turn."""
    return serve()
