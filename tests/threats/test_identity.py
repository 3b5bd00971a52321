"""The threats A1, A3 and A4; A2 is in tests/unit/app/test_outside_tokens.py."""

from __future__ import annotations

import contextlib
import io
import math
import random
import statistics
import time
from base64 import b64encode

import pytest

from app import passwords
from app.access_log import NoEvents
from app.auth import Authenticator
from app.config import Settings
from app.credentials import Caller
from app.directory import Directory
from app.identity import build_identification
from app.identity_settings import Identity
from app.passwords import PasswordCheck
from odata.errors import UnauthorizedError
from tests.threats.conftest import Production

pytestmark = pytest.mark.slow

_SIGNIFICANT = 4.5
CHALLENGE = 'Bearer realm="Kontor"'


@pytest.fixture
def authenticator(tokens, users, clients):
    """What recognises callers, over tokens that are at hand."""
    directory = Directory(tokens, users, clients, clients)
    return build_identification(Settings(), directory, NoEvents()).authenticator


def _basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        ("", CHALLENGE),
        ("Bearer", CHALLENGE),
        ("Negotiate YII=", CHALLENGE),
        ("Bearer kontor-dev", f'{CHALLENGE}, error="invalid_token"'),
        ("Bearer kontor_00_x", f'{CHALLENGE}, error="invalid_token"'),
        ("Bearer ' or 1=1 --", f'{CHALLENGE}, error="invalid_token"'),
        ("Bearer \u00e4", f'{CHALLENGE}, error="invalid_token"'),
        ("ApiKey x", f'{CHALLENGE}, error="invalid_token"'),
        (_basic("tester", "x"), CHALLENGE),
        (_basic("kontor-dev", "kontor-dev"), CHALLENGE),
    ],
)
def test_a1_a_stranger_is_told_how_to_sign_in(production: Production, authorization, challenge):
    answer = production.ask("GET", "/api/v2.0/companies", Authorization=authorization)

    assert answer.status == 401
    assert '"code":"Authentication_InvalidCredentials"' in answer.text
    assert answer.headers.get_all("WWW-Authenticate") == [
        challenge,
        'Basic realm="Business Central", charset="UTF-8"',
    ]


def test_a1_whoever_may_not_is_told_so(production: Production):
    answer = production.ask("GET", "/audit/access")

    assert answer.status == 403
    assert answer.headers["WWW-Authenticate"] == f'{CHALLENGE}, error="insufficient_scope"'


def test_a1_a_key_in_the_address_is_no_key(production: Production):
    target = f"/api/v2.0/companies?access_token={production.token}&api_key={production.token}"

    assert production.ask("GET", target, Authorization="").status == 401


def test_a3_an_unknown_name_costs_a_verification_too(monkeypatch):
    verified = []
    monkeypatch.setattr(passwords, "_verify", lambda known, _: verified.append(known) or False)
    check = PasswordCheck(time.time)

    assert not check.is_right("nobody", "x", None)

    assert verified == [passwords._NO_HASH]
    assert passwords._NO_HASH.split("$")[:4] == passwords.hash_password("x").split("$")[:4]


def test_a3_an_unknown_key_takes_as_long_as_a_wrong_secret(tokens):
    """A two-sided Welch test; of three rounds one must show no difference, as one that was
    disturbed by the machine may show any."""
    settings = Settings(identity=Identity(sign_in_failures=1_000_000))
    identification = build_identification(settings, Directory(tokens), NoEvents())
    draw = random.Random(7)  # noqa: S311 - repeatable, not secret

    assert any(
        abs(_difference(identification.authenticator, draw)) < _SIGNIFICANT for _ in range(3)
    )


def _difference(authenticator: Authenticator, draw: random.Random) -> float:
    """By how many standard errors the times of 3,000 tries differ, without the slowest tenth."""
    kinds = {"unknown": "kontor_9999_secretx", "wrong": "kontor_0011_secretx"}
    times: dict[str, list[int]] = {name: [] for name in kinds}
    for _ in range(3_000):
        name = draw.choice(("unknown", "wrong"))
        caller = Caller(f"Bearer {kinds[name]}", "192.0.2.1")
        started = time.thread_time_ns()
        with contextlib.suppress(UnauthorizedError):
            authenticator.authenticate(caller)
        times[name].append(time.thread_time_ns() - started)
    return _welch(*map(_trimmed, times.values()))


def _trimmed(values: list[int]) -> list[int]:
    return sorted(values)[: len(values) * 9 // 10]


def _welch(one: list[int], other: list[int]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.fmean(one) - statistics.fmean(other)) / math.sqrt(spread)


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_):
        raise AssertionError("the body was read")

    readline = readinto = read


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "PUT"])
@pytest.mark.parametrize(
    "target", ["/api/v2.0/x?$filter=(((", "/api/v2.0/$batch", "/%zz", "/docs/"]
)
def test_a4_a_stranger_reaches_neither_the_parser_nor_the_body(make_client, engine, method, target):
    answer = make_client().open(
        target,
        method=method,
        input_stream=Unread(b"x" * 100),
        content_length=100,
        content_type="application/json",
    )

    assert answer.status_code == 401
    assert engine.requests == []


def test_a4_refusals_are_alike_whatever_the_reason(authenticator):
    told = set()
    for credentials in ("kontor_9999_x", "kontor_0011_x", "kontor_0022_secret", "x", "ey.x.x"):
        with pytest.raises(UnauthorizedError) as refused:
            authenticator.authenticate(Caller(f"Bearer {credentials}", "192.0.2.1"))
        told.add((str(refused.value), refused.value.headers))

    assert len(told) == 1
