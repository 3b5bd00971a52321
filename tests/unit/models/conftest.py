"""Databases with the demo companies: one of a test's own, one that each test leaves as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import peewee
import pytest

from models.connection import open_database
from models.container import build_source
from odata.sql.mapping import DataSource
from tests.unit.models.desk import Desk, prepare_demo


@pytest.fixture
def database(database_from: Callable[..., str]) -> Iterator[peewee.Database]:
    """An open database with the demo companies, of this test alone."""
    database = open_database(database_from("models_demo", prepare_demo))
    build_source(database)
    with database.connection_context():
        yield database


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def shared_database(request: pytest.FixtureRequest) -> Iterator[peewee.Database]:
    """An open database with the demo companies for all tests of a module."""
    host = request.getfixturevalue(f"{request.param}_databases").host
    url = host.create("models_shared")
    prepare_demo(url)
    database = open_database(url)
    with database.connection_context():
        yield database
    host.drop("models_shared")


@pytest.fixture
def source(shared_database: peewee.Database) -> Iterator[DataSource]:
    """All entity sets over the demo companies; what the test changes is rolled back."""
    with shared_database.atomic() as transaction:
        yield build_source(shared_database)
        transaction.rollback()


@pytest.fixture
def desk(source: DataSource) -> Desk:
    """Hands changes to the rules of the demo company."""
    return Desk(source)
