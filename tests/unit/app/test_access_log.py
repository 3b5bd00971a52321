"""What is remembered of sign-ins and refusals, and that it stays within bounds."""

from __future__ import annotations

import datetime
import logging

import peewee
import pytest

from app.access_log import AccessLog
from app.credentials import Caller
from models.access_event import EventKind

CALLER = Caller(None, "192.0.2.7", request_id="r1")
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime.datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += datetime.timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(events, clock) -> AccessLog:
    return AccessLog(events, clock)


def test_an_event_says_who_what_when_and_from_where(log, events):
    log.refused(EventKind.REFUSED, "anna", CALLER, "wrong password")

    event = events.events[0]
    assert (event.actor, event.kind, event.detail) == (
        "anna",
        EventKind.REFUSED,
        "wrong password",
    )
    assert (event.at, event.address, event.request_id) == (START, "192.0.2.7", "r1")


def test_a_sign_in_is_written_once_an_hour_for_each_place(log, events, clock):
    for seconds in (0, 1, 3599, 1):
        clock.move(seconds)
        log.signed_in("anna", CALLER, "key")
    log.signed_in("anna", Caller(None, "192.0.2.8"), "key")

    assert [(event.at - START).seconds for event in events.events] == [0, 3600, 3601]


def test_refusals_alike_are_counted(log, events, clock):
    for _ in range(5):
        log.refused(EventKind.REFUSED, "anna", CALLER, "wrong password")
    clock.move(61)
    log.refused(EventKind.REFUSED, "bert", CALLER, "wrong password")

    assert [(event.actor, event.times) for event in events.events] == [
        ("anna", 1),
        ("anna", 4),
        ("bert", 1),
    ]


def test_strangers_cannot_fill_the_log(log, events, clock):
    for number in range(10_000):
        log.refused(EventKind.REFUSED, f"name{number}", CALLER, "wrong password")
    clock.move(10)
    for number in range(10_000):
        log.refused(EventKind.REFUSED, f"more{number}", CALLER, "wrong password")

    assert len(events.events) == 100


def test_a_database_that_is_away_loses_the_event_and_says_so(clock, caplog):
    class Away:
        def record(self, event):
            raise peewee.OperationalError(event.actor)

    with caplog.at_level(logging.ERROR):
        AccessLog(Away(), clock).refused(EventKind.REFUSED, "anna", CALLER, "wrong password")

    assert "an event of access is lost: refused" in caplog.text
