"""The shop over each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.connection import open_database
from tests.apply.sales import MODELS, Shop, fill_shop
from tests.conftest import DatabaseFrom


@pytest.fixture
def shop(database_from: DatabaseFrom) -> Iterator[Shop]:
    """The shop with its seven sales."""
    database = open_database(database_from("shop", fill_shop))
    with database.bind_ctx(MODELS):
        yield Shop(database)
    database.close()
