"""Tokens of an outside issuer: what is believed of them, and what is not (threats A2)."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from app.issuer_keys import COOLDOWN_SECONDS, LIFESPAN_SECONDS, OLDEST_SECONDS, IssuerKeys
from odata.errors import ServiceUnavailableError
from odata.protocol.messages import Principal
from tests.unit.app.issuer import Issuer


@pytest.fixture(scope="module")
def issuer(tmp_path_factory) -> Issuer:
    found = Issuer(tmp_path_factory.mktemp("issuer") / "keys.json")
    found.publish("k1", "k2")
    return found


@pytest.fixture
def ask(issuer, make_client):
    """Gives the answer to a token under settings of one's choice."""

    def asked(token, **settings):
        issuer.publish("k1", "k2")
        client = make_client(identity=issuer.settings(**settings))
        return client.get("/api/v2.0/customers", headers={"Authorization": f"Bearer {token}"})

    return asked


def _base64url(text: bytes) -> bytes:
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def _signed(header: dict[str, object], claims: object, key: bytes) -> str:
    text = b".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
    return (text + b"." + _base64url(hmac.digest(key, text, hashlib.sha256))).decode()


def test_a_good_token_is_believed_and_its_roles_are_mapped(ask, issuer, engine):
    assert ask(issuer.token()).status_code == 200
    assert engine.requests[0].principal == Principal("oidc:subject-9", frozenset({"writer"}))


@pytest.mark.parametrize(
    ("claims", "settings", "expected"),
    [
        ({"aud": ["x", "another"]}, {}, Principal("oidc:subject-9", frozenset({"writer"}))),
        ({"oid": "object-1"}, {}, Principal("oidc:object-1", frozenset({"writer"}))),
        (
            {"roles": ["API.ReadWrite.All", "Automation.ReadWrite.All", "x"]},
            {},
            Principal("oidc:subject-9", frozenset({"writer", "automation"})),
        ),
        (
            {"roles": None, "scp": "a Read.All"},
            {"oidc_roles_claim": "scp", "oidc_roles": ("Read.All=reader",)},
            Principal("oidc:subject-9", frozenset({"reader"})),
        ),
        (
            {"realm_access": {"roles": ["erp"]}},
            {"oidc_roles_claim": "realm_access.roles", "oidc_roles": ("erp=administrator",)},
            Principal("oidc:subject-9", frozenset({"administrator"})),
        ),
        (
            {"companies": ["C1", "c2"]},
            {"oidc_companies_claim": "companies"},
            Principal("oidc:subject-9", frozenset({"writer"}), frozenset({"c1", "c2"})),
        ),
        (
            {},
            {"oidc_companies_claim": "companies"},
            Principal("oidc:subject-9", frozenset({"writer"}), frozenset()),
        ),
        (
            {"sub": "subject-1"},
            {},
            Principal("anna", frozenset({"writer"}), frozenset({"c1"})),
        ),
    ],
)
def test_claims_become_a_principal(ask, issuer, engine, claims, settings, expected):
    assert ask(issuer.token(**claims), **settings).status_code == 200

    assert engine.requests[0].principal == expected


@pytest.mark.parametrize("roles", [None, [], ["Other"], "x", {"a": 1}, [1, None]])
def test_a_token_without_a_known_role_is_forbidden(ask, issuer, engine, roles):
    answer = ask(issuer.token(roles=roles))

    assert answer.status_code == 403
    assert answer.json["error"]["code"] == "Authorization_RequestDenied"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Kontor", error="insufficient_scope"'
    assert engine.requests == []


NOW = int(time.time())


def _claim_names(claims: dict[str, object]) -> str:
    """The same in every process that collects the tests, whatever the time."""
    return ",".join(
        f"{name}={value - NOW:+d}s"
        if isinstance(value, int) and abs(value - NOW) < 100_000
        else f"{name}={value}"
        for name, value in claims.items()
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": NOW - 31},
        {"exp": 10**30},
        {"exp": "never"},
        {"exp": "9999999999"},
        {"exp": [1]},
        {"exp": 1e400},
        {"nbf": NOW + 86_400},
        {"iat": None},
        {"iat": NOW + 86_400},
        {"aud": None},
        {"aud": "someone else"},
        {"aud": [1]},
        {"iss": None},
        {"iss": "https://login.example/tenant/v2.0/"},
        {"iss": "https://evil.example"},
        {"iss": ["https://login.example/tenant/v2.0"]},
        {"sub": None},
        {"sub": 1},
    ],
    ids=_claim_names,
)
def test_a2_a_token_whose_claims_are_wrong_is_refused(ask, issuer, engine, claims):
    answer = ask(issuer.token(**claims))

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert engine.requests == []


