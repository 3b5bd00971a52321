"""Every answer of the host: its headers, its errors, its streams."""

from __future__ import annotations

import uuid

import peewee
import pytest

from odata.errors import NotFoundError
from odata.protocol.messages import Response


def _fail(error):
    def reply(_request):
        raise error

    return reply


@pytest.mark.parametrize("target", ["/api/v2.0/x", "/nowhere", "/health/live"])
def test_every_answer_has_a_request_id_of_its_own(client, target):
    first, second = client.get(target), client.get(target)

    assert uuid.UUID(first.headers["request-id"]) != uuid.UUID(second.headers["request-id"])


LONG = b" " * 65536


def test_an_error_names_the_request_id_in_its_message(client):
    answer = client.get("/nowhere")

    assert answer.json["error"]["message"].endswith(
        f"  CorrelationId:  {answer.headers['request-id']}."
    )
    assert answer.content_type == "application/json"


def test_the_engine_knows_the_request_id_and_the_headers(client, engine):
    answer = client.patch(
        "/api/v2.0/x", data=b"{}", headers={"If-Match": '"a"', "Content-Type": "application/json"}
    )

    asked = engine.requests[0]
    assert asked.request_id == answer.headers["request-id"]
    assert (asked.method, asked.body, asked.header("if-match")) == ("PATCH", b"{}", '"a"')
    assert asked.header("content-type") == "application/json"


def test_an_answer_of_the_engine_is_passed_on(client, engine):
    headers = [("ETag", 'W/"1"'), ("Cache-Control", "private")]
    engine.reply = lambda _request: Response(204, headers)

    answer = client.delete("/api/v2.0/x")

    assert answer.status_code == 204
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Cache-Control"] == "private"
    assert "Content-Type" not in answer.headers


def test_answers_are_neither_stored_nor_guessed_at(client):
    answer = client.get("/api/v2.0/x")

    assert answer.headers["Cache-Control"] == "no-cache, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_head_has_the_headers_of_get_and_no_body(client, engine):
    whole = client.get("/api/v2.0/x")
    head = client.head("/api/v2.0/x")

    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert engine.requests[1].method == "GET"


@pytest.mark.parametrize(
    ("parts", "sizes", "length"),
    [
        ((b"[", b"1", b"]"), [3], "3"),
        ((), [], "0"),
        ((b"[", LONG, b"]"), [65537, 1], None),
        ((LONG, LONG, b"]"), [65536, 65536, 1], None),
    ],
    ids=["short", "empty", "long", "longer"],
)
def test_a_long_stream_is_passed_on_in_pieces_and_a_short_one_whole(
    client, engine, parts, sizes, length
):
    engine.reply = lambda _request: Response(200, [], (part for part in parts))

    answer = client.get("/api/v2.0/x", buffered=False)

    assert [len(piece) for piece in answer.iter_encoded() if piece] == sizes
    assert answer.headers.get("Content-Length") == length


def test_head_closes_a_stream_unread(client, engine):
    told = []

    def rows():
        try:
            yield LONG
            told.append("read")
            yield b"]"
        finally:
            told.append("closed")

    engine.reply = lambda _request: Response(200, [], rows())

    answer = client.head("/api/v2.0/x")

    assert answer.status_code == 200
    assert "Content-Length" not in answer.headers
    assert told == ["closed"]


def test_a_stream_that_fails_at_once_is_answered_with_its_failure(client, engine):
    def rows():
        raise peewee.OperationalError("database is locked")
        yield b""

    engine.reply = lambda _request: Response(200, [], rows())

    assert client.get("/api/v2.0/x").status_code == 503


@pytest.mark.parametrize(
    "error", [peewee.OperationalError("locked by /secret"), peewee.InterfaceError("gone")]
)
def test_a_database_that_is_away_is_503_with_retry_after(client, engine, error):
    engine.reply = _fail(error)

    answer = client.get("/api/v2.0/x")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json["error"]["code"] == "Internal_TenantUnavailable"
    assert b"secret" not in answer.data


def test_a_defect_is_500_and_tells_nothing(client, engine):
    engine.reply = _fail(ZeroDivisionError("secret"))

    answer = client.get("/api/v2.0/x")

    assert answer.status_code == 500
    assert answer.json["error"]["code"] == "Internal_ServerError"
    assert b"secret" not in answer.data


def test_a_refusal_of_the_host_keeps_its_code(client, engine):
    engine.reply = _fail(NotFoundError("no such thing"))

    answer = client.get("/api/v2.0/x")

    assert answer.status_code == 404
    assert answer.json["error"]["message"].startswith("no such thing  ")


@pytest.mark.parametrize("method", ["TRACE", "BREW", "CONNECT"])
def test_an_unknown_method_is_405_with_allow(client, engine, method):
    answer = client.open("/api/v2.0/x", method=method)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
    assert answer.json["error"]["code"] == "BadRequest_MethodNotAllowed"
    assert engine.requests == []


def test_options_tells_the_methods(client):
    answer = client.options("/api/v2.0/x")

    assert answer.status_code == 200
    assert "PATCH" in answer.headers["Allow"]


def test_a_method_cannot_be_overridden(client, engine):
    client.post("/api/v2.0/x", headers={"X-HTTP-Method-Override": "DELETE"})

    assert engine.requests[0].method == "POST"


def test_health_is_open_to_everybody(make_client):
    client = make_client()

    assert client.get("/health/live").json == {"status": "live"}
    assert client.get("/health/ready").json == {"status": "ready"}


def test_a_service_without_its_database_is_not_ready(make_client):
    answer = make_client(is_ready=False).get("/health/ready")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
