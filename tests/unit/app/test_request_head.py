"""The head of a request is read as gunicorn reads it, or refused as gunicorn refuses it."""

from __future__ import annotations

import itertools
import socket

import pytest
from gunicorn.config import Config
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.request_head import Head, HeadParser
from app.settled import Settled

PEER = ("192.0.2.1", 1)
PROXY = ("192.0.2.9", 1)
READ = ("method", "uri", "path", "query", "fragment", "version", "headers", "scheme", "must_close")
LINES = (
    b"GET / HTTP/1.1",
    b"GET /a?$top=1&$filter=b%20eq%20'%2F?' HTTP/1.1",
    b"GET /a? HTTP/1.1",
    b"GET /a?b?c HTTP/1.1",
    b"GET /a:b(1)/c;d=e HTTP/1.1",
    b"GET http://h/a?b HTTP/1.1",
    b"GET //h/a?b HTTP/1.1",
    b"GET ?b HTTP/1.1",
    b"GET /a#b HTTP/1.1",
    b"GET /a?b#c HTTP/1.1",
    b"GET /\xc3\xa4?\xff HTTP/1.1",
    b"GET /a\tb HTTP/1.1",
    b"GET /a\x0b HTTP/1.1",
    b"GET /a\x7f HTTP/1.1",
    b"GET /a b HTTP/1.1",
    b"GET  /a HTTP/1.1",
    b" GET /a HTTP/1.1",
    b"GET /a HTTP/1.1 ",
    b"GET /a HTTP/1.0",
    b"GET /a HTTP/1.2",
    b"GET /a HTTP/2.0",
    b"GET /a http/1.1",
    b"GET /a",
    b"GET",
    b"get /a HTTP/1.1",
    b"GETS /a HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"OPTIONS /a HTTP/1.1",
    b"PATCH /a(1) HTTP/1.1",
    b"TRACE /a HTTP/1.1",
    b"MERGE /a HTTP/1.1",
    b"GET /%s HTTP/1.1" % (b"x" * 8200),
)
FIELDS = (
    b"Host: a",
    b"host:a",
    b"HOST: \t a \t ",
    b"hOST: a",
    b"Host : a",
    b" Host: a",
    b"\tfolded",
    b"Host",
    b": a",
    b"",
    b"Accept:",
    b"Accept: a:b: c",
    b"accept: a\r",
    b"accept: a\rb",
    b"accept: a\nb",
    b"accept: a\0b",
    b"accept: \x85 a \xa0",
    b'If-Match: W/"a\xc3\xa4"',
    b"If_Match: *",
    b"X-Unknown: 1",
    b"X Unknown: 1",
    b"Content-Length: 0",
    b"Content-Length: 7",
    b"content-length: x",
    b"content-length: \xb2",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Expect: 100-continue",
    b"Expect: much",
    b"Connection: close",
    b"Connection: keep-alive",
    b"X-Forwarded-Proto: https",
    b"X-Forwarded-Proto: http",
    b"X-Forwarded-Ssl: on",
    b"X-Forwarded-For: 192.0.2.7",
    b"Cookie: " + b"c" * 8170,
    b"Cookie: " + b"c" * 8190,
)


@pytest.fixture(scope="module")
def configuration():
    """gunicorn's settings as the service has them, where they matter here."""
    found = Config()
    found.set("limit_request_fields", 8)
    found.set("limit_request_line", 8190)
    found.set("header_map", "drop")
    found.set("forwarder_headers", "")
    found.set("forwarded_allow_ips", PROXY[0])
    return found


def _read(kind, configuration, head, peer):
    """What is read of a head, or how it is refused."""
    try:
        request = kind(configuration, IterUnreader([head]), peer)
    except Exception as error:  # noqa: BLE001 - compared with the other's
        return type(error), str(error)
    body = request.body.reader
    return (
        *(getattr(request, name) for name in READ),
        request._expected_100_continue,
        type(body).__name__,
        getattr(body, "length", None),
        request.unreader.read(),
    )


def _assert_alike(configuration, head, peer):
    told = _read(Head, Settled(configuration), head, peer)

    assert told == _read(Request, configuration, head, peer)
    return told


def test_a_plain_head_is_read():
    head = b"GET /a?b HTTP/1.1\r\nHost: c\r\nIf-None-Match: *\r\n\r\nrest"

    read = Head(Settled(Config()), IterUnreader([head]), PEER)

    assert (read.method, read.path, read.query) == ("GET", "/a", "b")
    assert read.headers == [("HOST", "c"), ("IF-NONE-MATCH", "*")]
    assert read.unreader.read() == b"rest"


@pytest.mark.parametrize("line", LINES)
def test_a_first_line_is_read_as_gunicorn_reads_it(configuration, line):
    _assert_alike(configuration, line + b"\r\nHost: a\r\n\r\n", PEER)


@pytest.mark.parametrize("peer", [PEER, PROXY, "/a/socket"], ids=["stranger", "proxy", "socket"])
def test_fields_are_read_as_gunicorn_reads_them(configuration, peer):
    found = set()
    for fields in itertools.product(FIELDS, repeat=2):
        head = b"POST / HTTP/1.1\r\n" + b"\r\n".join(fields) + b"\r\n\r\nbody"
        told = _assert_alike(configuration, head, peer)
        found.add(told[0] if isinstance(told[0], type) else "read")

    assert len(found) >= 6  # as read, and as five kinds of refusals


@pytest.mark.parametrize("count", [7, 8, 9])
def test_there_may_be_as_many_fields_as_gunicorn_allows(configuration, count):
    fields = b"".join(b"Accept: %d\r\n" % number for number in range(count))
    _assert_alike(configuration, b"GET / HTTP/1.1\r\n" + fields + b"\r\n", PEER)


_PIECES = st.lists(
    st.one_of(
        st.sampled_from((*LINES[:12], *FIELDS)),
        st.sampled_from((b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b":", b" ", b"\t", b"_", b"-")),
        st.binary(max_size=4),
    ),
    max_size=14,
)


@given(_PIECES, st.sampled_from(LINES), st.sampled_from((PEER, PROXY)))
@example([b"\r\n", b"Host: a", b"\r\n", b"\r\n"], LINES[0], PEER)
@settings(max_examples=400, deadline=None)
def test_whatever_arrives_is_read_as_gunicorn_reads_it(configuration, pieces, line, peer):
    _assert_alike(configuration, line + b"\r\n" + b"".join(pieces) + b"\r\n\r\n", peer)


def test_requests_of_one_connection_follow_each_other():
    one, other = socket.socketpair()
    with one, other:
        other.sendall(
            b"POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET /b HTTP/1.1\r\nHost: c\r\n\r\n"
        )
        parser = HeadParser(Settled(Config()), one, PEER)

        first = next(parser)
        assert (first.path, first.body.read()) == ("/a", b"{}")
        assert next(parser).path == "/b"
