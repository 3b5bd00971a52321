"""A clerk who works in the demo company over HTTP alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

COMPANY = "/api/v2.0/companies(a1b2c3d4-e5f6-7890-abcd-ef1234567890)"
Json = Any  # what a body says, compared literally


@dataclass
class Clerk:
    """Asks the demo company and writes to it, always with the current entity tag."""

    client: FlaskClient

    def ask(self, path: str, **query: str) -> TestResponse:
        options = "&".join(f"${name[1:]}={quote(value)}" for name, value in query.items())
        return self.client.get(f"{COMPANY}/{path}?{options}")

    def get(self, path: str, **query: str) -> Json:
        response = self.ask(path, **query)
        assert response.status_code == 200, response.text
        return response.json

    def rows(self, path: str, **query: str) -> list[Json]:
        return self.get(path, **query)["value"]

    def one(self, path: str, condition: str) -> Json:
        (row,) = self.rows(path, _filter=condition)
        return row

    def post(self, path: str, body: Mapping[str, object]) -> TestResponse:
        return self.client.post(f"{COMPANY}/{path}", json=body)

    def create(self, path: str, body: Mapping[str, object]) -> Json:
        response = self.post(path, body)
        assert response.status_code == 201, response.text
        return response.json

    def patch(self, path: str, body: Mapping[str, object], tag: str = "*") -> TestResponse:
        return self.client.patch(f"{COMPANY}/{path}", json=body, headers={"If-Match": tag})

    def change(self, path: str, body: Mapping[str, object]) -> Json:
        response = self.patch(path, body)
        assert response.status_code == 200, response.text
        return response.json

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(f"{COMPANY}/{path}", headers={"If-Match": "*"})

    def call(self, path: str, action: str) -> TestResponse:
        return self.client.post(f"{COMPANY}/{path}/Microsoft.NAV.{action}")


def message(response: TestResponse) -> str:
    """What an error says, without the identifier of the request."""
    text: str = response.json["error"]["message"]
    return text.partition("  CorrelationId")[0]


@pytest.fixture
def clerk(client: FlaskClient) -> Clerk:
    return Clerk(client)
