"""What a request holds is given back when its answer has gone, on both ways to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from app.config import Quotas
from app.sending import Sending
from models import operation
from models.operation import end_operation, is_in_operation, start_operation
from odata.protocol.messages import Response

PIECE = b"x" * 100_000
AUTHORIZED = {"Authorization": "Bearer kontor-dev"}
WAYS = {"past Flask": {"RAW_URI": "/api/v2.0/x"}, "by Flask": {}}


def _stream(seen: list[bool]) -> Iterator[bytes]:
    for _ in range(4):
        seen.append(is_in_operation())
        yield PIECE


@pytest.mark.parametrize("environ", WAYS.values(), ids=WAYS)
def test_the_time_of_a_stream_ends_with_its_last_piece(make_client, engine, environ):
    seen: list[bool] = []
    engine.reply = lambda _: Response(200, [("Content-Type", "text/plain")], _stream(seen))

    answer = make_client().get("/api/v2.0/x", headers=AUTHORIZED, environ_overrides=environ)
    is_open = is_in_operation()
    octets = answer.data

    assert (octets, seen) == (PIECE * 4, [True] * 4)
    assert (is_open, is_in_operation()) == (True, False)


@pytest.mark.parametrize("environ", WAYS.values(), ids=WAYS)
def test_a_stream_that_nobody_wants_any_more_gives_back_its_turn(make_client, engine, environ):
    engine.reply = lambda _: Response(200, [("Content-Type", "text/plain")], _stream([]))
    client = make_client(quotas=Quotas(concurrent_limit=1, queue_limit=0))

    def ask(target: str = "/api/v2.0/x"):
        return client.get(target, headers=AUTHORIZED, environ_overrides=environ)

    running = ask()
    refused = ask()
    running.close()
    after = ask()
    after.close()

    assert [found.status_code for found in (running, refused, after)] == [200, 429, 200]
    assert not is_in_operation()


@pytest.mark.parametrize("environ", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("headers", [AUTHORIZED, {}], ids=["known", "stranger"])
def test_the_time_of_a_whole_answer_ends_with_it(make_client, engine, environ, method, headers):
    make_client().open("/api/v2.0/x", method=method, headers=headers, environ_overrides=environ)

    assert not is_in_operation()


def test_the_time_in_which_a_client_reads_does_not_count(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(operation, "time", SimpleNamespace(monotonic=lambda: now[0]))
    start_operation()
    pieces = Sending(iter((b"a", b"b")), end_operation)
    now[0] += 50
    assert next(pieces) == b"a"
    now[0] += 50

    assert next(pieces) == b"b"
    assert operation.elapsed() == 0
    assert list(pieces) == []
    assert not is_in_operation()
