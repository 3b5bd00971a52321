"""Who is about to wait for long tells it, so that others go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from odata import waiting
from odata.waiting import Waits, call_before_waiting


class Clock:
    """The time, which goes on as it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """The seconds since some moment."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which waits are measured."""
    found = Clock()
    monkeypatch.setattr(waiting, "time", found)
    return found


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What has been told."""
    found: list[str] = []
    before = waiting._Called.before_waiting
    call_before_waiting(lambda: found.append("waits"))
    yield found
    call_before_waiting(before)


def _wait(waits: Waits, clock: Clock, seconds: float, times: int = 1) -> None:
    for _ in range(times):
        begun = waits.begin()
        clock.now += seconds
        waits.end(begun)


def test_short_waits_are_not_told(clock, told):
    _wait(Waits(), clock, 0.0005, 500)

    assert told == []


def test_a_single_long_wait_is_not_told(clock, told):
    waits = Waits()
    for _ in range(50):
        _wait(waits, clock, 0.03)
        _wait(waits, clock, 0.0005, 19)
    waits.tell()

    assert told == []


def test_long_waits_are_told_once_they_are_known(clock, told):
    waits = Waits()
    _wait(waits, clock, 0.004, 30)
    assert told

    waits.tell()
    assert len(told) < 30


def test_waits_are_measured_again_now_and_then(clock, told):
    waits = Waits()
    _wait(waits, clock, 0.004, 30)
    _wait(waits, clock, 0.0001, 200)
    told.clear()

    _wait(waits, clock, 0.0001, 500)
    assert told == []


def test_waits_that_tell_nothing_of_those_of_others_are_not_measured(clock, told):
    waits = Waits()
    for _ in range(30):
        waits.begin()
        clock.now += 0.004
        waits.end(None)

    assert told == []


def test_they_count_where_waits_are_known_to_be_long(clock, told):
    waits = Waits()
    _wait(waits, clock, 0.004, 30)
    for _ in range(100):
        waits.begin()
        waits.end(None)
    told.clear()

    waits.tell()
    assert told == []
