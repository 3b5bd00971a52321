"""The head of an answer is what gunicorn would write."""

from __future__ import annotations

import time

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidHeader, InvalidHeaderName
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.http.wsgi import Response

from app.answer_head import AnswerHead, http_date

ANSWERS = (
    [],
    [("Content-Type", "text/plain"), ("Content-Length", "3")],
    [("content-length", "3")],
    [("CONTENT-LENGTH", " 3 ")],
    [("Content-Length", "3"), ("ETag", 'W/"1"')],
    [("ETag", ' \tW/"1" ')],
    [("Vary", "Origin"), ("Vary", "Accept")],
    [("X-Text", "\xe4\xff\t")],
    [("Connection", "upgrade"), ("Upgrade", "websocket")],
    [("Upgrade", "other")],
    [("Transfer-Encoding", "chunked")],
    [("Server", "x"), ("Date", "y")],
    [("Empty", "")],
)
REFUSED = (
    [("ETag", "a\r\nSet-Cookie: b")],
    [("ETag", "a\0")],
    [("ETag", "\u0141")],
    [("E Tag", "a")],
    [("", "a")],
    [("Vary", "Origin"), ("ETag", "\x7f")],
    [("Content-Length", "3"), ("ETag", "\n")],
    [("Content-Length", "three")],
)


class Sent(list[bytes]):
    """A socket that keeps what it is given."""

    def sendall(self, data):
        self.append(data)


def _answer(kind, headers):
    """What is sent, or how it is refused."""
    request = Request(Config(), IterUnreader([b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"]), ("", 1))
    sent = Sent()
    answer = kind(request, sent, Config())
    try:
        answer.start_response("200 OK", headers)
        answer.write(b"abc")
        answer.close()
    except Exception as error:  # noqa: BLE001 - compared with the other's
        return type(error)
    return b"".join(sent), answer.upgrade, answer.response_length, answer.chunked


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1763780400.0)


@pytest.mark.parametrize("headers", ANSWERS)
def test_an_answer_is_written_as_gunicorn_writes_it(headers):
    expected = _answer(Response, headers)

    assert [_answer(AnswerHead, headers) for _ in range(2)] == [expected, expected]


def test_an_answer_is_written_in_full():
    sent, *_ = _answer(AnswerHead, [("ETag", 'W/"1"'), ("Content-Length", "3")])

    assert sent.splitlines()[:1] + sent.splitlines()[2:] == [
        b"HTTP/1.1 200 OK",
        b"Date: Sat, 22 Nov 2025 03:00:00 GMT",
        b"Connection: keep-alive",
        b'ETag: W/"1"',
        b"Content-Length: 3",
        b"",
        b"abc",
    ]


@pytest.mark.parametrize("headers", REFUSED)
def test_what_is_no_field_is_refused_whatever_was_sent_before(headers):
    for known in ANSWERS:
        _answer(AnswerHead, known)

    assert _answer(AnswerHead, headers) == _answer(Response, headers)
    assert _answer(AnswerHead, headers) in {InvalidHeader, InvalidHeaderName, ValueError}


def test_names_are_known_within_bounds():
    for number in range(1000):
        _answer(AnswerHead, [(f"X-{number}", "a")])

    assert len(AnswerHead._known) < 1000
    assert _answer(AnswerHead, [("X-999", "a")]) == _answer(Response, [("X-999", "a")])


def test_the_date_is_that_of_the_second():
    assert http_date() == "Sat, 22 Nov 2025 03:00:00 GMT"
    assert http_date(1763780401.9) == "Sat, 22 Nov 2025 03:00:01 GMT"
