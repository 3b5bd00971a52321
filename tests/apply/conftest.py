"""The shop over each database: filled once and only read, or a copy that may be changed."""

from __future__ import annotations

from collections.abc import Iterator

import peewee
import pytest

from models.connection import open_database
from tests.apply.sales import MODELS, Shop, fill_shop
from tests.conftest import DatabaseFrom, Databases


def _filled(databases: Databases) -> Iterator[peewee.Database]:
    url = databases.host.create("shop")
    fill_shop(url)
    database = open_database(url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def sqlite_shop(sqlite_databases: Databases) -> Iterator[peewee.Database]:
    yield from _filled(sqlite_databases)


@pytest.fixture(scope="session")
def postgresql_shop(postgresql_databases: Databases) -> Iterator[peewee.Database]:
    yield from _filled(postgresql_databases)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The shop with its seven sales."""
    database: peewee.Database = request.getfixturevalue(f"{request.param}_shop")
    with database.bind_ctx(MODELS):
        yield Shop(database)


@pytest.fixture
def own_shop(database_from: DatabaseFrom) -> Iterator[Shop]:
    """A shop whose rows may be changed."""
    database = open_database(database_from("shop", fill_shop))
    with database.bind_ctx(MODELS):
        yield Shop(database)
    database.close()
