"""The whole service over the demo data, asked with request targets exactly as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.demo.identifiers import CRONUS, MY_COMPANY, id_of

ROOT = "/api/v2.0"
COMPANY = f"companies({CRONUS})"
OTHER_COMPANY = f"companies({MY_COMPANY})"
CUSTOMERS = f"{COMPANY}/customers"
NO_ID = "00000000-0000-0000-0000-000000000000"
UNKNOWN_ID = "00000000-0000-0000-0000-00000000abcd"
ANY_TAG = {"If-Match": "*"}
STALE_TAG = {"If-Match": 'W/"JzE5OzExMTExMTExMTExMTExMTExMTExOzAwOyc="'}
# What a query may hold besides letters and digits without another meaning.
_QUERY = "$=&(),'@/:;!*-._~"


def customer_id(number: str, company: str = CRONUS) -> str:
    """The id of a demo customer."""
    return id_of(company, "customer", number)


def customer(number: str, company: str = CRONUS) -> str:
    """The path of a demo customer below the service root."""
    return f"companies({company})/customers({customer_id(number, company)})"


def lookup_id(table: str, code: str, company: str = CRONUS) -> str:
    """The id of a demo row by its table and code."""
    return id_of(company, table, code)


def escaped(query: str) -> str:
    """A readable query as it must be sent: blanks and letters of other alphabets encoded."""
    return quote(query, safe=_QUERY)


class Service:
    """Sends requests; paths are relative to ``root`` unless they start with a slash."""

    def __init__(self, flask: FlaskClient, root: str = ROOT) -> None:
        self.flask = flask
        self.root = root

    def under(self, root: str) -> Service:
        """The same service, asked under another root."""
        return Service(self.flask, root)

    def send(
        self, method: str, target: str, headers: dict[str, str] | None = None, **body: Any
    ) -> TestResponse:
        """The answer to a target that is sent as it stands, nothing encoded or decoded."""
        raw = target if target.startswith("/") else f"{self.root}/{target}"
        path, _, query = raw.partition("?")
        overrides = {
            "RAW_URI": raw,
            "REQUEST_URI": raw,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
        }
        return self.flask.open(
            "/", method=method, headers=headers, environ_overrides=overrides, **body
        )

    def ask(self, target: str, query: str = "", **headers: str) -> TestResponse:
        """The answer to GET with a readable query; ``If_Match=`` names a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("GET", f"{target}?{escaped(query)}" if query else target, named)

    def get(self, target: str, query: str = "", **headers: str) -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.ask(target, query, **headers)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data)

    def rows(self, query: str = "", target: str = CUSTOMERS) -> list[dict[str, Any]]:
        """The rows of a collection."""
        return self.get(target, query)["value"]

    def numbers(self, query: str = "", target: str = CUSTOMERS) -> list[str]:
        """The numbers of the customers that a query finds, in their order."""
        return [row["number"] for row in self.rows(query, target)]

    def post(self, target: str, body: Any, **headers: str) -> TestResponse:
        """The answer to a POST of JSON."""
        return self._write("POST", target, body, headers)

    def patch(self, target: str, body: Any, tag: str | None = "*", **headers: str) -> TestResponse:
        """The answer to a PATCH of JSON; ``tag`` None sends no If-Match."""
        condition = {} if tag is None else {"If-Match": tag}
        return self._write("PATCH", target, body, condition | headers)

    def delete(self, target: str, tag: str | None = "*") -> TestResponse:
        """The answer to a DELETE; ``tag`` None sends no If-Match."""
        return self.send("DELETE", target, {} if tag is None else {"If-Match": tag})

    def tag(self, target: str) -> str:
        """The present entity tag of an entity."""
        return self.get(target)["@odata.etag"]

    def _write(self, method: str, target: str, body: Any, headers: dict[str, str]) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(method, target, {"Content-Type": "application/json", **named}, data=data)


def error_of(answer: TestResponse) -> tuple[int, str, str]:
    """Status, code and message (without its CorrelationId) of a refusal."""
    error = json.loads(answer.data)["error"]
    return answer.status_code, error["code"], error["message"].partition("  CorrelationId:")[0]


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """A row without the properties that differ from time to time."""
    return {name: value for name, value in row.items() if name not in names}


def ids_of(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The ids of rows in their order."""
    return [row["id"] for row in rows]


def words(text: str) -> list[str]:
    """A list of short texts, written with blanks between them."""
    return text.split()
