"""The host over an engine that repeats what it was asked."""

from __future__ import annotations

import datetime
import functools
import itertools
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from app.access_log import NoEvents
from app.cli import main
from app.config import Settings
from app.credentials import Caller
from app.directory import Directory
from app.factory import create_app
from app.identity import build_identification
from app.passwords import hash_password
from app.services import Services
from models.access import Grant, Rights, hash_secret
from models.access_client import Client
from models.access_event import Event, EventFilter
from models.access_key import Key
from models.access_user import User
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind
from models.migrate import migrate
from odata.protocol.messages import Request, Response

CLIENT_ID = "7f3c1a52-0b1e-4c8f-9a55-0d9b6f6f1a10"
READER = {"Authorization": "Bearer kontor_0011_secret"}


@dataclass
class EchoEngine:
    """Answers every request with what it was; ``reply`` replaces the answer."""

    requests: list[Request] = field(default_factory=list)
    reply: Callable[[Request], Response] | None = None

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        if self.reply is not None:
            return self.reply(request)
        asked = {"root": request.service_root, "path": request.path, "query": request.query}
        return Response(200, [("Content-Type", "application/json")], json.dumps(asked).encode())


@dataclass
class FixedTokens:
    """One token that is good and one that has expired."""

    grants: dict[str, Grant]

    def find(self, token_id: str) -> Grant | None:
        return self.grants.get(token_id)


def _grant(token_id: str, expires_at: datetime.datetime | None) -> Grant:
    return Grant(
        token_id=token_id,
        name="reader",
        secret_hash=hash_secret("secret"),
        roles=frozenset({"reader"}),
        companies=frozenset({"c1"}),
        expires_at=expires_at,
    )


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine()


@pytest.fixture
def tokens() -> FixedTokens:
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    return FixedTokens({"0011": _grant("0011", None), "0022": _grant("0022", past)})


@dataclass
class FixedUsers:
    """Users that are known."""

    users: list[User] = field(default_factory=list)

    def find(self, name: str) -> User | None:
        return next((user for user in self.users if user.name == name.lower()), None)

    def find_by_subject(self, subject: str) -> User | None:
        return next((user for user in self.users if user.subject == subject), None)


@dataclass
class FixedClients:
    """Clients with their secrets."""

    clients: dict[str, Client] = field(default_factory=dict)
    secrets: dict[str, Key] = field(default_factory=dict)

    def find(self, client_id: str) -> Client | None:
        return self.clients.get(client_id)

    def find_secret(self, client: Client, key_id: str) -> Key | None:
        found = self.secrets.get(key_id)
        return found if found is not None and found.holder == client.name else None


@dataclass
class KeptEvents:
    """Remembers events."""

    events: list[Event] = field(default_factory=list)

    def record(self, event: Event) -> None:
        self.events.append(event)

    def purge_some(self, before: datetime.datetime) -> int:
        kept = [event for event in self.events if event.at >= before]
        removed = len(self.events) - len(kept)
        self.events[:] = kept
        return removed

    def find(self, wanted: EventFilter, limit: int) -> Iterator[Event]:
        kept = (event for event in self.events if wanted.kind in (None, event.kind))
        return itertools.islice(kept, limit)

    def told(self) -> list[tuple[str, str, str]]:
        return [(event.kind.value, event.actor, event.detail) for event in self.events]


@functools.cache
def _password_hash() -> str:
    return hash_password("correct horse")


@pytest.fixture
def users() -> FixedUsers:
    rights = Rights(frozenset({"writer"}), frozenset({"c1"}))
    return FixedUsers([User(1, "anna", None, "subject-1", rights, _password_hash())])


@pytest.fixture
def clients() -> FixedClients:
    client = Client(CLIENT_ID, "shop", Rights(frozenset({"writer"}), frozenset({"c1"})))
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    past = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    return FixedClients(
        {CLIENT_ID: client},
        {
            "s01": Key("s01", "shop", hash_secret("secret"), now, None),
            "s02": Key("s02", "shop", hash_secret("secret"), now, past),
        },
    )


@pytest.fixture
def events() -> KeptEvents:
    return KeptEvents()


@pytest.fixture
def make_client(engine, tokens, users, clients, events) -> Callable[..., FlaskClient]:
    """Gives a client of the host under settings of one's choice."""

    def make(is_ready: bool = True, **settings: object) -> FlaskClient:
        services = Services(
            engine, Directory(tokens, users, clients, clients), lambda: is_ready, lambda: None
        )
        services = replace(services, events=events)
        return create_app(Settings(**settings), services).test_client()

    return make


@pytest.fixture
def client(make_client) -> Iterator[FlaskClient]:
    with make_client() as found:
        found.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        yield found


def _migrated(url: str) -> None:
    database = open_database(url)
    migrate(database)
    database.close()


@pytest.fixture
def database_url(database_from) -> str:
    """The address of a database with its tables, of each kind in turn."""
    return database_from("schema", _migrated)


@pytest.fixture
def kontor_on(monkeypatch):
    """Gives the command over the database of an address."""
    for name in [name for name in os.environ if name.startswith("KONTOR_")]:
        monkeypatch.delenv(name)

    def over(url: str):
        monkeypatch.setenv("KONTOR_DATABASE_URL", url)
        return lambda *words: CliRunner().invoke(main, words)

    return over


@pytest.fixture
def kontor(kontor_on, database_url):
    """Runs the command on a database with its tables."""
    return kontor_on(database_url)


@pytest.fixture
def principal_of(database_url):
    """Gives the principal of a token that the command has printed."""
    identification = build_identification(Settings(), Directory(), NoEvents())

    def authenticate(credentials):
        scheme = "" if " " in credentials else "Bearer "
        bind(open_database(database_url))
        try:
            caller = Caller(f"{scheme}{credentials}", "192.0.2.1")
            return identification.authenticator.authenticate(caller)
        finally:
            discard_connection()

    return authenticate
