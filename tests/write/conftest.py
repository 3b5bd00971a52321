"""Addresses of the demo data and short ways to write."""

from __future__ import annotations

import pytest

from models.demo.identifiers import ADATUM, CRONUS
from tests.write.technical_client import fill, technical_client

ROOT = "/api/v2.0"


@pytest.fixture
def company():
    """The path of the first company relative to the service root."""
    return f"companies({CRONUS})"


@pytest.fixture
def adatum(company):
    """The path of a customer relative to the service root."""
    return f"{company}/customers({ADATUM})"


@pytest.fixture
def customers(client, company):
    """Gives the display names of all customers."""

    def read():
        rows = client.get(f"{ROOT}/{company}/customers?$select=displayName").json["value"]
        return [row["displayName"] for row in rows]

    return read


@pytest.fixture
def batch(client):
    """Sends requests as one JSON batch and gives its answers."""

    def send(*requests, at=f"{ROOT}/$batch", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.post(at, json={"requests": list(requests)}, headers=names)
        assert answer.status_code == 200, answer.text
        return answer.json["responses"]

    return send


@pytest.fixture
def technical_url(database_from):
    """The address of a database of the technical service."""
    return database_from("technical-write", fill)


@pytest.fixture
def another_technical(technical_url):
    """A client with a connection of its own to the same database."""
    if technical_url.startswith("sqlite"):
        pytest.skip("SQLite has one writer at a time")
    found = technical_client(technical_url)
    yield found
    found.engine.source.database.close()


@pytest.fixture
def technical(technical_url):
    """A client of the technical service."""
    found = technical_client(technical_url)
    yield found
    found.engine.source.database.close()
