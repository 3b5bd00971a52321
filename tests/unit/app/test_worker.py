"""When a request has arrived so far that a thread may have it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from app.arriving import Arriving, Bounds
from app.limits import Limits

BOUNDS = Bounds(100, 500, Limits(json_body=10, batch_body=20, media_body=30, token_body=5))
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
NAMED = b"Authorization: Bearer x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n" + NAMED
STRANGE = b"POST / HTTP/1.1\r\nHost: x\r\n"
BATCH = b"POST /x/%24batch HTTP/1.1\r\nHost: x\r\n" + NAMED
PICTURE = POST + b"Content-Type: image/png\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


CASES = (
    (b"GET / HT", False),
    (GET, False),
    (GET + b"\r\n", True),
    (GET + b"\n", True),
    (b"x" * 99, False),
    (b"x" * 103, True),
    (GET + b"A: b\r\n" * 100, True),
    (POST + b"Content-Length: 2\r\n\r\n{", False),
    (POST + b"content-length : 2\r\n\r\n{}", True),
    (POST + b"Content-Length: 99999999\r\n\r\n", True),
    (POST + b"Content-Length: 2, 2\r\n\r\n", True),
    (POST + b"Content-Length: -2\r\n\r\n", True),
    (POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n", False),
    (POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}", True),
    (POST + b"Content-Length: 2\r\nExpect: 200-ok\r\n\r\n", True),
    (POST + b"Content-Length: 11\r\n\r\n", True),
    (BATCH + b"Content-Length: 11\r\n\r\n", False),
    (BATCH + b"Content-Length: 21\r\n\r\n", True),
    (PICTURE + b"Content-Length: 30\r\n\r\n", False),
    (PICTURE + b"Content-Length: 31\r\n\r\n", True),
    (STRANGE + b"Content-Length: 5\r\n\r\n", False),
    (STRANGE + b"Content-Length: 6\r\n\r\n", True),
    (CHUNKED, False),
    (CHUNKED + b"2\r\n{", False),
    (CHUNKED + b"2;a=b\r\n{}\r\n", False),
    (CHUNKED + b"2\r\n{}\r\n0\r\n", False),
    (CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", True),
    (CHUNKED + b"2\r\n\r\n\r\n0\r\nA: b\r\n\r\n", True),
    (CHUNKED + b"zz\r\n", True),
    (CHUNKED + b"2\r\n{}xx\r\n0\r\n\r\n", True),
    (CHUNKED + b"1" * 301, True),
    (CHUNKED + b"b\r\n", True),
    (CHUNKED + b"1\r\n{\r\n9\r\n", False),
    (CHUNKED + b"1\r\n{\r\na\r\n", True),
    (CHUNKED + b"1;%s\r\n{\r\n" % (b"x" * 66_000), True),
    (CHUNKED + b"0\r\n" + b"A: b\r\n" * 1400, True),
)


@pytest.fixture
def arriving() -> Iterator[Arriving]:
    """A connection on which nothing has arrived."""
    one, other = socket.socketpair()
    with one, other:
        yield Arriving(Config(), one, ("192.0.2.1", 1), ("192.0.2.2", 80))


@pytest.mark.parametrize(("octets", "is_complete"), CASES, ids=range(len(CASES)))
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "octet by octet"])
def test_a_thread_gets_what_is_complete_or_can_be_refused(arriving, octets, is_complete, is_whole):
    split = 0 if is_whole else max(0, len(octets) - 400)
    found = False
    pieces = (
        [octets] if is_whole else [octets[:split], *(bytes((item,)) for item in octets[split:])]
    )
    for piece in pieces:
        assert not found or is_complete
        arriving.held += piece
        found = arriving.is_complete(BOUNDS)

    assert found is is_complete


@pytest.mark.parametrize(
    ("field", "is_malformed"),
    [
        (b"A: b\tc", False),
        (b"A: \x80\xff", False),
        (b"A: b\0", True),
        (b"A: b\x0b", True),
        (b"A: b\x1f", True),
        (b"A: b\x7f", True),
        (b"A: b\rC: d", True),
        (b"A: b\r\r", True),
    ],
)
def test_what_stands_in_no_head_is_malformed(arriving, field, is_malformed):
    arriving.held += GET + field + b"\r\n\r\n"

    assert arriving.is_complete(BOUNDS)
    assert arriving.is_malformed is is_malformed


def test_a_body_may_hold_what_no_head_does(arriving):
    arriving.held += POST + b"Content-Length: 2\r\n\r\n\0\r"

    assert arriving.is_complete(BOUNDS)
    assert not arriving.is_malformed
