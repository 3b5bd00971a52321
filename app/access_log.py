"""What is worth remembering of sign-ins and refusals, written to the log of access.

The same event of the same caller is written once within a while and counted after that; so
neither a busy client nor a stranger who tries many passwords can fill the table.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.credentials import Caller
from app.recent import Recent
from models.access_event import NOT_STORED, Event, EventFilter, EventKind

SIGN_IN_SECONDS = 3600.0
REFUSAL_SECONDS = 60.0
_CAPACITY = 4096
# What all callers together may have written to the table, in each process.
_BURST = 50
_PER_SECOND = 5.0
_PURGE_EVERY = datetime.timedelta(hours=1)
_LOG = logging.getLogger("kontor")


class EventStore(Protocol):
    """Where events are kept."""

    def record(self, event: Event) -> None:
        """Store an event."""

    def purge_some(self, before: datetime.datetime) -> int:
        """Remove some of what is older; how much it was."""


class Events(EventStore, Protocol):
    """Where events are kept and read."""

    def find(self, wanted: EventFilter, limit: int) -> Iterator[Event]:
        """The newest events that are asked for, the newest first."""


class NoEvents:
    """Keeps nothing."""

    def record(self, event: Event) -> None:
        """Forget the event."""

    def purge_some(self, before: datetime.datetime) -> int:  # noqa: ARG002 - none is older
        """Remove nothing."""
        return 0

    def find(self, wanted: EventFilter, limit: int) -> Iterator[Event]:  # noqa: ARG002 - none is there
        """Nothing."""
        return iter(())


@dataclass(slots=True)
class _Window:
    until: float
    event: Event
    more: int = 0


@dataclass(slots=True)
class AccessLog:
    """Writes events; a database that is away loses them, and the log of the process says so."""

    store: EventStore
    clock: Callable[[], datetime.datetime]
    keep_days: int = 365
    _signed_in: Recent[tuple[str, str, str], bool] = field(init=False)
    _windows: OrderedDict[tuple[EventKind, str, str, str], _Window] = field(
        default_factory=OrderedDict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _left: float = _BURST
    _counted_at: float = 0.0
    _purged_at: datetime.datetime | None = None

    def __post_init__(self) -> None:
        self._signed_in = Recent(_CAPACITY, lambda: self.clock().timestamp())

    def signed_in(self, name: str, caller: Caller, detail: str) -> None:
        """Somebody has shown who he is; written once an hour for each place he comes from."""
        key = (name, caller.address, detail)
        if self._signed_in.get(key):
            return
        self._signed_in.put(key, True, SIGN_IN_SECONDS)  # noqa: FBT003 - a member of a set
        self.write(EventKind.SIGN_IN, name, caller, detail)

    def write(self, kind: EventKind, actor: str, caller: Caller, detail: str) -> None:
        """Write an event, unless too many are being written."""
        event = self._event(kind, actor, caller, detail)
        with self._lock:
            may_write = self._may_write(event.at.timestamp())
        if may_write:
            self._store(event)

    def refused(self, kind: EventKind, actor: str, caller: Caller, detail: str) -> None:
        """Write a refusal, or count it where the like was written within a minute."""
        event = self._event(kind, actor, caller, detail)
        with self._lock:
            due = list(self._due(event, event.at.timestamp()))
        for found in due:
            self._store(found)

    def _event(self, kind: EventKind, actor: str, caller: Caller, detail: str) -> Event:
        return Event(
            at=self.clock(),
            kind=kind,
            actor=actor,
            address=caller.address,
            request_id=caller.request_id,
            detail=detail,
        )

    def _due(self, event: Event, now: float) -> Iterator[Event]:
        """What is to be written now: what was counted in windows that are over, and the event."""
        while self._windows:
            name, window = next(iter(self._windows.items()))
            if window.until > now and len(self._windows) < _CAPACITY:
                break
            del self._windows[name]
            if window.more:
                yield replace(window.event, times=window.more)
        name = (event.kind, event.actor, event.address, event.detail)
        known = self._windows.get(name)
        if known is not None:
            known.more += 1
        elif self._may_write(now):
            self._windows[name] = _Window(now + REFUSAL_SECONDS, event)
            yield event

    def _may_write(self, now: float) -> bool:
        self._left = min(_BURST, self._left + max(0, now - self._counted_at) * _PER_SECOND)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def _store(self, event: Event) -> None:
        try:
            self.store.record(event)
            self._purge(event.at)
        except NOT_STORED as error:
            _LOG.error("an event of access is lost: %s", event.kind.value, exc_info=error)

    def _purge(self, now: datetime.datetime) -> None:
        """Once an hour, remove some of what is older than it need be."""
        if self._purged_at is not None and now - self._purged_at < _PURGE_EVERY:
            return
        self._purged_at = now
        self.store.purge_some(now - datetime.timedelta(days=self.keep_days))
