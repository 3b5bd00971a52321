"""The cases of the standard, as data, against the service on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import peewee
import pytest

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind, database
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from tests.conformance.case import Answer, Case, check, read_cases
from tests.conftest import Databases, Prepare
from tests.technical import fill_technical, technical_engine

pytestmark = pytest.mark.conformance

Ask = Callable[[Case], Answer]

_READER = Principal("reader", frozenset({"reader", "writer"}))
_ROOT = "/api/v2.0/"
_CASES = tuple(read_cases())
_DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def _encoded(target: str) -> str:
    """Cases are written for people; a percent sign stands for itself."""
    return quote(target, safe="%/?&=$@!'()*,:;+~")


def _fill_technical(url: str) -> None:
    actual = open_database(url)
    fill_technical(actual)
    actual.close()


def _ask_host(url: str) -> Ask:
    client = create_app(Settings(database_url=url)).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
    actual = database.obj

    def ask(case: Case) -> Answer:
        bind(actual)
        answer = client.open(
            _encoded(case.target), method=case.method, headers=dict(case.headers), data=case.sends
        )
        return Answer(answer.status_code, answer.headers, answer.data)

    return ask


def _ask_engine(engine: Engine) -> Ask:
    def ask(case: Case) -> Answer:
        path, _, query = _encoded(case.target).removeprefix(_ROOT).partition("?")
        headers = {name.lower(): value for name, value in case.headers.items()}
        request = Request(
            "GET" if case.method == "HEAD" else case.method,
            f"http://localhost{_ROOT}",
            path,
            query,
            headers,
            case.sends.encode(),
            _READER,
            "1",
        )
        response = engine.handle(request)
        body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return Answer(response.status, dict(response.headers), body)

    return ask


@pytest.fixture(scope="module", params=_DATABASES)
def shared_databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The databases of each kind in turn, for cases that change nothing."""
    found: Databases = request.getfixturevalue(f"{request.param}_databases")
    yield found
    found.drop_all()


@pytest.fixture(scope="module")
def host(shared_databases: Databases, fill_demo: Prepare) -> Iterator[Ask]:
    """The service over the demo data."""
    yield _ask_host(shared_databases.copy_of("demo", fill_demo))
    discard_connection()


@pytest.fixture(scope="module")
def technical(shared_databases: Databases) -> Iterator[Ask]:
    """The technical service over its rows."""
    actual: peewee.Database = open_database(shared_databases.copy_of("technical", _fill_technical))
    yield _ask_engine(technical_engine(actual))
    actual.close()


def _chosen(service: str, *, changes: bool) -> list[object]:
    return [
        pytest.param(case, id=f"{case.identity} {case.name}")
        for case in _CASES
        if case.service == service and case.changes is changes
    ]


@pytest.mark.parametrize("case", _chosen("business-central", changes=False))
def test_business_central_answers_as_the_standard_says(case: Case, host: Ask) -> None:
    check(case, host(case))


@pytest.mark.parametrize("case", _chosen("technical", changes=False))
def test_the_technical_service_answers_as_the_standard_says(case: Case, technical: Ask) -> None:
    check(case, technical(case))
