"""A body is read whole or refused."""

from __future__ import annotations

import contextlib
import io

import pytest

from app.body import leave_unread, read_body
from app.limits import Limits
from odata.errors import (
    BadRequestError,
    ODataError,
    PayloadTooLargeError,
    TimeoutExceededError,
    UnsupportedMediaTypeError,
)

LIMITS = Limits(json_body=10, batch_body=20, media_body=30)


class BrokenStream:
    """A stream that gives a part and then fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self._asked = False

    def read(self, _size: int) -> bytes:
        if self._asked:
            raise self._error
        self._asked = True
        return b"123"


def _environ(body, **more):
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    return {"wsgi.input": stream, "PATH_INFO": "/api/v2.0/x", **more}


def _chunked(body, **more):
    return _environ(body, **{"wsgi.input_terminated": True, **more})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (_environ(b""), b""),
        (_environ(b"rest of another request"), b""),
        (_environ(b"12345", CONTENT_LENGTH="5"), b"12345"),
        (_environ(b"12345 and another request", CONTENT_LENGTH="5"), b"12345"),
        (_environ(b"1234567890", CONTENT_LENGTH="10"), b"1234567890"),
        (_chunked(b"1234567890"), b"1234567890"),
        (_chunked(b""), b""),
        (_chunked(b"1" * 20, PATH_INFO="/api/v2.0/$batch"), b"1" * 20),
        (_chunked(b"1" * 20, CONTENT_TYPE="Multipart/Mixed; boundary=b"), b"1" * 20),
        (_chunked(b"1" * 30, CONTENT_TYPE="image/png"), b"1" * 30),
        (_environ(b"", CONTENT_LENGTH="0", CONTENT_TYPE="application/json"), b""),
    ],
)
def test_a_body_is_read_whole(environ, expected):
    assert read_body(environ, LIMITS) == expected


@pytest.mark.parametrize(
    "environ",
    [
        _environ(b"1" * 11, CONTENT_LENGTH="11"),
        _environ(b"", CONTENT_LENGTH="1" + "0" * 17),
        _chunked(b"1" * 11),
        _chunked(b"1" * 11, CONTENT_TYPE="application/json; charset=utf-8"),
        _chunked(b"1" * 21, PATH_INFO="/api/v2.0/$batch"),
        _chunked(b"1" * 31, CONTENT_TYPE="image/png"),
    ],
)
def test_a_body_beyond_its_limit_is_refused_and_never_cut(environ):
    with pytest.raises(PayloadTooLargeError):
        read_body(environ, LIMITS)


@pytest.mark.parametrize(
    ("environ", "error"),
    [
        (_environ(b"123", CONTENT_LENGTH="5"), BadRequestError),
        (_environ(b"123", CONTENT_LENGTH="+3"), BadRequestError),
        (_environ(b"123", CONTENT_LENGTH="3" * 5000), BadRequestError),
        (_environ(b"123", CONTENT_LENGTH="\u0663"), BadRequestError),
        (_chunked(b"123", HTTP_CONTENT_ENCODING="gzip"), UnsupportedMediaTypeError),
        (_chunked(BrokenStream(OSError("reset"))), BadRequestError),
        (_chunked(BrokenStream(BlockingIOError(11, "again"))), TimeoutExceededError),
        (_chunked(BrokenStream(TimeoutError())), TimeoutExceededError),
    ],
)
def test_a_body_that_does_not_arrive_is_refused(environ, error):
    with pytest.raises(error):
        read_body(environ, LIMITS)


class ServedStream(io.BytesIO):
    """A stream of a server that can be told to close the connection."""

    closings = 0

    def force_close(self) -> None:
        self.closings += 1


@pytest.mark.parametrize(
    ("environ", "closings"),
    [
        ({"CONTENT_LENGTH": "3"}, 0),
        ({"CONTENT_LENGTH": "5"}, 1),
        ({"CONTENT_LENGTH": "11"}, 1),
        ({"wsgi.input_terminated": True, "HTTP_CONTENT_ENCODING": "gzip"}, 1),
    ],
)
def test_the_rest_of_a_refused_body_is_never_the_next_request(environ, closings):
    stream = ServedStream(b"123")

    with contextlib.suppress(ODataError):
        read_body(_environ(stream, **environ), LIMITS)

    assert stream.closings == closings


@pytest.mark.parametrize(
    ("environ", "closings"),
    [
        ({}, 0),
        ({"CONTENT_LENGTH": "99999"}, 0),
        ({"CONTENT_LENGTH": "100000"}, 1),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 1),
    ],
)
def test_a_long_body_of_a_stranger_is_not_waited_for(environ, closings):
    stream = ServedStream(b"")

    leave_unread(_environ(stream, **environ))

    assert stream.closings == closings
