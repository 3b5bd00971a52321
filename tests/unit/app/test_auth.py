"""Who may ask."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from app.config import Mode, Server
from app.identity_settings import Identity
from app.passwords import hash_password
from odata.protocol.messages import Principal

BASIC = 'Basic realm="Business Central", charset="UTF-8"'
BARE = ['Bearer realm="Kontor"', BASIC]
INVALID = ['Bearer realm="Kontor", error="invalid_token"', BASIC]


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (None, BARE),
        ("", BARE),
        ("Digest x", BARE),
        ("Basic !!", BARE),
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
    assert answer.headers.getlist("WWW-Authenticate") == challenge
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


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "kontor_0011_secret"},
        {"Authorization": "ApiKey kontor_0011_secret"},
        {"Authorization": "Basic " + b64encode(b"Reader:kontor_0011_secret").decode()},
    ],
)
def test_a_key_is_taken_wherever_clients_put_it(make_client, engine, headers):
    make_client().get("/api/v2.0/customers", headers=headers)

    assert engine.requests[0].principal.name == "reader"


def test_a_key_is_of_no_use_to_another_name(make_client):
    headers = {"Authorization": "Basic " + b64encode(b"anna:kontor_0011_secret").decode()}

    assert make_client().get("/api/v2.0/customers", headers=headers).status_code == 401


def test_a_user_signs_in_by_name_and_password(make_client, engine):
    headers = {"Authorization": "Basic " + b64encode(b"Anna:correct horse").decode()}

    make_client().get("/api/v2.0/customers", headers=headers)

    assert engine.requests[0].principal == Principal(
        "anna", roles=frozenset({"writer"}), scopes=frozenset({"c1"})
    )


@pytest.mark.parametrize("pair", [b"anna:wrong", b"bert:correct horse", b":", b"anna:"])
def test_a_wrong_password_is_refused_like_an_unknown_name(make_client, engine, pair):
    headers = {"Authorization": "Basic " + b64encode(pair).decode()}

    answer = make_client().get("/api/v2.0/customers", headers=headers)

    assert (answer.status_code, answer.headers.getlist("WWW-Authenticate")) == (401, BARE)
    assert engine.requests == []


def test_a_new_password_ends_the_old_one_at_once(make_client, users):
    headers = {"Authorization": "Basic " + b64encode(b"anna:correct horse").decode()}
    client = make_client()
    assert client.get("/api/v2.0/customers", headers=headers).status_code == 200

    users.users[0] = replace(users.users[0], password_hash=hash_password("another horse"))

    assert client.get("/api/v2.0/customers", headers=headers).status_code == 401


def test_basic_can_be_switched_off(make_client):
    headers = {"Authorization": "Basic " + b64encode(b"anna:correct horse").decode()}
    client = make_client(identity=Identity(basic_auth=False))

    answer = client.get("/api/v2.0/customers", headers=headers)

    assert answer.status_code == 401
    assert answer.headers.getlist("WWW-Authenticate") == BARE[:1]


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
