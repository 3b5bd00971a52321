"""Tokens for clients, asked as at Microsoft's endpoint."""

from __future__ import annotations

import time
from base64 import b64encode
from urllib.parse import urlencode

import jwt
import pytest

from app.config import DEVELOPMENT_SECRET, Mode, Server
from app.identity_settings import Identity
from app.own_tokens import OwnTokens, SigningKey, TokenRequest
from odata.protocol.messages import Principal
from tests.unit.app.conftest import CLIENT_ID

TOKEN = "/contoso.example/oauth2/v2.0/token"
SCOPE = "https://api.businesscentral.dynamics.com/.default"
FORM = {
    "grant_type": "client_credentials",
    "client_id": CLIENT_ID,
    "client_secret": "kontor_s01_secret",
    "scope": SCOPE,
}


def ask(client, path=TOKEN, headers=None, **fields):
    form = {name: value for name, value in (FORM | fields).items() if value is not None}
    return client.post(path, data=form, headers=headers)


def test_a_client_gets_a_token_and_is_known_by_it(make_client, engine):
    client = make_client()

    answer = ask(client)

    assert answer.status_code == 200
    assert set(answer.json) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 3599)
    assert answer.headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert client.get("/api/v2.0/customers", headers=headers).status_code == 200
    assert engine.requests[0].principal == Principal(
        "shop", frozenset({"writer"}), frozenset({"c1"})
    )


def test_a_token_says_for_whom_it_is(make_client):
    token = ask(make_client()).json["access_token"]

    claims = jwt.decode(token, options={"verify_signature": False})

    assert claims["iss"] == "http://localhost/contoso.example/v2.0"
    assert claims["aud"] == "https://api.businesscentral.dynamics.com"
    assert (claims["sub"], claims["tid"], claims["roles"]) == (
        CLIENT_ID,
        "contoso.example",
        ["writer"],
    )
    assert claims["exp"] - claims["iat"] == 3599


def test_the_published_key_verifies_the_token(make_client):
    client = make_client()
    token = ask(client).json["access_token"]
    described = client.get("/contoso.example/v2.0/.well-known/openid-configuration").json

    keys = client.get(described["jwks_uri"].removeprefix("http://localhost")).json

    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["ES256"], audience=SCOPE.removesuffix("/.default"))
    assert claims["iss"] == described["issuer"]
    assert described["token_endpoint"] == f"http://localhost{TOKEN}"
    assert not {"d", "k"} & set(keys["keys"][0])


def test_a_client_may_show_its_secret_in_the_header(make_client):
    pair = b64encode(f"{CLIENT_ID}:kontor_s01_secret".encode()).decode()

    answer = ask(
        make_client(),
        headers={"Authorization": f"Basic {pair}"},
        client_id=None,
        client_secret=None,
    )

    assert answer.status_code == 200


def test_an_older_client_names_a_resource(make_client):
    answer = ask(
        make_client(),
        "/contoso.example/oauth2/token",
        scope=None,
        resource="https://api.businesscentral.dynamics.com/",
    )

    assert answer.status_code == 200
    assert answer.json["expires_in"] == "3599"
    assert int(answer.json["expires_on"]) - int(answer.json["not_before"]) == 3599


