"""The log of access: who signed in, who was refused, who changed whose rights."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import peewee

from models.database import database
from odata.sql.fields import InstantField, TextField

# Whatever keeps an event from being stored; a database that may only be read included.
NOT_STORED: tuple[type[Exception], ...] = (peewee.DatabaseError, peewee.InterfaceError)

_LENGTH = 500
_CHUNK = 1000


class EventKind(Enum):
    """What has happened."""

    SIGN_IN = "signIn"
    TOKEN_ISSUED = "tokenIssued"
    REFUSED = "refused"
    THROTTLED = "throttled"
    FORBIDDEN = "forbidden"
    USER_CREATED = "userCreated"
    USER_CHANGED = "userChanged"
    USER_REVOKED = "userRevoked"
    KEY_CREATED = "keyCreated"
    KEY_ROTATED = "keyRotated"
    KEY_REVOKED = "keyRevoked"
    CLIENT_CREATED = "clientCreated"
    CLIENT_ROTATED = "clientRotated"
    CLIENT_REVOKED = "clientRevoked"
    TOKEN_CREATED = "tokenCreated"
    TOKEN_REVOKED = "tokenRevoked"
    ROLE_CHANGED = "roleChanged"
    LOG_PURGED = "logPurged"


class AccessEvent(peewee.Model):
    """One event, or several alike within a short time."""

    id = peewee.BigAutoField()
    at = InstantField()
    kind = TextField()
    actor = TextField()
    subject = TextField()
    address = TextField()
    request_id = TextField()
    detail = TextField()
    times = peewee.IntegerField()

    class Meta:
        database = database
        table_name = "access_event"


@dataclass(frozen=True, slots=True)
class Event:
    """Who (``actor``) did what (``kind``, ``detail``) to whom (``subject``), when, from where."""

    at: datetime.datetime
    kind: EventKind
    actor: str
    subject: str = ""
    address: str = ""
    request_id: str = ""
    detail: str = ""
    times: int = 1
    id: int = 0

    def members(self) -> dict[str, object]:
        """The event as a JSON object."""
        return {
            "id": self.id,
            "at": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "kind": self.kind.value,
            "actor": self.actor,
            "subject": self.subject,
            "address": self.address,
            "requestId": self.request_id,
            "detail": self.detail,
            "times": self.times,
        }


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; what is None asks for all. ``before`` is the id of an event."""

    since: datetime.datetime | None = None
    kind: EventKind | None = None
    actor: str | None = None
    address: str | None = None
    before: int | None = None


class DatabaseEvents:
    """The events of the table ``access_event``."""

    def record(self, event: Event) -> None:
        """Store an event."""
        AccessEvent.insert(
            at=event.at,
            kind=event.kind.value,
            actor=_storable(event.actor),
            subject=_storable(event.subject),
            address=_storable(event.address),
            request_id=event.request_id,
            detail=_storable(event.detail),
            times=event.times,
        ).execute()

    def find(self, wanted: EventFilter, limit: int) -> Iterator[Event]:
        """The newest events that are asked for, the newest first."""
        rows = AccessEvent.select().order_by(AccessEvent.id.desc()).limit(limit)
        for condition in _conditions(wanted):
            rows = rows.where(condition)
        return map(_event, rows)

    def purge(self, before: datetime.datetime) -> int:
        """Remove what is older, a little at a time; how much it was."""
        total = 0
        while removed := self.purge_some(before):
            total += removed
        return total

    def purge_some(self, before: datetime.datetime) -> int:
        """Remove some of what is older; how much it was."""
        old = (
            AccessEvent.select(AccessEvent.id)
            .where(AccessEvent.at < before)
            .order_by(AccessEvent.at)
            .limit(_CHUNK)
        )
        return int(AccessEvent.delete().where(AccessEvent.id.in_(old)).execute())


def _storable(text: str) -> str:
    """What both databases can keep of a text that a stranger may have sent."""
    return text[:_LENGTH].replace("\0", "").encode("utf-8", "replace").decode()


def _conditions(wanted: EventFilter) -> Iterator[peewee.Expression]:
    if wanted.since is not None:
        yield AccessEvent.at >= wanted.since
    if wanted.kind is not None:
        yield AccessEvent.kind == wanted.kind.value
    if wanted.actor is not None:
        yield AccessEvent.actor == wanted.actor
    if wanted.address is not None:
        yield AccessEvent.address == wanted.address
    if wanted.before is not None:
        yield AccessEvent.id < wanted.before


def _event(row: AccessEvent) -> Event:
    moment: datetime.datetime = row.at
    return Event(
        at=moment,
        kind=EventKind(row.kind),
        actor=str(row.actor),
        subject=str(row.subject),
        address=str(row.address),
        request_id=str(row.request_id),
        detail=str(row.detail),
        times=int(str(row.times)),
        id=int(str(row.id)),
    )
