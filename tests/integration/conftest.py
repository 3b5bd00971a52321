"""The whole service over the demo data of each database.

``service`` has a copy of the data for itself; ``shared`` is one service for the session, for
tests that leave its data as they were: reads and refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import peewee
import pytest
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.database import bind, database
from tests.conftest import Databases, Prepare
from tests.integration.service import Service


@dataclass
class _Shared:
    """Services that outlive a test, each with the database that its models are bound to."""

    services: dict[str, tuple[Service, peewee.Database]] = field(default_factory=dict)


@pytest.fixture(scope="session")
def shared_services() -> Iterator[_Shared]:
    found = _Shared()
    yield found
    for _, actual in found.services.values():
        actual.close()


def service_of(client: FlaskClient) -> Service:
    return Service(client)


@pytest.fixture
def service(client: FlaskClient) -> Service:
    """The service over data that the test may change."""
    return service_of(client)


@pytest.fixture
def service_with(serve: Callable[..., FlaskClient]) -> Callable[..., Service]:
    """Gives the service with other settings: ``service_with(page_size=2)``."""
    return lambda **settings: service_of(serve(**settings))


@pytest.fixture
def shared(databases: Databases, shared_services: _Shared, fill_demo: Prepare) -> Iterator[Service]:
    """One service for all tests that change nothing; made at its first use."""
    kind = type(databases.host).__name__
    if kind not in shared_services.services:
        url = databases.host.create(f"shared_{kind.lower()}")
        fill_demo(url)
        client = create_app(Settings(database_url=url)).test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        shared_services.services[kind] = (service_of(client), database.obj)
    found, actual = shared_services.services[kind]
    bind(actual)
    yield found
    discard_connection()
