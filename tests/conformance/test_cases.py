"""The cases of the standard, as data, against the service on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import peewee
import pytest

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind, database
from tests.conformance.asking import Ask, ask_engine, encoded
from tests.conformance.case import Answer, Case, Sent, check, read_cases
from tests.conftest import Databases, Prepare
from tests.technical import fill_technical, technical_engine

pytestmark = pytest.mark.conformance

_CASES = tuple(read_cases())
_DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def _fill_technical(url: str) -> None:
    actual = open_database(url)
    fill_technical(actual)
    actual.close()


def _ask_host(url: str) -> Ask:
    client = create_app(Settings(database_url=url)).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
    actual = database.obj

    def ask(case: Case | Sent) -> Answer:
        bind(actual)
        answer = client.open(
            encoded(case.target), method=case.method, headers=dict(case.headers), data=case.sends
        )
        return Answer(answer.status_code, answer.headers, answer.data)

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
    yield ask_engine(technical_engine(actual))
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
