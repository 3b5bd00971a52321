"""Failures are counted by address and by name, in bounded memory."""

from __future__ import annotations

from base64 import b64encode

import pytest

from app.identity_settings import Identity
from app.recent import Recent
from app.throttle import WINDOW_SECONDS, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock) -> Throttle:
    return Throttle(2, clock)


def test_a_name_waits_after_its_failures_and_then_no_more(throttle, clock):
    for _ in range(2):
        assert throttle.delay("192.0.2.1", "anna") == 0
        throttle.count("192.0.2.1", "anna")

    assert throttle.delay("192.0.2.1", "anna") == WINDOW_SECONDS
    clock.now += WINDOW_SECONDS
    assert throttle.delay("192.0.2.1", "anna") == 0


def test_one_name_does_not_hold_up_another(throttle):
    for _ in range(2):
        throttle.count("192.0.2.1", "anna")

    assert throttle.delay("192.0.2.1", "bert") == 0
    assert throttle.delay("192.0.2.2", "anna") == 0


def test_an_address_waits_whatever_names_it_tries(throttle):
    for number in range(10):
        throttle.count("192.0.2.1", f"name{number}")

    assert throttle.delay("192.0.2.1", "another") > 0
    assert throttle.delay("192.0.2.2", "another") == 0


def test_a_name_waits_from_wherever_it_is_tried(throttle):
    for number in range(20):
        throttle.count(f"192.0.2.{number}", "anna")

    assert throttle.delay("198.51.100.1", "anna") > 0


def test_addresses_of_one_network_of_ipv6_are_one(throttle):
    for number in range(10):
        throttle.count(f"2001:db8::{number}")

    assert throttle.delay("2001:db8::ffff") > 0
    assert throttle.delay("2001:db8:0:1::1") == 0


def test_an_address_of_ipv4_is_the_same_on_a_socket_of_ipv6(throttle):
    for _ in range(10):
        throttle.count("::ffff:192.0.2.1")

    assert throttle.delay("192.0.2.1") > 0
    assert throttle.delay("::ffff:192.0.2.2") == 0


def test_what_is_counted_is_bounded(throttle):
    for number in range(30_000):
        throttle.count(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", f"n{number}")

    assert len(throttle._windows) <= 20_000


def test_what_is_remembered_is_bounded_and_fades(clock):
    recent = Recent(2, clock)
    for number in range(3):
        recent.put(number, number, 10)

    assert (len(recent), recent.get(0), recent.get(2)) == (2, None, 2)
    clock.now += 10
    assert recent.get(2) is None


# --- over HTTP ------------------------------------------------------------------------------


def _basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def test_guessing_passwords_ends_in_429(make_client, engine, events):
    client = make_client(identity=Identity(sign_in_failures=2))
    statuses = [
        client.get("/api/v2.0/x", headers=_basic("anna", f"guess {number}")).status_code
        for number in range(4)
    ]

    answer = client.get("/api/v2.0/x", headers=_basic("anna", "correct horse"))

    assert statuses == [401, 401, 429, 429]
    assert answer.status_code == 429
    assert answer.json["error"]["code"] == "Application_TooManyRequests"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert engine.requests == []
    assert [kind for kind, _, _ in events.told()] == ["refused", "throttled"]


def test_whoever_was_known_is_not_locked_out_by_a_stranger(make_client):
    client = make_client(identity=Identity(sign_in_failures=2))
    right = _basic("anna", "correct horse")
    assert client.get("/api/v2.0/x", headers=right).status_code == 200

    for number in range(4):
        client.get("/api/v2.0/x", headers=_basic("anna", f"guess {number}"))

    assert client.get("/api/v2.0/x", headers=right).status_code == 200


def test_a_good_key_passes_whatever_else_came_from_its_address(make_client):
    client = make_client(identity=Identity(sign_in_failures=1))
    wrong = {"X-API-Key": "kontor_0011_wrong"}

    statuses = [client.get("/api/v2.0/x", headers=wrong).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    right = {"X-API-Key": "kontor_0011_secret"}
    assert client.get("/api/v2.0/x", headers=right).status_code == 200


def test_requests_without_credentials_are_no_failures(make_client):
    client = make_client(identity=Identity(sign_in_failures=1))

    assert {client.get("/api/v2.0/x").status_code for _ in range(20)} == {401}
