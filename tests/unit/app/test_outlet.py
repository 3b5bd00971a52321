"""What a client does not take of an answer at once is kept, and sent by the loop."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator

import pytest
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config

from app.arriving import Arriving
from app.limits import Limits
from app.outlet import Leaving, Outlet
from app.worker import WaitingWorker

ANSWER = bytes(range(256)) * 40_000
LIMITS = Limits(read_timeout=5, write_timeout=20, transfer_timeout=600, held_answers=10_000_000)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def _taken(reader: socket.socket, outlet: Outlet) -> bytes:
    """All that arrives while the loop sends what is kept."""
    parts = []
    reader.settimeout(0)
    is_sent = False
    while True:
        try:
            parts.append(reader.recv(65536))
        except BlockingIOError:
            if is_sent:
                return b"".join(parts)
        is_sent = outlet.flush()


def test_a_thread_writes_without_waiting_for_the_reader(ends):
    outlet = Outlet(ends[0])

    for place in range(0, len(ANSWER), 1_000_000):
        outlet.sendall(ANSWER[place : place + 1_000_000])
    kept = outlet.left

    assert 0 < kept < len(ANSWER)
    assert _taken(ends[1], outlet) == ANSWER
    assert outlet.left == 0


def test_a_head_leaves_with_what_follows_it(ends):
    one, other = ends
    outlet = Outlet(one)
    other.settimeout(0)

    outlet.sendall(b"head ")
    with pytest.raises(BlockingIOError):
        other.recv(100)
    outlet.sendall(b"body")

    assert other.recv(100) == b"head body"
    outlet.end()
    outlet.sendall(b" and more")
    assert other.recv(100) == b" and more"


def test_a_head_leaves_alone_where_nothing_follows(ends):
    one, other = ends
    outlet = Outlet(one)

    outlet.sendall(b"head")
    outlet.end()

    assert other.recv(100) == b"head"


def test_of_an_answer_that_has_failed_no_more_is_sent(ends):
    outlet = Outlet(ends[0])
    outlet.sendall(ANSWER)

    outlet.shutdown(socket.SHUT_RDWR)

    assert outlet.left == 0
    assert outlet.flush()


@pytest.mark.parametrize(
    ("now", "touched", "is_over"),
    [(120, 100, False), (121, 100, True), (700, 690, False), (701, 690, True)],
    ids=["in time", "pauses", "slow", "too slow"],
)
def test_a_reader_may_pause_and_be_slow_but_not_for_ever(ends, now, touched, is_over):
    answer = Leaving(100, touched, Outlet(ends[0]), False, 0)

    assert answer.is_over(now, LIMITS) is is_over


@pytest.mark.parametrize(
    ("now", "touched", "is_over"),
    [(105, 100, False), (106, 100, True), (700, 699, False), (701, 700, True)],
    ids=["in time", "pauses", "slow", "too slow"],
)
def test_a_sender_may_pause_and_be_slow_but_not_for_ever(ends, now, touched, is_over):
    connection = Arriving(Config(), ends[0], ("192.0.2.1", 1), ("192.0.2.2", 80))
    connection.held += b"GET"
    connection.begun, connection.touched = 100, touched

    assert connection.is_over(now, LIMITS) is is_over


def test_of_more_than_is_kept_the_oldest_answer_is_given_up():
    worker = WaitingWorker(1, 1, [], BaseApplication, 60, Config(), None)
    worker.limits = LIMITS
    worker.poller = selectors.DefaultSelector()
    pairs = [socket.socketpair() for _ in range(2)]
    outlets = [Outlet(one) for one, _ in pairs]
    for outlet, (one, _) in zip(outlets, pairs, strict=True):
        worker.nr_conns += 1
        connection = Arriving(Config(), one, ("192.0.2.1", 1), ("192.0.2.2", 80))
        connection.outlet = outlet
        outlet.sendall(ANSWER)
        worker.answered(connection, is_kept=False)

    assert worker.nr_conns == 1
    assert [outlet.left > 0 for outlet in outlets] == [False, True]
    assert [one.fileno() == -1 for one, _ in pairs] == [True, False]
    outlets[1].close()
    worker.poller.close()
    worker.tmp.close()
    for _, other in pairs:
        other.close()
