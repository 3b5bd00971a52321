"""Who may ask."""

from __future__ import annotations

import pytest

from app.config import Mode, Server
from odata.protocol.messages import Principal

BARE = 'Bearer realm="Kontor"'
INVALID = 'Bearer realm="Kontor", error="invalid_token"'


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (None, BARE),
        ("", BARE),
        ("Basic a29udG9yLWRldjo=", BARE),
        ("Bearer", BARE),
        ("Bearer ", BARE),
        ("Bearer unknown", INVALID),
        ("Bearer kontor_0011_wrong", INVALID),
        ("Bearer kontor_9999_secret", INVALID),
        ("Bearer kontor_0022_secret", INVALID),
        ("Bearer kontor-dev x", INVALID),
        ("Bearer " + "a" * 9000, INVALID),
    ],
)
def test_an_unknown_caller_is_401_with_a_challenge(make_client, engine, header, challenge):
    headers = {} if header is None else {"Authorization": header}

    answer = make_client().get("/api/v2.0/customers", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == challenge
    assert answer.json["error"]["code"] == "Authentication_InvalidCredentials"
    assert engine.requests == []


@pytest.mark.parametrize("target", ["/nowhere", "/", "/api/v2.0/%zz", "/health/other"])
def test_a_stranger_learns_nothing_about_paths(make_client, target):
    assert make_client().get(target).status_code == 401


def test_a_stored_token_gives_its_roles_and_companies(make_client, engine):
    make_client().get(
        "/api/v2.0/customers", headers={"Authorization": "bearer  kontor_0011_secret"}
    )

    assert engine.requests[0].principal == Principal(
        "reader", roles=frozenset({"reader"}), scopes=frozenset({"c1"})
    )


def test_the_development_token_may_do_everything(make_client, engine):
    make_client().get("/api/v2.0/customers", headers={"Authorization": "Bearer kontor-dev"})

    assert engine.requests[0].principal == Principal(
        "kontor-dev", roles=frozenset({"administrator"}), scopes=None
    )


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"mode": Mode.PRODUCTION, "trusted_hosts": ("localhost",)}, "127.0.0.1"),
        ({"server": Server(bind="0.0.0.0")}, "127.0.0.1"),
        ({}, "192.0.2.7"),
    ],
)
def test_the_development_token_is_for_this_machine_only(make_client, settings, address):
    answer = make_client(**settings).get(
        "/api/v2.0/customers",
        headers={"Authorization": "Bearer kontor-dev"},
        environ_overrides={"REMOTE_ADDR": address},
    )

    assert answer.status_code == 401
