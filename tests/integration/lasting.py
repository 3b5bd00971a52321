"""Services that outlive a test, each with the database that its models are bound to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import peewee
from flask import Flask

from app.config import Settings
from app.factory import create_app
from models.database import bind, database
from tests.integration.restoring import Kept, keep
from tests.integration.service import Service

if TYPE_CHECKING:
    from tests.conftest import Databases


@dataclass(frozen=True)
class Lasting:
    """A service and its database, which can be brought back to what it was."""

    host: Flask
    database: peewee.Database
    kept: Kept

    def service(self) -> Service:
        """A client of it; the models are bound to its database."""
        bind(self.database)
        client = self.host.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        return Service(client)


@dataclass
class LastingServices:
    """The services of a session by purpose and kind of database."""

    services: dict[str, Lasting] = field(default_factory=dict)

    def find(self, purpose: str, databases: Databases, fill_demo: Callable[[str], None]) -> Lasting:
        """The service for a purpose, over the demo data; made when it is first asked for."""
        name = f"{purpose}_{type(databases.host).__name__.lower()}"
        if name not in self.services:
            url = databases.host.create(name)
            fill_demo(url)
            kept = keep(url)
            host = create_app(Settings(database_url=url))
            self.services[name] = Lasting(host, database.obj, kept)
        return self.services[name]
