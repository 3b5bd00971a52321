"""Answers of several changes leave when one commit has ended all of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from app.group import Group
from app.outlet import Outlet
from odata import commits


class Transaction:
    """What a database leaves open; it looks whether anybody was answered before its end."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def commit(self) -> None:
        self._service.note(f"commit, {self._service.arrived} answered")
        if self._service.is_broken:
            raise OSError("no space left")


class Change:
    """A connection with a change that has arrived."""

    is_change = True

    def __init__(self, name: bytes) -> None:
        self.held = bytearray(name)
        self.outlet: Outlet | None = None
        self.client, self.server = socket.socketpair()
        self.client.setblocking(False)

    @property
    def answer(self) -> bytes:
        """What the client has got."""
        with suppress(BlockingIOError):
            return self.client.recv(1000, socket.MSG_PEEK)
        return b""

    def begin_again(self, octets: bytes) -> None:
        self.held = bytearray(octets)

    def close(self) -> None:
        self.client.close()
        self.server.close()


class Service:
    """Answers changes, and puts off a commit where it is offered that."""

    def __init__(self, *names: bytes) -> None:
        self.changes = [Change(name) for name in names]
        self.deferred: list[tuple[Change, bool]] = []
        self.group = Group(self.handle, self.deferred.extend)
        self.told: list[str] = []
        self.is_broken = False

    @property
    def arrived(self) -> int:
        """How many clients have got an answer."""
        return sum(bool(change.answer) for change in self.changes)

    def note(self, event: str) -> None:
        self.told.append(event)

    def handle(self, change: Change) -> bool:
        name = bytes(change.held)
        change.held.clear()
        keeps_back = commits.is_kept_back()
        change.outlet = Outlet(change.server, keeps_back=keeps_back)
        self.note(f"handle {name.decode()}")
        if name == b"own":
            # A change that is committed by itself.
            commits.end()
            self.note(f"begin, {self.arrived} answered")
        elif commits.is_offered():
            commits.put_off(commits.take() or Transaction(self))
        change.outlet.sendall(b"head of ")
        change.outlet.sendall(name)
        change.outlet.end()
        return True

    def answer(self, *offers: bool) -> list[bool]:
        """Answer all changes; whether each connection is kept."""
        for change, may_wait in zip(self.changes, offers, strict=True):
            self.group.answer(change, may_wait=may_wait)
        return [is_kept for _, is_kept in self.group.tell()]


@pytest.fixture
def serve() -> Iterator[object]:
    with ExitStack() as stack:

        def make(*names: bytes) -> Service:
            service = Service(*names)
            for change in service.changes:
                stack.callback(change.close)
            return service

        yield make
    commits.end()
    commits.take_lost()
    commits.offer(is_kept_back=False)


def test_nobody_is_answered_before_the_commit(serve):
    service = serve(b"one", b"two", b"three")

    assert service.answer(True, True, True) == [True, True, True]

    assert service.told == ["handle one", "handle two", "handle three", "commit, 0 answered"]
    answers = [change.answer for change in service.changes]
    assert answers == [b"head of one", b"head of two", b"head of three"]


def test_what_cannot_be_committed_is_answered_alone(serve):
    service = serve(b"one", b"two")
    service.is_broken = True

    assert service.answer(True, True) == [True, True]

    assert service.told[2:] == ["commit, 0 answered", "handle one", "handle two"]
    assert [change.answer for change in service.changes] == [b"head of one", b"head of two"]


def test_what_is_committed_by_itself_is_not_done_again_where_others_are_lost(serve):
    service = serve(b"one", b"own", b"two")
    service.is_broken = True

    service.answer(True, True, True)

    # Each of the lost ones alone; what came between them stands.
    assert service.told == [
        *("handle one", "handle own", "commit, 0 answered", "begin, 0 answered"),
        *("handle two", "commit, 0 answered"),
        *("handle one", "handle two"),
    ]
    assert service.arrived == 3


def test_nobody_waits_for_a_change_that_others_are_committed_before(serve):
    service = serve(b"one", b"two", b"own", b"three")

    assert service.answer(True, True, True, True) == [True, True]

    assert service.told[3:5] == ["commit, 0 answered", "begin, 2 answered"]
    assert service.deferred == [(change, True) for change in service.changes[:2]]
    assert service.arrived == 4


def test_what_is_committed_before_is_not_done_again_where_later_ones_are_lost(serve):
    service = serve(b"one", b"own", b"two")
    service.group.answer(service.changes[0], may_wait=True)
    service.group.answer(service.changes[1], may_wait=True)
    service.is_broken = True
    service.group.answer(service.changes[2], may_wait=True)
    list(service.group.tell())

    assert service.told[-2:] == ["commit, 1 answered", "handle two"]
    assert service.told.count("handle one") == 1
    assert service.arrived == 3


def test_what_does_not_wait_is_answered_at_once(serve):
    service = serve(b"one", b"two")

    assert service.answer(False, False) == [True, True]

    assert service.told == ["handle one", "handle two"]
    assert service.arrived == 2


def test_an_answer_between_changes_waits_for_them_too(serve):
    service = serve(b"one", b"two")

    service.answer(True, False)

    assert service.told == ["handle one", "handle two", "commit, 0 answered"]
    assert service.arrived == 2


def test_a_client_that_has_gone_keeps_nobody_from_an_answer(serve):
    service = serve(b"one", b"two")
    service.changes[0].client.close()
    service.changes[0].client = service.changes[1].client

    assert service.answer(True, True) == [False, True]

    assert service.changes[1].answer == b"head of two"
