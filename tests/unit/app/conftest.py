"""The host over an engine that repeats what it was asked."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from app.services import Services
from models.access import Grant, hash_secret
from odata.protocol.messages import Request, Response

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


@pytest.fixture
def make_client(engine, tokens) -> Callable[..., FlaskClient]:
    """Gives a client of the host under settings of one's choice."""

    def make(is_ready: bool = True, **settings: object) -> FlaskClient:
        services = Services(engine, tokens, lambda: is_ready, lambda: None)
        return create_app(Settings(**settings), services).test_client()

    return make


@pytest.fixture
def client(make_client) -> Iterator[FlaskClient]:
    with make_client() as found:
        found.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        yield found
