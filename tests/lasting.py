"""Services that outlive a test: made once a session, over data that are brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import peewee
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from models.database import bind, database
from tests.restoring import Kept, keep

Start = Callable[[str], Flask]


def start_plainly(url: str) -> Flask:
    """The service as it comes, over the database of an address."""
    return create_app(Settings(database_url=url))


@dataclass(frozen=True)
class Lasting:
    """A service, the database that its models are bound to, and the state it begins with."""

    url: str
    host: Flask
    database: peewee.Database
    kept: Kept

    def client(self) -> FlaskClient:
        """A client of the service, which is the one that models speak to from now on."""
        bind(self.database)
        client = self.host.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        return client

    def fresh_client(self) -> FlaskClient:
        """The same, over data as they were in the beginning."""
        self.kept.restore()
        return self.client()


@dataclass
class LastingServices:
    """The services of a session by their purpose and kind of database."""

    services: dict[str, Lasting] = field(default_factory=dict)

    def find(
        self,
        purpose: str,
        create: Callable[[str], str],
        prepare: Callable[[str], None],
        start: Start = start_plainly,
    ) -> Lasting:
        """The service of a purpose over a database that is made and filled for the first."""
        if purpose not in self.services:
            url = create(purpose)
            prepare(url)
            kept = keep(url)
            self.services[purpose] = Lasting(url, start(url), database.obj, kept)
        return self.services[purpose]
