"""The technical service with what changes need: a counter of tags and a log."""

from __future__ import annotations

import json
from dataclasses import dataclass

from models.connection import open_database
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request, Response
from odata.protocol.settings import EngineSettings
from odata.sql.change_log import ChangeLog
from odata.sql.dialects import dialect_of
from tests.technical import build_technical, fill_technical

ROOT = "http://h/t/"
WRITER = Principal("eva", frozenset({"writer"}))


def fill(url):
    """Make the tables and the rows."""
    database = open_database(url)
    fill_technical(database)
    if database.sequences:
        database.execute_sql("CREATE SEQUENCE row_version")
    else:
        database.execute_sql("CREATE TABLE row_version (value BIGINT)")
        database.execute_sql("INSERT INTO row_version VALUES (0)")
    dialect = dialect_of(database)
    ChangeLog(database, dialect.change_order()).create_table()
    database.close()


@dataclass
class TechnicalClient:
    """Sends requests to an engine without a host."""

    engine: Engine

    def send(self, method, path, body=None, **headers) -> Response:
        """One request; a body that is no octets is sent as JSON."""
        names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        octets = b""
        if isinstance(body, bytes):
            octets = body
        elif body is not None:
            octets = json.dumps(body).encode()
            names.setdefault("content-type", "application/json")
        path, _, query = path.partition("?")
        request = Request(method, ROOT, path, query, names, octets, WRITER, "request-1")
        response = self.engine.handle(request)
        if not isinstance(response.body, bytes):
            response.body = b"".join(response.body)
        return response

    def read(self, path, **headers):
        """The JSON that a path answers with."""
        response = self.send("GET", path, **headers)
        assert response.status == 200, response.body
        return json.loads(response.body)


def technical_client(url, **settings) -> TechnicalClient:
    """A client of the service over a database that ``fill`` has made."""
    source = build_technical(open_database(url))
    source.has_change_log = True
    return TechnicalClient(Engine(source, EngineSettings(secret=b"technical", **settings)))
