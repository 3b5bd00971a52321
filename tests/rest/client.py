"""Asks the dialects as their clients do."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_to_bytes

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.service import escaped

ODATA = "/api/v2.0"
TOKEN = "kontor-dev"


class Rest:
    """Sends requests on behalf of one company, with the development token."""

    def __init__(self, flask: FlaskClient, company: str | None) -> None:
        self.flask = flask
        self.company = company

    def ask(
        self, method: str, target: str, body: Any = None, *, token: str = TOKEN, **headers: str
    ) -> TestResponse:
        """The answer to a request; ``If_Match=`` names a header. Queries are readable."""
        path, _, query = target.partition("?")
        query = escaped(query) if "%" not in query else query
        raw = f"{path}?{query}" if query else path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named["Authorization"] = f"Bearer {token}"
        if self.company is not None:
            named.setdefault("company", self.company)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None:
            named.setdefault("Content-Type", "application/json")
        overrides = {
            "RAW_URI": raw,
            "REQUEST_URI": raw,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
        }
        return self.flask.open(
            "/", method=method, headers=named, data=data, environ_overrides=overrides
        )

    def get(self, target: str, **headers: str) -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.ask("GET", target, **headers)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data)

    def post(self, target: str, body: Any, **headers: str) -> Any:
        """The JSON of a POST that creates something."""
        answer = self.ask("POST", target, body, **headers)
        assert answer.status_code == 201, answer.text
        return json.loads(answer.data)

    def odata(self, target: str) -> Any:
        """The JSON of a GET of the OData service in the same company."""
        return self.get(f"{ODATA}/{target}")

    def rows(self, target: str) -> list[dict[str, Any]]:
        """The rows of a collection of the OData service."""
        return self.odata(target)["value"]
