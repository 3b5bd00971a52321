"""What the campaign finds fault with."""

from __future__ import annotations

import pytest

from tests.fuzz.request import Request, printable
from tests.fuzz.verdict import Answer, faults_of, octet_faults

ERROR = b'{"error":{"code":"x","message":"y"}}'
JSON = {"content-type": "application/json"}
FAULTS = (
    (Answer(500, JSON, ERROR, 0.1), "the status is 500"),
    (Answer(502, JSON, ERROR, 0.1), "the status is 502"),
    (Answer(503, JSON, ERROR, 0.1), "503 does not say when to come again"),
    (Answer(200, JSON, b"{}", 2.5), "it took 2.5 s"),
    (Answer(200, {"content-type": "text/html"}, b"<!DOCTYPE html>", 0.1), "it is HTML"),
    (Answer(404, {"content-type": "text/plain"}, b"no", 0.1), "it is no JSON"),
    (Answer(400, JSON, b'"no"', 0.1), "it is no error body"),
    (Answer(400, JSON, b'{"error":"Traceback"}', 0.1), "it tells what is inside"),
    (Answer(200, JSON, b'{"value":NaN}', 0.1), "it is no JSON"),
    (Answer(200, JSON, b'{"responses":[{"status":500}]}', 0.1), "the status of a part is 500"),
)
RIGHT = (
    Answer(200, JSON, b'{"value":[]}', 1.9),
    Answer(204, {}, b"", 0.1),
    Answer(400, JSON, ERROR, 0.1),
    Answer(501, JSON, ERROR, 0.1),
    Answer(503, JSON | {"retry-after": "1"}, ERROR, 0.1),
    Answer(200, {"content-type": "text/csv"}, b"a,b", 0.1),
)


@pytest.mark.parametrize(("answer", "fault"), FAULTS)
def test_an_answer_that_may_not_be_is_a_fault(answer, fault):
    assert list(faults_of(Request("GET", "/api/v2.0"), answer)) == [fault]


@pytest.mark.parametrize("answer", RIGHT)
def test_an_answer_that_is_documented_is_none(answer):
    assert list(faults_of(Request("GET", "/api/v2.0"), answer)) == []


def test_what_a_connection_may_not_say():
    assert list(octet_faults(b"")) == []
    assert list(octet_faults(b"HTTP/1.1 400 Bad Request\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n")) == []
    assert list(octet_faults(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500 X\r\n\r\n<html")) == [
        "a status is 500",
        "it is HTML",
    ]
    assert list(octet_faults(b"Hello")) == ["it is no HTTP"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/a b\0", "/a%20b%00"),
        ("%zz", "/%zz"),
        ("/ä\ud800", "/%C3%A4%ED%A0%80"),
        ("/a#?&", "/a#?&"),
    ],
)
def test_a_target_fits_into_a_request_line(target, expected):
    assert printable(target) == expected
