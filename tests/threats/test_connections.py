"""The threats L1 to L4: bodies and clients that do not end, against a server as it runs. No proxy
stands before it."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from models.demo.identifiers import ADATUM, CRONUS
from tests.integration.pictures import PNG
from tests.threats.conftest import Production

pytestmark = pytest.mark.slow

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
PICTURE = f"{CUSTOMERS}({ADATUM})/picture/pictureContent"


def _head(production: Production, method: str, target: str, *fields: str) -> bytes:
    """The head of a request whose body is JSON unless a field says otherwise."""
    lines = (
        f"{method} {target} HTTP/1.1",
        "Host: erp.example",
        f"Authorization: Bearer {production.token}",
        "If-Match: *",
        *fields,
    )
    return "\r\n".join((*lines, "", "")).encode()


def _count(production: Production) -> str:
    return production.ask("GET", f"{CUSTOMERS}/$count").text


def _error(answer: bytes) -> dict[str, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nContent-Type: application/json" in head
    assert b"\r\nConnection: close\r\n" in head + b"\r\n"
    error: dict[str, str] = json.loads(body)["error"]
    assert error["message"]
    return error


@pytest.mark.parametrize("length", [3 * 1024**2, 100 * 1024**2, 10**17])
def test_l1_a_body_that_is_too_long_is_refused_before_it_is_sent(production: Production, length):
    before = _count(production)
    json_type = "Content-Type: application/json"
    head = _head(production, "POST", CUSTOMERS, json_type, f"Content-Length: {length}")
    started = time.monotonic()

    answer = production.raw(head + b"{")

    assert answer.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 408 "))
    assert _error(answer)
    assert time.monotonic() - started < 10
    assert _count(production) == before


@pytest.mark.parametrize(
    ("target", "content_type", "size"),
    [(CUSTOMERS, "application/json", 1024**2), (PICTURE, "image/png", 20 * 1024**2)],
)
def test_l2_chunks_beyond_the_limit_are_refused_and_never_cut(
    production: Production, target, content_type, size
):
    before = _count(production)
    method = "POST" if target == CUSTOMERS else "PATCH"
    head = _head(
        production, method, target, f"Content-Type: {content_type}", "Transfer-Encoding: chunked"
    )
    start = b'{"displayName":"cut"}'
    data = start + b" " * (size - len(start) + 1)

    answer = production.raw(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert _error(answer)["code"] == "Request_EntityTooLarge"
    assert _count(production) == before


@pytest.mark.parametrize("framing", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_l3_of_a_client_that_vanishes_nothing_is_kept(production: Production, framing):
    before = _count(production)
    body = b'{"displayName":"half"}'
    sent = b"%x\r\n%s\r\n" % (len(body), body) if "chunked" in framing else body
    head = _head(production, "POST", CUSTOMERS, "Content-Type: application/json", framing)

    with socket.create_connection(("127.0.0.1", production.port)) as client:
        client.sendall(head + sent)
        client.shutdown(socket.SHUT_WR)
        answer = client.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert _count(production) == before


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"GET /%s HTTP/1.1\r\nHost: erp.example\r\n\r\n" % (b"x" * 9000), 400),
        (b"GET / HTTP/1.1\r\nHost: erp.example\r\nX: %s\r\n\r\n" % (b"x" * 9000), 431),
        (b"GET / HTTP/1.1\r\nHost: erp.example\r\n%s\r\n" % (b"X: y\r\n" * 200), 431),
        (b"GET / HTTP/1.1\r\nHost: erp.example\r\nExpect: 200-ok\r\n\r\n", 417),
    ],
    ids=["line", "field", "fields", "expectation"],
)
def test_l1_what_the_server_refuses_by_itself_is_told_in_a_sentence(
    production: Production, octets, status
):
    answer = production.raw(octets)

    assert int(answer.split()[1]) in {status, 414}
    assert _error(answer)


def _connected(production: Production, sent: bytes, count: int) -> list[socket.socket]:
    """Clients that send so much and no more."""
    clients = []
    for _ in range(count):
        clients.append(socket.create_connection(("127.0.0.1", production.port), timeout=60))
        clients[-1].sendall(sent)
    return clients


def _ended(client: socket.socket) -> bytes:
    """All that a client gets until its connection is closed."""
    parts = []
    with client:
        while part := client.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_l4_clients_that_stop_within_a_request_hold_up_nobody(production: Production):
    """Each of them would have a thread, of which there are four, for a second."""
    json_type = "Content-Type: application/json"
    halves = (
        b"",
        b"GET /health/li",
        b"GET /health/live HTTP/1.1\r\nHost: erp.ex",
        _head(production, "POST", CUSTOMERS, json_type, "Content-Length: 100") + b'{"displayName"',
        _head(production, "POST", CUSTOMERS, json_type, "Transfer-Encoding: chunked") + b"9\r\n{",
    )
    before = _count(production)
    stuck = [client for sent in halves for client in _connected(production, sent, 80)]
    started = time.monotonic()

    answers = [production.ask("GET", f"{CUSTOMERS}?$top=1").status for _ in range(5)]

    assert answers == [200] * 5
    assert time.monotonic() - started < 50
    assert _count(production) == before
    for client in stuck:
        client.close()


@pytest.mark.parametrize("part", ["head", "body"])
def test_l4_who_stops_within_a_request_is_told(production: Production, part):
    head = _head(
        production, "POST", CUSTOMERS, "Content-Type: application/json", "Content-Length: 9"
    )
    (client,) = _connected(production, head[:-9] if part == "head" else head + b"{", 1)

    answer = _ended(client)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert _error(answer)["code"] == "Application_OperationTimeout"


def test_l4_requests_that_arrive_in_pieces_or_together_are_answered(production: Production):
    request = b"GET /health/live HTTP/1.1\r\nHost: erp.example\r\n\r\n"
    last = b"GET /health/live HTTP/1.1\r\nHost: erp.example\r\nConnection: close\r\n\r\n"
    (client,) = _connected(production, b"", 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for octet in request:
        client.send(bytes((octet,)))
    client.sendall(request + request + last)

    assert _ended(client).count(b"HTTP/1.1 200 OK") == 4


@contextmanager
def _moving(move: Callable[[], None]) -> Iterator[None]:
    """Meanwhile something moves a little, again and again, so that nobody loses patience."""
    is_over = threading.Event()

    def keep_moving() -> None:
        while not is_over.wait(0.1):
            move()

    mover = threading.Thread(target=keep_moving)
    mover.start()
    try:
        yield
    finally:
        is_over.set()
        mover.join()


@pytest.mark.parametrize("framing", ["Content-Length: 5000000", "Transfer-Encoding: chunked"])
def test_l4_bodies_that_trickle_in_hold_up_nobody(production: Production, framing):
    """Each of them would have a thread, of which there are four, for months."""
    head = _head(production, "PATCH", PICTURE, "Content-Type: image/png", framing)
    slow = _connected(production, head + b"1000000\r\n", 8)

    def trickle() -> None:
        for client in slow:
            client.send(b"x")

    with _moving(trickle):
        answers = [production.ask("GET", f"{CUSTOMERS}?$top=1").status for _ in range(5)]
    for client in slow:
        client.setblocking(False)
        with client, pytest.raises(BlockingIOError):
            client.recv(1)

    assert answers == [200] * 5


def test_l4_a_body_is_asked_for_and_awaited_by_no_thread(production: Production):
    json_type = "Content-Type: application/json"
    expecting = ("Content-Length: 2", "Expect: 100-continue", "Connection: close")
    slow = _connected(production, _head(production, "POST", CUSTOMERS, json_type, *expecting), 8)

    asked = [client.recv(100) for client in slow]
    answer = production.ask("GET", f"{CUSTOMERS}?$top=1")
    slow[0].sendall(b"[]")
    told = _ended(slow[0])
    for client in slow[1:]:
        client.close()

    assert asked == [b"HTTP/1.1 100 Continue\r\n\r\n"] * 8
    assert answer.status == 200
    assert told.startswith(b"HTTP/1.1 400 ")


def test_l4_who_is_to_be_refused_is_not_asked_for_his_body(production: Production):
    json_type = "Content-Type: application/json"
    expecting = ("Content-Length: 5000000", "Expect: 100-continue")

    answer = production.raw(_head(production, "POST", CUSTOMERS, json_type, *expecting))

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_l4_more_than_is_held_is_refused_with_a_sentence(production: Production):
    """The server of these tests holds 32 MiB."""
    head = _head(
        production, "PATCH", PICTURE, "Content-Type: image/png", "Content-Length: 20000000"
    )
    clients = _connected(production, head, 3)
    for client in clients:
        client.setblocking(False)
    left = dict.fromkeys(clients, 14 * 1024**2)
    refused = b""
    until = time.monotonic() + 60

    while not refused and time.monotonic() < until:
        for client in clients:
            with contextlib.suppress(BlockingIOError, ConnectionError):
                left[client] -= client.send(bytes(max(1, min(65536, left[client]))))
            with contextlib.suppress(BlockingIOError):
                refused += client.recv(65536)

    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 1\r\n" in refused
    assert _error(refused)["code"] == "Internal_TenantUnavailable"
    for client in clients:
        client.close()


@pytest.fixture
def picture(production: Production) -> bytes:
    """A large picture of the customer."""
    content = PNG + bytes(12 * 1024**2)
    connection = http.client.HTTPConnection("127.0.0.1", production.port, timeout=60)
    named = {"Authorization": f"Bearer {production.token}", "Host": "erp.example"}
    json_type = {"If-Match": "*", "Content-Type": "image/png"}
    connection.request("PATCH", PICTURE, content, named | json_type)
    assert connection.getresponse().status == 204
    connection.close()
    return content


@pytest.mark.parametrize("behind", [b"\r\n", b"GET / HTTP/1.1\r\nHost: erp.example\r\n\r\n"])
def test_l4_who_sends_on_behind_a_last_request_has_all_of_its_answer(
    production: Production, picture: bytes, behind
):
    """What is left unread of a closed socket would take the answer away."""
    [client] = _connected(production, _head(production, "GET", PICTURE, "Connection: close"), 1)
    head = client.recv(1000)
    client.sendall(behind)
    time.sleep(0.3)

    answer = head + _ended(client)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.partition(b"\r\n\r\n")[2] == picture


def test_l4_clients_that_do_not_take_their_answer_hold_up_nobody(
    production: Production, picture: bytes
):
    last = _head(production, "GET", PICTURE, "Connection: close")
    slow = _connected(production, last, 8)
    taken = dict.fromkeys(slow, 0)

    def read_little() -> None:
        for client in slow:
            taken[client] += len(client.recv(20_000))

    with _moving(read_little):
        answers = [production.ask("GET", f"{CUSTOMERS}?$top=1").status for _ in range(5)]

    assert answers == [200] * 5
    for client in slow[1:]:
        client.close()
    assert taken[slow[0]] + len(_ended(slow[0])) > len(picture)
