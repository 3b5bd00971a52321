"""The threat G4, where notifications may go: names are resolved once, the inside is refused."""

from __future__ import annotations

import pytest

from app.webhook_settings import Webhooks
from app.webhooks.posting import NoAnswerError, Poster
from app.webhooks.targets import TargetError, TargetPolicy
from tests.webhooks.receiver import receiving

PUBLIC = "93.184.216.34"
STRICT = TargetPolicy(Webhooks())
NEAR = TargetPolicy(Webhooks(webhook_plain_http=True, webhook_private_targets=True))
INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "fd12::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]
NEVER = [
    "169.254.169.254",
    "168.63.129.16",
    "fe80::1",
    "fd00:ec2::254",
    "224.0.0.1",
    "255.255.255.255",
    "::ffff:169.254.169.254",
]


def finding(*addresses):
    """A resolver that finds these."""
    return lambda *_: list(addresses)


@pytest.mark.parametrize("address", INSIDE + NEVER)
def test_g4_an_address_of_the_inside_is_refused(address):
    with pytest.raises(TargetError):
        STRICT.target("https://hook.example/", finding(address))


@pytest.mark.parametrize("address", ["0.0.0.0", *NEVER])
def test_g4_some_addresses_are_refused_whatever_is_allowed(address):
    with pytest.raises(TargetError):
        NEAR.target("https://hook.example/", finding(address))


def test_g4_one_address_of_the_inside_among_others_is_enough():
    with pytest.raises(TargetError):
        STRICT.target("https://hook.example/", finding(PUBLIC, "10.0.0.1"))


def test_g4_a_public_address_is_connected_to_as_it_was_found():
    target = STRICT.target("https://hook.example/a?b=c", finding(PUBLIC))

    assert (target.address, target.port, target.authority) == (PUBLIC, 443, "hook.example")
    assert target.request_target == "/a?b=c"


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example/",
        "ftp://hook.example/",
        "https://user:secret@hook.example/",
        "https://hook.example/#part",
        "https://hook.example:port/",
        "https://hook.example/a b",
        "https://127.0.0.1/",
        "https://[::1]/",
        "hook.example",
        "",
    ],
)
def test_g4_a_url_is_refused_by_its_words_alone(url):
    with pytest.raises(TargetError):
        STRICT.check(url)


def test_g4_a_name_is_resolved_once():
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    with receiving() as receiver:
        url = f"http://hook.example:{receiver.port}/?validationToken=abc"
        answer = Poster(NEAR, 2, resolve).post(url, b"", {})

    assert (answer.status, answer.body) == (200, b"abc")
    assert asked == ["hook.example"]


def test_g4_no_more_than_64_kilobytes_are_read():
    with receiving() as receiver:
        receiver.echo = "x" * 100_000
        answer = Poster(NEAR, 2).post(f"{receiver.url}?validationToken=a", b"", {})

    assert len(answer.body) == 65_536


def test_g4_an_answer_that_does_not_come_is_waited_for_no_longer_than_allowed():
    with receiving() as receiver:
        receiver.patience = 1
        with pytest.raises(NoAnswerError, match="no answer within"):
            Poster(NEAR, 0.2).post(receiver.url, b"{}", {})


def test_g4_no_redirect_is_followed():
    with receiving() as receiver:
        receiver.status, receiver.location = 302, f"{receiver.url}/elsewhere"
        answer = Poster(NEAR, 2).post(receiver.url, b'{"value":[]}', {})

    assert answer.status == 302
    assert len(receiver.bodies) == 1


def test_nobody_listens():
    with pytest.raises(NoAnswerError, match="no answer: ConnectionRefusedError"):
        Poster(NEAR, 2).post("http://127.0.0.1:9/", b"", {})