@pytest.mark.parametrize(
    ("fields", "status", "error", "number"),
    [
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"client_secret": None}, 400, "invalid_request", 900144),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"scope": "https://api.businesscentral.dynamics.com/user"}, 400, "invalid_scope", 1002012),
        ({"scope": f"{SCOPE} {SCOPE}"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope", 500011),
        ({"client_secret": "kontor_s01_wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": "kontor_s02_secret"}, 401, "invalid_client", 7000215),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": "\0"}, 401, "invalid_client", 7000215),
        ({"client_id": "nobody"}, 401, "invalid_client", 7000215),
        ({"client_id": "\0"}, 401, "invalid_client", 7000215),
    ],
)
def test_a_wrong_question_is_refused_in_the_words_of_oauth(
    make_client, fields, status, error, number
):
    answer = ask(make_client(), **fields)

    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert answer.json["error_codes"] == [number]
    assert answer.json["error_description"].startswith(f"AADSTS{number}: ")
    assert answer.json["trace_id"] == answer.headers["request-id"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (urlencode(FORM).encode(), ""),
        (urlencode(FORM).encode() + b"&scope=again", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"a=%ff", "application/x-www-form-urlencoded"),
        (b"a=1&" * 40, "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_is_an_invalid_request(make_client, body, content_type):
    answer = make_client().post(TOKEN, data=body, content_type=content_type)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_a_long_form_is_not_read(make_client):
    answer = make_client().post(
        TOKEN, data=b"a" * 20_000, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413


def test_a_secret_in_two_places_is_refused(make_client):
    answer = ask(make_client(), headers={"Authorization": "Basic eDp5"})

    assert answer.json["error"] == "invalid_request"


def test_a_wrong_secret_in_the_header_is_told_the_scheme(make_client):
    answer = ask(
        make_client(), headers={"Authorization": "Basic eDp5"}, client_id=None, client_secret=None
    )

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Kontor"'


def test_guessing_a_secret_is_throttled(make_client):
    client = make_client(identity=Identity(sign_in_failures=2))
    for _ in range(2):
        assert ask(client, client_secret="wrong").status_code == 401

    answer = ask(client, client_secret="wrong")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert ask(client).status_code == 200


def test_a_removed_client_is_known_no_longer(make_client, clients):
    client = make_client()
    token = ask(client).json["access_token"]
    clients.clients.clear()

    answer = client.get("/api/v2.0/customers", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


def test_the_client_of_development_gets_a_token_on_this_machine(make_client, engine):
    client = make_client()

    token = ask(client, client_id="kontor-dev", client_secret="kontor-dev").json["access_token"]
    client.get("/api/v2.0/customers", headers={"Authorization": f"Bearer {token}"})

    assert engine.requests[0].principal.roles == {"administrator"}


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (
            {"mode": Mode.PRODUCTION, "secret_key": "x" * 32, "trusted_hosts": ("localhost",)},
            "127.0.0.1",
        ),
        ({"server": Server(bind="0.0.0.0")}, "127.0.0.1"),
        ({}, "192.0.2.7"),
    ],
)
def test_the_client_of_development_is_for_this_machine_only(make_client, settings, address):
    client = make_client(**settings)
    client.environ_base["REMOTE_ADDR"] = address

    assert ask(client, client_id="kontor-dev", client_secret="kontor-dev").status_code == 401


def test_a_token_of_the_known_secret_is_nothing_to_other_machines(make_client):
    token = ask(make_client()).json["access_token"]
    client = make_client(server=Server(bind="0.0.0.0"))

    answer = client.get("/api/v2.0/customers", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


def test_a_foreign_host_gets_no_token_in_its_name(make_client):
    answer = ask(make_client(), headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_what_has_happened_is_written_down(make_client, events):
    client = make_client()

    token = ask(client).json["access_token"]
    ask(client, client_secret="wrong")
    for _ in range(3):
        client.get("/api/v2.0/customers", headers={"Authorization": f"Bearer {token}"})

    assert events.told() == [
        ("tokenIssued", "shop", CLIENT_ID),
        ("refused", CLIENT_ID, "wrong client secret"),
        ("signIn", "shop", "token"),
    ]
    assert events.events[0].address == "127.0.0.1"
    assert events.events[0].request_id


def test_a_client_with_msal_gets_a_token_behind_a_proxy(make_client, engine):
    """What MSAL for Python 1.39 sends with the authority https://erp.example/contoso."""
    client = make_client(public_url="https://erp.example")
    described = client.get(
        "/contoso/v2.0/.well-known/openid-configuration", headers={"Host": "backend"}
    ).json
    headers = {
        "Accept": "application/json",
        "x-client-sku": "MSAL.Python",
        "x-client-ver": "1.39.0",
        "x-client-os": "linux",
        "x-ms-lib-capability": "retry-after, h429",
        "client-request-id": "a12c409b-8c1e-470d-aa08-9b48dabb410b",
        "x-client-current-telemetry": "4|730,2|",
        "x-client-last-telemetry": "4|0|||",
    }

    answer = ask(
        client,
        described["token_endpoint"].removeprefix("https://erp.example"),
        headers,
        client_info="1",
    )

    assert described["token_endpoint"] == "https://erp.example/contoso/oauth2/v2.0/token"
    assert described["issuer"] == "https://erp.example/contoso/v2.0"
    assert "authorization_endpoint" in described
    bearer = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert client.get("/api/v2.0/x", headers=bearer).status_code == 200


# --- tokens of our own that are none (threat A2) ----------------------------------------------


@pytest.fixture
def own():
    """Issues tokens as the service in development does."""
    return OwnTokens(SigningKey(DEVELOPMENT_SECRET), 3599, time.time, lambda _: True)


def _issued(own, issuer="http://localhost/t/v2.0"):
    return own.issue(TokenRequest(CLIENT_ID, frozenset({"writer"}), "t", issuer))


def _signed_with(own, header, **claims):
    known = jwt.decode(_issued(own), options={"verify_signature": False})
    named = {"kid": own.key.public_jwk["kid"]} | header
    return jwt.encode(known | claims, own.key.private, "ES256", named)


def _ask_with(client, token):
    return client.get("/api/v2.0/x", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_good_where_it_was_issued_alone(make_client, own):
    client = make_client()

    assert _ask_with(client, _issued(own)) == 200
    assert _ask_with(client, _issued(own, "http://evil.example/t/v2.0")) == 401
    assert _ask_with(client, _issued(own, "nonsense")) == 401


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({}, {"exp": 1}),
        ({}, {"aud": "https://graph.microsoft.com"}),
        ({}, {"sub": "00000000-0000-0000-0000-000000000000"}),
        ({}, {"nbf": 9_999_999_999}),
        ({"kid": "unknown"}, {}),
        ({"crit": ["exp"]}, {}),
    ],
)
def test_a2_a_token_of_ours_that_says_otherwise_is_refused(make_client, own, header, claims):
    assert _ask_with(make_client(), _signed_with(own, header, **claims)) == 401


def test_a2_a_token_of_another_secret_is_refused(make_client):
    other = OwnTokens(SigningKey("x" * 32), 3599, time.time, lambda _: True)

    assert _ask_with(make_client(), _issued(other)) == 401
    renamed = jwt.encode(
        jwt.decode(_issued(other), options={"verify_signature": False}),
        other.key.private,
        "ES256",
        {"kid": SigningKey(DEVELOPMENT_SECRET).public_jwk["kid"]},
    )
    assert _ask_with(make_client(), renamed) == 401


def test_the_same_secret_makes_the_same_key_on_every_node():
    one, same, other = (SigningKey(text).public_jwk for text in ("a" * 32, "a" * 32, "b" * 32))

    assert one == same
    assert one["kid"] != other["kid"]
