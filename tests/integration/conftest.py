"""The whole service over the demo data of each database.

``service`` has data that are the demo data again for every test; ``shared`` is for tests that
leave the data as they were: reads and refusals. Both are made once a session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from models.availability import discard_connection
from tests.conftest import FindLasting
from tests.integration.service import Service


@pytest.fixture
def service(client: FlaskClient) -> Service:
    """The service over data that the test may change."""
    return Service(client)


@pytest.fixture
def shared(find_lasting: FindLasting) -> Iterator[Service]:
    """The service for tests that change nothing."""
    yield Service(find_lasting("shared").client())
    discard_connection()


@pytest.fixture
def service_with(serve: Callable[..., FlaskClient]) -> Callable[..., Service]:
    """Gives the service with other settings: ``service_with(page_size=2)``."""
    return lambda **settings: Service(serve(**settings))