def test_a2_clocks_may_differ_by_the_leeway_and_no_more(ask, issuer):
    late = issuer.token(exp=int(time.time()) - 20)

    assert ask(late).status_code == 200
    assert ask(late, oidc_leeway=5).status_code == 401


def _forgeries(issuer: Issuer) -> dict[str, str]:
    good = issuer.token()
    head, body, signature = good.split(".")
    public = json.loads(issuer.path.read_text())["keys"][0]
    pem = (
        issuer.keys["k1"]
        .public_key()
        .public_bytes(
            encoding=serialization.Encoding.PEM,
            format=serialization.PublicFormat.SubjectPublicKeyInfo,
        )
    )
    claims = issuer.claims()
    header = {"alg": "HS256", "kid": "k1", "typ": "JWT"}
    none = [_base64url(json.dumps(part).encode()).decode() for part in ({"alg": "none"}, claims)]
    other = issuer.token("k2")
    return {
        "none": ".".join([*none, ""]),
        "None with a key": ".".join(
            [_base64url(b'{"alg":"nOnE","kid":"k1"}').decode(), none[1], ""]
        ),
        "the public key as a shared secret": _signed(header, claims, pem),
        "the modulus as a shared secret": _signed(header, claims, public["n"].encode()),
        "another algorithm": issuer.token(algorithm="RS512"),
        "a key of another token": ".".join([head, *other.split(".")[1:]]),
        "other claims": ".".join([head, other.split(".")[1][:-2], signature]),
        "no signature": f"{head}.{body}.",
        "a cut signature": good[:-4],
        "no key id": jwt.encode(claims, issuer.keys["k1"], "RS256"),
        "a number as key id": _signed(header | {"kid": 1}, claims, b"x" * 32),
        "a path as key id": _signed(header | {"kid": "../../../dev/null"}, claims, b"x" * 32),
        "SQL as key id": _signed(header | {"kid": "' OR 1=1 --"}, claims, b"x" * 32),
        "a key of its own": _signed(
            {"alg": "RS256", "kid": "mine", "jwk": public, "jku": "https://evil.example/k"},
            claims,
            b"x" * 32,
        ),
        "a critical extension": _signed(header | {"alg": "RS256", "crit": ["b64"]}, claims, b"x"),
        "four parts": f"{good}.x",
        "two parts": f"{head}.{body}",
        "no JSON": "eyJ.e.e",
        "an array for a header": _signed([], claims, b"x"),
        "an array for claims": _signed({"alg": "RS256", "kid": "k1"}, [], b"x"),
        "nothing": "ey..",
        "deep": "ey" + _base64url(b"[" * 3000).decode() + ".e30.x",
        "long": issuer.token(more="x" * 9000),
    }


@pytest.mark.parametrize(
    "name",
    [
        "none",
        "None with a key",
        "the public key as a shared secret",
        "the modulus as a shared secret",
        "another algorithm",
        "a key of another token",
        "other claims",
        "no signature",
        "a cut signature",
        "no key id",
        "a number as key id",
        "a path as key id",
        "SQL as key id",
        "a key of its own",
        "a critical extension",
        "four parts",
        "two parts",
        "no JSON",
        "an array for a header",
        "an array for claims",
        "nothing",
        "deep",
        "long",
    ],
)
def test_a2_a_forged_token_is_refused(ask, issuer, engine, name):
    answer = ask(_forgeries(issuer)[name])

    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "Authentication_InvalidCredentials"
    assert engine.requests == []


def test_a_token_of_an_issuer_is_nothing_where_none_is_named(make_client, issuer):
    headers = {"Authorization": f"Bearer {issuer.token()}"}

    assert make_client().get("/api/v2.0/customers", headers=headers).status_code == 401


