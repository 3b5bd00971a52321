"""Whose address is believed."""

from __future__ import annotations

import pytest

from app.config import Server
from app.proxies import Proxies, is_distant


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "address"),
    [
        ((), "10.0.0.1", "192.0.2.7", "10.0.0.1"),
        (("10.0.0.1",), "10.0.0.1", None, "10.0.0.1"),
        (("10.0.0.1",), "10.0.0.1", "192.0.2.7", "192.0.2.7"),
        (("10.0.0.1",), "10.0.0.2", "192.0.2.7", "10.0.0.2"),
        # What a client says of itself stands left of what the proxy has seen.
        (("10.0.0.1",), "10.0.0.1", "127.0.0.1, 192.0.2.7", "192.0.2.7"),
        (("10.0.0.0/8",), "10.0.0.1", "192.0.2.7, 10.9.9.9", "192.0.2.7"),
        (("*",), "10.0.0.1", "192.0.2.7, 198.51.100.1", "198.51.100.1"),
        (("10.0.0.0/8",), "::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"),
        (("10.0.0.1",), "10.0.0.1", "10.0.0.1", "10.0.0.1"),
        (("::1",), "::1", "2001:db8::1", "2001:db8::1"),
        (("10.0.0.1",), "", "192.0.2.7", ""),
        (("10.0.0.1",), "10.0.0.1", "x" * 1000, "x" * 45),
    ],
)
def test_an_address_is_believed_where_a_trusted_proxy_tells_it(trusted, peer, told, address):
    environ = {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": told} if told else {})

    assert Proxies(trusted).address_of(environ) == address


@pytest.mark.parametrize(
    ("told", "distant"), [(None, False), ("127.0.0.1", False), ("127.0.0.1, 192.0.2.7", True)]
)
def test_a_request_that_was_passed_on_is_told_apart(told, distant):
    assert is_distant({"HTTP_X_FORWARDED_FOR": told}) is distant


def test_the_development_token_is_not_taken_through_a_proxy(client):
    answer = client.get("/api/v2.0/x", headers={"X-Forwarded-For": "192.0.2.7"})

    assert answer.status_code == 401


def test_a_refusal_is_told_with_the_address_behind_the_proxy(make_client, events):
    client = make_client(server=Server(forwarded_allow_ips=("127.0.0.1",)))

    client.get("/api/v2.0/x", headers={"X-API-Key": "kontor_1_x", "X-Forwarded-For": "192.0.2.7"})

    assert [event.address for event in events.events] == ["192.0.2.7"]
