"""The whole service over the demo data of each database.

``service`` has data that are the demo data again for every test; ``shared`` is for tests that
leave the data as they were: reads and refusals. Both are made once a session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import peewee
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.database import bind, database
from tests.conftest import Databases, Prepare
from tests.integration.restoring import Kept, keep
from tests.integration.service import Service


@dataclass(frozen=True)
class _Lasting:
    """A service that outlives a test, with the database that its models are bound to."""

    host: Flask
    database: peewee.Database
    kept: Kept

    def service(self) -> Service:
        bind(self.database)
        client = self.host.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        return Service(client)


@dataclass
class _Session:
    """The services of a session by purpose and kind of database."""

    services: dict[str, _Lasting] = field(default_factory=dict)

    def find(self, purpose: str, databases: Databases, fill_demo: Prepare) -> _Lasting:
        name = f"{purpose}_{type(databases.host).__name__.lower()}"
        if name not in self.services:
            url = databases.host.create(name)
            fill_demo(url)
            kept = keep(url)
            host = create_app(Settings(database_url=url))
            self.services[name] = _Lasting(host, database.obj, kept)
        return self.services[name]


@pytest.fixture(scope="session")
def lasting_services() -> _Session:
    return _Session()


@pytest.fixture
def service(
    databases: Databases, lasting_services: _Session, fill_demo: Prepare
) -> Iterator[Service]:
    """The service over data that the test may change."""
    lasting = lasting_services.find("own", databases, fill_demo)
    lasting.kept.restore()
    yield lasting.service()
    discard_connection()


@pytest.fixture
def shared(
    databases: Databases, lasting_services: _Session, fill_demo: Prepare
) -> Iterator[Service]:
    """The service for tests that change nothing."""
    yield lasting_services.find("shared", databases, fill_demo).service()
    discard_connection()


@pytest.fixture
def service_with(serve: Callable[..., FlaskClient]) -> Callable[..., Service]:
    """Gives the service with other settings: ``service_with(page_size=2)``."""
    return lambda **settings: Service(serve(**settings))