def test_an_expired_token_is_no_guess(ask, issuer, make_client):
    client = make_client(identity=issuer.settings(sign_in_failures=1))
    expired = {"Authorization": f"Bearer {issuer.token(exp=int(time.time()) - 100)}"}

    answers = [client.get("/api/v2.0/customers", headers=expired) for _ in range(8)]

    assert [answer.status_code for answer in answers] == [401] * 8


# --- keys -----------------------------------------------------------------------------------


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def keys(tmp_path):
    clock = Clock()
    issuer = Issuer(tmp_path / "keys.json", ISSUER_KEYS)
    issuer.publish("k1")
    return issuer, IssuerKeys(str(issuer.path), clock), clock


ISSUER_KEYS: dict[str, object] = {}


def test_a_new_key_is_found_when_a_token_names_it(keys):
    issuer, found, clock = keys
    assert found.find("k1")
    issuer.publish("k1", "k2")

    assert found.find("k2") is None
    clock.now += COOLDOWN_SECONDS

    assert found.find("k2")


def test_a_key_that_was_taken_back_is_forgotten(keys):
    issuer, found, clock = keys
    assert found.find("k1")
    issuer.publish("k2")
    clock.now += LIFESPAN_SECONDS + 1

    assert found.find("k1") is None


def test_an_issuer_that_is_away_for_a_while_does_no_harm(keys):
    issuer, found, clock = keys
    assert found.find("k1")
    issuer.path.unlink()
    clock.now += LIFESPAN_SECONDS + 1

    assert found.find("k1")

    clock.now += OLDEST_SECONDS
    with pytest.raises(ServiceUnavailableError):
        found.find("k1")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"keys":1}', b'{"keys":[]}', b"\xff"])
def test_keys_that_cannot_be_read_are_no_keys(tmp_path, content):
    (tmp_path / "keys.json").write_bytes(content)

    with pytest.raises(ServiceUnavailableError):
        IssuerKeys(str(tmp_path / "keys.json"), Clock()).find("k1")


def test_unknown_key_ids_do_not_ask_the_issuer_again_and_again(keys, monkeypatch):
    _, found, clock = keys
    asked = []
    monkeypatch.setattr("app.issuer_keys._fetch", lambda source: asked.append(source) or {})

    for _ in range(50):
        clock.now += 1
        with contextlib.suppress(ServiceUnavailableError):
            found.find("unknown")

    assert len(asked) == 2


def test_a_shared_key_in_the_set_is_not_used(tmp_path, make_client):
    shared = {"kty": "oct", "k": base64.urlsafe_b64encode(b"x" * 32).decode(), "kid": "s"}
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [shared]}))
    issuer = Issuer(tmp_path / "keys.json")
    token = jwt.encode(issuer.claims(), b"x" * 32, "HS256", {"kid": "s"})
    client = make_client(identity=issuer.settings())

    answer = client.get("/api/v2.0/x", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


# --- keys at an address ---------------------------------------------------------------------


@pytest.fixture
def address(issuer):
    """Gives the address of a set of keys; its requests and its status are at hand."""
    issuer.publish("k1", "k2")

    class Handler(BaseHTTPRequestHandler):
        asked: ClassVar[list[str]] = []
        status = 200

        def do_GET(self):
            self.asked.append(self.path)
            self.send_response(self.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(issuer.path.read_bytes())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys", Handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_keys_are_fetched_once_for_many_tokens(address):
    url, server = address
    found = IssuerKeys(url, Clock())

    assert [bool(found.find(key_id)) for key_id in ("k1", "k2", "k1")] == [True] * 3
    assert server.asked == ["/keys"]


def test_a_redirect_is_not_followed(address):
    url, server = address
    server.status = 302

    with pytest.raises(ServiceUnavailableError):
        IssuerKeys(url, Clock()).find("k1")

    assert server.asked == ["/keys"]


def test_a_service_whose_issuer_is_away_says_so(make_client, issuer):
    identity = issuer.settings(oidc_jwks="http://127.0.0.1:9/keys")
    headers = {"Authorization": f"Bearer {issuer.token()}"}

    answer = make_client(identity=identity).get("/api/v2.0/x", headers=headers)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
