"""Every way to sign in, on a server as it runs in production, over both databases: what opens,
what it opens, what is told of it, and that it opens nothing any more when it is revoked."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from app.cli import main
from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from tests.threats.conftest import Answer, Production, serving

pytestmark = pytest.mark.slow

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
THEIRS = f"/api/v2.0/companies({MY_COMPANY})/customers"
NEW = '{"displayName":"Fabrikam"}'
TOKENS = "/tenant/oauth2/v2.0/token"


@dataclass
class Place:
    """A server, and the command over its database."""

    server: Production
    kontor: Callable[..., str]

    def ask(self, authorization: str, target: str = CUSTOMERS, method: str = "GET") -> int:
        """The status of an answer to somebody."""
        return self.server.ask(
            method,
            target,
            NEW if method == "POST" else None,
            Authorization=authorization,
            Content_Type="application/json",
        ).status

    def token(self, client: str, secret: str) -> Answer:
        """What the endpoint for tokens answers."""
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        form["scope"] = "https://api.businesscentral.dynamics.com/.default"
        return self.server.ask(
            "POST",
            TOKENS,
            urlencode(form),
            Authorization="",
            Content_Type="application/x-www-form-urlencoded",
        )


@pytest.fixture
def place(database_from, fill_demo, tmp_path, monkeypatch) -> Iterator[Place]:
    """A server over a database of its own."""
    for name in [name for name in os.environ if name.startswith("KONTOR_")]:
        monkeypatch.delenv(name)
    url = database_from("demo", fill_demo)
    monkeypatch.setenv("KONTOR_DATABASE_URL", url)

    def kontor(*words: str) -> str:
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        return done.output.strip()

    with serving(url, tmp_path / "log", "") as server:
        yield Place(server, kontor)


def test_a1_a3_what_was_given_opens_its_part_until_it_is_revoked(place: Place):
    limited = ("--role", "writer", "--company", CRONUS)
    made = dict(
        line.split(": ") for line in place.kontor("client", "create", "shop", *limited).split("\n")
    )
    answer = place.token(made["client_id"], made["client_secret"])
    signed = json.loads(answer.text)
    password = place.kontor("user", "create", "anna", "--role", "reader", "--company", CRONUS)
    key = place.kontor("key", "create", "anna")
    portal = place.kontor("user", "create", "adatum", "--customer", ADATUM)
    token = place.kontor("token", "create", "billing", *limited)
    ways = {
        "client": f"Bearer {signed['access_token']}",
        "password": _basic("anna", password),
        "name and key": _basic("anna", key),
        "key": f"Bearer {key}",
        "portal": _basic("adatum", portal),
        "token": f"Bearer {token}",
    }

    assert (answer.status, signed["token_type"], signed["expires_in"]) == (200, "Bearer", 3599)
    assert {name: place.ask(shown) for name, shown in ways.items()} == dict.fromkeys(ways, 200)
    assert {name: place.ask(shown, THEIRS) for name, shown in ways.items()} == dict.fromkeys(
        ways, 404
    )
    assert {name: place.ask(shown, CUSTOMERS, "POST") for name, shown in ways.items()} == {
        **dict.fromkeys(ways, 403),
        **dict.fromkeys(("client", "token"), 201),
    }

    place.kontor("client", "revoke", "shop")
    place.kontor("token", "revoke", "billing")
    place.kontor("user", "revoke", "anna")
    place.kontor("user", "revoke", "adatum")

    assert {name: place.ask(shown) for name, shown in ways.items()} == dict.fromkeys(ways, 401)
    assert place.token(made["client_id"], made["client_secret"]).status == 401
    statuses = [place.ask(_basic("somebody", "wrong")) for _ in range(14)]
    assert (statuses[:9], statuses[-1]) == ([401] * 9, 429)
    told = place.kontor("audit")
    for event in ("clientCreated", "tokenIssued", "userRevoked", "refused", "forbidden"):
        assert event in told, told
    text = place.server.log.read_text(encoding="utf-8")
    for secret in (made["client_secret"], signed["access_token"], password, key, token):
        assert secret not in told
        assert secret not in text


def _basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()
